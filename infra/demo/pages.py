"""The portal's pages, used as a person uses them: reading what they say, filling in their forms."""

import re

import httpx2

from hub.client.browser import Browser, BrowserError


def vote(browser: Browser, request_id: str, decision: str, comment: str = "") -> httpx2.Response:
    page = browser.http.get(f"/review/{request_id}")
    if page.status_code != httpx2.codes.OK:
        return page
    page = browser.http.get(f"/review/{request_id}/decide")
    files = re.findall(r'name="(file-[0-9a-f]{32})"', page.text)
    turn = re.search(r'name="turn" value="(\d+)"', page.text)
    return browser.http.post(
        f"/review/{request_id}/vote",
        data={"turn": turn[1] if turn else "1", "vote": decision, "comment": comment}
        | dict.fromkeys(files, decision),
    )


def state(browser: Browser, request_id: str) -> str:
    """The request's state, as its page shows it."""
    page = browser.http.get(f"/requests/{request_id}").raise_for_status()
    found = re.search(r'data-state="([a-z ]+)"', page.text)
    if not found:
        raise BrowserError(f"The page of request {request_id} shows no state")
    return found[1]


def links(browser: Browser, request_id: str) -> list[str]:
    """Addresses of this person's links: each is handed out when its button is pressed."""
    page = browser.http.get(f"/requests/{request_id}").raise_for_status()
    buttons = re.findall(r'action="(/links/[^"/]+/open)"', page.text)
    if not buttons:
        raise BrowserError(f"The page of request {request_id} offers {browser.username} no link")
    return [str(browser.http.post(button).raise_for_status().url.path) for button in buttons]


def download(browser: Browser, link: str) -> tuple[str, bytes]:
    answer = browser.http.post(f"{link}/download").raise_for_status()
    name = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"])
    return (name[1] if name else ""), answer.content
