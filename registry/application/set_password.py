"""Give a person a new password."""

from registry.application.ports import Passwords
from registry.application.sign_in_ports import SignInUnitOfWork
from registry.domain.errors import NotFound
from registry.domain.password import accept_new


def set_password(
    uow: SignInUnitOfWork, passwords: Passwords, *, username: str, password: str, actor: str
) -> None:
    """Set the password; every session of theirs ends.

    Raises:
        WeakPassword: It is too easy to guess.
        NotFound: Nobody has this username.
    """
    accept_new(password, username=username)
    password_hash = passwords.hash(password)
    with uow:
        if uow.people.find_account(username) is None:
            raise NotFound(f"Nobody is registered as {username}")
        uow.people.set_password_hash(username, password_hash)
        uow.sign_ins.end_all(username, why="password")
        uow.record(
            event="password_set",
            actor=actor,
            subject=f"person:{username}",
            project_id=None,
            details={},
        )
        uow.commit()
