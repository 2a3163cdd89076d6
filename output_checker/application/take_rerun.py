"""Make the files of a re-run those of the request, where its project asks for that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from output_checker.application.gather import gather
from output_checker.application.judge import judge, judged_by_all
from output_checker.application.ports import Project, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.register import named
from output_checker.application.save_checks import Checked, save_checks
from output_checker.application.submit import submit_if_ready
from output_checker.application.understand import Receiving
from output_checker.application.workspace_ports import ToCheck
from output_checker.domain.actor import WORKER
from output_checker.domain.file_group import FileRole
from output_checker.domain.manifest import ManifestFile
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.rerun import Rerun
from output_checker.domain.terms import RerunRule
from output_checker.domain.workflow import Action, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Attributes: `contents` has all files of the turn by path, in order; outputs as re-run."""

    rerun: Rerun
    contents: Mapping[str, bytes]


def take_rerun(deps: Receiving, taking: Taking) -> bool:
    """Check its files like submitted ones and send them to review: a turn of their own.

    All of it is saved at once, so that a crash leaves nothing half done.

    Returns:
        Whether it was; not where the project does not ask for it, or files differ.
    """
    rerun = taking.rerun
    with deps.unit_of_work() as uow:
        request = uow.requests.get(rerun.request_id, visible_to=WORKER)
        project = uow.registry.project(rerun.project_id)
        if project is None or not _may_take(project, request, rerun):
            return False
        datasets = [one.dataset_id for one in project.datasets]
        tables = uow.releases.tables(datasets, but=request.request_id)
    checked = _checked(deps, taking, project, named(tables, project_id=rerun.project_id))
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(rerun.request_id, visible_to=WORKER)
        if not _may_take(project, request, rerun):
            return False
        _save(deps, uow, request, rerun, checked)
        uow.commit()
    return True


def _may_take(project: Project, request: ReleaseRequest, rerun: Rerun) -> bool:
    return (
        project.terms.rerun is RerunRule.REQUIRE
        and rerun.made_the_same
        and (request.state, request.turn) == (State.DRAFT, rerun.turn)
    )


def _checked(
    deps: Receiving, taking: Taking, project: Project, earlier: list[Mapping[str, Any]]
) -> Checked:
    rerun = taking.rerun
    said = [ManifestFile(**{**one, "role": FileRole(one["role"])}) for one in rerun.files]
    snapshots = deps.outputs.keep(
        project=rerun.project_id,
        request_id=rerun.request_id,
        turn=rerun.turn + 1,
        contents=taking.contents,
    )
    files = [
        ToCheck(
            snapshot=snapshot,
            spec=one.spec,
            dataset=one.dataset,
            may_leave=one.role is FileRole.OUTPUT,
        )
        for one, snapshot in zip(said, snapshots, strict=True)
    ]
    compared_at = deps.clock.now()
    report = judge(deps.checks, files, project=project, earlier=earlier)
    judged_by = {
        **judged_by_all(deps.checks, project=project),
        "compared_at": compared_at.isoformat(),
    }
    return Checked(said=said, files=files, report=report, judged_by=judged_by, at=deps.clock.now())


def _save(
    deps: Receiving,
    uow: UnitOfWork,
    request: ReleaseRequest,
    rerun: Rerun,
    checked: Checked,
) -> None:
    moved, event = request.perform(Action.TAKE_RERUN, actor=WORKER, at=checked.at)
    saved = save_checks(deps, uow, record_step(uow, moved, event), checked)
    taken = replace(rerun, taken_turn=saved.turn, taken_sha256=saved.snapshot_sha256)
    uow.reruns.save(taken)
    uow.ledger.append(
        at=checked.at,
        actor=WORKER.username,
        event="rerun.ended",
        subject=f"request:{rerun.request_id}",
        project=rerun.project_id,
        details=taken.told(),
    )
    author = uow.registry.actor(request.author)
    if rerun.sends_on and author is not None and request.project_id in author.member_of:
        submit_if_ready(uow, author, saved, gather(uow, saved), checked.at)
