"""Take in what a workspace asks for: snapshot, check, save, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from output_checker.application import pictures
from output_checker.application.judge import (
    judge,
    judged_by_all,
    storable,
    storable_previews,
    unjudged,
)
from output_checker.application.ports import Receipt, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.register import named
from output_checker.application.understand import Asked, Receiving, understand
from output_checker.application.withdraw import withdraw
from output_checker.application.workspace_ports import Snapshot, ToCheck
from output_checker.disclosure.model import Report
from output_checker.domain.actor import WORKER
from output_checker.domain.canonical import sha256_of
from output_checker.domain.errors import (
    Conflict,
    Forbidden,
    InvalidManifest,
    InvalidSubmission,
    NotFound,
)
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.manifest import Manifest, Wish, parse
from output_checker.domain.output_file import OutputFile, snapshot_sha256
from output_checker.domain.release_request import Action, ReleaseRequest, State

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
        deps.answers.answer(**where, body=_refused(str(refusal)))
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
    answer = _answer(request, "Withdrawn", None)
    receipt = replace(asked.receipt, answer=answer)
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
            context = asked.manifest.context or moved.context
            record_step(uow, replace(moved, recipients=recipients, context=context), event)
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
    outputs = _output_files(deps, asked, files, report)
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(asked.request.request_id, visible_to=asked.author)
        moved, event = request.perform(Action.RECORD_CHECKS, actor=WORKER, at=now)
        request = record_step(
            uow,
            replace(
                moved,
                policy=report.policy,
                verdict=report.verdict.value,
                snapshot_sha256=snapshot_sha256(outputs),
                judged_by=judged_by,
            ),
            event,
            details={
                "verdict": report.verdict.value,
                "snapshot": snapshot_sha256(outputs),
                "judged_by": sha256_of(judged_by),
                "findings": sum(len(file.findings) for file in report.files),
            },
        )
        uow.files.add(outputs)
        _keep_beside(deps, uow, asked, outputs, report)
        if asked.manifest.wish is Wish.SUBMIT and request.why_not_submit() is None:
            moved, event = request.perform(Action.SUBMIT, actor=asked.author, at=now)
            request = record_step(uow, moved, event)
        answer = _answer(request, _words(request, asked.manifest.wish), report)
        receipt = replace(asked.receipt, answer=answer)
        uow.receipts.save(receipt, at=now)
        uow.commit()
    return receipt


def _to_check(manifest: Manifest, snapshots: Sequence[Snapshot]) -> list[ToCheck]:
    return [
        ToCheck(snapshot=snapshot, spec=file.spec, dataset=file.dataset)
        for file, snapshot in zip(manifest.files, snapshots, strict=True)
    ]


def _output_files(
    deps: Receiving, asked: Asked, files: Sequence[ToCheck], report: Report
) -> list[OutputFile]:
    return [
        OutputFile(
            file_id=deps.ids.new(),
            request_id=asked.request.request_id,
            turn=asked.request.turn,
            position=position,
            name=file.snapshot.path,
            sha256=file.snapshot.sha256,
            size_bytes=file.snapshot.size_bytes,
            verdict=entry.verdict.value,
            dataset=file.dataset,
            findings=tuple(storable(finding.as_json()) for finding in entry.findings),
            previews=storable_previews(entry),
        )
        for position, (file, entry) in enumerate(zip(files, report.files, strict=True))
    ]


def _keep_beside(
    deps: Receiving, uow: UnitOfWork, asked: Asked, outputs: Sequence[OutputFile], report: Report
) -> None:
    """What files publish, and the pictures that people must look at."""
    for file, entry in zip(outputs, report.files, strict=True):
        uow.files.keep_published(file.file_id, [storable(one) for one in entry.published])
        whole = pictures.whole(file)
        for part, picture in pictures.inside(entry):
            if whole is None or part != whole.part:
                uow.files.keep_image(file.file_id, part, picture)
        if whole is not None:
            content = deps.outputs.quarantined(
                project=asked.project.project_id,
                request_id=file.request_id,
                turn=file.turn,
                position=file.position,
                sha256=file.sha256,
            )
            uow.files.keep_image(file.file_id, whole.part, content)


def _remember_refusal(deps: Receiving, receipt: Receipt, refusal: Exception) -> Receipt:
    refused = replace(receipt, answer=_refused(str(refusal)))
    with deps.unit_of_work() as uow:
        uow.receipts.save(refused, at=deps.clock.now())
        uow.ledger.append(
            at=deps.clock.now(),
            actor=receipt.username,
            event="manifest.refused",
            subject=f"manifest:{receipt.sha256}",
            project=receipt.project,
            details={"code": getattr(refusal, "code", "refused")},
        )
        uow.commit()
    return refused


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


def _words(request: ReleaseRequest, wish: Wish) -> str:
    if request.state is State.SUBMITTED:
        return f"Submitted; {request.required_reviews} checkers will look at the files"
    if wish is Wish.CHECK:
        return "Checked, not submitted"
    return request.why_not_submit() or "Not submitted"


def _answer(request: ReleaseRequest, message: str, report: Report | None) -> dict[str, Any]:
    return {
        "version": 1,
        "request_id": request.request_id,
        "state": request.state.value,
        "verdict": request.verdict,
        "message": message,
        "report": None if report is None else storable(report.as_json()),
    }


def _refused(message: str) -> dict[str, Any]:
    return {
        "version": 1,
        "request_id": None,
        "state": State.REFUSED.value,
        "verdict": None,
        "message": storable(message),
        "report": None,
    }
