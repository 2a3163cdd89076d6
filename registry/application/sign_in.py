"""Tell whether a name, a password and a code belong together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registry.application.second_factor import Proof, prove
from registry.application.sign_in_limit import MAX_FAILURES, TOO_MANY, WINDOW
from registry.application.sign_in_ports import SignInParts, SignInUnitOfWork
from registry.domain import prober
from registry.domain.errors import TooManyAttempts, WrongPassword
from registry.domain.names import is_username
from registry.domain.password import MAX_LENGTH
from registry.domain.person import Account, Person
from registry.domain.second_factor import is_asked

# What stands in the ledger for a name that nobody has: people type passwords into that field.
UNKNOWN: Final = "(unknown)"
# The same for whatever is wrong, so that nobody learns which of the three was right.
WRONG: Final = "The username, the password or the code is wrong."


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Attributes: `generation` is what the hub holds its sessions of this person against."""

    person: Person
    generation: str


def sign_in(parts: SignInParts, *, username: str, password: str, code: str = "") -> SignedIn:
    """Check a password, and a code where the person has a second factor; all is recorded.

    The attempt is counted as failed before the password is looked at, in a transaction of its
    own: many attempts at once cannot all slip in before the first is counted.

    Raises:
        TooManyAttempts: There were too many failures for this name; nothing was checked.
        WrongPassword: The name, the password or the code is wrong. All cost the same time.
    """
    uow, now = parts.unit_of_work(), parts.clock.now()
    with uow:
        failures = uow.attempts.reserve(username, at=now, since=now - WINDOW, limit=MAX_FAILURES)
        account = uow.people.find_account(username) if is_username(username) else None
        uow.commit()
    if failures is None:
        raise TooManyAttempts(TOO_MANY)

    hashed = account.password_hash if account else None
    matches = parts.passwords.matches(hashed, password[:MAX_LENGTH])
    if account is None or not matches or not account.person.is_active:
        _record_refusal(uow, account, failures)
        raise WrongPassword(WRONG)
    with uow:
        proof = _prove(uow, parts, username, code)
        if proof is None or proof.is_good:
            generation = begin(uow, parts, username, proof.value if proof else None)
            uow.attempts.forget(username)
            uow.commit()
            return SignedIn(person=account.person, generation=generation)
    _record_refusal(uow, account, failures, why=f"code_{proof.value}")
    raise WrongPassword(WRONG)


def begin(
    uow: SignInUnitOfWork,
    parts: SignInParts,
    username: str,
    proof: str | None,
    *,
    vouched_at: datetime | None = None,
) -> str:
    """Note in the caller's transaction that somebody signed in; the hub's generation."""
    there = uow.sign_ins.generation(username)
    if there is None or (parts.is_single and username not in prober.USERNAMES):
        there = uow.sign_ins.end_all(username, why="elsewhere")
    uow.sign_ins.vouch(username, vouched_at)
    uow.record(
        event="signed_in",
        actor=username,
        subject=f"person:{username}",
        project_id=None,
        details={"second_factor": proof} if proof else {},
    )
    return there


def _prove(uow: SignInUnitOfWork, parts: SignInParts, username: str, code: str) -> Proof | None:
    """What the code is; None where none is asked for."""
    if not is_asked(parts.mfa, uow.second_factors.find(username)):
        return None
    return prove(uow, parts.codes, username=username, code=code, now=parts.clock.now())


def _record_refusal(
    uow: SignInUnitOfWork, account: Account | None, failures: int, *, why: str | None = None
) -> None:
    name = account.person.username if account else UNKNOWN
    details = {"locked": "true"} if failures == MAX_FAILURES else {}
    if why:
        details["why"] = why
    with uow:
        uow.record(
            event="sign_in_refused",
            actor=name,
            subject=f"person:{name}",
            project_id=None,
            details=details,
        )
        uow.commit()
