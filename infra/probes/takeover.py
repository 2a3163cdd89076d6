"""Probes S03 and S06: a researcher replaces their own server, and what they gain by it."""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from hub.client.browser import OK, Browser
from hub.container import SOCKET_NAME
from infra.instance import WORKSPACE_UID
from infra.probes.outcome import Pair, Seen
from infra.probes.visit import Visit, stranger
from infra.shell import run

SECONDS = 12
ANSWER = "haven-probe-recorder"
PLANTED = {
    "Cookie": "haven-workspace-planted=1; jupyterhub-session-id=1",
    "Authorization": "token 1",
}
# What the gateway may pass on of a person's cookies: the form key, which is no use alone.
PASSED_ON = frozenset({"_xsrf"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """What came of it.

    Attributes:
        requests: The headers that the replaced server saw through the gateway.
        direct: Those that it saw when it was asked without the gateway.
        hostile: Its answer as the gateway passed it on; None when it never got to answer.
        raw: The headers of its answer before the gateway.
    """

    requests: tuple[Mapping[str, str], ...]
    direct: tuple[Mapping[str, str], ...]
    hostile: httpx2.Response | None
    raw: Mapping[str, str]


def take_over(browser: Browser, project: str, container: str, sockets: Path) -> Takeover:
    """Replace the server for some seconds, ask it through the gateway and without it."""
    socket = sockets / f"{browser.username}~{project}" / SOCKET_NAME
    with ThreadPoolExecutor(1) as pool:
        recording = pool.submit(_record, container)
        raw = _ask_directly(socket)
        hostile = _ask_until_recorded(browser, project, recording)
        seen = recording.result()
    direct = tuple(one for one in seen if "planted" in one.get("cookie", ""))
    through = tuple(one for one in seen if "planted" not in one.get("cookie", ""))
    return Takeover(requests=through, direct=direct, hostile=hostile, raw=raw)


def s06_replaced_server(taken: Takeover) -> Pair:
    if not taken.requests:
        error = "no request reached the replaced server"
        return Pair(here=Seen(error=error), control=Seen())
    return Pair(here=Seen(open=tuple(_stolen(taken.requests))),
                control=Seen(open=tuple(_stolen(taken.direct))))  # fmt: skip


def s03_use_elsewhere(taken: Takeover, visit: Visit) -> Pair:
    """Send what the server saw to the hub, the portal and the workspace, as if it were one's own.

    Args:
        taken: What came of the takeover, in the second person's workspace.
        visit: Whose addresses are tried.
    """
    found: list[str] = []
    for headers in taken.requests[-3:]:
        kept = {name: headers[name] for name in ("cookie", "authorization") if name in headers}
        keys = [part.split("=", 1)[-1] for part in kept.get("cookie", "").split("; ") if part]
        with stranger(visit.browser) as client:
            places = (
                visit.other.workspaces_at + visit.other_base + "lab",
                "/hub/api/user",
                "/hub/api/users",
            )
            found += [place for place in places if _opens(client, place, kept)]
            found += [f"/hub/api/user by {key[:4]}..." for key in keys
                      if _opens(client, "/hub/api/user", {"Authorization": f"token {key}"})]  # fmt: skip  # noqa: E501
    return Pair(
        here=Seen(open=tuple(dict.fromkeys(found))), control=Seen(open=tuple(visit.opens()))
    )


def _record(container: str) -> list[dict[str, str]]:
    said = run("docker", "exec", "--user", f"{WORKSPACE_UID}:{WORKSPACE_UID}", container,
               "python", "-m", "hub.probes.recorder", str(SECONDS), timeout_seconds=60)  # fmt: skip
    return list(json.loads(said.splitlines()[-1]))


def _ask_until_recorded(
    browser: Browser, project: str, recording: Future[Any]
) -> httpx2.Response | None:
    """The gateway keeps connections to the real server open for a while; use them up.

    Returns:
        An answer of the replaced server, or the last one while it was there: the gateway may well
        have put its own in the place of that server's.
    """
    path = browser.workspaces_at + browser.workspace_path(project, "api/status")
    last = None
    with ThreadPoolExecutor(16) as pool:
        while not recording.done():
            for answer in pool.map(lambda _: _get(browser, path), range(16)):
                if answer is not None and ANSWER in answer.text:
                    return answer
                last = answer or last
            time.sleep(0.5)
    return last


def _get(browser: Browser, path: str) -> httpx2.Response | None:
    try:
        return browser.http.get(path)
    except httpx2.HTTPError:
        return None


def _ask_directly(socket: Path) -> Mapping[str, str]:
    """Ask the replaced server itself; the real one may still be there at first."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        transport = httpx2.HTTPTransport(uds=str(socket))
        with contextlib.suppress(httpx2.HTTPError), httpx2.Client(transport=transport) as client:
            answer = client.get("http://workspace/", headers=PLANTED)
            if ANSWER in answer.text:
                return dict(answer.headers)
        time.sleep(0.2)
    return {}


def _stolen(requests: tuple[Mapping[str, str], ...]) -> Iterator[str]:
    """What of a person's came along, once each."""
    names: set[str] = set()
    for headers in requests:
        cookies = (part.split("=", 1)[0].strip() for part in headers.get("cookie", "").split(";"))
        names |= {f"cookie {name}" for name in cookies if name and name not in PASSED_ON}
        names |= {"an authorization header"} if "authorization" in headers else set()
        names |= {f"header {name}" for name in headers if name.startswith("x-forwarded-user")}
    yield from sorted(names)


def _opens(client: httpx2.Client, path: str, headers: Mapping[str, str]) -> bool:
    answer = client.get(path, headers=dict(headers), follow_redirects=False)
    return answer.status_code == OK
