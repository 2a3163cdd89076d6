"""Follow the re-runs of notebooks: order them, compare what they made, and say so."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from output_checker.application.comparing.files import compare
from output_checker.application.ports import UnitOfWork
from output_checker.application.rerun_ports import Progress, Reading, Runner
from output_checker.application.take_rerun import Taking, take_rerun
from output_checker.application.understand import Receiving
from output_checker.domain.actor import WORKER
from output_checker.domain.errors import DependencyUnavailable, IntegrityLost
from output_checker.domain.file_group import FileRole
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.rerun import Rerun, RerunState
from output_checker.domain.workflow import IN_REVIEW, State

MOST_TRIES: Final = 3
# A request somewhere else has no use for a run any more.
_WAITING = IN_REVIEW | {State.DRAFT, State.APPROVED, State.RELEASING, State.RELEASED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What `follow_reruns` works with; `tries` counts looks at a run that failed, by its id."""

    receiving: Receiving
    runner: Runner
    reading: Reading
    tries: dict[str, int] = field(default_factory=dict)

    @property
    def unit_of_work(self) -> Callable[[], UnitOfWork]:
        return self.receiving.unit_of_work

    def now(self) -> datetime:
        return self.receiving.clock.now()


Trouble = Callable[[Rerun, int, Exception], None]


def follow_reruns(deps: Following, note: Trouble) -> None:
    """One look at each that is not over; a crash anywhere leaves work for the next look.

    Args:
        deps: What it works with, the same at each look.
        note: Is told of a run that could not be followed: which, how often, and why.

    Raises:
        DependencyUnavailable: Nothing was lost; look again later.
    """
    try:
        for rerun in _unfinished(deps):
            _look(deps, rerun, note)
    finally:
        deps.runner.keep_only({rerun.rerun_id for rerun in _unfinished(deps)})


def _look(deps: Following, rerun: Rerun, note: Trouble) -> None:
    """One run that cannot be followed keeps no other waiting, and is given up in the end."""
    tries = deps.tries.pop(rerun.rerun_id, 0)
    try:
        if tries < MOST_TRIES:
            _follow(deps, rerun)
        else:
            _end(deps, replace(rerun, state=RerunState.FAILED, reason="not_followed"))
    except DependencyUnavailable:
        deps.tries[rerun.rerun_id] = tries
        raise
    except Exception as error:  # noqa: BLE001 - whatever one run holds, the others go on
        deps.tries[rerun.rerun_id] = tries + 1
        note(rerun, tries + 1, error)


def _unfinished(deps: Following) -> list[Rerun]:
    with deps.unit_of_work() as uow:
        return [*uow.reruns.unfinished()]


def _follow(deps: Following, rerun: Rerun) -> None:
    try:
        _go_on(deps, rerun)
    except IntegrityLost:
        _end(deps, replace(rerun, state=RerunState.FAILED, reason="bytes_lost"))


def _go_on(deps: Following, rerun: Rerun) -> None:
    with deps.unit_of_work() as uow:
        request = uow.requests.get(rerun.request_id, visible_to=WORKER)
        files = [*uow.files.of(rerun.request_id, turn=rerun.turn)]
    if request.turn != rerun.turn or request.state not in _WAITING:
        _end(deps, replace(rerun, state=RerunState.FAILED, reason="moved_on"))
        return
    progress = deps.runner.progress(rerun.rerun_id)
    if progress is None:
        _order(deps, rerun, files)
    elif progress.state is RerunState.RUNNING and rerun.state is RerunState.QUEUED:
        _save(deps, replace(rerun, state=RerunState.RUNNING), "rerun.started")
    elif progress.state not in {RerunState.QUEUED, RerunState.RUNNING}:
        _conclude(deps, request, rerun, files, progress)


def _order(deps: Following, rerun: Rerun, files: list[OutputFile]) -> None:
    """With the code as it was taken in: what is in the workspace may be another by now."""
    with deps.unit_of_work() as uow:
        project = uow.registry.project(rerun.project_id)
    sources = [str(PurePosixPath(one.path).parent) for one in (project.datasets if project else ())]
    code = {
        file.name: _submitted(deps, rerun, file) for file in files if file.role is FileRole.CODE
    }
    deps.runner.order(rerun, code, sources=sources)


def _submitted(deps: Following, rerun: Rerun, file: OutputFile) -> bytes:
    return deps.receiving.outputs.quarantined(
        project=rerun.project_id,
        request_id=file.request_id,
        turn=file.turn,
        position=file.position,
        sha256=file.sha256,
    )


def _conclude(
    deps: Following,
    request: ReleaseRequest,
    rerun: Rerun,
    files: list[OutputFile],
    progress: Progress,
) -> None:
    ended = replace(rerun, state=progress.state, reason=progress.reason, image=progress.image)
    if progress.state is not RerunState.DONE:
        stopped = deps.runner.stopped(rerun.rerun_id)
        if stopped is not None and progress.state is RerunState.FAILED:
            ended = replace(ended, cell=stopped.cell, error=stopped.error)
        _end(deps, ended)
        return
    outputs = [file for file in files if file.may_leave]
    made = {file.name: deps.runner.made(rerun.rerun_id, file.name) for file in outputs}
    contents = {name: content for name, content in made.items() if content is not None}
    ended = replace(
        ended,
        outcomes=tuple(
            compare(deps.reading, outputs, lambda file: _submitted(deps, rerun, file), contents)
        ),
        extra=deps.runner.others(rerun.rerun_id, {file.name for file in files}),
    )
    shown = {file.name: _submitted(deps, rerun, file) for file in files if not file.may_leave}
    bytes_of_all = {file.name: (contents | shown).get(file.name, b"") for file in files}
    taking = Taking(rerun=replace(ended, ended_at=deps.now()), contents=bytes_of_all)
    if not (request.state is State.DRAFT and take_rerun(deps.receiving, taking)):
        _end(deps, ended)


def _end(deps: Following, rerun: Rerun) -> None:
    _save(deps, replace(rerun, ended_at=deps.now()), "rerun.ended")


def _save(deps: Following, rerun: Rerun, event: str) -> None:
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(rerun.request_id, visible_to=WORKER)
        uow.reruns.save(rerun)
        uow.ledger.append(
            at=deps.now(),
            actor=WORKER.username,
            event=event,
            subject=f"request:{rerun.request_id}",
            project=rerun.project_id,
            details=rerun.told(),
        )
        if not rerun.is_open and request.state is State.DRAFT and request.turn == rerun.turn:
            uow.requests.save(replace(request, message=why_still_here(rerun)))
            uow.jobs.enqueue("publish", request_id=rerun.request_id)
        uow.commit()


def why_still_here(rerun: Rerun) -> str:
    """For the author of a request that waited for it."""
    if rerun.state is RerunState.DONE:
        count = sum(not one.outcome.is_the_same for one in rerun.outcomes)
        return (
            f"Its notebook was run again and did not make {count} of {len(rerun.outcomes)} files "
            "the same. Run it from top to bottom yourself, then submit again"
        )
    if rerun.state is RerunState.TIMED_OUT:
        return f"Its notebook was run again and stopped after {rerun.seconds} seconds"
    if rerun.reason == "not_followed":
        return (
            "Its notebook could not be run again, or what it made could not be read. Submit again; "
            "if that goes on, tell who runs Haven"
        )
    # Where it stopped is for the author alone: see `publish`.
    return "Its notebook was run again and did not run to its end. Submit again when it does"
