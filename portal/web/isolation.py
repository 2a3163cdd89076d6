"""What the isolation probes found last, for everybody who works behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal.isolation import runs
from portal.isolation.runs import ProbeRun, Standing
from portal.parts import Parts
from portal.shells import RegistryShell
from registry.application.queries import ActorView
from registry.domain.errors import NotFound

router = APIRouter()

SHOWN_RUNS = 30
_PLACES = {"inside": "In the workspace", "outside": "At the front door", "host": "On the machine"}
NO_RUN = "There is no such run of the probes, or it is not yours to see."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeLine:
    """One probe of the last whole run; `found` is empty for those who may not see it."""

    probe_id: str
    tries: str
    means: str
    control: str
    control_count: int
    state: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeGroup:
    title: str
    lines: tuple[ProbeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationPage:
    """The page.

    Attributes:
        age: How long ago the last whole run was, in words.
        may_see_all: Whether the viewer may see what was found, and every run's file.
    """

    standing: Standing
    age: str
    groups: tuple[ProbeGroup, ...]
    not_yet: tuple[Mapping[str, Any], ...]
    history: tuple[ProbeRun, ...]
    may_see_all: bool


@router.get("/isolation")
def show_isolation(request: Request) -> Response:
    parts: Parts = request.app.state.parts
    shell: RegistryShell = request.app.state.registry_shell
    viewer = shell.viewer(request)
    now = parts.clock.now()
    with shell.reading() as session:
        standing = runs.standing(session, now)
        history = runs.history(session, SHOWN_RUNS)
    payload = standing.latest.document["payload"] if standing.latest else {}
    page = IsolationPage(
        standing=standing,
        age=_age(standing.latest.at, now) if standing.latest else "",
        groups=_groups(payload.get("probes", ()), shows_found=sees_all(viewer)),
        not_yet=tuple(payload.get("not_yet", ())),
        history=history,
        may_see_all=sees_all(viewer),
    )
    return shell.page(request, "portal/isolation.html", page)


@router.get("/isolation/runs/{run_id}")
def download_run(run_id: int, request: Request) -> Response:
    """The signed result. One that shows an open door also shows how to use it."""
    shell: RegistryShell = request.app.state.registry_shell
    viewer = shell.viewer(request)
    with shell.reading() as session:
        run = runs.find(session, run_id) if 0 < run_id < 2**31 else None
    if run is None or not (run.is_well or sees_all(viewer)):
        raise NotFound(NO_RUN)
    name = run.at.strftime("isolation-%Y-%m-%dT%H%M%SZ.json")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JSONResponse(dict(run.document), headers=headers)


@router.get("/isolation/key")
def show_key(request: Request) -> Response:
    """The public key of the last whole run, for `haven probe --verify`."""
    parts: Parts = request.app.state.parts
    shell: RegistryShell = request.app.state.registry_shell
    shell.viewer(request)
    with shell.reading() as session:
        latest = runs.standing(session, parts.clock.now()).latest
    if latest is None:
        raise NotFound("The isolation probes have not run yet, so there is no key to show.")
    return PlainTextResponse(str(latest.document["public_key"]))


def sees_all(viewer: ActorView) -> bool:
    return viewer.is_admin or viewer.is_auditor


def _groups(probes: Any, *, shows_found: bool) -> tuple[ProbeGroup, ...]:
    groups = []
    for place, title in _PLACES.items():
        lines = tuple(_line(one, shows_found=shows_found)
                      for one in probes if one["place"] == place)  # fmt: skip
        if lines:
            groups.append(ProbeGroup(title=title, lines=lines))
    return tuple(groups)


def _line(one: Mapping[str, Any], *, shows_found: bool) -> ProbeLine:
    return ProbeLine(
        probe_id=one["probe_id"],
        tries=one["tries"],
        means=one["means"],
        control=one["control"],
        control_count=one["control_count"],
        state=one["state"],
        found=tuple(one["found"]) if shows_found else (),
    )


def _age(at: datetime, now: datetime) -> str:
    passed = max(now - at, timedelta())
    if passed < timedelta(minutes=2):
        return "just now"
    if passed < timedelta(hours=2):
        return f"{int(passed.total_seconds() // 60)} minutes ago"
    if passed < timedelta(days=2):
        return f"{int(passed.total_seconds() // 3600)} hours ago"
    return f"{passed.days} days ago"
