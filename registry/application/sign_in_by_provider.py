"""Sign in whom an identity provider names, and pass them on to the hub by a ticket."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from registry.application.sign_in import UNKNOWN, SignedIn, begin
from registry.application.sign_in_ports import SignInParts, SignInUnitOfWork
from registry.domain import prober
from registry.domain.errors import WrongPassword
from registry.domain.names import is_username
from registry.domain.person import Person
from registry.domain.second_factor import Mfa, is_asked

TICKET_LIFE: Final = timedelta(minutes=1)
NOT_KNOWN: Final = "Your account is not registered here, or is switched off."
NO_SECOND_FACTOR: Final = (
    "The provider does not say that you proved a second factor, which is needed here. "
    "Sign in there with one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom a provider vouches for.

    Attributes:
        roles: admin, auditor: as mapped from groups; None where no mapping is set.
    """

    issuer: str
    subject: str
    username: str
    has_second_factor: bool
    roles: frozenset[str] | None


def sign_in_by_provider(parts: SignInParts, vouched: Vouched) -> str:
    """Note the sign-in; returns a ticket that the hub trades for it, once, within a minute.

    The first sign-in binds the provider's subject to the person; another subject that goes by
    the same name is refused.

    Raises:
        WrongPassword: Nobody here, somebody else's name, or no second factor; with words.
    """
    uow, now = parts.unit_of_work(), parts.clock.now()
    if not vouched.has_second_factor and _needs_one(parts, vouched.username):
        refuse(parts.unit_of_work(), username=vouched.username, why="no_second_factor")
        raise WrongPassword(NO_SECOND_FACTOR)
    with uow:
        person = _person(uow, vouched)
        if person is not None:
            _take_roles(uow, parts, person, vouched.roles)
            vouched_at = now if vouched.has_second_factor else None
            begin(uow, parts, person.username, "provider", vouched_at=vouched_at)
            ticket = secrets.token_urlsafe(32)
            uow.tickets.add(_hash(ticket), person.username, expires_at=now + TICKET_LIFE)
            uow.commit()
            return ticket
    refuse(parts.unit_of_work(), username=vouched.username, why="not_known")
    raise WrongPassword(NOT_KNOWN)


def trade_ticket(parts: SignInParts, *, ticket: str) -> SignedIn:
    """Whose sign-in a ticket stands for; it is good once.

    Raises:
        WrongPassword: It is over, was used, or never was.
    """
    uow = parts.unit_of_work()
    with uow:
        username = uow.tickets.take(_hash(ticket), at=parts.clock.now())
        account = uow.people.find_account(username) if username else None
        generation = uow.sign_ins.generation(username) if username else None
        uow.commit()
    if account is None or generation is None:
        raise WrongPassword("This sign-in was used already, or took too long. Start again.")
    return SignedIn(person=account.person, generation=generation)


def refuse(uow: SignInUnitOfWork, *, username: str, why: str) -> None:
    """Record that a sign-in by the provider came to nothing; a name nobody has is not kept."""
    with uow:
        is_ours = is_username(username) and uow.people.find_account(username) is not None
        name = username if is_ours else UNKNOWN
        uow.record(
            event="sign_in_refused",
            actor=name,
            subject=f"person:{name}",
            project_id=None,
            details={"why": f"provider_{why}"},
        )
        uow.commit()


def _needs_one(parts: SignInParts, username: str) -> bool:
    """Who set one up here is not let in without, by whatever door."""
    with parts.unit_of_work() as uow:
        factor = uow.second_factors.find(username)
    return parts.mfa is Mfa.REQUIRED or is_asked(parts.mfa, factor)


def _person(uow: SignInUnitOfWork, vouched: Vouched) -> Person | None:
    # The probes' accounts are the host's own; no provider speaks for them.
    if not is_username(vouched.username) or vouched.username in prober.USERNAMES:
        return None
    account = uow.people.find_account(vouched.username)
    if account is None or not account.person.is_active:
        return None
    is_theirs = uow.identities.bind(vouched.username, vouched.issuer, vouched.subject)
    return account.person if is_theirs else None


def _take_roles(
    uow: SignInUnitOfWork, parts: SignInParts, person: Person, roles: frozenset[str] | None
) -> None:
    if roles is None:
        return
    changed = replace(person, is_admin="admin" in roles, is_auditor="auditor" in roles)
    if changed == person:
        return
    uow.people.save(changed, at=parts.clock.now())
    uow.record(
        event="roles_from_groups",
        actor=person.username,
        subject=f"person:{person.username}",
        project_id=None,
        details=_roles(changed),
    )


def _roles(person: Person) -> Mapping[str, str]:
    return {"admin": str(person.is_admin).lower(), "auditor": str(person.is_auditor).lower()}


def _hash(ticket: str) -> str:
    # 256 random bits: there is nothing to guess.
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()
