"""Waiting for what comes to hold by itself."""

import time
from collections.abc import Callable

# A machine that runs other tests beside this one is slower than the one that a time was set on.
PATIENCE = 2


def eventually(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + PATIENCE * seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come to hold in time"
        time.sleep(0.1)
