"""A person at a browser, as a program: the demo, the probes, the tests and the benchmarks use it.

It knows no secret but the person's password, and goes only where a browser can go.
"""

import json
import re
import ssl
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

OK, FOUND, UNAVAILABLE = 200, 302, 503
NOT_NOW_SECONDS = 30.0


class BrowserError(Exception):
    """A page did not answer as a person would need it to; says which and how."""


class Browser:
    """One person's browser.

    Args:
        public_url: The address people type.
        username: Who sits there.
        trusted: A certificate (PEM) to trust besides the machine's own.
    """

    def __init__(self, public_url: str, username: str, trusted: Path | None = None) -> None:
        self.public_url = public_url.rstrip("/")
        self.username = username
        self.trust = _trust(trusted) if public_url.startswith("https") else None
        # Where this person's workspaces turn out to be: here, or at an address of their own.
        self.workspaces_at = self.public_url
        self.http = httpx2.Client(
            base_url=self.public_url,
            verify=self.trust or True,
            follow_redirects=True,
            timeout=60,
            headers={"Sec-Fetch-Site": "same-origin", "Origin": self.public_url},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def sign_in(self, password: str, code: str = "") -> httpx2.Response:
        """Fill in the hub's sign-in form; afterwards every page knows the person.

        Args:
            code: From the person's authenticator app, if they have one.

        Raises:
            BrowserError: The form came back instead of a page.
        """
        self.http.get("/hub/login")
        answer = self.http.post(
            "/hub/login",
            params={"next": "/hub/home"},
            data={
                "username": self.username,
                "password": password,
                "otp": code,
                "_xsrf": self.cookie("_xsrf", "/hub/"),
            },
        )
        if answer.status_code != OK or "/hub/login" in str(answer.url):
            raise BrowserError(f"{self.username} could not sign in: {answer.status_code}")
        return answer

    def open_workspace(self, project: str, *, seconds: float = 90) -> float:
        """Press "Open workspace" and wait until JupyterLab's page is there.

        Returns:
            Seconds from the press to the page.

        Raises:
            BrowserError: The hub refused, with its words, or the time ran out.
        """
        started = time.monotonic()
        answer = self.http.get(f"/hub/spawn/{self.username}/{project}")
        if answer.status_code != OK:
            raise BrowserError(f"{answer.status_code}: {words(answer)}")
        deadline = started + seconds
        self._wait_for_progress(project, deadline)
        while time.monotonic() < deadline:
            page = self.http.get(self.workspace_path(project, "lab"))
            if page.status_code == OK and "jupyter-config-data" in page.text:
                self.workspaces_at = f"{page.url.scheme}://{page.url.netloc.decode()}"
                return time.monotonic() - started
            time.sleep(0.05)
        raise BrowserError(f"The workspace of {self.username} was not ready in {seconds:.0f} s")

    def _wait_for_progress(self, project: str, deadline: float) -> None:
        """Follow the hub's events until it calls the workspace ready, as its page does."""
        address = f"/hub/api/users/{self.username}/servers/{project}/progress"
        headers = {"X-XSRFToken": self.cookie("_xsrf", "/hub/"), "Accept": "text/event-stream"}
        with self.http.stream("GET", address, headers=headers) as events:
            for line in events.iter_lines():
                if not line.startswith("data:"):
                    continue
                event = json.loads(line.removeprefix("data:"))
                if event.get("failed"):
                    raise BrowserError(str(event.get("message", "The workspace did not start")))
                if event.get("ready") or time.monotonic() > deadline:
                    return

    def close_workspace(self, project: str) -> None:
        """Press "Stop" and wait until the workspace is gone."""
        address = f"/hub/api/users/{self.username}/servers/{project}"
        headers = {"X-XSRFToken": self.cookie("_xsrf", "/hub/")}
        self.http.request("DELETE", address, headers=headers)
        deadline = time.monotonic() + 60
        while project in self.servers():
            if time.monotonic() > deadline:
                raise BrowserError(f"The workspace of {self.username} did not stop")
            time.sleep(0.1)

    def servers(self) -> dict[str, Any]:
        headers = {"X-XSRFToken": self.cookie("_xsrf", "/hub/")}
        answer = self.http.get(f"/hub/api/users/{self.username}", headers=headers)
        return dict(answer.json().get("servers", {})) if answer.status_code == OK else {}

    def workspace_path(self, project: str, rest: str) -> str:
        return f"/user/{self.username}/{project}/{rest}"

    def api(self, project: str, method: str, rest: str, **more: Any) -> httpx2.Response:
        """Call JupyterLab's own API in the workspace, as its page does."""
        base = self.workspace_path(project, "")
        headers = {"X-XSRFToken": self.cookie("_xsrf", base), "Origin": self.workspaces_at}
        address = self.workspaces_at + base + rest
        deadline = time.monotonic() + NOT_NOW_SECONDS
        while True:
            answer = self.http.request(method, address, headers=headers, **more)
            # Nothing was passed on then, so it may be asked again.
            is_not_now = answer.status_code == UNAVAILABLE and "Retry-After" in answer.headers
            if not is_not_now or time.monotonic() > deadline:
                return answer
            time.sleep(1)

    def cookie(self, name: str, path: str) -> str:
        for cookie in self.http.cookies.jar:
            if cookie.name == name and cookie.path == path:
                return cookie.value or ""
        return ""

    def cookie_header(self, path: str) -> str:
        """The Cookie header that a browser would send to a path of a workspace."""
        host = urlsplit(self.workspaces_at).hostname or ""
        kept = [
            c
            for c in self.http.cookies.jar
            if path.startswith(c.path) and _goes_to(host, c.domain, c.domain_specified)
        ]
        return "; ".join(f"{c.name}={c.value}" for c in kept)


def _goes_to(host: str, domain: str, is_for_all_below: bool) -> bool:
    name = domain.removeprefix(".").removesuffix(".local")
    return host == name or (is_for_all_below and host.endswith(f".{name}"))


def _trust(certificate: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if certificate:
        context.load_verify_locations(certificate)
        # Whoever trusts a server's own certificate need not know who signed it.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def words(answer: httpx2.Response) -> str:
    """What a page says, without its markup; for messages."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", answer.text)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())[:400]
