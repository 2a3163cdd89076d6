"""Save what was found in the files of a turn, and send the request on if it may go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from output_checker.application import pictures
from output_checker.application.judge import storable, storable_previews
from output_checker.application.ports import UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.understand import Receiving
from output_checker.application.workspace_ports import ToCheck
from output_checker.disclosure.model import Report
from output_checker.domain.actor import WORKER
from output_checker.domain.canonical import sha256_of
from output_checker.domain.manifest import ManifestFile
from output_checker.domain.output_file import OutputFile, snapshot_sha256
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Files of one turn and the report on them; `said` is what the manifest says of each."""

    said: Sequence[ManifestFile]
    files: Sequence[ToCheck]
    report: Report
    judged_by: Mapping[str, Any]
    at: datetime


def save_checks(
    deps: Receiving, uow: UnitOfWork, request: ReleaseRequest, checked: Checked
) -> ReleaseRequest:
    """Inside an open transaction, of a request that is being checked; the caller commits."""
    report = checked.report
    outputs = _output_files(deps, request, checked)
    moved, event = request.perform(Action.RECORD_CHECKS, actor=WORKER, at=checked.at)
    saved = record_step(
        uow,
        replace(
            moved,
            policy=report.policy,
            verdict=report.verdict.value,
            snapshot_sha256=snapshot_sha256(outputs),
            judged_by=checked.judged_by,
        ),
        event,
        details={
            "verdict": report.verdict.value,
            "snapshot": snapshot_sha256(outputs),
            "judged_by": sha256_of(checked.judged_by),
            "findings": sum(len(file.findings) for file in report.files),
        },
    )
    uow.files.add(outputs)
    _keep_beside(deps, uow, request, outputs, report)
    return saved


def _output_files(deps: Receiving, request: ReleaseRequest, checked: Checked) -> list[OutputFile]:
    return [
        OutputFile(
            file_id=deps.ids.new(),
            request_id=request.request_id,
            turn=request.turn,
            position=position,
            name=file.snapshot.path,
            sha256=file.snapshot.sha256,
            size_bytes=file.snapshot.size_bytes,
            verdict=entry.verdict.value,
            dataset=file.dataset,
            findings=tuple(storable(finding.as_json()) for finding in entry.findings),
            previews=storable_previews(entry),
            role=said.role,
            group=said.group,
        )
        for position, (file, entry, said) in enumerate(
            zip(checked.files, checked.report.files, checked.said, strict=True)
        )
    ]


def _keep_beside(
    deps: Receiving,
    uow: UnitOfWork,
    request: ReleaseRequest,
    outputs: Sequence[OutputFile],
    report: Report,
) -> None:
    """What files publish, and the pictures and whole tables that people must look at."""
    for file, entry in zip(outputs, report.files, strict=True):
        for part, preview in enumerate(entry.previews):
            if preview.whole:
                uow.files.keep_table(file.file_id, part, preview.whole)
        if file.may_leave:
            uow.files.keep_published(file.file_id, [storable(one) for one in entry.published])
        whole = pictures.whole(file)
        for part, picture in pictures.inside(entry):
            if whole is None or part != whole.part:
                uow.files.keep_image(file.file_id, part, picture)
        if whole is not None:
            content = deps.outputs.quarantined(
                project=request.project_id,
                request_id=file.request_id,
                turn=file.turn,
                position=file.position,
                sha256=file.sha256,
            )
            uow.files.keep_image(file.file_id, whole.part, content)
