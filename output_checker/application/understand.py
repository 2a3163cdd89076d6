"""Turn a workspace's manifest into a request that makes sense, or refuse it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from output_checker.application.egress import require_unfrozen
from output_checker.application.ports import Clock, Ids, Project, UnitOfWork
from output_checker.application.receipt_ports import Receipt
from output_checker.application.submit import require_member, require_recipients
from output_checker.application.workspace_ports import Answers, Checks, Outputs
from output_checker.disclosure import specs
from output_checker.disclosure.errors import BadSpec
from output_checker.domain.actor import Actor
from output_checker.domain.errors import InvalidSubmission, NotFound
from output_checker.domain.file_group import FileRole
from output_checker.domain.manifest import Manifest, Wish
from output_checker.domain.release_class import by_default
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.terms import REQUIRED_REVIEWS
from output_checker.domain.workflow import Action, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """What `receive` works with; `unit_of_work` makes a fresh transaction each time."""

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    ids: Ids
    outputs: Outputs
    answers: Answers
    checks: Checks
    max_files: int
    required_reviews: int = REQUIRED_REVIEWS
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A manifest that makes sense, and the people and project it is about."""

    receipt: Receipt
    manifest: Manifest
    project: Project
    author: Actor
    request: ReleaseRequest
    is_new: bool


def understand(deps: Receiving, receipt: Receipt, manifest: Manifest) -> Asked:
    """Read only: nothing is saved yet.

    Raises:
        Forbidden, NotFound, InvalidSubmission, InvalidTransition: With words for the author.
    """
    with deps.unit_of_work() as uow:
        project, author = require_member(uow, receipt.project, receipt.username)
        if manifest.wish is Wish.SUBMIT:
            require_unfrozen(uow, project.project_id)
        _require_known(uow, manifest, project)
        request_id = receipt.request_id or manifest.request_id
        if request_id is None:
            is_new, request = True, _new_request(deps, receipt, manifest, project)
        else:
            is_new, request = False, uow.requests.get(request_id, visible_to=author)
            if uow.releases.get(request_id) is not None and manifest.wish is not Wish.WITHDRAW:
                raise InvalidSubmission("Its release was decided once already; make a new request")
            request = _again(deps, request, manifest, author, receipt)
        return Asked(
            receipt=receipt,
            manifest=manifest,
            project=project,
            author=author,
            request=request,
            is_new=is_new,
        )


def _require_known(uow: UnitOfWork, manifest: Manifest, project: Project) -> None:
    granted = {dataset.dataset_id for dataset in project.datasets}
    for file in manifest.files:
        if file.dataset is not None and file.dataset not in granted:
            offer = ", ".join(sorted(granted)) or "none"
            raise InvalidSubmission(f"{file.dataset}: not a dataset of this project ({offer})")
        if file.spec is not None:
            _require_spec(file.spec)
    require_recipients(uow, manifest.recipients)


def _require_spec(spec: Mapping[str, Any]) -> None:
    try:
        specs.parse(spec)
    except BadSpec as reason:
        raise InvalidSubmission(str(reason)) from None


def _new_request(
    deps: Receiving, receipt: Receipt, manifest: Manifest, project: Project
) -> ReleaseRequest:
    now = deps.clock.now()
    return ReleaseRequest(
        request_id=deps.ids.new(),
        project_id=project.project_id,
        author=receipt.username,
        created_at=now,
        updated_at=now,
        policy=project.policy,
        groups=manifest.groups,
        recipients=manifest.recipients or (receipt.username,),
        release_class=manifest.release_class or by_default(_outputs(manifest)),
        required_reviews=max(deps.required_reviews, project.terms.reviews),
    )


def _outputs(manifest: Manifest) -> list[str]:
    return [file.path for file in manifest.files if file.role is FileRole.OUTPUT]


def _again(
    deps: Receiving, request: ReleaseRequest, manifest: Manifest, author: Actor, receipt: Receipt
) -> ReleaseRequest:
    if request.project_id != receipt.project:
        raise NotFound("There is no such request in this project")
    is_interrupted = receipt.request_id is not None and request.state is State.CHECKING
    if manifest.wish is Wish.WITHDRAW or is_interrupted:
        return request
    moved, _ = request.perform(Action.CHECK_AGAIN, actor=author, at=deps.clock.now())
    return moved
