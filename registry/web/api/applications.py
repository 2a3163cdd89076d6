"""Applications for data by the API: what the pages do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, status
from pydantic import Field

from registry.application.applications.attest import attest
from registry.application.applications.decide import approve, refuse
from registry.application.applications.find import find
from registry.application.applications.look import look_at, look_through
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.refer import refer
from registry.application.applications.save import save_answers, save_dataset
from registry.application.applications.start import start
from registry.application.applications.submit import submit
from registry.application.applications.take_step import take_step
from registry.application.applications.vote import vote
from registry.domain.applications.application import Application as Kept
from registry.domain.applications.asked import stored_asked
from registry.domain.applications.considerations import Outcome
from registry.domain.applications.referrals import ReferralKind
from registry.domain.applications.workflow import Action
from registry.domain.errors import NotFound
from registry.domain.errors import Problem as Place
from registry.web.api import application_bodies as bodies
from registry.web.api.projects import Answer
from registry.web.api.words import NOT_YOURS, Responses, Username
from registry.web.applications.parts import problems_of, register
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(prefix="/applications", tags=["applications"])

ApplicationPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{32}$", examples=["4f0c8f0e5d7a4b0f9a52b1c3d4e5f607"])
]
STEERED: Responses = NOT_YOURS | {
    403: {"description": "You may see it, but not do this"},
    409: {"description": "Not in this state, or somebody has not agreed"},
}


class ApplicationSummary(Answer):
    application_id: str
    title: str
    applicant: Username
    state: Annotated[str, Field(examples=["in_assessment"])]
    submission: int
    due_on: date | None
    updated_at: datetime


class Applications(Answer):
    applications: tuple[ApplicationSummary, ...]


class ApplicationProblem(Answer):
    """What keeps it from being submitted, and where."""

    path: str
    message: str


class ReferralStanding(Answer):
    """A referral; an approval needs each to be agreed."""

    referral: str
    quorum: int
    votes: int
    due_on: date | None
    is_agreed: bool


class Application(ApplicationSummary):
    """An application; `project_id` and `ends_on` are there while it is in force."""

    answers: dict[str, str]
    datasets: list[dict[str, Any]]
    message: str
    problems: tuple[ApplicationProblem, ...]
    referrals: tuple[ReferralStanding, ...]
    project_id: str | None
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    username: str
    work: Callable[[], ApplicationUnitOfWork]
    shell: Shell

    def do(self, verb: Callable[..., Kept], application_id: str, **given: Any) -> "Application":
        kept = verb(
            self.work(),
            self.shell.clock,
            application_id=application_id,
            actor=self.username,
            register=register(),
            **given,
        )
        try:
            return self.look(application_id)
        except NotFound:
            # An administrator who ended access, or who was on it before and is no longer.
            return _application(replace(kept, answers={}, datasets=(), message=""), (), ())

    def look(self, application_id: str) -> "Application":
        one = look_at(
            self.work(),
            self.shell.clock,
            application_id=application_id,
            actor=self.username,
            register=register(),
        )
        kept, context = one.opened.application, one.opened.context
        standings = tuple(
            ReferralStanding(
                referral=standing.referral.key,
                quorum=standing.referral.quorum,
                votes=len(standing.votes),
                due_on=standing.referral.due_on,
                is_agreed=standing.is_agreed,
            )
            for standing in kept.standings(context)
        )
        return _application(kept, problems_of(one), standings)


def _caller(request: Request, shell: CurrentShell, viewer: CurrentViewer) -> Caller:
    return Caller(username=viewer.username, work=shell.work_of(request), shell=shell)


CurrentCaller = Annotated[Caller, Depends(_caller)]


@router.get("")
def list_applications(caller: CurrentCaller) -> Applications:
    """All that you may see, the last changed first."""
    listed = look_through(
        caller.work(), caller.shell.clock, actor=caller.username, register=register()
    )
    return Applications(
        applications=tuple(ApplicationSummary.model_validate(one) for one in listed.applications)
    )


@router.post("", status_code=status.HTTP_201_CREATED, responses=NOT_YOURS)
def start_application(body: bodies.StartBody, caller: CurrentCaller) -> Application:
    """Begin a draft."""
    datasets = [one.version_id for one in body.datasets]
    return caller.do(start, uuid.uuid4().hex, datasets=datasets)


@router.get("/{application_id}", responses=NOT_YOURS)
def show_application(application_id: ApplicationPath, caller: CurrentCaller) -> Application:
    """An application as it stands, with what is missing or wrong and how its referrals stand."""
    return caller.look(application_id)


@router.post("/{application_id}/answers", responses=STEERED)
def save_application_answers(
    application_id: ApplicationPath, body: bodies.AnswersBody, caller: CurrentCaller
) -> Application:
    """Keep answers; what the form does not ask is left out."""
    return caller.do(save_answers, application_id, answers=body.answers)


@router.post("/{application_id}/datasets", responses=STEERED)
def ask_for_dataset(
    application_id: ApplicationPath, body: bodies.DatasetBody, caller: CurrentCaller
) -> Application:
    """Ask for columns of a dataset, in place of what was asked of it before."""
    return caller.do(save_dataset, application_id, asked=body.asked())


@router.post("/{application_id}/submit", responses=STEERED)
def submit_application(application_id: ApplicationPath, caller: CurrentCaller) -> Application:
    """Hand it in."""
    return caller.do(submit, application_id)


@router.post("/{application_id}/step", responses=STEERED)
def take_application_step(
    application_id: ApplicationPath, body: bodies.StepBody, caller: CurrentCaller
) -> Application:
    """Start assessing, return, withdraw, amend, close, revoke, or say that you must not judge."""
    action = Action(body.action)
    return caller.do(take_step, application_id, action=action, words=body.words)


@router.post("/{application_id}/findings", responses=STEERED)
def record_application_findings(
    application_id: ApplicationPath, body: bodies.FindingsBody, caller: CurrentCaller
) -> Application:
    """Record what you found of some considerations."""
    found = {one: (Outcome(said.outcome), said.words) for one, said in body.findings.items()}
    return caller.do(find, application_id, seen=body.submission, found=found)


@router.post("/{application_id}/refer", responses=STEERED)
def refer_application(
    application_id: ApplicationPath, body: bodies.ReferBody, caller: CurrentCaller
) -> Application:
    """Ask those whose votes are needed."""
    also = [ReferralKind(one) for one in body.also]
    return caller.do(refer, application_id, due_on=body.due_on, also=also)


@router.post("/{application_id}/vote", responses=STEERED)
def vote_on_application(
    application_id: ApplicationPath, body: bodies.ApplicationVoteBody, caller: CurrentCaller
) -> Application:
    """Vote in one referral."""
    said = {"referral": body.referral, "says": body.says, "reason": body.reason}
    return caller.do(vote, application_id, seen=body.submission, **said)


@router.post("/{application_id}/approve", responses=STEERED)
def approve_application(
    application_id: ApplicationPath, body: bodies.ApproveBody, caller: CurrentCaller
) -> Application:
    """Approve it; the project is made at once unless a condition waits to be confirmed."""
    return caller.do(
        approve,
        application_id,
        seen=body.submission,
        conditions=[one.condition() for one in body.conditions],
        checkers=frozenset(body.checkers),
        policies=caller.shell.policies,
        words=body.words,
    )


@router.post("/{application_id}/refuse", responses=STEERED)
def refuse_application(
    application_id: ApplicationPath, body: bodies.RefuseBody, caller: CurrentCaller
) -> Application:
    """Refuse it, with a code, words, and what would help."""
    said = {"code": body.code, "words": body.words, "mitigation": body.mitigation}
    return caller.do(refuse, application_id, seen=body.submission, **said)


@router.post("/{application_id}/attest", responses=STEERED)
def confirm_application_condition(
    application_id: ApplicationPath, body: bodies.AttestBody, caller: CurrentCaller
) -> Application:
    """Confirm a condition; with the last one the project is made."""
    said = {"index": body.condition, "on": body.on, "policies": caller.shell.policies}
    return caller.do(attest, application_id, **said)


def _application(
    kept: Kept, problems: tuple[Place, ...], standings: tuple[ReferralStanding, ...]
) -> Application:
    return Application(
        **ApplicationSummary.model_validate(kept).model_dump(),
        answers=dict(kept.answers),
        datasets=[stored_asked(one) for one in kept.datasets],
        message=kept.message,
        problems=tuple(ApplicationProblem(path=one.path, message=one.message) for one in problems),
        referrals=standings,
        project_id=kept.agreed.project_id if kept.agreed else None,
        ends_on=kept.agreed.ends_on if kept.agreed else None,
    )
