"""Probes D05, L02 and L03: whoever may no longer work is out within a minute, and stays out."""

import time
from collections.abc import Collection

import httpx2

from hub.client.browser import Browser
from infra.instance import Instance
from infra.probes import people
from infra.probes.outcome import Pair, Seen
from infra.probes.visit import shows_the_page
from infra.services import workspaces

SECONDS = 60
START_SECONDS = 30
STOPPED = {"D05": people.REVOKED, "L02": people.ENDED, "L03": people.LEFT}
# A project that lost its data goes on without it; the other two refuse a start.
STARTS_AGAIN = {"D05"}


def watch_them_stop(
    instance: Instance, browser: Browser, kept: tuple[str, str], wanted: Collection[str]
) -> dict[str, Pair]:
    """Take the three accesses away, and see what still runs after a minute.

    Args:
        instance: The installation.
        browser: The second person's, with a workspace open in each of the three projects.
        kept: (person, project) of a workspace that must go on.
        wanted: The probes to report.
    """
    people.take_away(instance)
    running = _wait(instance, set(STOPPED.values()))
    going_on = (f"{kept[0]} in {kept[1]}",) if kept in _running(instance) else ()
    found = {probe_id: _left(browser, probe_id, project, running)
             for probe_id, project in STOPPED.items() if probe_id in wanted}  # fmt: skip
    return {probe_id: Pair(here=Seen(open=tuple(left)), control=Seen(open=going_on))
            for probe_id, left in found.items()}  # fmt: skip


def _left(browser: Browser, probe_id: str, project: str, running: Collection[str]) -> list[str]:
    found = [f"still runs after {SECONDS} s"] if project in running else []
    if _page_opens(browser, project):
        found.append("its page still opens")
    if probe_id not in STARTS_AGAIN and _starts_again(browser, project):
        found.append("it starts again")
    return found


def _starts_again(browser: Browser, project: str) -> bool:
    """Ask for a start; a page that only says to wait is no start."""
    deadline = time.monotonic() + START_SECONDS
    try:
        while project in browser.servers() and time.monotonic() < deadline:
            time.sleep(0.5)
        browser.http.get(f"/hub/spawn/{browser.username}/{project}")
        while project in browser.servers() and time.monotonic() < deadline:
            if _page_opens(browser, project):
                return True
            time.sleep(0.5)
    except httpx2.HTTPError:
        return False
    return False


def _page_opens(browser: Browser, project: str) -> bool:
    return shows_the_page(browser.http.get(browser.workspace_path(project, "lab")))


def _wait(instance: Instance, projects: set[str]) -> set[str]:
    """The projects whose workspaces still run when the time is up."""
    deadline = time.monotonic() + SECONDS
    while (left := projects & {project for _, project in _running(instance)}) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.5)
    return left


def _running(instance: Instance) -> set[tuple[str, str]]:
    return {(username, project) for username, project, _ in workspaces(instance)}
