"""What the use cases of a review need to keep of what people said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from output_checker.domain.consent import Override, SignOff
from output_checker.domain.review import Review
from output_checker.domain.turnaround import Turnaround


class Reviews(Protocol):
    def save(self, review: Review) -> None:
        """Store a checker's review of a turn, in place of what they said of it before."""

    def of(self, request_id: str) -> Sequence[Review]: ...

    def of_each(self, request_ids: Collection[str]) -> Mapping[str, Sequence[Review]]:
        """As `of`, of many at once; those without any are left out."""

    def reset(self, request_id: str, *, turn: int, but: str) -> None:
        """Take back what everybody but one checker said of a turn, finished or not."""


class Consents(Protocol):
    def sign_off(self, given: SignOff) -> None:
        """Store a sign-off; the same owner's again changes nothing."""

    def sign_offs(self, request_id: str) -> Sequence[SignOff]: ...

    def sign_offs_of_each(self, request_ids: Collection[str]) -> Mapping[str, Sequence[SignOff]]:
        """As `sign_offs`, of many at once; those without any are left out."""

    def override(self, given: Override) -> None:
        """Store an override; the same person's again changes nothing."""

    def overrides(self, request_id: str) -> Sequence[Override]: ...


class Statistics(Protocol):
    def turnaround(self, projects: Iterable[str], *, checker: str, since: datetime) -> Turnaround:
        """How long reviews that ended since then took, and the votes of one checker."""
