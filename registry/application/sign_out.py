"""End every session of a person, everywhere."""

from registry.application.sign_in_ports import SignInUnitOfWork


def sign_out(uow: SignInUnitOfWork, *, username: str) -> None:
    """End them, and record it; for somebody who has none, or whom nobody knows, do nothing."""
    with uow:
        if uow.sign_ins.generation(username) is None:
            return
        uow.sign_ins.end_all(username, why="signed_out")
        uow.record(
            event="signed_out",
            actor=username,
            subject=f"person:{username}",
            project_id=None,
            details={},
        )
        uow.commit()
