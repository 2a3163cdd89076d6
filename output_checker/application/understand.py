"""Turn a workspace's manifest into a request that makes sense, or refuse it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from output_checker.application.ports import Clock, Ids, Project, Receipt, UnitOfWork
from output_checker.application.workspace_ports import Answers, Checks, Outputs
from output_checker.disclosure import specs
from output_checker.disclosure.errors import BadSpec
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, InvalidSubmission, NotFound
from output_checker.domain.manifest import Manifest, Wish
from output_checker.domain.release_request import (
    REQUIRED_REVIEWS,
    Action,
    ReleaseRequest,
    State,
)


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
        project = uow.registry.project(receipt.project)
        author = uow.registry.actor(receipt.username)
        if project is None or author is None or receipt.username not in project.members:
            raise Forbidden("You are not a member of this project")
        if not project.is_open:
            raise Forbidden("This project is closed")
        _require_known(uow, manifest, project)
        request_id = receipt.request_id or manifest.request_id
        if request_id is None:
            is_new, request = True, _new_request(deps, receipt, manifest, project)
        else:
            is_new, request = False, uow.requests.get(request_id, visible_to=author)
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
    for name in manifest.recipients:
        if uow.registry.actor(name) is None:
            raise InvalidSubmission(f"{name}: nobody here has this username (recipients)")


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
        context=manifest.context,
        recipients=manifest.recipients or (receipt.username,),
        required_reviews=deps.required_reviews,
    )


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
