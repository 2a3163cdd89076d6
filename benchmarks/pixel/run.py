"""The pixel tier: from a key to changed pixels, memory of a session, a lost connection's return.

usage: python -m benchmarks.pixel.run [KEYS]

Needs a running installation with the demo's people (`haven demo`) and Debian's Chromium. Makes a
project of the pixel tier, opens its workspace in headless Chromium on the same machine, and types
letters into a notebook. Measured in the page itself: from the key's event to the first rectangle
that is drawn after it; the caret does not blink, so that nothing else is drawn. Prints the figures
and writes result.json beside this file.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml
from playwright.sync_api import Page, WebSocketRoute, sync_playwright

from hub.container import UID
from infra import admin
from infra import instance as instances
from infra.demo import accounts
from infra.instance import Instance
from infra.shell import run
from tests.pixel_desk import Desk

KEYS = 200
RETURNS = 10
PATIENCE_MS = 20_000
PROJECT = "pixel-bench"
NO_BLINK = "@jupyterlab/codemirror-extension/plugin.jupyterlab-settings"
WATCH = """() => {
  window.took = [];
  let pressed = null;
  addEventListener("keydown", () => { pressed ??= performance.now(); }, true);
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...values) {
    draw.apply(this, values);
    if (pressed !== null) window.took.push(performance.now() - pressed);
    pressed = null;
  };
}"""
STATES = """() => {
  window.away = [];
  let lost = null;
  new MutationObserver(() => {
    if (document.body.dataset.state === "connected") {
      if (lost !== null) window.away.push(performance.now() - lost);
      lost = null;
    } else if (lost === null) lost = performance.now();
  }).observe(document.body, {attributes: true, attributeFilter: ["data-state"]});
}"""


def make_project(instance: Instance) -> None:
    content = yaml.safe_load(accounts.project_file(instance).read_text())
    content["project"] |= {"id": PROJECT, "title": "Pixel benchmark", "tier": "pixel"}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(content, file)
        file.flush()
        admin.output_of(instance, "project", "apply", file.name)
    settings = instance.home / "homes" / PROJECT / accounts.RESEARCHER / ".lab/user-settings"
    path = settings / NO_BLINK
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"defaultConfig": {"cursorBlinkRate": 0}}))
    for place in (settings.parent.parent.parent, *settings.parent.parent.parent.rglob("*")):
        os.chown(place, UID, UID, follow_symlinks=False)


def keys_to_pixels(page: Page, keys: int) -> list[float]:
    """Milliseconds from each key to the first pixels that change."""
    page.evaluate(WATCH)
    page.keyboard.type("# ")
    time.sleep(1)
    page.evaluate("window.took.length = 0")
    for number in range(keys):
        page.keyboard.press("Enter" if number % 40 == 39 else random.choice("abdeghmnopqsuw"))
        page.wait_for_function(f"window.took.length > {number}", timeout=PATIENCE_MS)
        page.wait_for_timeout(random.uniform(100, 200))
    return list(page.evaluate("window.took"))


def memory_bytes(instance: Instance) -> int:
    """What the workspace's container holds: JupyterLab, a kernel, the screen and its browser."""
    labels = (f"label=haven.instance={instance.name}", f"label=haven.project={PROJECT}")
    filters = [part for label in labels for part in ("--filter", label)]
    name = run("docker", "ps", *filters, "--format", "{{.Names}}").strip()
    text = run("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", name)
    number, unit = text.split("/")[0].strip()[:-3], text.split("/")[0].strip()[-3:]
    return round(float(number) * {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}[unit])


def returns(page: Page, base: str) -> list[float]:
    """Milliseconds from a cut connection to the next one that shows the screen."""
    routes: list[WebSocketRoute] = []

    def note(route: WebSocketRoute) -> None:
        route.connect_to_server()
        routes.append(route)

    page.route_web_socket("**/screen", note)
    page.goto(base)
    page.wait_for_selector("body[data-state=connected]")
    page.evaluate(STATES)
    for count in range(RETURNS):
        routes[-1].close(code=1011)
        while len(page.evaluate("window.away")) <= count:
            page.wait_for_timeout(50)
        page.wait_for_timeout(1000)
    return list(page.evaluate("window.away"))


def measure(instance: Instance, keys: int) -> dict[str, object]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        desk = Desk(
            page=browser.new_page(bypass_csp=True, viewport={"width": 1280, "height": 860}),
            url=instance.public_url,
            username=accounts.RESEARCHER,
            project=PROJECT,
            outputs=instance.home / "outputs" / PROJECT / accounts.RESEARCHER,
        )
        desk.sign_in(accounts.password(instance))
        started = time.monotonic()
        desk.open()
        opened = time.monotonic() - started
        desk.open_notebook()
        took = sorted(keys_to_pixels(desk.page, keys))
        memory = memory_bytes(instance)
        away = returns(desk.page, desk.base)
        browser.close()
    return {
        "key_to_pixels_ms": {
            "keys": len(took),
            "p50": round(statistics.median(took), 1),
            "p95": round(took[int(len(took) * 0.95)], 1),
            "max": round(took[-1], 1),
        },
        "press_to_launcher_seconds": round(opened, 2),
        "session_memory_bytes": memory,
        # Others at work on the same machine make every figure larger.
        "load_average": round(os.getloadavg()[0], 1),
        "return_ms": {"p50": round(statistics.median(away), 1), "max": round(max(away), 1)},
    }


def main() -> None:
    instance = instances.from_environment()
    make_project(instance)
    result = measure(instance, int(sys.argv[1]) if len(sys.argv) > 1 else KEYS)
    Path(__file__).with_name("result.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
