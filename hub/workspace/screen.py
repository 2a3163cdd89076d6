"""The parts of a workspace of the pixel tier: JupyterLab, a screen, and a browser that shows it.

The screen speaks RFB on the workspace's one socket, where the gateway is the only caller. Nothing
here is a boundary: the container and the gateway are, and would be if all of it were replaced.
"""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from hub.workspace import forwarder
from hub.workspace.supervisor import Part, Supervisor

DISPLAY: Final = ":1"
DISPLAY_SOCKET: Final = "/tmp/.X11-unix/X1"  # noqa: S108  where X programs look for it
LAB_PORT: Final = 8888
PROFILE: Final = "/tmp/browser"  # noqa: S108  the container's own, gone with it
FIRST_SIZE: Final = "1280x800"
# A caller on this socket, beside the screen's, asks for a new screen; it says nothing else.
RESTART_SOCKET: Final = "restart.sock"
RESTART_PAUSE_SECONDS: Final = 2.0

XVNC: Final = (
    "/usr/bin/Xtigervnc", DISPLAY, "-geometry", FIRST_SIZE, "-depth", "24", "-rfbport", "-1",
    "-rfbunixmode", "0660", "-SecurityTypes", "None", "-AcceptSetDesktopSize=1",
    "-SendCutText=0", "-SendPrimary=0", "-AcceptCutText=1", "-SetPrimary=0", "-CompareFB=1",
    "-nolisten", "tcp", "-noreset", "-s", "0", "-dpms",
)  # fmt: skip
# A layout that holds what Western Europe types: the screen adds other characters when they are
# first typed, and a browser that is busy can miss the first of them.
_START_WINDOWS: Final = (
    "setxkbmap eu; exec matchbox-window-manager -use_titlebar no "
    "-kbdconfig /opt/haven/etc/screen/kbdconfig"
)
_WINDOWS: Final = ("/bin/sh", "-c", _START_WINDOWS)
_CHROMIUM: Final = (
    "/usr/lib/chromium/chromium",
    # Its sandbox is made with user namespaces or a setuid program. The container has neither: no
    # capability, no new privileges, no such file. What the sandbox would hold back, a page that
    # breaks out of the renderer, gains nothing here: any cell runs code as the same user already.
    "--no-sandbox", "--test-type",
    "--kiosk", "--no-first-run", "--no-default-browser-check", "--noerrdialogs",
    "--hide-crash-restore-bubble", "--disable-gpu", "--enable-unsafe-swiftshader",
    "--disable-logging", "--log-level=3", "--disable-breakpad", "--disable-crash-reporter",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-pinch", "--password-store=basic",
    "--disable-features=Translate,MediaRouter,OptimizationHints,GlobalMediaControls",
    "--disable-smooth-scrolling", "--force-device-scale-factor=1", "--disk-cache-size=16777216",
    f"--user-data-dir={PROFILE}",
)  # fmt: skip


def run(environment: Mapping[str, str]) -> None:
    """Keep all parts running until the container is stopped."""
    door = Path(environment["HAVEN_SOCKET"])
    requests = RestartRequests(door.with_name(RESTART_SOCKET))
    Supervisor(parts(environment), requests.answer).run()


def parts(environment: Mapping[str, str]) -> tuple[Part, ...]:
    door, base = environment["HAVEN_SOCKET"], environment["HAVEN_BASE_URL"]
    # A home of its own, so that what the browser remembers does not fill the researcher's.
    shown = {
        "HOME": PROFILE,
        "DISPLAY": DISPLAY,
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "NO_AT_BRIDGE": "1",
    }
    Path(PROFILE).mkdir(mode=0o700, exist_ok=True)
    screen_is_there = listening(socket.AF_UNIX, DISPLAY_SOCKET)
    lab_answers = listening(socket.AF_INET, ("127.0.0.1", LAB_PORT))
    return (
        Part(name="screen", command=(*XVNC, "-rfbunixpath", door), environment=shown),
        Part(
            name="lab",
            command=(sys.executable, "-m", "jupyterlab", "--no-browser"),
            environment=environment,
        ),
        forwarder.part(environment),
        Part(name="windows", command=_WINDOWS, environment=shown, ready=screen_is_there),
        Part(
            name="browser",
            command=(*_CHROMIUM, f"--app=http://127.0.0.1:{LAB_PORT}{base}lab"),
            environment=shown,
            ready=lambda: screen_is_there() and lab_answers(),
        ),
    )


def listening(family: socket.AddressFamily, address: str | tuple[str, int]) -> Callable[[], bool]:
    """Make a question: whether somebody listens there now."""

    def ask() -> bool:
        with socket.socket(family) as caller:
            caller.settimeout(0.2)
            return caller.connect_ex(address) == 0

    return ask


class RestartRequests:
    """A browser or a screen that hangs: its person asks the gateway, which calls here."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(os.fspath(path))
        path.chmod(0o660)
        self._listener.listen(1)
        self._listener.setblocking(False)
        self._last = 0.0

    def answer(self, supervisor: Supervisor) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            caller, _ = self._listener.accept()
            caller.close()
            if time.monotonic() - self._last > RESTART_PAUSE_SECONDS:
                self._last = time.monotonic()
                # JupyterLab and its kernels go on.
                supervisor.restart("browser", "windows", "screen")
