"""A container's health check: one address answers 2xx, or one file was touched lately.

usage: python -m infra.healthy URL | unix:SOCKET | file:PATH MAX_AGE_SECONDS
"""

import socket
import sys
import time
import urllib.request
from pathlib import Path


def healthy(target: str, max_age_seconds: float) -> bool:
    if target.startswith("file:"):
        path = Path(target.removeprefix("file:"))
        return path.exists() and time.time() - path.stat().st_mtime < max_age_seconds
    if target.startswith("unix:"):
        return _gives_packages(target.removeprefix("unix:"))
    try:
        with urllib.request.urlopen(target, timeout=4):  # noqa: S310  the address is ours
            return True
    except OSError:
        return False


def _gives_packages(path: str) -> bool:
    """Whether the package mirror gives its list on that socket."""
    try:
        with socket.socket(socket.AF_UNIX) as asker:
            asker.settimeout(4)
            asker.connect(path)
            asker.sendall(b"HEAD /simple/ HTTP/1.1\r\nHost: localhost:1\r\n\r\n")
            return asker.recv(64).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


if __name__ == "__main__":
    age = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0  # noqa: PLR2004  the optional second one
    sys.exit(0 if healthy(sys.argv[1], age) else 1)
