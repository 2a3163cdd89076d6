"""A person at the front door, for the probes that come from outside."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpx2
from websockets.exceptions import InvalidHandshake, InvalidMessage

from hub.client.browser import OK, Browser, BrowserError, words
from hub.client.channel import Channel, channel

EVIL = "https://elsewhere.example"
SECONDS = 20
LARGEST_ANSWER_BYTES = 64 * 1024**2
KERNEL_PROTOCOL = "v1.kernel.websocket.jupyter.org"


# What stands on the page of each tier, and on no other page.
ON_THE_PAGE = ("jupyter-config-data", "connection.js", "page.js")
PAGE_SECONDS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Two people, each signed in, with a workspace of their own that runs.

    Attributes:
        browser: The first person's.
        project: Whose workspace the first person has open.
        other: The second person's browser.
        other_project: Whose workspace the second person has open.
    """

    browser: Browser
    project: str
    other: Browser
    other_project: str

    @property
    def base(self) -> str:
        return self.browser.workspace_path(self.project, "")

    @property
    def address(self) -> str:
        """The own workspace's address in full."""
        return self.browser.workspaces_at + self.base

    @property
    def other_base(self) -> str:
        return self.other.workspace_path(self.other_project, "")

    def get(self, rest: str, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Fetch an address of the own workspace, without following where it leads."""
        return self.browser.http.get(self.address + rest, headers=headers, follow_redirects=False)

    def opens(self) -> list[str]:
        """What an open door looks like: the page that the person works with."""
        own = self.browser.http.get(self.base + "lab")
        return ["the own page"] if shows_the_page(own) else []


def shows_the_page(answer: httpx2.Response) -> bool:
    """Whether it is a workspace's page: JupyterLab's, or the one that shows its screen."""
    return answer.status_code == OK and any(mark in answer.text for mark in ON_THE_PAGE)


def open_workspace(browser: Browser, project: str) -> None:
    """Press "Open workspace" and wait for its page, whichever the tier.

    Raises:
        BrowserError: The hub refused, with its words, or the time ran out.
    """
    answer = browser.http.get(f"/hub/spawn/{browser.username}/{project}")
    if answer.status_code != OK:
        raise BrowserError(f"{answer.status_code}: {words(answer)}")
    deadline = time.monotonic() + PAGE_SECONDS
    while not shows_the_page(page := browser.http.get(browser.workspace_path(project, "lab"))):
        if time.monotonic() > deadline:
            raise BrowserError(f"The workspace of {browser.username} was not ready in time")
        time.sleep(0.1)
    browser.workspaces_at = f"{page.url.scheme}://{page.url.netloc.decode()}"


def stranger(browser: Browser) -> httpx2.Client:
    """Somebody who is not signed in, at the same address."""
    return httpx2.Client(
        base_url=browser.public_url, timeout=SECONDS, follow_redirects=True,
        headers={"Sec-Fetch-Site": "same-origin", "Origin": browser.public_url},
    )  # fmt: skip


@contextmanager
def page_channel(
    browser: Browser,
    path: str,
    *,
    origin: str | None = None,
    protocols: tuple[str, ...] = (),
    compression: str | None = None,
) -> Iterator[Channel | None]:
    """A websocket, opened as a page would; None when it is refused."""
    url = browser.workspaces_at.replace("http", "ws", 1) + path
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(
                channel(
                    url,
                    origin=origin or browser.workspaces_at,
                    additional_headers={"Cookie": browser.cookie_header(path)},
                    subprotocols=protocols or None,
                    ssl=browser.trust if url.startswith("wss") else None,
                    compression=compression,
                    max_size=LARGEST_ANSWER_BYTES,
                    open_timeout=SECONDS,
                    close_timeout=2,
                    ping_interval=None,
                )
            )
        except (InvalidHandshake, InvalidMessage, OSError, TimeoutError):
            connection = None
        yield connection


def opens_channel(browser: Browser, path: str, *, origin: str | None = None) -> bool:
    with page_channel(browser, path, origin=origin) as opened:
        return opened is not None
