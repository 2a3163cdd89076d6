"""Look at one file, or at what changed in it. Whoever looks is in the ledger before they see it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_view import note_looking, open_file
from output_checker.domain.actor import Actor
from output_checker.domain.errors import NotFound
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file, with those of its tables that are kept whole, by part, as they were packed."""

    file: OutputFile
    tables: dict[int, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFile:
    """Attributes: `old` is None where there is no file of this name."""

    old: OpenedFile | None
    new: OpenedFile


def look_at_file(
    uow: UnitOfWork,
    clock: Clock,
    *,
    request_id: str,
    file_id: str,
    part: int | None,
    actor: Actor,
) -> OpenedFile:
    """A file with the whole table that one of its parts is.

    Args:
        part: None for the only one, where there is but one.

    Raises:
        NotFound: There is none, or it is not this actor's to see.
        Forbidden: The actor may see the request, but not what is in its files.
    """
    with uow:
        request, file = open_file(uow, request_id=request_id, file_id=file_id, actor=actor)
        wanted = 0 if part is None and len(file.previews) == 1 else part
        if wanted is not None and not 0 <= wanted < len(file.previews):
            raise NotFound("There is no such part in this file")
        tables = {} if wanted is None else _tables(uow, file, [wanted])
        note_looking(uow, clock.now(), actor=actor, request=request, file=file)
        uow.commit()
    return OpenedFile(file=file, tables=tables)


def compare_file(
    uow: UnitOfWork,
    clock: Clock,
    *,
    request_id: str,
    file_id: str,
    turn: int | None,
    actor: Actor,
) -> ComparedFile:
    """A file beside the one of its name of another turn, or of the project's last release.

    Args:
        turn: None for the last release.

    Raises:
        NotFound, Forbidden: As `look_at_file`, of either of both requests.
    """
    now = clock.now()
    with uow:
        request, new = open_file(uow, request_id=request_id, file_id=file_id, actor=actor)
        found = _of_turn(uow, request, new, turn) if turn else _released(uow, request, new)
        old = None
        if found is not None:
            other, found = open_file(
                uow, request_id=found.request_id, file_id=found.file_id, actor=actor
            )
            old = OpenedFile(file=found, tables=_tables(uow, found, range(len(found.previews))))
            note_looking(uow, now, actor=actor, request=other, file=found)
        note_looking(uow, now, actor=actor, request=request, file=new)
        opened = OpenedFile(file=new, tables=_tables(uow, new, range(len(new.previews))))
        uow.commit()
    return ComparedFile(old=old, new=opened)


def _of_turn(
    uow: UnitOfWork, request: ReleaseRequest, file: OutputFile, turn: int
) -> OutputFile | None:
    files = uow.files.of(request.request_id, turn=turn)
    return next((one for one in files if one.name == file.name), None)


def _released(uow: UnitOfWork, request: ReleaseRequest, file: OutputFile) -> OutputFile | None:
    return uow.files.last_released(request.project_id, file.name, but=request.request_id)


def _tables(uow: UnitOfWork, file: OutputFile, parts: Iterable[int]) -> dict[int, bytes]:
    kept = ((part, uow.files.table(file.file_id, part)) for part in parts)
    return {part: content for part, content in kept if content is not None}
