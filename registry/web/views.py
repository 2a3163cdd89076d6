"""Views of datasets: who shares each, how it stands, what was found in it, what is spared."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from registry.application import organisation_queries, view_lists
from registry.application.override_view import override_view
from registry.application.queries import ActorView
from registry.application.view_lists import Spared, ViewLine
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound
from registry.domain.freeze import LONGEST_REASON
from registry.domain.view_findings import MOST_SHAPED
from registry.web.lists import csv_answer
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(tags=["views"])

Words = Annotated[str, Query(max_length=128)]
DatasetId = Annotated[str, Path(max_length=100)]
Version = Annotated[str, Path(max_length=64)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

STATES = ("waiting", "ready", "withheld", "overridden", "failed")
_HIDDEN = "There is no such view, or it is not yours to see."


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody may see of views.

    Attributes:
        lines: Of every view that is theirs to see.
        spared: Of the data of those, or of all for whoever sees all.
        decides: Organisations for which they decide about data.
    """

    lines: tuple[ViewLine, ...]
    spared: Spared
    decides: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsPage:
    """Attributes: `counts` maps a state to how many views stand so, whatever is shown."""

    views: tuple[ViewLine, ...]
    counts: dict[str, int]
    state: str
    words: str
    spared: Spared


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPage:
    """Attributes: `most_shaped` is the share above which a view is withheld, in per cent."""

    view: ViewLine
    decides: bool
    most_shaped: float
    longest_reason: int


@router.get("/views")
def list_views(
    *, request: Request, shell: CurrentShell, viewer: CurrentViewer, q: Words = "", state: str = ""
) -> Response:
    seen = _seen(shell, viewer)
    page = ViewsPage(
        views=_chosen(seen, q, state),
        counts={one: sum(line.state == one for line in seen.lines) for one in STATES},
        state=state if state in STATES else "",
        words=q,
        spared=seen.spared,
    )
    return shell.page(request, "registry/views.html", page)


@router.get("/views.csv")
def download_views(
    shell: CurrentShell, viewer: CurrentViewer, q: Words = "", state: str = ""
) -> Response:
    header = ("dataset", "version", "digest", "state", "rows", "bytes", "projects", "found_in")
    rows = [
        (
            one.dataset_id,
            one.version,
            one.digest,
            one.state,
            one.rows,
            one.size_bytes,
            " ".join(one.projects),
            " ".join(shaped.column for shaped in one.findings.shaped) if one.findings else "",
        )
        for one in _chosen(_seen(shell, viewer), q, state)
    ]
    return csv_answer("views", header, rows)


@router.get("/views/{dataset_id}/{version}/{digest}")
def show_view(
    *,
    dataset_id: DatasetId,
    version: Version,
    digest: Digest,
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
) -> Response:
    seen = _seen(shell, viewer)
    found = _one(seen, dataset_id, version, digest)
    page = ViewPage(
        view=found,
        decides=bool(seen.decides & set(found.owners)),
        most_shaped=MOST_SHAPED * 100,
        longest_reason=LONGEST_REASON,
    )
    return shell.page(request, "registry/view.html", page)


@router.post("/views/{dataset_id}/{version}/{digest}/override")
def let_it_be_given(
    *,
    dataset_id: DatasetId,
    version: Version,
    digest: Digest,
    shell: CurrentShell,
    viewer: CurrentViewer,
    reason: Annotated[str, Form()] = "",
) -> Response:
    _one(_seen(shell, viewer), dataset_id, version, digest)
    override_view(
        shell.unit_of_work(),
        shell.clock,
        version_id=VersionId(dataset_id=dataset_id, version=version),
        digest=digest,
        reason=reason,
        actor=viewer.username,
    )
    return RedirectResponse(f"/views/{dataset_id}/{version}/{digest}", HTTP_303_SEE_OTHER)


def _seen(shell: Shell, viewer: ActorView) -> Seen:
    """Of administrators and auditors all, of those who decide about data the views of these.

    Raises:
        NotFound: For anybody else.
    """
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        if not (sight.sees_all or sight.keeps):
            raise NotFound("There is no such page, or it is not yours to see.")
        every = view_lists.views(session)
        lines = tuple(one for one in every if sight.sees_all or sight.keeps & set(one.owners))
        datasets = None if sight.sees_all else {one.dataset_id for one in lines}
        spared = view_lists.copies_avoided(session, datasets)
    return Seen(lines=lines, spared=spared, decides=sight.keeps)


def _chosen(seen: Seen, words: str, state: str) -> tuple[ViewLine, ...]:
    wanted = words.strip().lower()
    return tuple(
        one
        for one in seen.lines
        if (state not in STATES or one.state == state)
        and any(
            wanted in said
            for said in (one.dataset_id, one.title.lower(), one.digest, *one.projects)
        )
    )


def _one(seen: Seen, dataset_id: str, version: str, digest: str) -> ViewLine:
    place = (dataset_id, version, digest)
    found = (one for one in seen.lines if (one.dataset_id, one.version, one.digest) == place)
    if (line := next(found, None)) is None:
        raise NotFound(_HIDDEN)
    return line
