"""Lists of applications: one's own, those to judge, those that are late; and as CSV."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from registry.application.applications.look import Listed, look_through
from registry.application.queries import ActorView
from registry.domain.applications.application import Application
from registry.domain.applications.decision import RefusalCode
from registry.domain.applications.history import Pace
from registry.domain.applications.workflow import UNDER_WAY, State
from registry.web.applications.parts import register
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(tags=["applications"])


class Show(StrEnum):
    MINE = "mine"
    ASSESS = "assess"
    OVERDUE = "overdue"
    ALL = "all"

    @property
    def words(self) -> str:
        return _SHOW_WORDS[self]


_SHOW_WORDS = {
    Show.MINE: "Yours",
    Show.ASSESS: "To assess or vote on",
    Show.OVERDUE: "Overdue",
    Show.ALL: "All that you may see",
}
_TO_JUDGE = UNDER_WAY | {State.APPROVED_WITH_CONDITIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    show: Show
    href: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Attributes: `state` is empty where any will do; paces are None where nothing was decided."""

    applications: tuple[Application, ...]
    choices: tuple[Choice, ...]
    show: Show
    state: str
    states: tuple[State, ...]
    today: date
    pace: Pace | None
    amending_pace: Pace | None
    refusals: tuple[tuple[RefusalCode, int], ...]


@router.get("/applications")
def show_applications(
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
    show: Annotated[Show, Query()] = Show.MINE,
    state: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    listed = _listed(shell, viewer)
    page = ListPage(
        applications=_chosen(listed, show, state),
        choices=tuple(
            Choice(
                show=one,
                href=f"/applications?show={one}",
                count=len(_chosen(listed, one, "")),
                is_current=one is show,
            )
            for one in Show
        ),
        show=show,
        state=state,
        states=tuple(State),
        today=listed.context.today,
        pace=listed.pace,
        amending_pace=listed.amending_pace,
        refusals=tuple((RefusalCode(code), count) for code, count in listed.refusals.items()),
    )
    return shell.page(request, "registry/applications/list.html", page)


@router.get("/applications.csv")
def download_applications(
    shell: CurrentShell,
    viewer: CurrentViewer,
    show: Annotated[Show, Query()] = Show.MINE,
    state: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    listed = _listed(shell, viewer)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ("application_id", "title", "applicant", "state", "submission", "datasets", "due_on",
         "updated_at")
    )  # fmt: skip
    for one in _chosen(listed, show, state):
        names = " ".join(str(asked.version_id.dataset_id) for asked in one.datasets)
        writer.writerow(
            (one.application_id, _plain(one.title), one.applicant, one.state, one.submission,
             names, one.due_on or "", one.updated_at.isoformat())
        )  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="applications.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _listed(shell: Shell, viewer: ActorView) -> Listed:
    return look_through(
        shell.unit_of_work(), shell.clock, actor=viewer.username, register=register()
    )


def _chosen(listed: Listed, show: Show, state: str) -> tuple[Application, ...]:
    return tuple(
        one
        for one in listed.applications
        if _belongs(one, show, listed) and state in {"", one.state.value}
    )


def _belongs(one: Application, show: Show, listed: Listed) -> bool:
    is_mine = listed.party.username in one.people
    is_to_judge = not is_mine and one.state in _TO_JUDGE and not listed.party.is_auditor
    match show:
        case Show.MINE:
            return is_mine
        case Show.ASSESS:
            return is_to_judge
        case Show.OVERDUE:
            return (is_mine or is_to_judge) and one.is_overdue(listed.context.today)
        case Show.ALL:
            return True


def _plain(text: str) -> str:
    # A spreadsheet would take these for a formula.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
