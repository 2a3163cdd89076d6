"""Tell whether a name and a password belong together."""

from datetime import timedelta
from typing import Final

from registry.application.ports import Clock, Passwords, UnitOfWork
from registry.domain.errors import TooManyAttempts, WrongPassword
from registry.domain.names import is_username
from registry.domain.password import MAX_LENGTH
from registry.domain.person import Account, Person

MAX_FAILURES: Final = 10
WINDOW: Final = timedelta(minutes=5)
# What stands in the ledger for a name that nobody has: people type passwords into that field.
UNKNOWN: Final = "(unknown)"


def sign_in(
    uow: UnitOfWork, passwords: Passwords, clock: Clock, *, username: str, password: str
) -> Person:
    """Check a password; every outcome is recorded.

    The attempt is counted as failed before the password is looked at, in a transaction of its
    own: many attempts at once cannot all slip in before the first is counted.

    Raises:
        TooManyAttempts: There were too many wrong passwords for this name; nothing was checked.
        WrongPassword: The name or the password is wrong. Both cost the same time.
    """
    now = clock.now()
    with uow:
        failures = uow.attempts.reserve(username, at=now, since=now - WINDOW, limit=MAX_FAILURES)
        account = uow.people.find_account(username) if is_username(username) else None
        uow.commit()
    if failures is None:
        raise TooManyAttempts("Too many wrong passwords. Wait five minutes, then try again.")

    matches = passwords.matches(account.password_hash if account else None, password[:MAX_LENGTH])
    if account is None or not matches or not account.person.is_active:
        _record_refusal(uow, account, failures)
        raise WrongPassword("The username or the password is wrong.")
    with uow:
        uow.attempts.forget(username)
        uow.record(
            event="signed_in",
            actor=username,
            subject=f"person:{username}",
            project_id=None,
            details={},
        )
        uow.commit()
    return account.person


def _record_refusal(uow: UnitOfWork, account: Account | None, failures: int) -> None:
    name = account.person.username if account else UNKNOWN
    details = {"locked": "true"} if failures == MAX_FAILURES else {}
    with uow:
        uow.record(
            event="sign_in_refused",
            actor=name,
            subject=f"person:{name}",
            project_id=None,
            details=details,
        )
        uow.commit()
