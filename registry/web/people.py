"""People and their training, for administrators, auditors, and stewards of their own people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from registry.application import organisation_queries, people_queries
from registry.application.organisation_queries import OrganisationSummary
from registry.application.people_queries import TaughtPerson
from registry.application.queries import ActorView
from registry.domain.errors import NotFound
from registry.domain.training import WARNED_AHEAD
from registry.web.lists import csv_answer
from registry.web.organisations import sees_people
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(tags=["people"])

Name = Annotated[str, Query(max_length=64)]


class Show(StrEnum):
    ALL = "all"
    LACKING = "lacking"
    ENDS_SOON = "ends_soon"


Shown = Annotated[Show, Query()]

_SHOWN: dict[Show, Callable[[TaughtPerson], bool]] = {
    Show.ALL: lambda _person: True,
    Show.LACKING: lambda person: bool(person.lacks),
    Show.ENDS_SOON: lambda person: person.ends_soon,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Attributes: `counts` is by what is shown; `organisations` are those to choose from."""

    people: tuple[TaughtPerson, ...]
    counts: dict[Show, int]
    show: Show
    organisation: str
    organisations: tuple[OrganisationSummary, ...]
    days_ahead: int


@router.get("/people")
def list_people(
    *,
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
    organisation: Name = "",
    show: Shown = Show.ALL,
) -> Response:
    found, choices = find_people(shell, viewer, shell.clock.now().date(), organisation)
    page = PeoplePage(
        people=tuple(filter(_SHOWN[show], found)),
        counts={one: sum(map(_SHOWN[one], found)) for one in Show},
        show=show,
        organisation=organisation,
        organisations=choices,
        days_ahead=WARNED_AHEAD.days,
    )
    return shell.page(request, "registry/people.html", page)


@router.get("/people.csv")
def download_people(
    *,
    shell: CurrentShell,
    viewer: CurrentViewer,
    organisation: Name = "",
    show: Shown = Show.ALL,
) -> Response:
    found, _ = find_people(shell, viewer, shell.clock.now().date(), organisation)
    header = ("username", "name", "organisation", "course", "completed_on", "expires_on", "state")
    rows = [
        (one.username, one.display_name, one.organisation_id, *record)
        for one in filter(_SHOWN[show], found)
        for record in _records(one)
    ]
    return csv_answer("people", header, rows)


def find_people(
    shell: Shell, viewer: ActorView, today: date, organisation: str
) -> tuple[tuple[TaughtPerson, ...], tuple[OrganisationSummary, ...]]:
    """The people that the viewer looks after, and the organisations among which they choose.

    Raises:
        NotFound: They look after nobody, or not after the people of that organisation.
    """
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        if not sees_people(sight):
            raise NotFound("There is no such page, or it is not yours to see.")
        if organisation and not (sight.sees_all or organisation in sight.stewards):
            raise NotFound("There is no such organisation, or its people are not yours to see.")
        every = organisation_queries.organisations(session, sight)
        choices = tuple(
            one for one in every if sight.sees_all or one.organisation_id in sight.stewards
        )
        found = people_queries.people(session, sight, today, organisation=organisation)
    return found, choices


def _records(person: TaughtPerson) -> list[tuple[object, ...]]:
    """A line each for what is on record, and for what is asked for and is not."""
    held = [
        (record.course, record.completed_on, record.expires_on, state.value)
        for record, state in person.training
    ]
    courses = {record.course for record, _ in person.training}
    missing = [
        (lack.course, None, None, "missing") for lack in person.lacks if lack.course not in courses
    ]
    return [*held, *missing] or [(None, None, None, None)]
