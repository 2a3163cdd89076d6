"""Make the registry what one project file asks for."""

from registry.application.apply_files import FromFile, apply_files
from registry.application.ports import Clock, Passwords, UnitOfWork
from registry.domain.apply_change import Change
from registry.domain.apply_plan import Wanted


def apply_project(
    uow: UnitOfWork,
    passwords: Passwords,
    clock: Clock,
    *,
    wanted: Wanted,
    file: str,
    actor: str,
    policies: frozenset[str],
    dry_run: bool = False,
) -> tuple[Change, ...]:
    """Apply a file, or say what applying it would change.

    Returns:
        The changes, made and recorded together; empty when all is as the file asks.

    Raises:
        WrongFile: With every problem found. Nothing was changed.
    """
    return apply_files(
        uow,
        passwords,
        clock,
        files=[FromFile(wanted=wanted)],
        place=file,
        actor=actor,
        policies=policies,
        dry_run=dry_run,
    )
