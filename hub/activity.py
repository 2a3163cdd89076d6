"""Whether a workspace is in use: its person sends something, or a kernel computes.

Both are seen from outside, by the gateway's counts and the engine's, so that they hold in every
tier and whatever runs inside.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.registrations import Registration

log = logging.getLogger("haven.activity")

# JupyterLab at rest takes a hundredth of a core, a browser at rest beside it a few; a kernel that
# computes takes a whole one.
BUSY_CORES = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen; `cpu_seconds` is None where it could not be measured."""

    is_active: bool
    cpu_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    sent_bytes: int
    cpu_seconds: float | None
    at: float


class Activity:
    """Compares each look at a workspace with the one before.

    Args:
        meters: The gateway's folder of counts.
        cpu_seconds: Processor time of every running workspace by (user name, project).
    """

    def __init__(
        self,
        meters: Path,
        cpu_seconds: Callable[[], Mapping[tuple[str, str], float]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._meters, self._cpu_seconds, self._now = meters, cpu_seconds, now
        self._before: dict[str, _Before] = {}

    def look(self, running: list[Registration]) -> dict[str, Look]:
        """A look at each workspace, by `started_id`; at the first one, all are in use."""
        cpu = self._cpu_seconds()
        looks, before = {}, {}
        for one in running:
            seen = _Before(
                sent_bytes=sent_bytes(self._meters, one.started_id),
                cpu_seconds=cpu.get((one.username, one.project)),
                at=self._now(),
            )
            is_active = _differs(self._before.get(one.started_id), seen)
            looks[one.started_id] = Look(is_active=is_active, cpu_seconds=seen.cpu_seconds)
            before[one.started_id] = seen
        self._before = before
        return looks


def sent_bytes(meters: Path, started_id: str) -> int:
    """What the person has sent to this run so far, in bytes; 0 where nothing is counted yet."""
    try:
        days = json.loads((meters / f"{started_id}.json").read_text())["days"]
        return sum(sum(day["to_workspace"].values()) for day in days.values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return 0


def container_cpu_seconds(docker: Any, instance: str) -> dict[tuple[str, str], float]:
    """Processor time of every workspace of an installation, from the engine.

    Args:
        docker: docker-py's `APIClient`.
        instance: The installation.
    """
    found = {}
    try:
        for one in docker.containers(filters={"label": f"haven.instance={instance}"}):
            labels = one["Labels"]
            if "haven.user" not in labels:
                continue
            stats = docker.stats(one["Id"], stream=False, one_shot=True)
            used = stats["cpu_stats"]["cpu_usage"]["total_usage"]
            found[labels["haven.user"], labels["haven.project"]] = used / 1e9
    except (OSError, KeyError, TypeError):  # docker-py's errors are those of requests: OSError
        log.error("the engine did not tell how busy the workspaces are")
    return found


def _differs(before: _Before | None, now: _Before) -> bool:
    if before is None or before.sent_bytes != now.sent_bytes:
        return True
    if before.cpu_seconds is None or now.cpu_seconds is None:
        # Not known is not idle: nobody loses work because the engine was slow to answer.
        return True
    return now.cpu_seconds - before.cpu_seconds > BUSY_CORES * (now.at - before.at)
