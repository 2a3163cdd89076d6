"""What a run needs: people signed in, workspaces open, marked files planted; all of it undone."""

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.client.browser import Browser, BrowserError, words
from infra import admin
from infra.errors import NotReady
from infra.instance import WORKSPACE_UID, Instance
from infra.probes import people
from infra.probes.look_round import workspace_of
from infra.probes.visit import open_workspace
from infra.progress import step

# What a person might ask for beyond their project; the hub must not listen.
ASKED_FOR = {
    "image": "haven/base", "volumes": {"/": "/elsewhere"}, "mounts": [{"/": "/elsewhere"}],
    "environment": {"CHOSEN_BY_ITS_PERSON": "1"}, "network_name": "bridge", "cmd": ["sleep", "1"],
    "host_config": {"privileged": True}, "extra_host_config": {"privileged": True},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Two people with open workspaces.

    Attributes:
        first, second: Their browsers, signed in.
        project: Where the first person's workspace is.
        own: The first person's container, as the engine describes it.
        asked: The container of the second person, who asked for more than a project.
        mark: In the names of the planted files.
        host_mark: The one that belongs to the machine.
        cookies: Every `Set-Cookie` that the first person's browser got.
    """

    first: Browser
    second: Browser
    project: str
    own: dict[str, Any]
    asked: dict[str, Any]
    mark: str
    host_mark: Path
    cookies: list[str]


@contextmanager
def staged(instance: Instance, project: str | None, *, with_leavers: bool) -> Iterator[Stage]:
    """Make it all, and take it away again.

    Args:
        instance: The installation.
        project: A project that the prober joins for the run; None for one of its own.
        with_leavers: Also open the workspaces whose access a probe takes away, of which one is
            shown as a screen.
    """
    joined = project or people.OWN
    seconds = [people.LEFT, *([people.REVOKED, people.ENDED] if with_leavers else [])]
    with ExitStack() as undo:
        undo.callback(people.close, instance, people.MEMBER)
        with step("Provision the probers' accounts and projects"):
            people.provision(instance, people.MEMBER)
        if project:
            admin.output_of(instance, "isolation", "admit", project, people.FIRST)
            undo.callback(admin.output_of, instance, "isolation", "dismiss", project, people.FIRST)
        first = undo.enter_context(Browser(instance.public_url, people.FIRST, instance.trusted))
        second = undo.enter_context(Browser(instance.public_url, people.SECOND, instance.trusted))
        cookies: list[str] = []
        first.http.event_hooks = {
            "response": [lambda answer: cookies.extend(answer.headers.get_list("set-cookie"))]
        }
        undo.callback(_close_all, (first, second))
        with step(f"Open {1 + len(seconds)} workspaces"):
            _open_all(instance, first, second, joined, seconds)
        mark = f"haven-probe-{secrets.token_hex(8)}"
        undo.callback(_take_up, instance, mark)
        host_mark = _plant(instance, mark)
        yield Stage(first=first, second=second, project=joined, mark=mark, host_mark=host_mark,
                    cookies=cookies,
                    own=_container(instance, people.FIRST, joined),
                    asked=_container(instance, people.SECOND, people.LEFT))  # fmt: skip


def _open_all(
    instance: Instance, first: Browser, second: Browser, joined: str, seconds: list[str]
) -> None:
    for browser in (first, second):
        browser.sign_in(people.password(instance))
    asked = second.http.post(
        f"/hub/api/users/{second.username}/servers/{people.LEFT}", json=ASKED_FOR,
        headers={"X-XSRFToken": second.cookie("_xsrf", "/hub/")},
    )  # fmt: skip
    if not asked.is_success:
        raise NotReady(f"The second prober's workspace did not start: {words(asked)}")
    with ThreadPoolExecutor(4) as pool:
        opened = [pool.submit(open_workspace, first, joined)]
        opened += [pool.submit(open_workspace, second, name) for name in seconds]
        for one in opened:
            one.result()


def _close_all(browsers: tuple[Browser, ...]) -> None:
    for browser in browsers:
        for project in list(browser.servers()):
            try:
                browser.close_workspace(project)
            except BrowserError:
                continue  # access to it was taken away meanwhile, which stops it too


def _container(instance: Instance, username: str, project: str) -> dict[str, Any]:
    found = workspace_of(instance, username, project)
    if found is None:
        raise NotReady(f"The workspace of {username} in {project} is gone")
    return found


def _places(instance: Instance, mark: str) -> dict[str, Path]:
    second = Path(people.LEFT) / people.SECOND
    places = {
        "outputs": instance.home / "outputs" / second,
        "home": instance.home / "homes" / second,
        "inputs": instance.home / "inputs" / people.LEFT,
        "shared": instance.home / "shared" / people.LEFT,
    }
    return {kind: folder / f"{mark}-{kind}" for kind, folder in places.items() if folder.is_dir()}


def _plant(instance: Instance, mark: str) -> Path:
    """What belongs to the second person and the machine, readable by whoever gets there."""
    host_mark = instance.home / f"{mark}-host"
    for path in (host_mark, *_places(instance, mark).values()):
        path.write_text("planted by the probes")
        path.chmod(0o644)
        os.chown(path, WORKSPACE_UID, WORKSPACE_UID)
    return host_mark


def _take_up(instance: Instance, mark: str) -> None:
    for path in (instance.home / f"{mark}-host", *_places(instance, mark).values()):
        path.unlink(missing_ok=True)
