"""The demo's people set up second factors like anybody, with an authenticator app of paper.

Their secrets are files beside the demo's password: this is how a demo can sign them in again.
"""

import base64
import os
import re
import time
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from hub.client.browser import Browser, BrowserError
from infra.demo import accounts
from infra.errors import NotReady
from infra.instance import Instance

STEP_SECONDS: Final = 30
_SHOWN: Final = re.compile(r"<code [^>]*data-secret>([A-Z2-7 ]+)</code>")


class App:
    """One person's authenticator app: a file with the secret and the last step that was used."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def is_set_up(self) -> bool:
        return self._path.exists()

    def keep(self, secret: str) -> None:
        self._write(secret.replace(" ", ""), 0)

    def code(self) -> str:
        """A code that was not used before; waits for one, if the next is used up too."""
        secret, last = self._path.read_text().split()
        step = max(int(time.time()) // STEP_SECONDS, int(last) + 1)
        # One step ahead is accepted, and no more.
        time.sleep(max(0.0, (step - 1) * STEP_SECONDS - time.time()))
        self._write(secret, step)
        totp = TOTP(base64.b32decode(secret), 6, SHA1(), STEP_SECONDS)  # noqa: S303 - as apps do
        return totp.generate(step * STEP_SECONDS).decode("ascii")

    def _write(self, secret: str, step: int) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secret} {step}\n")


def sign_in(instance: Instance, browser: Browser, password: str) -> None:
    """Sign a person of the demo in; whoever has to set a second factor up does so first."""
    app = App(accounts.folder(instance) / f"second-factor-{browser.username}")
    browser.sign_in(password, app.code() if app.is_set_up else "")
    if not browser.http.get("/").url.path.startswith("/second-factor"):
        return
    _set_up(browser, app)
    # The hub's session from before the code is over.
    browser.sign_in(password, app.code())
    if browser.http.get("/").url.path != "/":
        raise NotReady(f"{browser.username} set up a second factor, and is asked for it still")


def _set_up(browser: Browser, app: App) -> None:
    page = browser.http.post("/second-factor/begin").raise_for_status()
    shown = _SHOWN.search(page.text)
    if not shown:
        raise BrowserError(f"{browser.username} was shown no secret to set up")
    app.keep(shown[1])
    browser.http.post("/second-factor/confirm", data={"code": app.code()}).raise_for_status()
