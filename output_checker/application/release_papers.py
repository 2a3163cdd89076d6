"""The release record and its signature, for whoever may see what was released."""

from dataclasses import dataclass

from output_checker.application.egress import require_unfrozen
from output_checker.application.look_at_request import view_request
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.request_views import Viewer
from output_checker.domain.actor import Actor
from output_checker.domain.errors import IntegrityLost, NotFound
from output_checker.domain.integrity import is_intact

_NOT_THEIRS = frozenset({Viewer.MEMBER, Viewer.CONFLICTED})
_NO_RECORD = "There is no release record of this request, or it is not yours to see"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePapers:
    """Attributes: `record` as it is sealed; `signature` is empty where it was never signed."""

    record: bytes
    signature: bytes


def release_papers(
    uow: UnitOfWork, clock: Clock, *, request_id: str, actor: Actor
) -> ReleasePapers:
    """What proves a release; that somebody took it is in the ledger.

    Raises:
        NotFound: Nothing was released, or it is not this actor's to see.
        EgressFrozen: Nothing leaves at present.
        IntegrityLost: It is not the record that was decided.
    """
    with uow:
        request = uow.requests.get(request_id, visible_to=actor)
        release = uow.releases.get(request_id)
        if release is None or release.released_at is None:
            raise NotFound(_NO_RECORD)
        viewer = view_request(uow, request_id, actor).viewer
        if viewer in _NOT_THEIRS and actor.username not in request.recipients:
            raise NotFound(_NO_RECORD)
        require_unfrozen(uow, request.project_id)
        if not is_intact(release.record, release.record_sha256):
            raise IntegrityLost("The release record is not the one that was decided")
        uow.ledger.append(
            at=clock.now(),
            actor=actor.username,
            event="record.collected",
            subject=f"request:{request_id}",
            project=request.project_id,
            details={"record": release.record_sha256},
        )
        uow.commit()
    return ReleasePapers(record=release.record, signature=release.signature)
