"""What signing in needs from outside, besides what every use case needs."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from registry.application.ports import Clock, Passwords, UnitOfWork
from registry.domain.second_factor import Mfa, SecondFactor
from registry.domain.terms_of_use import TermsOfUse


class SecondFactors(Protocol):
    def find(self, username: str) -> SecondFactor | None: ...

    def hold(self, username: str) -> SecondFactor | None:
        """The same; nobody else changes it before this transaction ends."""

    def save(self, factor: SecondFactor) -> None: ...
    def delete(self, username: str) -> bool:
        """Forget it, with its recovery codes; whether there was one."""

    def keep_recovery(self, username: str, hashes: Collection[str]) -> None:
        """Keep these instead of those there were."""

    def spend_recovery(self, username: str, code_hash: str, *, at: datetime) -> bool:
        """Whether it was there and unused; it is used now."""

    def recovery_left(self, username: str) -> int: ...


class SignIns(Protocol):
    """Who is signed in where."""

    def generation(self, username: str) -> str | None:
        """What the hub's sessions of this person are held against; None: there are none."""

    def end_all(self, username: str, *, why: str, but: str | None = None) -> str:
        """End each session of a person, everywhere, but perhaps the portal's with this hash.

        Returns:
            The generation of the hub's sessions that begin from now on.
        """

    def vouched_at(self, username: str) -> datetime | None: ...
    def vouch(self, username: str, at: datetime | None) -> None:
        """Note that a provider vouched for a second factor at this sign-in, or that none did."""


class Terms(Protocol):
    def newest(self) -> TermsOfUse | None: ...
    def publish(self, terms: TermsOfUse) -> bool:
        """Make it the newest; False, and nothing done, when there is one of this version."""

    def accept(self, username: str, version: str, *, at: datetime) -> bool:
        """Whether it was not accepted before."""


class Identities(Protocol):
    def bind(self, username: str, issuer: str, subject: str) -> bool:
        """Whether the subject is this person's; the first one of a person becomes so."""


class Tickets(Protocol):
    def add(self, ticket_hash: str, username: str, *, expires_at: datetime) -> None: ...
    def take(self, ticket_hash: str, *, at: datetime) -> str | None:
        """Whose it is, and use it up; None when it is over or never was."""


class SignInUnitOfWork(UnitOfWork, Protocol):
    @property
    def second_factors(self) -> SecondFactors: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def tickets(self) -> Tickets: ...


class Codes(Protocol):
    """Codes of six digits that change every 30 seconds (RFC 6238)."""

    def new_sealed(self, username: str) -> bytes:
        """A fresh secret of this person's, encrypted."""

    def shown(self, factor: SecondFactor) -> tuple[str, str]:
        """The secret in letters, and the address that an app reads from a QR code."""

    def step(self, factor: SecondFactor, code: str, at: datetime) -> int | None:
        """The time step that a code belongs to: now, the one before or the one after; or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInParts:
    """What the use cases of signing in share.

    Attributes:
        is_single: Whether a new sign-in ends the sessions there were.
    """

    unit_of_work: Callable[[], SignInUnitOfWork]
    passwords: Passwords
    codes: Codes
    clock: Clock
    mfa: Mfa
    is_single: bool
