"""Seal approved files in the store: all of them, once, and exactly as they were reviewed.

Two steps, each one transaction. The first decides what is sealed and writes it down; the
second seals it and says so. A crash in either leaves a state from which running this again
ends in the same single release.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from output_checker.application.gather import as_decided, gather
from output_checker.application.ports import Clock, Ids, Release, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.register import require_no_difference
from output_checker.application.store_ports import ReleaseStore, Signer
from output_checker.application.workspace_ports import Checks, Outputs
from output_checker.domain.actor import WORKER
from output_checker.domain.agreement import Agreement
from output_checker.domain.errors import Forbidden, IntegrityLost
from output_checker.domain.integrity import is_intact
from output_checker.domain.link import Link
from output_checker.domain.output_file import OutputFile, snapshot_sha256
from output_checker.domain.release_record import (
    object_key,
    record_key,
    record_sha256,
    release_record,
    signature_key,
)
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import Action, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Releasing:
    """What `release` works with; `unit_of_work` makes a fresh transaction each time."""

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    ids: Ids
    outputs: Outputs
    checks: Checks
    store: ReleaseStore
    signer: Signer
    retention: timedelta
    link_life: timedelta
    link_downloads: int


def release(deps: Releasing, *, request_id: str) -> State:
    """Bring an approved request to its end; for any other it does nothing.

    Returns:
        The request's state: released, or refused when its bytes are not those reviewed.

    Raises:
        DependencyUnavailable: Run it again later.
    """
    try:
        state = _start(deps, request_id)
        return _seal(deps, request_id) if state is State.RELEASING else state
    except (IntegrityLost, Forbidden) as reason:
        return _refuse(deps, request_id, str(reason))


def _start(deps: Releasing, request_id: str) -> State:
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(request_id, visible_to=WORKER)
        if request.state is not State.APPROVED or _is_frozen(uow, request):
            return request.state
        if not request.judged_by:
            raise IntegrityLost("What it was judged by is not known; send the files in again")
        files = uow.files.of(request_id, turn=request.turn)
        _reviewed_bytes(deps, request, files)
        require_no_difference(uow, deps.checks, request)
        agreement = gather(uow, request)
        moved, event = request.perform(
            Action.START_RELEASE,
            actor=WORKER,
            at=deps.clock.now(),
            agreement=agreement,
        )
        decided = _decide(deps, uow, request, agreement)
        uow.releases.add(decided)
        record_step(uow, moved, event, details={"record": decided.record_sha256})
        uow.commit()
    return moved.state


def _is_frozen(uow: UnitOfWork, request: ReleaseRequest) -> bool:
    """Whether it must wait: the worker looks again at what waits, every half a minute."""
    return uow.registry.why_frozen(request.project_id) is not None


def _decide(
    deps: Releasing, uow: UnitOfWork, request: ReleaseRequest, agreement: Agreement
) -> Release:
    now = deps.clock.now()
    head = uow.ledger.head()
    asked = timedelta(days=agreement.terms.retention_days or 0)
    retain_until = (now + max(deps.retention, asked)).replace(microsecond=0)
    record = release_record(
        request,
        agreement,
        ledger_head=head,
        started_at=now,
        retain_until=retain_until,
    )
    return Release(
        request_id=request.request_id,
        record=record,
        record_sha256=record_sha256(record),
        started_at=now,
        retain_until=retain_until,
        ledger_head=head,
        signature=deps.signer.sign(record),
    )


def _seal(deps: Releasing, request_id: str) -> State:
    with deps.unit_of_work() as uow:
        # The lock is held while bytes travel: a second worker waits, and finds it done.
        request = uow.requests.lock(request_id, visible_to=WORKER)
        if request.state is not State.RELEASING or _is_frozen(uow, request):
            return request.state
        decided = uow.releases.get(request_id)
        files = uow.files.of(request_id, turn=request.turn)
        if decided is None or not is_intact(decided.record, decided.record_sha256):
            raise IntegrityLost("The release record is not the one that was decided")
        contents = _reviewed_bytes(deps, request, files)
        files = [file for file in files if file.may_leave]
        _put(deps, request, files, contents, decided)
        now = deps.clock.now()
        moved, event = request.perform(
            Action.RELEASE, actor=WORKER, at=now, agreement=as_decided(uow, request)
        )
        uow.releases.finish(request_id, at=now)
        link_days = gather(uow, request).terms.link_days
        for link in _links(deps, request, files, link_days):
            uow.links.add(link)
        record_step(
            uow, moved, event, details={"record": decided.record_sha256, "files": len(files)}
        )
        uow.commit()
    return moved.state


def _reviewed_bytes(
    deps: Releasing, request: ReleaseRequest, files: Sequence[OutputFile]
) -> list[bytes]:
    """The bytes of all that leaves, before the first is put, so that a bad one stops every one."""
    if not files or snapshot_sha256(files) != request.snapshot_sha256:
        raise IntegrityLost("The list of files is not the one that was reviewed")
    return [
        deps.outputs.quarantined(
            project=request.project_id,
            request_id=request.request_id,
            turn=file.turn,
            position=file.position,
            sha256=file.sha256,
        )
        for file in files
        if file.may_leave
    ]


def _put(
    deps: Releasing,
    request: ReleaseRequest,
    files: Sequence[OutputFile],
    contents: Sequence[bytes],
    decided: Release,
) -> None:
    for file, content in zip(files, contents, strict=True):
        deps.store.put(
            object_key(request.project_id, file),
            content,
            content_type="application/octet-stream",
            retain_until=decided.retain_until,
        )
    deps.store.put(
        record_key(request.project_id, request.request_id, decided.record_sha256),
        decided.record,
        content_type="application/ld+json",
        retain_until=decided.retain_until,
    )
    if decided.signature:
        deps.store.put(
            signature_key(request.project_id, request.request_id, decided.record_sha256),
            decided.signature,
            content_type="application/json",
            retain_until=decided.retain_until,
        )


def _links(
    deps: Releasing, request: ReleaseRequest, files: Sequence[OutputFile], days: int | None
) -> list[Link]:
    now = deps.clock.now()
    life = deps.link_life if days is None else min(deps.link_life, timedelta(days=days))
    return [
        Link(
            link_id=deps.ids.new(),
            request_id=request.request_id,
            project_id=request.project_id,
            file_id=file.file_id,
            recipient=recipient,
            token_sha256=None,
            created_at=now,
            expires_at=now + life,
            allowed_downloads=deps.link_downloads,
        )
        for file in files
        for recipient in request.recipients
    ]


def _refuse(deps: Releasing, request_id: str, message: str) -> State:
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(request_id, visible_to=WORKER)
        moved, event = request.perform(Action.REFUSE_RELEASE, actor=WORKER, at=deps.clock.now())
        record_step(uow, replace(moved, message=message), event, details={"reason": message})
        uow.commit()
    return moved.state
