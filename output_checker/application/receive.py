"""Take in what a workspace asks for: snapshot, check, save, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from output_checker.application.answering import answer, refused, words
from output_checker.application.ask_rerun import ask_rerun
from output_checker.application.gather import gather
from output_checker.application.judge import judge, judged_by_all, unjudged
from output_checker.application.ports import UnitOfWork
from output_checker.application.receipt_ports import Receipt
from output_checker.application.record_step import record_step
from output_checker.application.register import named
from output_checker.application.save_checks import Checked, save_checks
from output_checker.application.submit import submit_if_ready
from output_checker.application.understand import Asked, Receiving, understand
from output_checker.application.withdraw import withdraw
from output_checker.application.workspace_ports import Snapshot, ToCheck
from output_checker.disclosure.model import Report
from output_checker.domain.errors import (
    Conflict,
    Forbidden,
    InvalidManifest,
    InvalidSubmission,
    NotFound,
)
from output_checker.domain.file_group import FileRole, kept
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.manifest import Manifest, Wish, parse
from output_checker.domain.workflow import Action

# A file that takes the worker down with it is not tried for ever.
MAX_ATTEMPTS = 3

_REFUSALS = (InvalidSubmission, NotFound, Forbidden, Conflict)


def receive(deps: Receiving, *, project: str, username: str, manifest_name: str) -> None:
    """Answer one manifest; the same manifest again gets the same answer.

    Raises:
        DependencyUnavailable: Nothing was answered; try again later.
    """
    where = {"project": project, "username": username, "name": manifest_name}
    try:
        content = deps.outputs.manifest(**where)
    except InvalidManifest as refusal:
        deps.answers.answer(**where, body=refused(str(refusal)))
        return
    receipt = _receipt(deps, where, sha256_hex(content))
    if receipt.answer is None:
        try:
            receipt = _take_in(deps, receipt, content)
        except _REFUSALS as refusal:
            receipt = _remember_refusal(deps, receipt, refusal)
    deps.answers.answer(**where, body=receipt.answer or {})


def _receipt(deps: Receiving, where: Mapping[str, str], sha256: str) -> Receipt:
    with deps.unit_of_work() as uow:
        found = uow.receipts.get(**where, sha256=sha256)
    return found or Receipt(**where, sha256=sha256, request_id=None, attempts=0, answer=None)


def _take_in(deps: Receiving, receipt: Receipt, content: bytes) -> Receipt:
    manifest = parse(content, max_files=deps.max_files)
    asked = understand(deps, receipt, manifest)
    if manifest.wish is Wish.WITHDRAW:
        return _withdraw(deps, asked)
    snapshots = deps.outputs.snapshot(
        project=receipt.project,
        username=receipt.username,
        request_id=asked.request.request_id,
        turn=asked.request.turn,
        paths=[file.path for file in manifest.files],
    )
    asked = _begin(deps, asked)
    files = _to_check(manifest, snapshots)
    if asked.receipt.attempts > MAX_ATTEMPTS:
        return _record(deps, asked, files, unjudged(files, project=asked.project), judged_by={})
    # Before the register is read: what is released while this is checked is compared at release.
    compared_at = deps.clock.now()
    report = judge(deps.checks, files, project=asked.project, earlier=_earlier(deps, asked))
    judged_by = {
        **judged_by_all(deps.checks, project=asked.project),
        "compared_at": compared_at.isoformat(),
    }
    return _record(deps, asked, files, report, judged_by)


def _earlier(deps: Receiving, asked: Asked) -> list[Mapping[str, Any]]:
    datasets = [one.dataset_id for one in asked.project.datasets]
    with deps.unit_of_work() as uow:
        found = uow.releases.tables(datasets, but=asked.request.request_id)
    return named(found, project_id=asked.project.project_id)


def _withdraw(deps: Receiving, asked: Asked) -> Receipt:
    request = withdraw(
        deps.unit_of_work(),
        deps.clock,
        request_id=asked.request.request_id,
        actor=asked.author,
    )
    receipt = replace(
        asked.receipt, answer=answer(request, "Withdrawn", None, public_url=deps.public_url)
    )
    with deps.unit_of_work() as uow:
        uow.receipts.save(receipt, at=deps.clock.now())
        uow.commit()
    return receipt


def _begin(deps: Receiving, asked: Asked) -> Asked:
    """Show the request as being checked, and count the attempt before it can go wrong."""
    now = deps.clock.now()
    attempts = asked.receipt.attempts + 1
    request_id = asked.request.request_id
    receipt = replace(asked.receipt, attempts=attempts, request_id=request_id)
    with deps.unit_of_work() as uow:
        if asked.is_new:
            uow.requests.add(asked.request)
            _note(uow, deps, asked, "request.received", {"files": len(asked.manifest.files)})
        elif asked.receipt.request_id is None:
            request = uow.requests.lock(request_id, visible_to=asked.author)
            moved, event = request.perform(Action.CHECK_AGAIN, actor=asked.author, at=now)
            recipients = asked.manifest.recipients or moved.recipients
            groups = kept(moved.groups, asked.manifest.groups)
            release_class = asked.manifest.release_class or moved.release_class
            changed = replace(
                moved, recipients=recipients, groups=groups, release_class=release_class
            )
            record_step(uow, changed, event)
        uow.receipts.save(receipt, at=now)
        uow.commit()
    return replace(asked, receipt=receipt)


def _record(
    deps: Receiving,
    asked: Asked,
    files: Sequence[ToCheck],
    report: Report,
    judged_by: Mapping[str, Any],
) -> Receipt:
    """Save what was found; a request without a failing file goes on to review if it may."""
    now = deps.clock.now()
    checked = Checked(
        said=asked.manifest.files, files=files, report=report, judged_by=judged_by, at=now
    )
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(asked.request.request_id, visible_to=asked.author)
        request = save_checks(deps, uow, request, checked)
        agreement = gather(uow, request)
        agreement = ask_rerun(deps, uow, asked.manifest, request, agreement)
        if asked.manifest.wish is Wish.SUBMIT:
            request = submit_if_ready(uow, asked.author, request, agreement, now)
        said = words(request, asked.manifest.wish, agreement)
        told = answer(request, said, report, public_url=deps.public_url)
        receipt = replace(asked.receipt, answer=told)
        uow.receipts.save(receipt, at=now)
        uow.commit()
    return receipt


def _to_check(manifest: Manifest, snapshots: Sequence[Snapshot]) -> list[ToCheck]:
    return [
        ToCheck(
            snapshot=snapshot,
            spec=file.spec,
            dataset=file.dataset,
            may_leave=file.role is FileRole.OUTPUT,
        )
        for file, snapshot in zip(manifest.files, snapshots, strict=True)
    ]


def _remember_refusal(deps: Receiving, receipt: Receipt, refusal: Exception) -> Receipt:
    told = replace(receipt, answer=refused(str(refusal)))
    with deps.unit_of_work() as uow:
        uow.receipts.save(told, at=deps.clock.now())
        uow.ledger.append(
            at=deps.clock.now(),
            actor=receipt.username,
            event="manifest.refused",
            subject=f"manifest:{receipt.sha256}",
            project=receipt.project,
            details={"code": getattr(refusal, "code", "refused")},
        )
        uow.commit()
    return told


def _note(
    uow: UnitOfWork, deps: Receiving, asked: Asked, event: str, details: Mapping[str, int]
) -> None:
    uow.ledger.append(
        at=deps.clock.now(),
        actor=asked.author.username,
        event=event,
        subject=f"request:{asked.request.request_id}",
        project=asked.project.project_id,
        details=dict(details),
    )
