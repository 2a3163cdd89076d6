"""A member brings a file to the door of their project."""

from collections.abc import Callable
from dataclasses import replace

from output_checker.application.ingress.ports import Quarantine
from output_checker.application.ports import Clock, Ids, UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, InvalidOutput, NotFound
from output_checker.domain.ingress import (
    IncomingFile,
    IngressState,
    require_input_name,
    require_words,
)


def require_may_bring_in(uow: UnitOfWork, *, project_id: str, actor: Actor) -> None:
    """Raises: NotFound, Forbidden, or Forbidden of a project that is over."""
    project = uow.registry.project(project_id)
    if project is None or not may_see(project_id, actor):
        raise NotFound("There is no such project, or it is not yours to see.")
    if project_id not in actor.member_of:
        raise Forbidden("Members of the project bring files in")
    if not project.is_open:
        raise Forbidden("The project has ended or is closed; nothing more is brought in")


def may_see(project_id: str, actor: Actor) -> bool:
    """Who sees what was brought in, without its content."""
    has_part = project_id in actor.member_of or project_id in actor.checks
    return has_part or actor.is_admin or actor.is_auditor


def bring_in(
    unit_of_work: Callable[[], UnitOfWork],
    quarantine: Quarantine,
    clock: Clock,
    ids: Ids,
    *,
    project_id: str,
    name: str,
    purpose: str,
    content: bytes,
    actor: Actor,
) -> IncomingFile:
    """Put a file into quarantine. Nothing looks into it here.

    Raises:
        NotFound, Forbidden: Not this person's project.
        InvalidOutput: Its name, its size or its purpose is wrong.
        Conflict: One of this name is under way, or lies in /inputs.
    """
    with unit_of_work() as uow:
        require_may_bring_in(uow, project_id=project_id, actor=actor)
        _require_fitting(content, quarantine.max_file_bytes)
        at = clock.now()
        file = IncomingFile(
            input_id=ids.new(),
            project_id=project_id,
            author=actor.username,
            name=require_input_name(name),
            purpose=require_words(purpose, "a purpose"),
            sha256="",
            size_bytes=len(content),
            state=IngressState.QUARANTINED,
            created_at=at,
            updated_at=at,
        )
        _require_room(uow, project_id, len(content), quarantine.max_project_bytes)
        file = replace(file, sha256=quarantine.keep(content))
        uow.ingress.add(file)
        _record(uow, file)
        uow.commit()
    return file


def _record(uow: UnitOfWork, file: IncomingFile) -> None:
    uow.ledger.append(
        at=file.created_at,
        actor=file.author,
        event="ingress.bring_in",
        subject=f"input:{file.input_id}",
        project=file.project_id,
        details={"now": file.state.value, "sha256": file.sha256, "bytes": file.size_bytes},
    )


def _require_room(uow: UnitOfWork, project_id: str, size: int, most: int) -> None:
    if uow.ingress.hold_project(project_id) + size > most:
        raise InvalidOutput(
            f"With it the project would have sent in more than {most} bytes; ask an administrator"
        )


def _require_fitting(content: bytes, most: int) -> None:
    if not content:
        raise InvalidOutput("Choose a file that has something in it")
    if len(content) > most:
        raise InvalidOutput(f"The file has {len(content)} bytes; at most {most} can be taken")
