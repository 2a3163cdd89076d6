"""Copies text on a workspace's screen, for the probe that listens whether it comes out.

usage: python -m hub.probes.clipboard copy TEXT SECONDS    holds it on the workspace's own screen
       python -m hub.probes.clipboard show                 prints what its clipboard holds
       python -m hub.probes.clipboard control TEXT OTHER   on a screen of its own that gives its
                                                           clipboard away: prints what got across

Source:
    RFC 6143, sections 7.1 to 7.3, 7.5.6 and 7.6.4.
"""

import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hub.workspace.screen import DISPLAY, XVNC

ANSWER_SECONDS: Final = 15
SELECTIONS: Final = ("clipboard", "primary")
_COPIED, _PASTED = "a text copied on the screen", "a text put on its clipboard"
_CUT_TEXT, _RAW = 3, 0


def _environment(display: str) -> dict[str, str]:
    return {**os.environ, "DISPLAY": display}


@contextmanager
def copied(text: str, display: str) -> Iterator[None]:
    """Hold a text in both of X's clipboards, as a program does in which somebody copies it."""
    with contextlib.ExitStack() as held:
        for selection in SELECTIONS:
            holder = subprocess.Popen(  # noqa: S603
                ["/usr/bin/xclip", "-quiet", "-selection", selection],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=_environment(display),
            )  # fmt: skip
            held.callback(holder.wait)
            held.callback(holder.terminate)
            if holder.stdin is None:
                raise RuntimeError("xclip takes no text")
            holder.stdin.write(text.encode())
            holder.stdin.close()
        deadline = time.monotonic() + ANSWER_SECONDS
        while text not in held_now(display):
            if time.monotonic() > deadline:
                raise TimeoutError("the text could not be put on the clipboard")
            time.sleep(0.1)
        yield


def held_now(display: str) -> str:
    """What is on the clipboard; empty when there is nothing."""
    asked = subprocess.run(
        ["/usr/bin/xclip", "-o", "-selection", "clipboard"], check=False, capture_output=True,
        env=_environment(display), timeout=ANSWER_SECONDS,
    )  # fmt: skip
    return asked.stdout.decode(errors="replace")


def control(text: str, other: str, folder: Path) -> list[str]:
    """Start a screen that differs from a workspace's in this one setting, and be its viewer.

    Args:
        text: Copied on that screen.
        other: Sent to it.
        folder: For its socket.
    """
    display, path = ":71", folder / "screen.sock"
    command = [one.replace("-SendCutText=0", "-SendCutText=1") for one in XVNC]
    command[1] = display
    screen = subprocess.Popen(  # noqa: S603
        [*command, "-rfbunixpath", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    found = []
    try:
        with _viewer(path) as viewer:
            with copied(text, display):
                found += [_COPIED] if _hears(viewer, text) else []
            packed = other.encode("latin-1")
            viewer.sendall(struct.pack(">BxxxI", 6, len(packed)) + packed)
            deadline = time.monotonic() + ANSWER_SECONDS
            while other not in held_now(display) and time.monotonic() < deadline:
                time.sleep(0.1)
            found += [_PASTED] if other in held_now(display) else []
    finally:
        screen.terminate()
        screen.wait()
    return found


@contextmanager
def _viewer(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as viewer:
        viewer.settimeout(ANSWER_SECONDS)
        deadline = time.monotonic() + ANSWER_SECONDS
        while viewer.connect_ex(str(path)):
            if time.monotonic() > deadline:
                raise TimeoutError("the screen did not start")
            time.sleep(0.1)
        viewer.sendall(_exactly(viewer, 12))
        _exactly(viewer, _exactly(viewer, 1)[0])
        viewer.sendall(b"\x01")
        _exactly(viewer, 4)
        viewer.sendall(b"\x01")
        (name_bytes,) = struct.unpack(">20xI", _exactly(viewer, 24))
        _exactly(viewer, name_bytes)
        viewer.sendall(struct.pack(">BxHi", 2, 1, _RAW))
        yield viewer


def _hears(viewer: socket.socket, text: str) -> bool:
    """Whether the screen tells of the text; nothing was asked of it but that."""
    heard = b""
    with contextlib.suppress(TimeoutError):
        while text.encode() not in heard:
            (kind,) = _exactly(viewer, 1)
            if kind != _CUT_TEXT:
                continue  # a bell
            (length,) = struct.unpack(">xxxI", _exactly(viewer, 7))
            heard = _exactly(viewer, length)
    return text.encode() in heard


def _exactly(viewer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = viewer.recv(count - len(data))
        if not piece:
            raise ConnectionError("the screen went away")
        data += piece
    return data


def main(arguments: list[str]) -> None:
    match arguments:
        case ["copy", text, seconds]:
            with copied(text, DISPLAY):
                time.sleep(float(seconds))
            told = ["copied"]
        case ["show"]:
            told = [held_now(DISPLAY)]
        case ["control", text, other]:
            place = Path("/tmp/haven-probe-screen")  # noqa: S108  in a container of its own
            place.mkdir(mode=0o700, exist_ok=True)
            told = control(text, other, place)
        case _:
            raise SystemExit("usage: python -m hub.probes.clipboard copy|show|control ...")
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
