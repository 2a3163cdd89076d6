"""What administrators decide about packages, written into the ledger.

The list itself lies on the host, where the mirror reads it (`infra/packages`); a decision is
recorded before it is carried out, so that none holds without its line.
"""

from registry.application.ports import UnitOfWork
from registry.domain.errors import NotValid

LONGEST_WORDS = 1000


def record_allowed(uow: UnitOfWork, *, package: str, versions: str, note: str, actor: str) -> None:
    """Write down that a package may be installed in workspaces.

    Raises:
        NotValid: There is no note of what was looked at, or one too long.
    """
    details = {"versions": versions, "note": _words(note)}
    _record(uow, "package_allowed", package, details, actor)


def record_refused(uow: UnitOfWork, *, package: str, why: str, actor: str) -> None:
    """Write down that a package may not be installed.

    Raises:
        NotValid: There is no reason, or one too long.
    """
    _record(uow, "package_refused", package, {"why": _words(why)}, actor)


def record_imported(uow: UnitOfWork, *, wheels: int, sha256: str, actor: str) -> None:
    """Write down that files were put into the store: how many, and a hash over theirs."""
    _record(uow, "packages_imported", "(files)", {"wheels": str(wheels), "sha256": sha256}, actor)


def _record(uow: UnitOfWork, event: str, package: str, details: dict[str, str], actor: str) -> None:
    with uow:
        uow.record(
            event=event,
            actor=actor,
            subject=f"package:{package}",
            project_id=None,
            details=details,
        )
        uow.commit()


def _words(text: str) -> str:
    words = " ".join(text.split())
    if not 1 <= len(words) <= LONGEST_WORDS:
        raise NotValid(f"Say what was looked at, in up to {LONGEST_WORDS} characters.")
    return words
