"""Send checked files on to review: what a workspace's command and the request's page share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from output_checker.application.egress import require_unfrozen
from output_checker.application.gather import gather
from output_checker.application.judge import is_judged_as_now
from output_checker.application.ports import Clock, Project, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.due import after_working_days
from output_checker.domain.errors import Forbidden, InvalidSubmission, StaleReview
from output_checker.domain.file_group import FileGroup
from output_checker.domain.manifest import recipients
from output_checker.domain.manifest_groups import MAX_WORDS_LETTERS
from output_checker.domain.manifest_shapes import storable_text
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an author says of files that are checked already.

    Attributes:
        turn: Of the files that they looked at.
        groups: Context and controls of each group, in the request's order.
        recipients: Usernames, at least one.
    """

    turn: int
    groups: Sequence[tuple[str, str]]
    recipients: Sequence[str]


def require_member(uow: UnitOfWork, project_id: str, username: str) -> tuple[Project, Actor]:
    """Who asks, and for which project.

    Raises:
        Forbidden: They are not of the project, or it is closed.
    """
    project, author = uow.registry.project(project_id), uow.registry.actor(username)
    if project is None or author is None or username not in project.members:
        raise Forbidden("You are not a member of this project")
    if not project.is_open:
        raise Forbidden("This project is closed")
    return project, author


def require_recipients(uow: UnitOfWork, names: Iterable[str]) -> None:
    """Raises: InvalidSubmission, for the first whom nobody here knows."""
    for name in names:
        if uow.registry.actor(name) is None:
            raise InvalidSubmission(f"{name}: nobody here has this username (recipients)")


def submit_if_ready(
    uow: UnitOfWork, author: Actor, request: ReleaseRequest, agreement: Agreement, at: datetime
) -> ReleaseRequest:
    """Send it on to review, if it may go there; inside an open transaction."""
    if uow.registry.why_frozen(request.project_id) or request.why_not_submit(agreement):
        return request
    return _send(uow, author, request, agreement, at)


def submit_checked(
    uow: UnitOfWork, clock: Clock, *, request_id: str, words: Words, actor: Actor
) -> ReleaseRequest:
    """Submit the very files that were checked, with what is said of them now.

    Raises:
        NotFound, Forbidden, InvalidTransition: It is not this person's to submit, or not now.
        EgressFrozen: Nothing of the project leaves at present.
        StaleReview: Other files took the place of those that they looked at.
        InvalidSubmission: The files did not pass, or what is said of them is wrong.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        if actor.username != request.author:
            raise Forbidden("Only the author can do this")
        if request.turn != words.turn:
            raise StaleReview("The files were checked again since you opened this page; reload it")
        named = recipients(list(words.recipients))
        if not named:
            raise InvalidSubmission("recipients: name at least one person")
        ready = replace(
            request,
            groups=_groups(request.groups, words.groups),
            recipients=named,
        )
        agreement = gather(uow, request)
        if Action.SUBMIT in request.available_actions():
            _require_askable(uow, request, agreement)
            require_recipients(uow, named)
        saved = _send(uow, actor, ready, agreement, clock.now())
        uow.commit()
    return saved


def why_not_ask(uow: UnitOfWork, request: ReleaseRequest, agreement: Agreement) -> str | None:
    """Why its author cannot ask for its release, whatever they say of the files."""
    try:
        _require_askable(uow, request, agreement)
    except (Forbidden, InvalidSubmission) as refusal:
        return str(refusal)
    return None


def _require_askable(uow: UnitOfWork, request: ReleaseRequest, agreement: Agreement) -> None:
    project, _ = require_member(uow, request.project_id, request.author)
    require_unfrozen(uow, request.project_id)
    why = request.why_not_reviewable(agreement) or agreement.why_not_rerun(request.about)
    if why:
        raise InvalidSubmission(why)
    if not is_judged_as_now(request.judged_by, project):
        raise InvalidSubmission(
            "The project's data or policies have changed since the files were checked; "
            "check them again in your workspace"
        )


def _groups(known: Sequence[FileGroup], said: Sequence[tuple[str, str]]) -> tuple[FileGroup, ...]:
    if len(said) != len(known):
        raise InvalidSubmission("Each group of files has its own context and controls")
    return tuple(
        replace(
            group,
            context=storable_text(context, "context", most=MAX_WORDS_LETTERS),
            controls=storable_text(controls, "controls", most=MAX_WORDS_LETTERS),
        )
        for group, (context, controls) in zip(known, said, strict=True)
    )


def _send(
    uow: UnitOfWork, author: Actor, request: ReleaseRequest, agreement: Agreement, at: datetime
) -> ReleaseRequest:
    moved, event = request.perform(Action.SUBMIT, actor=author, at=at, agreement=agreement)
    due_at = after_working_days(at, agreement.terms.due_days)
    return record_step(uow, replace(moved, due_at=due_at), event)
