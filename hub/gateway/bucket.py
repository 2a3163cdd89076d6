"""A token bucket: a short burst at once, then no faster than its rate."""

import asyncio
import time


class TokenBucket:
    """Lets through what its rate allows.

    Args:
        bytes_per_second: What flows in.
        burst_bytes: What it holds at most.
    """

    def __init__(self, *, bytes_per_second: float, burst_bytes: float) -> None:
        self._rate, self._burst = bytes_per_second, burst_bytes
        self._level, self._at = burst_bytes, time.monotonic()

    def take_now(self, size: int) -> bool:
        """Take if there is enough; otherwise take nothing."""
        self._fill()
        if size > self._level:
            return False
        self._level -= size
        return True

    async def take(self, size: int) -> None:
        """Take, and wait until what was taken has flowed in."""
        self._fill()
        self._level -= size
        if self._level < 0:
            await asyncio.sleep(-self._level / self._rate)

    def _fill(self) -> None:
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
