"""One run of the probes: everything staged, every probe with its control, everything undone."""

import fcntl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from hub.client.browser import Browser
from hub.probes.catalogue import BY_ID, Place
from infra.compose import workspace_image
from infra.errors import NotReady
from infra.instance import Instance
from infra.probes import (
    access,
    clipboard,
    inside,
    look_round,
    machine,
    pages,
    people,
    sandbox,
    sessions,
    takeover,
)
from infra.probes.attempts import tried
from infra.probes.counterpart import counterpart
from infra.probes.outcome import Outcome, Pair, judge_all, wanted_ids
from infra.probes.stage import Stage, staged
from infra.probes.visit import Visit
from infra.progress import step

# It looks at a workspace of its own, so that it runs whichever tier is probed.
CLIPBOARD: Final = "J11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run found.

    Attributes:
        at: When it began, in UTC.
        image: Content id of the image that was probed.
        seconds: How long it took.
        is_whole: Whether every probe that applies was run.
    """

    at: datetime
    image: str
    tier: str
    project: str
    seconds: float
    is_whole: bool
    outcomes: tuple[Outcome, ...]

    @property
    def holes(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.state == "OPEN"]

    @property
    def is_well(self) -> bool:
        return all(outcome.state == "shut" for outcome in self.outcomes)


def run_probes(instance: Instance, only: Collection[str] = (), project: str | None = None) -> Run:
    """Probe a workspace as its person, from the front door, and from the machine.

    Raises:
        NotReady: There is no such probe, or no workspace could be opened.
    """
    wanted_ids(only, "browser")
    at, started = datetime.now(UTC), time.monotonic()
    asked = {one.upper() for one in only}
    with_leavers = not asked or bool(asked & {CLIPBOARD, *access.STOPPED})
    with alone(instance), staged(instance, project, with_leavers=with_leavers) as stage:
        tier = _tier(stage)
        wanted = wanted_ids(only, tier)
        image = workspace_image(instance)
        pairs = _probe(instance, stage, wanted, tier=tier, image=image)
    return Run(at=at, image=image, tier=tier, project=stage.project, is_whole=not asked,
               seconds=time.monotonic() - started,
               outcomes=tuple(judge_all(pairs, wanted)))  # fmt: skip


@contextmanager
def alone(instance: Instance) -> Iterator[None]:
    """Two runs at once would take each other's workspaces away.

    Raises:
        NotReady: Another run is under way.
    """
    with (people.folder(instance) / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotReady("The probes are running already; wait until they have ended") from error
        yield


def _tier(stage: Stage) -> str:
    name = "HAVEN_TIER="
    told = [text for text in stage.own["Config"]["Env"] if text.startswith(name)]
    return str(told[0]).removeprefix(name) if told else "browser"


def _probe(
    instance: Instance, stage: Stage, wanted: Collection[str], *, tier: str, image: str
) -> dict[str, Pair]:
    within = {one for one in wanted if BY_ID[one].place is Place.INSIDE}
    datasets = look_round.mounted_datasets(stage.own, instance.datasets)
    targets = look_round.find_targets(instance, own=stage.own, datasets=datasets, mark=stage.mark,
                                      host_marks=(str(stage.host_mark),))  # fmt: skip
    with ExitStack() as open_now, step(f"Run {len(wanted)} probes, each with its control"):
        pool = open_now.enter_context(ThreadPoolExecutor(3))
        elsewhere = within & sandbox.made_another_way(stage.own)
        here = pool.submit(inside.probe_container, stage.own["Id"], targets, within - elsewhere)
        there = pool.submit(inside.probe_twin, image, targets, within)
        wrong = open_now.enter_context(counterpart(instance, image))
        pairs = machine.look(instance, stage, wrong, image=image, wanted=wanted)
        pairs |= _from_outside(instance, stage, wanted, tier)
        pairs |= inside.side_by_side(here.result(), there.result(), within - elsewhere)
        pairs |= sandbox.look(stage.own, wrong, targets, there.result(), elsewhere)
        if CLIPBOARD in wanted:
            pairs[CLIPBOARD] = tried(lambda: _clipboard(instance, stage, wrong))
        if wanted & access.STOPPED.keys():
            kept = (stage.first.username, stage.project)
            pairs |= access.watch_them_stop(instance, stage.second, kept, wanted)
    return pairs


def _from_outside(
    instance: Instance, stage: Stage, wanted: Collection[str], tier: str
) -> dict[str, Pair]:
    visit = Visit(browser=stage.first, project=stage.project,
                  other=stage.second, other_project=people.LEFT)  # fmt: skip
    attempts: dict[str, Callable[[], Pair]] = {
        "J01": lambda: pages.j01_addresses(visit, tier),
        "J02": lambda: pages.j02_commands(visit),
        "J03": lambda: sessions.j03_channels(visit),
        "J04": lambda: sessions.j04_volume(visit),
        "J05": lambda: pages.j05_elsewhere(visit, tier),
        "J06": lambda: _strangers(instance, visit),
        "J07": lambda: pages.j07_other_sites(visit),
        "J09": lambda: pages.j09_uploads(visit, instance.home / "meters"),
        "J10": lambda: sessions.j10_messages(visit),
    }
    pairs = {one: tried(attempt) for one, attempt in attempts.items() if one in wanted}
    if {"S03", "S06", "J08"} & set(wanted):
        pairs |= {one: pair for one, pair in _taken_over(instance, stage, visit).items()
                  if one in wanted}  # fmt: skip
    return pairs


def _clipboard(instance: Instance, stage: Stage, wrong: Mapping[str, Any]) -> Pair:
    shown = look_round.workspace_of(instance, people.SECOND, people.PIXEL)
    if shown is None:
        raise NotReady("no workspace is shown as a screen")
    return clipboard.j11_clipboard(stage.second, people.PIXEL, shown["Id"], wrong["Id"])


def _strangers(instance: Instance, visit: Visit) -> Pair:
    with Browser(instance.public_url, people.FIRST, instance.trusted) as again:
        return sessions.j06_strangers(visit, again, people.password(instance))


def _taken_over(instance: Instance, stage: Stage, visit: Visit) -> Mapping[str, Pair]:
    results: dict[str, Pair] = {}

    def attempt() -> Pair:
        taken = takeover.take_over(stage.second, people.LEFT, stage.asked["Id"], instance.sockets)
        results["S03"] = tried(lambda: takeover.s03_use_elsewhere(taken, visit))
        results["J08"] = tried(lambda: pages.j08_protections(visit, taken.hostile, taken.raw))
        return takeover.s06_replaced_server(taken)

    results["S06"] = tried(attempt)
    return results
