"""Probe J11: text copied in a workspace whose person sees pictures, and text put in."""

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from websockets.exceptions import ConnectionClosed

from hub.client.browser import Browser
from hub.client.channel import Channel
from infra.instance import WORKSPACE_UID
from infra.probes.outcome import Pair, Seen
from infra.probes.visit import page_channel
from infra.shell import run

LISTEN_SECONDS: Final = 8
PROGRAM_SECONDS: Final = 60
WELCOME, FRAME = 5, 1
DRAWN, PASTE = 4, 5


def j11_clipboard(browser: Browser, project: str, container: str, wrong: str) -> Pair:
    """Be the page of a workspace while a text is copied inside it, and then put one in.

    Args:
        browser: Of the person whose workspace of the pixel tier is open.
        project: Its project.
        container: Its container.
        wrong: A container of the same image in which a screen may be started that gives its
            clipboard away.
    """
    text, other = (f"haven-probe-{secrets.token_hex(8)}" for _ in range(2))
    with ThreadPoolExecutor(1) as pool:
        control = pool.submit(_program, wrong, "0:0", "control", text, other)
        found = _out(browser, project, container, text) + _in(browser, project, container, other)
        across = control.result()
    error = None if len(across) == 2 else "the screen that gives away did not"  # noqa: PLR2004  out and in
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=tuple(across), error=error))


def _out(browser: Browser, project: str, container: str, text: str) -> list[str]:
    with (
        ThreadPoolExecutor(1) as pool,
        page_channel(browser, browser.workspace_path(project, "screen")) as page,
    ):
        if page is None:
            raise ConnectionError("the workspace's own page could not see its screen")
        user = f"{WORKSPACE_UID}:{WORKSPACE_UID}"
        copying = pool.submit(_program, container, user, "copy", text, str(LISTEN_SECONDS / 2))
        is_out = hears(page, text, LISTEN_SECONDS)
        copying.result()
    return ["a text copied inside"] if is_out else []


def _in(browser: Browser, project: str, container: str, text: str) -> list[str]:
    with page_channel(browser, browser.workspace_path(project, "screen")) as page:
        if page is None:
            raise ConnectionError("the workspace's own page could not see its screen")
        if may_paste(page):
            return []  # an administrator has allowed it
        page.send(bytes([PASTE]) + text.encode())
        found = [] if is_closed(page) else ["a text, though none may come in"]
    user = f"{WORKSPACE_UID}:{WORKSPACE_UID}"
    if any(text in one for one in _program(container, user, "show")):
        found.append("a text put on the clipboard")
    return found


def hears(page: Channel, text: str, seconds: float) -> bool:
    """Whether any message of the screen carries a text, in either of the encodings X uses."""
    marks = (text.encode(), text.encode("utf-16-le"))
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            message = page.recv(left)
        except TimeoutError:
            return False
        data = message if isinstance(message, bytes) else message.encode()
        if any(mark in data for mark in marks):
            return True
        if data[:1] == bytes([FRAME]):
            page.send(bytes([DRAWN]) + data[1:5])
    return False


def may_paste(page: Channel) -> bool:
    """What the gateway tells the page first: whether a person may put text in."""
    message = page.recv(PROGRAM_SECONDS)
    if message[:1] != bytes([WELCOME]):
        raise ConnectionError("the screen's channel did not begin with its rules")
    return message[1:2] == b"\x01"


def is_closed(page: Channel) -> bool:
    try:
        deadline = time.monotonic() + LISTEN_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            page.recv(left)
    except ConnectionClosed:
        return True
    except TimeoutError:
        pass  # still open, and nothing more to say
    return False


def _program(container: str, user: str, *arguments: str) -> list[str]:
    said = run("docker", "exec", "--user", user, container,
               "python", "-m", "hub.probes.clipboard", *arguments,
               timeout_seconds=PROGRAM_SECONDS)  # fmt: skip
    return [str(one) for one in json.loads(said.splitlines()[-1])]
