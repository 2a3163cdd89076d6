"""The worker's part: scan what came, lay what was approved, remove what was taken back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from output_checker.application.ingress.ports import InputsFolder, Quarantine, Scanner
from output_checker.application.ingress.steps import record_ingress
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.domain.actor import WORKER
from output_checker.domain.errors import IntegrityLost
from output_checker.domain.ingress import (
    FOR_THE_WORKER,
    IncomingFile,
    IngressAction,
    IngressState,
    Scan,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """What the worker's part needs."""

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    quarantine: Quarantine
    inputs: InputsFolder
    scanner: Scanner


def follow_ingress(
    bringing: Bringing, note_trouble: Callable[[str, Exception], None] | None = None
) -> int:
    """One look; a crash anywhere is made good by the next. Returns: how many files moved.

    Args:
        note_trouble: Told of what went wrong with one file, which keeps no other waiting.
    """
    with bringing.unit_of_work() as uow:
        waiting = uow.ingress.in_states(FOR_THE_WORKER)
    moved = 0
    for input_id in waiting:
        try:
            moved += _follow(bringing, input_id)
        except (IntegrityLost, OSError) as error:
            if note_trouble is not None:
                note_trouble(input_id, error)
    return moved


def _follow(bringing: Bringing, input_id: str) -> bool:
    with bringing.unit_of_work() as uow:
        file = uow.ingress.lock(input_id)
        if file is None:
            return False
        match file.state:
            case IngressState.QUARANTINED:
                _scan(bringing, uow, file)
            case IngressState.APPROVED:
                _lay(bringing, uow, file)
            case IngressState.LEAVING:
                bringing.inputs.remove(project=file.project_id, name=file.name, sha256=file.sha256)
                _step(bringing, uow, file, IngressAction.REMOVE)
            case _:
                return False
        uow.commit()
    return True


def _scan(bringing: Bringing, uow: UnitOfWork, file: IncomingFile) -> None:
    try:
        content = bringing.quarantine.read(file.sha256)
    except IntegrityLost as error:
        scan = Scan(stops=str(error))
    else:
        scan = bringing.scanner.scan(file.name, content)
    action = IngressAction.STOP if scan.stops else IngressAction.RECORD_SCAN
    _step(bringing, uow, file, action, words=scan.stops, scan=scan)


def _lay(bringing: Bringing, uow: UnitOfWork, file: IncomingFile) -> None:
    project = uow.registry.project(file.project_id)
    if project is None or not project.is_open:
        _stop_laying(bringing, uow, file, "The project is over")
        return
    try:
        content = bringing.quarantine.read(file.sha256)
        bringing.inputs.lay(project=file.project_id, name=file.name, content=content)
    except IntegrityLost as error:
        _stop_laying(bringing, uow, file, str(error))
        return
    _step(bringing, uow, file, IngressAction.LAY)


def _stop_laying(bringing: Bringing, uow: UnitOfWork, file: IncomingFile, words: str) -> None:
    # An earlier try may have laid it and ended before it could say so.
    with suppress(IntegrityLost):
        bringing.inputs.remove(project=file.project_id, name=file.name, sha256=file.sha256)
    _step(bringing, uow, file, IngressAction.STOP, words=words)


def _step(
    bringing: Bringing,
    uow: UnitOfWork,
    file: IncomingFile,
    action: IngressAction,
    *,
    words: str = "",
    scan: Scan | None = None,
) -> None:
    at = bringing.clock.now()
    record_ingress(uow, file, action, actor=WORKER, at=at, words=words, scan=scan)
