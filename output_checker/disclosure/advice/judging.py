"""What a search for remedies asks of whoever judges tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from output_checker.disclosure.advice.drafts import Draft
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec


class Judge(Protocol):
    """Both questions raise `Spent` when the time of the search is over."""

    @property
    def policy(self) -> Policy: ...

    @property
    def left(self) -> float:
        """Seconds that the search may still take."""

    def records(self, source: str) -> Records: ...

    def claim(
        self, table: Table, spec: TableSpec | None
    ) -> tuple[Claimed | None, Sequence[Finding]]:
        """What the table is, and what its cells break: part of what `check` asks, and quick."""

    def check(self, table: Table, spec: TableSpec) -> Sequence[Finding]:
        """All that stands in the way of the file that would be written, with its spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Attributes: `bad` are the findings that keep it from passing."""

    draft: Draft
    claimed: Claimed | None
    bad: tuple[Finding, ...]


def judged(judge: Judge, draft: Draft) -> Judged:
    claimed, findings = judge.claim(draft.table, draft.spec)
    return Judged(draft=draft, claimed=claimed, bad=in_the_way(findings))


def in_the_way(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.verdict is not Verdict.PASS)


def passes(judge: Judge, draft: Draft) -> bool:
    """Whether `haven check` would pass it; what is quickly known is asked first."""
    found = judged(judge, draft)
    return found.claimed is not None and not found.bad and not checked(judge, draft)


def checked(judge: Judge, draft: Draft) -> tuple[Finding, ...]:
    return in_the_way(judge.check(draft.table, draft.spec))
