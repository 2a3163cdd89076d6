"""Cut a request to what one person may see of it now."""

from collections.abc import Sequence
from dataclasses import replace

from output_checker.application.file_views import can_override, file_views
from output_checker.application.gather import gather
from output_checker.application.ports import UnitOfWork
from output_checker.application.request_views import (
    LinkView,
    RequestSummary,
    RequestView,
    RerunFileView,
    RerunView,
    SignOffView,
    Viewer,
    VoteView,
    summary,
)
from output_checker.application.submit import why_not_ask
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.file_group import FileGroup
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review
from output_checker.domain.workflow import BLIND, IN_REVIEW, NOT_SUBMITTED, Action, State

_STATE_ONLY = frozenset({Viewer.MEMBER, Viewer.RECIPIENT, Viewer.CONFLICTED})

_REVIEWERS = frozenset({Viewer.CHECKER, Viewer.OWNER, Viewer.OVERRIDER})
_SEES_CLAIMS = _REVIEWERS | {Viewer.AUDITOR}


def view_request(uow: UnitOfWork, request_id: str, actor: Actor) -> RequestView:
    """Inside a transaction that is already open.

    Raises:
        NotFound: There is none, or it is not this actor's to see.
    """
    request = uow.requests.get(request_id, visible_to=actor)
    viewer = _viewer(request, actor)
    sees_content = _sees_content(request, viewer)
    agreement = gather(uow, request)
    reviews = [one for one in uow.reviews.of(request_id) if one.is_finished]
    votes = _visible_votes(request, reviews, actor) if sees_content else ()
    mine = _mine(uow.reviews.of(request_id), request, actor)
    can_check = request.why_not_check(actor) is None and request.state in IN_REVIEW
    is_askable = viewer is Viewer.AUTHOR and Action.SUBMIT in request.available_actions()
    why_not = why_not_ask(uow, request, agreement) if is_askable else None
    return RequestView(
        summary=_summary(request, agreement, reviews, actor, viewer),
        viewer=viewer,
        policy=request.policy,
        release_class=request.release_class,
        required_reviews=agreement.reviews_needed(request.about),
        groups=_groups(request, viewer) if sees_content else (),
        recipients=request.recipients if sees_content else (),
        files=file_views(request, agreement, votes, mine, actor, checkers=_checkers(uow, request))
        if sees_content
        else (),
        votes=tuple(_vote_view(review) for review in votes),
        hidden_votes=len(reviews) - len(votes) if sees_content else 0,
        comment=mine.comment if mine and mine.turn == request.turn else "",
        sign_offs=_sign_offs(request, agreement, actor) if sees_content else (),
        why_not_vote=why_not_vote(request, reviews, actor),
        can_confer=can_check and _may_confer(request, agreement, reviews, actor),
        can_check=can_check,
        can_withdraw=viewer is Viewer.AUTHOR and Action.WITHDRAW in request.available_actions(),
        can_withdraw_release=request.may(Action.WITHDRAW_RELEASE, actor),
        frozen=uow.registry.why_frozen(request.project_id),
        links=_links(uow, request, actor, viewer),
        sees_content=sees_content,
        rerun=_rerun(request, agreement, viewer) if sees_content else None,
        can_ask=is_askable and why_not is None,
        why_not_ask=why_not,
    )


def _checkers(uow: UnitOfWork, request: ReleaseRequest) -> tuple[str, ...]:
    project = uow.registry.project(request.project_id)
    return project.checkers if project else ()


def _sees_content(request: ReleaseRequest, viewer: Viewer) -> bool:
    is_early = request.state in NOT_SUBMITTED and viewer in _REVIEWERS
    return not (viewer in _STATE_ONLY or is_early)


def _summary(
    request: ReleaseRequest,
    agreement: Agreement,
    reviews: Sequence[Review],
    actor: Actor,
    viewer: Viewer,
) -> RequestSummary:
    return summary(
        request,
        has_voted=has_said(request, agreement, reviews, actor),
        required_reviews=agreement.reviews_needed(request.about),
        shows_claims=viewer in _SEES_CLAIMS,
    )


def _may_confer(
    request: ReleaseRequest, agreement: Agreement, reviews: Sequence[Review], actor: Actor
) -> bool:
    """Once nobody has to vote blindly any more."""
    is_open = request.state is State.REVIEW and agreement.is_voted(request.about)
    return is_open and _voted(request, reviews, actor)


def _groups(request: ReleaseRequest, viewer: Viewer) -> tuple[FileGroup, ...]:
    """Text that was written in a workspace leaves it by a release alone: its author knows it."""
    if viewer is not Viewer.AUTHOR or request.state is State.RELEASED:
        return request.groups
    return tuple(replace(group, context="", controls="") for group in request.groups)


def _rerun(request: ReleaseRequest, agreement: Agreement, viewer: Viewer) -> RerunView | None:
    rerun = agreement.rerun
    if rerun is None:
        return None
    is_author = viewer is Viewer.AUTHOR
    names = {file.position: file.name for file in agreement.files}
    return RerunView(
        state=rerun.state,
        reason=rerun.reason,
        seconds=rerun.seconds,
        cell=rerun.cell if is_author else 0,
        error=rerun.error if is_author else "",
        files=tuple(
            RerunFileView(
                name=names.get(one.position, ""),
                outcome=one.outcome,
                different=one.different,
                units=one.units,
            )
            for one in rerun.outcomes
        ),
        extra=rerun.extra,
        is_taken=rerun.taken_turn == request.turn,
    )


def why_not_vote(request: ReleaseRequest, reviews: Sequence[Review], actor: Actor) -> str | None:
    if why := request.why_not_check(actor):
        return why
    if request.state not in IN_REVIEW:
        return f"This request is {request.state}, so it is not open for votes"
    if request.state in BLIND and _voted(request, reviews, actor):
        return "You have voted; the request waits for others"
    return None


def has_said(
    request: ReleaseRequest, agreement: Agreement, reviews: Sequence[Review], actor: Actor
) -> bool:
    """Whether nothing is needed from this person now: no vote, no sign-off, no override."""
    if request.why_not_check(actor) is None:
        is_conferring = request.state is State.CONSOLIDATING
        if is_conferring or not _voted(request, reviews, actor):
            return False
    is_asked = any(_can_sign(request, agreement, actor, one) for one in agreement.terms.sign_offs)
    return not is_asked and not any(
        can_override(request, agreement, file, actor) for file in agreement.outputs
    )


def _viewer(request: ReleaseRequest, actor: Actor) -> Viewer:
    project_id = request.project_id
    kinds = (
        (actor.username == request.author, Viewer.AUTHOR),
        (actor.is_auditor, Viewer.AUDITOR),
        (project_id in actor.member_of, Viewer.MEMBER),
        (request.has_conflict(actor), Viewer.CONFLICTED),
        (project_id in actor.checks, Viewer.CHECKER),
        (any(signed == project_id for signed, _ in actor.signs_off), Viewer.OWNER),
        (project_id in actor.overrides, Viewer.OVERRIDER),
    )
    return next((viewer for holds, viewer in kinds if holds), Viewer.RECIPIENT)


def _voted(request: ReleaseRequest, reviews: Sequence[Review], actor: Actor) -> bool:
    return any(
        one.checker == actor.username and one.turn == request.turn and one.is_finished
        for one in reviews
    )


def _visible_votes(
    request: ReleaseRequest, reviews: Sequence[Review], actor: Actor
) -> tuple[Review, ...]:
    # Blind to each other first; then checkers confer; everybody else sees the votes at the end.
    confers = request.state is State.CONSOLIDATING and request.why_not_check(actor) is None
    is_over = request.state not in IN_REVIEW
    return tuple(
        one
        for one in reviews
        if one.turn < request.turn or is_over or confers or one.checker == actor.username
    )


def _mine(reviews: Sequence[Review], request: ReleaseRequest, actor: Actor) -> Review | None:
    own = [one for one in reviews if one.checker == actor.username and one.turn <= request.turn]
    return max(own, key=lambda one: one.turn) if own else None


def _can_sign(request: ReleaseRequest, agreement: Agreement, actor: Actor, dataset: str) -> bool:
    voters = {one.checker for one in agreement.decided(request.about)}
    return (
        request.state in IN_REVIEW
        and dataset not in agreement.signed_off(request.about)
        and request.why_not_sign_off(actor, dataset) is None
        and actor.username not in voters
    )


def _sign_offs(
    request: ReleaseRequest, agreement: Agreement, actor: Actor
) -> tuple[SignOffView, ...]:
    return tuple(
        SignOffView(
            dataset=dataset,
            owners=tuple(
                one.owner
                for one in agreement.sign_offs
                if (one.dataset, one.turn) == (dataset, request.turn)
            ),
            can_sign=_can_sign(request, agreement, actor, dataset),
        )
        for dataset in sorted(agreement.terms.sign_offs)
    )


def _vote_view(review: Review) -> VoteView:
    return VoteView(
        checker=review.checker,
        vote=review.vote,
        comment=review.comment,
        turn=review.turn,
        at=review.at,
        is_blind=review.is_blind,
    )


def _links(
    uow: UnitOfWork, request: ReleaseRequest, actor: Actor, viewer: Viewer
) -> tuple[LinkView, ...]:
    sees_all = viewer not in _STATE_ONLY
    files = uow.files.of(request.request_id, turn=request.turn)
    names = {file.file_id: file.name for file in files}
    return tuple(
        LinkView(link=link, file_name=names[link.file_id])
        for link in uow.links.of_request(request.request_id)
        if sees_all or link.recipient == actor.username
    )
