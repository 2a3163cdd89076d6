"""Reviewing by the API: the queue, and all that people say about a request."""

from dataclasses import asdict

from fastapi import APIRouter

from output_checker.application.claim import claim, unclaim
from output_checker.application.consent import override, sign_off
from output_checker.application.queries import review_queue
from output_checker.application.review import review
from output_checker.application.review_statistics import STATISTICS_DAYS, review_statistics
from output_checker.application.steer_review import consolidate, declare_conflict, return_early
from output_checker.domain.review import Vote
from output_checker.web.api import answers, bodies
from output_checker.web.api.caller import CurrentCaller
from output_checker.web.api.requests import as_seen
from output_checker.web.api.words import STEERED, FilePath, RequestPath

router = APIRouter(prefix="/review", tags=["review"])


@router.get("")
def list_queue(caller: CurrentCaller) -> answers.Summaries:
    """What waits for you, and what you have said all you can about; the longest waiting first."""
    found = review_queue(caller.work(), caller.actor)
    return answers.Summaries.model_validate({"requests": found})


@router.get("/statistics")
def show_statistics(caller: CurrentCaller) -> answers.Statistics:
    """How many requests of your projects were reviewed of late, and how long that took."""
    now = caller.clock.now()
    found = review_statistics(caller.work(), now=now, actor=caller.actor)
    return answers.Statistics(days=STATISTICS_DAYS, **asdict(found))


@router.post("/{request_id}/vote", responses=STEERED)
def cast_vote(
    request_id: RequestPath, body: bodies.VoteBody, caller: CurrentCaller
) -> answers.Request:
    """Vote on exactly the files of the turn that you name."""
    ballot = body.ballot(Vote(body.vote))
    review(caller.work(), caller.clock, request_id=request_id, ballot=ballot, actor=caller.actor)
    return as_seen(request_id, caller)


@router.post("/{request_id}/save", responses=STEERED)
def save_vote(
    request_id: RequestPath, body: bodies.SaveBody, caller: CurrentCaller
) -> answers.Request:
    """Keep what you have so far, to go on with later."""
    ballot = body.ballot()
    review(caller.work(), caller.clock, request_id=request_id, ballot=ballot, actor=caller.actor)
    return as_seen(request_id, caller)


@router.post("/{request_id}/return", responses=STEERED)
def return_request(
    request_id: RequestPath, body: bodies.ReturnBody, caller: CurrentCaller
) -> answers.Request:
    """Ask for changes at once, whatever other checkers say."""
    return_early(
        caller.work(),
        caller.clock,
        request_id=request_id,
        turn=body.turn,
        comment=body.comment,
        actor=caller.actor,
    )
    return as_seen(request_id, caller)


@router.post("/{request_id}/claim", responses=STEERED)
def claim_request(
    request_id: RequestPath, body: bodies.ClaimBody, caller: CurrentCaller
) -> answers.Request:
    """Say that you look at it; in another's place, with a word that they are shown."""
    claim(
        caller.work(),
        caller.clock,
        request_id=request_id,
        actor=caller.actor,
        instead_of=body.instead_of,
        word=body.word,
    )
    return as_seen(request_id, caller)


@router.post("/{request_id}/unclaim", responses=STEERED)
def unclaim_request(request_id: RequestPath, caller: CurrentCaller) -> answers.Request:
    """Let others look at it; your vote, if there is one, stays."""
    unclaim(caller.work(), caller.clock, request_id=request_id, actor=caller.actor)
    return as_seen(request_id, caller)


@router.post("/{request_id}/confer", responses=STEERED)
def confer(
    request_id: RequestPath, body: bodies.TurnBody, caller: CurrentCaller
) -> answers.Request:
    """Let checkers see each other's votes, once enough have voted and you are one of them."""
    consolidate(
        caller.work(), caller.clock, request_id=request_id, turn=body.turn, actor=caller.actor
    )
    return as_seen(request_id, caller)


@router.post("/{request_id}/conflict", responses=STEERED)
def declare_a_conflict(request_id: RequestPath, caller: CurrentCaller) -> answers.Request:
    """Stand aside for good: a conflict of interest keeps you from it."""
    declare_conflict(caller.work(), caller.clock, request_id=request_id, actor=caller.actor)
    return as_seen(request_id, caller)


@router.post("/{request_id}/sign-off", responses=STEERED)
def sign_request_off(
    request_id: RequestPath, body: bodies.SignOffBody, caller: CurrentCaller
) -> answers.Request:
    """Agree, as an owner of a dataset, to the release of these files."""
    sign_off(
        caller.work(),
        caller.clock,
        request_id=request_id,
        turn=body.turn,
        dataset=body.dataset,
        actor=caller.actor,
    )
    return as_seen(request_id, caller)


@router.post("/{request_id}/files/{file_id}/override", responses=STEERED)
def override_file(
    request_id: RequestPath, file_id: FilePath, body: bodies.OverrideBody, caller: CurrentCaller
) -> answers.Request:
    """Let a failing file pass, as one of two, with a reason."""
    override(
        caller.work(),
        caller.clock,
        request_id=request_id,
        file_id=file_id,
        reason=body.reason,
        actor=caller.actor,
    )
    return as_seen(request_id, caller)
