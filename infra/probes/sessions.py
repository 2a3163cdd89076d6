"""Probes of who may come in, and of channels: J03, J06 and J10."""

import json
import time
import uuid
from collections.abc import Iterator

from websockets.exceptions import ConnectionClosed
from websockets.typing import Data

from hub.client.browser import Browser
from hub.client.channel import Channel
from hub.client.kernel import Kernel
from infra.probes.outcome import Pair, Seen
from infra.probes.visit import (
    EVIL,
    KERNEL_PROTOCOL,
    Visit,
    opens_channel,
    page_channel,
    shows_the_page,
    stranger,
)

TOO_LARGE_BYTES = 17 * 1024**2
ANSWER_SECONDS = 20
AT_ONCE_LETTERS, FLOOD_LINES, LINE_LETTERS = 2_000_000, 60, 100_000
# As many bytes as that take longer than this where anything holds them back.
BRAKED_SECONDS, LONGEST_PRINT_SECONDS = 4, 120
# The gateway asks the hub anew at least this often whether a session still holds.
RECHECK_SECONDS = 30


def j03_channels(visit: Visit) -> Pair:
    found = []
    for method in ("GET", "POST"):
        answer = visit.browser.api(visit.project, method, "api/terminals")
        found += [f"{method} terminals"] if answer.is_success else []
    if opens_channel(visit.browser, visit.base + "terminals/websocket/1"):
        found.append("a terminal's channel")
    kernel = _kernel(visit)
    path = f"{visit.base}api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    if opens_channel(visit.other, path):
        found.append("a kernel from another account")
    if opens_channel(visit.browser, path, origin=EVIL):
        found.append("a kernel from another site")
    own = ("the own kernel",) if opens_channel(visit.browser, path) else ()
    visit.browser.api(visit.project, "DELETE", f"api/kernels/{kernel}")
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=own))


def j04_volume(visit: Visit) -> Pair:
    """Print more than anybody reads: at once, and one after the other."""
    with Kernel(visit.browser, visit.project) as kernel:
        line = kernel.run("print('an ordinary line')")
        whole = kernel.run(f"print('a' * {AT_ONCE_LETTERS})", seconds=LONGEST_PRINT_SECONDS)
        started = time.monotonic()
        flood = kernel.run(f"for _ in range({FLOOD_LINES}): print('b' * {LINE_LETTERS})",
                           seconds=LONGEST_PRINT_SECONDS)  # fmt: skip
    seconds = time.monotonic() - started
    found = []
    if whole.text.count("a") >= AT_ONCE_LETTERS:
        found.append(f"{AT_ONCE_LETTERS} bytes at once")
    if flood.text.count("b") >= FLOOD_LINES * LINE_LETTERS and seconds < BRAKED_SECONDS:
        found.append(f"{FLOOD_LINES * LINE_LETTERS} bytes in {seconds:.0f} s")
    control = ("an ordinary line",) if "an ordinary line" in line.text else ()
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=control))


def j06_strangers(visit: Visit, again: Browser, password: str) -> Pair:
    """Every way to be taken for somebody else.

    Args:
        visit: Two people, signed in.
        again: The first person's second browser, not yet signed in.
        password: For it.
    """
    found = [*_as_the_other(visit), *_as_nobody(visit)]
    found += [] if _is_out_after_signing_out(visit, again, password) else ["after signing out"]
    # Whoever signs out is out everywhere.
    visit.browser.sign_in(password)
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=tuple(visit.opens())))


def j10_messages(visit: Visit) -> Pair:
    kernel = _kernel(visit)
    path = f"{visit.base}api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    found = []
    with page_channel(visit.browser, path, protocols=("haven-unknown",)) as foreign:
        found += ["an unknown protocol"] if foreign and foreign.subprotocol else []
    for kind in (None, "deflate"):
        if _takes_too_large(visit.browser, path, kind):
            found.append(f"{TOO_LARGE_BYTES} bytes in one message ({kind or 'plain'})")
    answered = ("an ordinary message",) if _answers(visit.browser, path) else ()
    visit.browser.api(visit.project, "DELETE", f"api/kernels/{kernel}")
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=answered))


def _as_the_other(visit: Visit) -> Iterator[str]:
    """The second person at the first person's address, and with a cookie renamed to fit it."""
    if shows_the_page(visit.other.http.get(visit.address + "lab")):
        yield "with another account"
    borrowed = f"haven-workspace-{visit.project}={_session(visit.other, visit.other_project)}"
    with stranger(visit.browser) as client:
        if shows_the_page(client.get(visit.address + "lab", headers={"Cookie": borrowed})):
            yield "with another session's cookie"


def _as_nobody(visit: Visit) -> Iterator[str]:
    session = _session(visit.browser, visit.project) or "none"
    with stranger(visit.browser) as client:
        if shows_the_page(client.get(visit.address + "lab")):
            yield "without signing in"
        for name in ("token", "access_token", "jwt"):
            if shows_the_page(client.get(f"{visit.address}lab?{name}={session}")):
                yield f"with a token in the address ({name})"
        headers = {"Authorization": f"token {session}"}
        if shows_the_page(client.get(visit.address + "lab", headers=headers)):
            yield "with a token in a header"


def _is_out_after_signing_out(visit: Visit, again: Browser, password: str) -> bool:
    again.sign_in(password)
    again.http.get(visit.address + "lab")
    cookies = again.cookie_header(visit.base)
    with stranger(again) as client:
        if not shows_the_page(client.get(visit.address + "lab", headers={"Cookie": cookies})):
            raise ValueError("the second browser's session did not open its own workspace")
        again.http.get("/hub/logout")
        deadline = time.monotonic() + RECHECK_SECONDS
        while time.monotonic() < deadline:
            answer = client.get(visit.address + "lab", headers={"Cookie": cookies})
            if not shows_the_page(answer):
                return True
            time.sleep(1)
    return False


def _session(browser: Browser, project: str) -> str:
    base = browser.workspace_path(project, "")
    return browser.cookie(f"haven-workspace-{project}", base)


def _kernel(visit: Visit) -> str:
    made = visit.browser.api(visit.project, "POST", "api/kernels", json={"name": "python3"})
    made.raise_for_status()
    return str(made.json()["id"])


def _takes_too_large(browser: Browser, path: str, compression: str | None) -> bool:
    """Whether a message past the limit is passed on: the channel then goes on."""
    offered = (KERNEL_PROTOCOL,)
    with page_channel(browser, path, protocols=offered, compression=compression) as opened:
        if opened is None:
            return False
        try:
            opened.send(bytes(TOO_LARGE_BYTES))
            for _ in _messages(opened):
                continue
        except TimeoutError:
            return True
        except (ConnectionClosed, OSError):
            return False
    return True


def _answers(browser: Browser, path: str) -> bool:
    identity = uuid.uuid4().hex
    header = {"msg_id": identity, "msg_type": "kernel_info_request", "username": browser.username,
              "session": identity, "version": "5.4"}  # fmt: skip
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": {},
               "channel": "shell", "buffers": []}  # fmt: skip
    answered = False
    with page_channel(browser, path) as opened:
        if opened is None:
            return False
        try:
            opened.send(json.dumps(message))
            kinds = (json.loads(one)["msg_type"] for one in _messages(opened))
            answered = "kernel_info_reply" in kinds
        except (ConnectionClosed, OSError, TimeoutError):
            pass  # no answer
    return answered


def _messages(opened: Channel) -> Iterator[Data]:
    """What comes, until nothing more does in time.

    Raises:
        TimeoutError: The time is up, and the channel still open.
    """
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        yield opened.recv(timeout=max(0.1, deadline - time.monotonic()))
