"""Look at what is inside an output. Whoever looks is in the ledger before they see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from output_checker.application import pictures
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.queries import RequestView, view_request
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, IntegrityLost, NotFound
from output_checker.domain.integrity import is_intact
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePreview:
    """The inert description that the sandbox made of one file.

    Attributes:
        previews: Of its parts, as the engine's `Preview` has them; none when there is nothing
            to show.
    """

    file_id: str
    name: str
    previews: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    request: RequestView
    files: tuple[FilePreview, ...]


def open_review(uow: UnitOfWork, clock: Clock, *, request_id: str, actor: Actor) -> ReviewPage:
    """A request with the contents of its files, for somebody who may check it.

    Raises:
        NotFound: There is none, or it is not this actor's to see.
        Forbidden: The actor may see the request, but not what is in its files.
    """
    with uow:
        request = _checkable(uow, request_id, actor)
        files = uow.files.of(request_id, turn=request.turn)
        _note(uow, clock.now(), actor=actor, request=request, subject=f"request:{request_id}")
        page = ReviewPage(
            request=view_request(uow, request_id, actor),
            files=tuple(_preview(file) for file in files),
        )
        uow.commit()
    return page


def file_preview(
    uow: UnitOfWork, clock: Clock, *, request_id: str, file_id: str, actor: Actor
) -> FilePreview:
    """One file's contents as text; raises as `open_review` does."""
    with uow:
        request = _checkable(uow, request_id, actor)
        file = _file(uow, request, file_id)
        _note(uow, clock.now(), actor=actor, request=request, subject=f"file:{file_id}")
        uow.commit()
    return _preview(file)


def file_image(
    uow: UnitOfWork, clock: Clock, *, request_id: str, file_id: str, part: int, actor: Actor
) -> tuple[bytes, str]:
    """A picture and its media type; raises as `open_review` does.

    Where the whole file is the picture, its bytes are the ones that would be released.
    """
    with uow:
        request = _checkable(uow, request_id, actor)
        file = _file(uow, request, file_id)
        shown = pictures.picture(file, part)
        content = uow.files.image(file_id, part)
        if content is None:
            raise NotFound("This is not a picture")
        if not is_intact(content, shown.sha256):
            raise IntegrityLost(f"The kept copy of file {file_id} is not what was submitted")
        _note(uow, clock.now(), actor=actor, request=request, subject=f"file:{file_id}")
        uow.commit()
    return content, shown.media


def _checkable(uow: UnitOfWork, request_id: str, actor: Actor) -> ReleaseRequest:
    request = uow.requests.get(request_id, visible_to=actor)
    # The author too: what a preview shows has not been approved to leave the workspace.
    if why := actor.why_not_check(project_id=request.project_id, author=request.author):
        raise Forbidden(why)
    return request


def _file(uow: UnitOfWork, request: ReleaseRequest, file_id: str) -> OutputFile:
    for file in uow.files.of(request.request_id, turn=request.turn):
        if file.file_id == file_id:
            return file
    raise NotFound("There is no such file in this request")


def _note(
    uow: UnitOfWork, at: datetime, *, actor: Actor, request: ReleaseRequest, subject: str
) -> None:
    uow.ledger.append(
        at=at,
        actor=actor.username,
        event=subject.partition(":")[0] + ".viewed",
        subject=subject,
        project=request.project_id,
        details={"request": request.request_id, "turn": request.turn},
    )


def _preview(file: OutputFile) -> FilePreview:
    return FilePreview(file_id=file.file_id, name=file.name, previews=file.previews)
