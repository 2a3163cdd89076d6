"""Assessing an application: findings, referrals, votes and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from registry.application.applications.attest import attest
from registry.application.applications.decide import approve, refuse
from registry.application.applications.find import find
from registry.application.applications.look import Seen
from registry.application.applications.refer import refer
from registry.application.applications.vote import vote
from registry.domain.applications.application import Application
from registry.domain.applications.considerations import Consideration, Outcome
from registry.domain.applications.deciding import why_not_approve
from registry.domain.applications.decision import Condition, Enforced, RefusalCode
from registry.domain.applications.diff import Difference
from registry.domain.applications.errors import NotAllowed
from registry.domain.applications.history import Pace
from registry.domain.applications.referrals import ReferralKind, Says, Standing
from registry.domain.applications.workflow import Action
from registry.domain.errors import NotFound, NotValid
from registry.web.applications.parts import ApplicationId, Typed, back_to, register, seen
from registry.web.applications.read import (
    Asked,
    Considered,
    changed_since,
    considered,
    data_of,
)
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["applications"])

CONDITION_ROWS: Final = 5
_ADDED: Final = (ReferralKind.LEGAL, ReferralKind.ETHICS, ReferralKind.DPO)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessPage:
    """An application as those who judge it see it.

    Attributes:
        may: What the viewer can do with it now.
        votes_in: The keys of the referrals in which they can vote.
        missing: Why it cannot be approved without conditions as it stands; empty when it can.
    """

    application: Application
    considered: tuple[Considered, ...]
    data: tuple[Asked, ...]
    standings: tuple[Standing, ...]
    votes_in: frozenset[str]
    differences: tuple[Difference, ...]
    may: frozenset[Action]
    missing: str
    outcomes: tuple[Outcome, ...]
    codes: tuple[RefusalCode, ...]
    enforced: tuple[Enforced, ...]
    added: tuple[ReferralKind, ...]
    rows: int
    today: date
    pace: Pace | None


@router.get("/applications/{application_id}/assess")
def show_assessment(
    application_id: ApplicationId, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    one = seen(shell, viewer, application_id)
    if viewer.username in one.opened.application.people:
        raise NotFound("There is no such page, or it is not yours to see.")
    return shell.page(request, "registry/applications/assess.html", _page(one))


@router.post("/applications/{application_id}/findings")
def record_findings(
    application_id: ApplicationId, shell: CurrentShell, viewer: CurrentViewer, typed: Typed
) -> Response:
    _require_judge(seen(shell, viewer, application_id))
    found = {
        one: (Outcome(said), typed.get(f"words-{one}", ""))
        for one in Consideration
        if (said := typed.get(f"outcome-{one}", "")) in set(Outcome)
    }
    find(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        seen=_number(typed.get("seen", "")),
        found=found,
    )
    return back_to(application_id, "/assess")


@router.post("/applications/{application_id}/refer")
def refer_it(
    application_id: ApplicationId, shell: CurrentShell, viewer: CurrentViewer, typed: Typed
) -> Response:
    _require_judge(seen(shell, viewer, application_id))
    wanted = typed.get("also", "").split()
    refer(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        due_on=_day(typed["due_on"]) if typed.get("due_on", "").strip() else None,
        also=[kind for kind in _ADDED if kind in wanted],
    )
    return back_to(application_id, "/assess")


@router.post("/applications/{application_id}/vote")
def cast_vote(
    application_id: ApplicationId, shell: CurrentShell, viewer: CurrentViewer, typed: Typed
) -> Response:
    _require_judge(seen(shell, viewer, application_id))
    says = typed.get("says", "")
    if says not in set(Says):
        raise NotValid("Say whether you agree or object.")
    vote(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        seen=_number(typed.get("seen", "")),
        referral=typed.get("referral", ""),
        says=Says(says),
        reason=typed.get("reason", ""),
    )
    return back_to(application_id, "/assess")


@router.post("/applications/{application_id}/approve")
def approve_it(
    application_id: ApplicationId, shell: CurrentShell, viewer: CurrentViewer, typed: Typed
) -> Response:
    _require_judge(seen(shell, viewer, application_id))
    approve(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        seen=_number(typed.get("seen", "")),
        conditions=_conditions(typed),
        checkers=frozenset(typed.get("checkers", "").split()),
        policies=shell.policies,
        words=typed.get("words", "")[:4000],
    )
    return back_to(application_id, "/assess")


@router.post("/applications/{application_id}/refuse")
def refuse_it(
    application_id: ApplicationId, shell: CurrentShell, viewer: CurrentViewer, typed: Typed
) -> Response:
    _require_judge(seen(shell, viewer, application_id))
    code = typed.get("code", "")
    if code not in set(RefusalCode):
        raise NotValid("A refusal needs one of the reasons that are listed.")
    refuse(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        seen=_number(typed.get("seen", "")),
        code=RefusalCode(code),
        words=typed.get("words", "")[:4000],
        mitigation=typed.get("mitigation", "")[:4000],
    )
    return back_to(application_id, "/assess")


@router.post("/applications/{application_id}/attest")
def confirm_condition(
    application_id: ApplicationId,
    shell: CurrentShell,
    viewer: CurrentViewer,
    condition: Annotated[str, Form(max_length=8)] = "",
    on: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    _require_judge(seen(shell, viewer, application_id))
    attest(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        index=_number(condition),
        on=_day(on),
        policies=shell.policies,
    )
    return back_to(application_id, "/assess")


def _page(one: Seen) -> AssessPage:
    opened = one.opened
    application, party, context = opened.application, opened.party, opened.context
    standings = application.standings(context)
    missing = why_not_approve(application, context, decider=party, conditions=())
    may = frozenset(
        action
        for action in application.available()
        if application.why_not(action, party, context) is None
    )
    voting = [standing.referral for standing in standings if Action.VOTE in may]
    return AssessPage(
        application=application,
        considered=considered(application),
        data=data_of(one),
        standings=standings,
        votes_in=frozenset(referral.key for referral in voting if referral.is_for(party)),
        differences=changed_since(one.events),
        may=may,
        missing=missing or "",
        outcomes=tuple(Outcome),
        codes=tuple(RefusalCode),
        enforced=tuple(Enforced),
        added=_ADDED,
        rows=CONDITION_ROWS,
        today=context.today,
        pace=one.pace,
    )


def _require_judge(one: Seen) -> None:
    """Who takes part in it is told so before anything that they sent is looked at."""
    opened = one.opened
    if why := opened.application.why_not_judge(opened.party):
        raise NotAllowed(why)


def _conditions(typed: Mapping[str, str]) -> tuple[Condition, ...]:
    found = []
    for row in range(CONDITION_ROWS):
        words = typed.get(f"condition-words-{row}", "").strip()
        kind = typed.get(f"condition-kind-{row}", "")
        value = typed.get(f"condition-value-{row}", "").strip()
        if not words and not value:
            continue
        if kind not in {"", *Enforced}:
            raise NotValid("A condition is enforced in one of the ways that are listed.")
        enforced = Enforced(kind) if kind else None
        found.append(Condition(words=words[:1000], enforced=enforced, value=value))
    return tuple(found)


def _number(said: str) -> int:
    if not said.isascii() or not said.isdigit():
        raise NotValid("The form is not whole; reload the page and try again.")
    return int(said)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise NotValid("A day is written like 2027-01-31.") from None
