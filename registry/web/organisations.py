"""Organisations: which there are, who does what for one, its datasets and its projects."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from registry.application import organisation_queries
from registry.application.organisation_queries import OrganisationSummary, OrganisationView, Sight
from registry.domain.errors import NotFound
from registry.domain.organisation import OrganisationKind, OrganisationRole
from registry.web.lists import csv_answer
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["organisations"])

Words = Annotated[str, Query(max_length=128)]

DUTIES = {
    OrganisationRole.STEWARD: "decides about requests for its data, keeps its people's training",
    OrganisationRole.DATA_OWNER: "decides about requests for its data, signs releases off",
    OrganisationRole.ASSESSOR: "says what is to be said for and against a request",
    OrganisationRole.LEGAL: "says whether a request is lawful",
    OrganisationRole.DPO: "data protection officer",
    OrganisationRole.ETHICS: "says whether a request is right",
    OrganisationRole.BOARD: "votes on what is referred to the board",
    OrganisationRole.ANALYST: "asks for data and works on them",
    OrganisationRole.CONTACT: "whom others ask",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationsPage:
    """`sees_people` is for whom the page of people has anybody."""

    organisations: tuple[OrganisationSummary, ...]
    kinds: tuple[OrganisationKind, ...]
    words: str
    kind: str
    sees_people: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage:
    view: OrganisationView
    duties: dict[OrganisationRole, str]
    sees_people: bool
    sees_certificates: bool


@router.get("/organisations")
def list_organisations(
    *,
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
    q: Words = "",
    kind: Words = "",
) -> Response:
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        found = organisation_queries.organisations(session, sight, words=q.strip(), kind=kind)
    page = OrganisationsPage(
        organisations=found,
        kinds=tuple(OrganisationKind),
        words=q,
        kind=kind,
        sees_people=sees_people(sight),
    )
    return shell.page(request, "registry/organisations.html", page)


@router.get("/organisations.csv")
def download_organisations(
    shell: CurrentShell, viewer: CurrentViewer, q: Words = "", kind: Words = ""
) -> Response:
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        found = organisation_queries.organisations(session, sight, words=q.strip(), kind=kind)
    header = ("organisation_id", "title", "kind", "people", "datasets")
    rows = [
        (one.organisation_id, one.title, one.kind.value, one.people, one.datasets) for one in found
    ]
    return csv_answer("organisations", header, rows)


@router.get("/organisations/{organisation_id}")
def show_organisation(
    organisation_id: str, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    today = shell.clock.now().date()
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        found = organisation_queries.organisation(session, sight, organisation_id, today)
    if found is None:
        raise NotFound("There is no organisation of this name.")
    page = OrganisationPage(
        view=found,
        duties=DUTIES,
        sees_people=sight.sees_all or organisation_id in sight.stewards,
        sees_certificates=sight.sees_all or organisation_id in sight.keeps,
    )
    return shell.page(request, "registry/organisation.html", page)


def sees_people(sight: Sight) -> bool:
    return sight.sees_all or bool(sight.stewards)
