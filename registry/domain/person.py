"""A person with an account."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person.

    Attributes:
        email: Where notices are mailed to; None: nowhere.
        organisation_id: Whom they work for; None where that is not known.
    """

    username: str
    display_name: str
    is_admin: bool = False
    is_auditor: bool = False
    is_active: bool = True
    email: str | None = None
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with the hash of their password; None while nobody has set one."""

    person: Person
    password_hash: str | None
