"""A person with an account."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    username: str
    display_name: str
    is_admin: bool = False
    is_auditor: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with the hash of their password; None while nobody has set one."""

    person: Person
    password_hash: str | None
