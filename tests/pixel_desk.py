"""A person at a workspace of the pixel tier, in real Chromium: all they have is the picture.

What stands on the screen is found by its colours, since there is no text to look for.
"""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.conftest import eventually

# The launcher's notebook icon, and where its first card is from there.
ORANGE = (243, 119, 38)
_TO_CARD = (40, 88)
_FIND = """([red, green, blue, left]) => {
  const canvas = document.getElementById("screen");
  const {width, height} = canvas;
  const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
  for (let at = 0; at < data.length; at += 4) {
    const x = (at / 4) % width;
    if (x >= left && Math.abs(data[at] - red) + Math.abs(data[at + 1] - green)
        + Math.abs(data[at + 2] - blue) < 12) return [x, Math.floor(at / 4 / width)];
  }
  return null;
}"""
_DIGEST = """() => {
  const canvas = document.getElementById("screen");
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 1) sum = (sum * 31 + data[at]) | 0;
  return sum;
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One window, showing one workspace.

    Attributes:
        outputs: The workspace's /outputs, as the host sees it.
    """

    page: Page
    url: str
    username: str
    project: str
    outputs: Path

    @property
    def base(self) -> str:
        return f"{self.url}/user/{self.username}/{self.project}/"

    def sign_in(self, password: str) -> None:
        self.page.goto(f"{self.url}/hub/login")
        self.page.fill("input[name=username]", self.username)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "/hub/login" not in address)

    def open(self) -> None:
        """Press "Open workspace" and wait for JupyterLab's launcher to be on the screen."""
        self.page.goto(f"{self.url}/hub/spawn/{self.username}/{self.project}")
        self.page.wait_for_selector("body[data-state=connected]", timeout=90_000)
        eventually(lambda: self.find(*ORANGE, left=300) is not None, 90)

    def open_notebook(self) -> None:
        """Click the launcher's card of a Python notebook, and wait until its kernel answers."""
        for _ in range(5):
            self.settle()
            corner = self.find(*ORANGE, left=300)
            if corner is None:
                break
            self.click(corner[0] + _TO_CARD[0], corner[1] + _TO_CARD[1])
        for number in range(10):
            made = f"ready-{number}"
            self.type_cell(f"open('/outputs/{made}', 'w').close()")
            with contextlib.suppress(AssertionError):
                eventually((self.outputs / made).exists, 15)
                return
        raise AssertionError("the notebook's kernel did not answer")

    def settle(self, seconds: float = 1.5) -> None:
        """Wait until the picture has not changed for so long; a caret that blinks is a change."""
        deadline = time.monotonic() + 60
        before, since = self.digest(), time.monotonic()
        while time.monotonic() - since < seconds and time.monotonic() < deadline:
            time.sleep(0.2)
            now = self.digest()
            if now != before:
                before, since = now, time.monotonic()

    def run(self, code: str, *, makes: str) -> str:
        """Type a cell and run it.

        Returns:
            What stands in the file that it makes in /outputs, as the host reads it.
        """
        path = self.outputs / makes
        self.type_cell(code)
        eventually(path.exists, 90)
        time.sleep(0.3)
        return path.read_text()

    def type_cell(self, code: str) -> None:
        """Add a cell below, type into it and run it, whatever has the focus in the notebook."""
        for key in ("Escape", "Escape", "b", "Enter"):
            self.page.keyboard.press(key)
        self.page.keyboard.type(code, delay=5)
        self.page.keyboard.press("Shift+Enter")

    def click(self, x: int, y: int) -> None:
        box = self.page.query_selector("#screen").bounding_box()
        self.page.mouse.click(box["x"] + x, box["y"] + y)

    def find(self, red: int, green: int, blue: int, *, left: int = 0) -> list[int] | None:
        """The first pixel of about this colour that is not left of a column."""
        return self.page.evaluate(_FIND, [red, green, blue, left])

    def digest(self) -> int:
        """A number that changes with any pixel."""
        return self.page.evaluate(_DIGEST)

    def is_connected(self) -> bool:
        return self.page.evaluate("document.body.dataset.state") == "connected"
