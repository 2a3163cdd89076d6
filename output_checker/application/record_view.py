"""Look at what is inside an output. Whoever looks is in the ledger before they see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from output_checker.application import pictures
from output_checker.application.look_at_request import view_request
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.request_views import RequestView
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, IntegrityLost, NotFound
from output_checker.domain.integrity import is_intact
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest

# One line in the ledger stands for this long of looking at a file, turning its pages.
LOOKING: Final = timedelta(minutes=15)
# How far back a line is looked for; where it is not found, another is written.
_NEWEST_LINES: Final = 200


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
    """A picture in a file of any turn, and its media type; raises as `open_review` does.

    Where the whole file is the picture, its bytes are the ones that would be released.
    """
    with uow:
        request = _checkable(uow, request_id, actor)
        file = _of_any_turn(uow, request, file_id)
        shown = pictures.picture(file, part)
        content = uow.files.image(file_id, part)
        if content is None:
            raise NotFound("This is not a picture")
        if not is_intact(content, shown.sha256):
            raise IntegrityLost(f"The kept copy of file {file_id} is not what was submitted")
        note_looking(uow, clock.now(), actor=actor, request=request, file=file)
        uow.commit()
    return content, shown.media


def open_file(
    uow: UnitOfWork, *, request_id: str, file_id: str, actor: Actor
) -> tuple[ReleaseRequest, OutputFile]:
    """A file of any turn, inside a transaction that is open; raises as `open_review` does.

    Whoever shows it calls `note_looking`.
    """
    request = _checkable(uow, request_id, actor)
    return request, _of_any_turn(uow, request, file_id)


def note_looking(
    uow: UnitOfWork, at: datetime, *, actor: Actor, request: ReleaseRequest, file: OutputFile
) -> None:
    """Say in the ledger that a file is looked at, once for as long as `LOOKING`."""
    subject = f"file:{file.file_id}"
    for line in uow.ledger.page(before=None, size=_NEWEST_LINES):
        is_this = (line.event, line.actor, line.subject) == ("file.viewed", actor.username, subject)
        if is_this and at - LOOKING < line.at <= at:
            return
    _note(uow, at, actor=actor, request=request, subject=subject, turn=file.turn)


def _checkable(uow: UnitOfWork, request_id: str, actor: Actor) -> ReleaseRequest:
    request = uow.requests.get(request_id, visible_to=actor)
    # The author too: what a preview shows has not been approved to leave the workspace.
    if why := request.why_not_look(actor):
        raise Forbidden(why)
    return request


def _file(uow: UnitOfWork, request: ReleaseRequest, file_id: str) -> OutputFile:
    for file in uow.files.of(request.request_id, turn=request.turn):
        if file.file_id == file_id:
            return file
    raise NotFound("There is no such file in this request")


def _of_any_turn(uow: UnitOfWork, request: ReleaseRequest, file_id: str) -> OutputFile:
    file = uow.files.find(request.request_id, file_id)
    if file is None:
        raise NotFound("There is no such file in this request")
    return file


def _note(
    uow: UnitOfWork,
    at: datetime,
    *,
    actor: Actor,
    request: ReleaseRequest,
    subject: str,
    turn: int | None = None,
) -> None:
    uow.ledger.append(
        at=at,
        actor=actor.username,
        event=subject.partition(":")[0] + ".viewed",
        subject=subject,
        project=request.project_id,
        details={"request": request.request_id, "turn": turn or request.turn},
    )


def _preview(file: OutputFile) -> FilePreview:
    return FilePreview(file_id=file.file_id, name=file.name, previews=file.previews)
