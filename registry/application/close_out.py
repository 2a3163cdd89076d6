"""Archive or destroy a project's files: may it be done now, and that it was done."""

import hashlib
import json
from datetime import date

from registry.application.closure_ports import ClosureUnitOfWork
from registry.application.ports import Clock, UnitOfWork
from registry.domain.closure import Certificate, Closure, ClosureMode
from registry.domain.errors import NotFound, NotValid


def plan_close_out(uow: ClosureUnitOfWork, clock: Clock, *, project_id: str) -> Closure:
    """What is to be done with a project's files now.

    Raises:
        NotFound: There is no such project.
        NotValid: Nothing may be done yet; with the reason.
    """
    with uow:
        return _due(uow, project_id, clock.now().date())


def record_close_out(
    uow: ClosureUnitOfWork, clock: Clock, *, document: str, actor: str
) -> Certificate:
    """Keep the certificate, with its line in the ledger; a second time changes nothing.

    Args:
        uow: A transaction.
        clock: The time of the record.
        document: As the machine wrote it.
        actor: Who had it done.

    Raises:
        NotFound: There is no such project.
        NotValid: It is no certificate, or says what may not have been done.
    """
    certificate = read_certificate(document)
    now = clock.now()
    with uow:
        if uow.closures.has(certificate.project_id, certificate.sha256):
            return certificate
        closure = _due(uow, certificate.project_id, now.date())
        if certificate.mode is not closure.mode:
            raise NotValid(f"The project's files are to be: {closure}")
        uow.closures.keep(certificate, at=now)
        uow.record(
            event=f"project_files_{certificate.mode}",
            actor=actor,
            subject=f"project:{certificate.project_id}",
            project_id=certificate.project_id,
            details={
                "files": str(certificate.files),
                "bytes": str(certificate.size_bytes),
                "certificate": certificate.sha256,
            },
        )
        uow.commit()
    return certificate


def note_certificate_taken(uow: UnitOfWork, *, project_id: str, sha256: str, actor: str) -> None:
    """Write down that somebody downloaded a project's certificate."""
    with uow:
        uow.record(
            event="certificate_downloaded",
            actor=actor,
            subject=f"project:{project_id}",
            project_id=project_id,
            details={"certificate": sha256},
        )
        uow.commit()


def read_certificate(document: str) -> Certificate:
    """Read what the machine wrote.

    Raises:
        NotValid: It is no certificate.
    """
    try:
        read = json.loads(document)
        sizes = [int(one["bytes"]) for one in read["files"]]
        return Certificate(
            project_id=str(read["project"]),
            mode=ClosureMode(read["mode"]),
            files=len(sizes),
            size_bytes=sum(sizes),
            document=document,
            sha256=hashlib.sha256(document.encode()).hexdigest(),
        )
    except (ValueError, LookupError, TypeError):
        raise NotValid("This is no certificate of a project's files") from None


def _due(uow: ClosureUnitOfWork, project_id: str, today: date) -> Closure:
    state = uow.closures.state(project_id)
    if state is None:
        raise NotFound(f"There is no project {project_id}")
    if (why := state.why_not(today)) or state.closure is None:
        raise NotValid(f"{why}; nothing was done.")
    return state.closure
