"""The catalogue: what data there is, for whoever may know of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry.application import catalogue_queries, catalogue_search, organisation_queries
from registry.application.applications.look import pace_about
from registry.application.catalogue_queries import VersionRow
from registry.application.catalogue_search import NOBODY, Demand, Hit, Search, Sight
from registry.application.note_search import note_search_in_vain
from registry.domain.applications.history import Pace
from registry.domain.completeness import Completeness, completeness
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.errors import NotFound
from registry.domain.freshness import Freshness, freshness
from registry.domain.names import is_project_id
from registry.domain.profile import ShownProfile
from registry.domain.route import Step, route
from registry.web.catalogue_search_form import (
    LEVEL_WORDS,
    Facet,
    facets_of,
    is_filtered,
    pages_of,
    search_of,
)
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(tags=["catalogue"])

MOST_VARIABLES = 500
_HIDDEN = "There is no such dataset, or it is not yours to see."


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Attributes: `before` and `after` are addresses of the pages beside this one."""

    search: Search
    hits: Sequence[Hit]
    total: int
    facets: Sequence[Facet]
    levels: Sequence[tuple[str, str]]
    before: str | None
    after: str | None
    is_filtered: bool
    is_signed_in: bool
    sees_demand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableRow:
    """A column as the page shows it; `alternatives` are names with what is done."""

    name: str
    title: str
    type: str
    description: str
    role: str
    category: str
    is_linkable: bool
    is_never_in_view: bool
    alternatives: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPage:
    """A dataset as the catalogue shows it: nothing of where it lies or who uses it.

    Attributes: `profile` is None where none was made, and for whoever is not signed in.
    """

    dataset: DatasetVersion
    variables: Sequence[VariableRow]
    finest: str
    freshness: Freshness
    completeness: Completeness
    steps: Sequence[Step]
    versions: Sequence[VersionRow]
    profile: ShownProfile | None
    is_signed_in: bool
    pace: Pace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPage:
    rows: Sequence[Demand]


@router.get("/catalogue")
def search_catalogue(request: Request, shell: CurrentShell) -> Response:
    search, sight = search_of(request.query_params), _sight(request, shell)
    with shell.reading() as session:
        found = catalogue_search.find(session, search, sight)
    if search.words and search.page == 1 and not found.total and not is_filtered(search):
        note_search_in_vain(shell.unit_of_work(), shell.clock, words=search.words)
    before, after = pages_of(search, found.total)
    page = SearchPage(
        search=search,
        hits=found.hits,
        total=found.total,
        facets=facets_of(search, found),
        levels=[(level.value, words) for level, words in LEVEL_WORDS.items()],
        before=before,
        after=after,
        is_filtered=is_filtered(search),
        is_signed_in=sight.signed_in,
        sees_demand=sight.everything,
    )
    return shell.page(request, "registry/catalogue.html", page)


@router.get("/catalogue-demand")
def show_demand(request: Request, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    if not (viewer.is_admin or viewer.is_auditor):
        raise NotFound("There is no such page, or it is not yours to see.")
    with shell.reading() as session:
        page = DemandPage(rows=catalogue_search.demand(session))
    return shell.page(request, "registry/catalogue_demand.html", page)


@router.get("/catalogue/{dataset_id}")
def show_dataset(
    dataset_id: str, request: Request, shell: CurrentShell, version: str = ""
) -> Response:
    sight = _sight(request, shell)
    known: Sequence[VersionRow] = ()
    if is_project_id(dataset_id):
        with shell.reading() as session:
            known = catalogue_queries.versions(session, dataset_id, sight)
    chosen = next((one for one in known if version in ("", one.version)), None)
    if chosen is None:
        # Nobody learns from the answer whether there is such a dataset: they sign in first.
        shell.viewer(request)
        raise NotFound(_HIDDEN)
    with shell.unit_of_work() as uow:
        dataset = uow.datasets.find(VersionId(dataset_id=dataset_id, version=chosen.version))
        pace = pace_about(uow, dataset_id)
    if dataset is None:
        raise NotFound(_HIDDEN)
    page = replace(_page(dataset, chosen, known, sight, today=shell.clock.now().date()), pace=pace)
    if sight.signed_in:
        with shell.reading() as session:
            page = replace(page, profile=catalogue_queries.profile(session, dataset.version_id))
    return shell.page(request, "registry/catalogue_dataset.html", page)


def _page(
    dataset: DatasetVersion,
    chosen: VersionRow,
    known: Sequence[VersionRow],
    sight: Sight,
    *,
    today: date,
) -> DatasetPage:
    entry = dataset.entry
    refreshed = entry.modified or chosen.added_at.date()
    finest = entry.spatial.finest
    return DatasetPage(
        dataset=dataset,
        variables=_variables(dataset),
        finest=LEVEL_WORDS[finest] if finest else "",
        freshness=freshness(refreshed, entry.update_frequency, today=today),
        completeness=completeness(dataset),
        steps=route(dataset),
        versions=known,
        profile=None,
        is_signed_in=sight.signed_in,
    )


def _variables(dataset: DatasetVersion) -> list[VariableRow]:
    return [
        VariableRow(
            name=field.name,
            title=field.title,
            type=field.type,
            description=field.description,
            role=field.role.value.replace("_", " ") if field.role else "",
            category=field.category.value.replace("_", " ") if field.category else "",
            is_linkable=field.is_linkable,
            is_never_in_view=field.is_never_in_view,
            alternatives=[
                (one.name, one.transform.kind.value.replace("_", " "), one.description)
                for one in field.alternatives
            ],
        )
        for field in dataset.fields[:MOST_VARIABLES]
    ]


def _sight(request: Request, shell: Shell) -> Sight:
    viewer = shell.viewer_or_none(request)
    if viewer is None:
        return NOBODY
    with shell.reading() as session:
        own = catalogue_search.own_datasets(session, [*viewer.member_of, *viewer.checks])
        works_for = organisation_queries.sight_of(session, viewer).works_for
        own |= catalogue_search.owned_datasets(session, works_for)
    return Sight(
        signed_in=True,
        everything=viewer.is_admin or viewer.is_auditor,
        datasets=own | {dataset_id for _, dataset_id in viewer.signs_off},
    )
