"""Tells the portal what passed, and learns what administrators have allowed.

What the portal has not confirmed stays in the sessions' files and is told again, also after a
restart; the portal takes each thing once.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

import httpx2

from hub.gateway.counts import Count, Day
from hub.gateway.meter import Meter

log = logging.getLogger("haven.gateway.reporter")

REPORT_SECONDS: Final = 3.0
MOST_AT_ONCE: Final = 300
KEPT_DAYS: Final = 1


class Reporter:
    """One conversation with the portal.

    Args:
        portal: A client that holds the gateway's own token.
        running: The starts that are registered now.
    """

    def __init__(
        self, meter: Meter, portal: httpx2.AsyncClient, running: Callable[[], set[str]]
    ) -> None:
        self._meter, self._portal, self._running = meter, portal, running
        self._told: dict[tuple[str, str], dict[str, int]] = {}

    async def report(self) -> bool:
        """Tell what changed; returns whether the portal took it."""
        running = self._running()
        days = dict(self._changed_days())
        told = [(count, list(count.untold)) for count in self._counts() if count.untold]
        ended = [c for c in self._counts() if c.started_id not in running and not c.is_closed]
        body = {
            "days": [_owner(self._meter.counts[i]) | {"tier": self._meter.counts[i].tier,
                     "day": day, **figures} for (i, day), figures in days.items()],
            "reached": [_owner(count) | one for count, lines in told for one in lines],
            "ended": [_owner(count) for count in ended],
        }  # fmt: skip
        for part in ("reached", "ended"):
            body[part] = body[part][:MOST_AT_ONCE]
        answer = await self._post(body)
        if answer is None:
            return False
        self._told.update(days)
        self._confirm(told, ended)
        self._meter.allowances = {
            (one["username"], one["project"], one["day"]): one["bytes"]
            for one in answer["allowances"]
        }
        self._forget_old()
        return True

    def _counts(self) -> list[Count]:
        return list(self._meter.counts.values())

    def _changed_days(self) -> Iterator[tuple[tuple[str, str], dict[str, int]]]:
        found = 0
        for count in self._counts():
            for day, figures in count.days.items():
                key, now = (count.started_id, day), flat(figures)
                if self._told.get(key) != now and found < MOST_AT_ONCE and not count.is_closed:
                    found += 1
                    yield key, now

    async def _post(self, body: dict[str, Any]) -> dict[str, Any] | None:
        try:
            answer = await self._portal.post("/internal/traffic", json=body)
            answer.raise_for_status()
            return dict(answer.json())
        except (httpx2.HTTPError, ValueError) as problem:
            kind = type(problem).__name__
            log.warning("the portal did not take the figures", extra={"kind": kind})
            return None

    def _confirm(self, told: list[tuple[Count, list[Any]]], ended: list[Count]) -> None:
        left = MOST_AT_ONCE
        for count, lines in told:
            taken = min(left, len(lines))
            left -= taken
            del count.untold[:taken]
            self._meter.changed(count)
        for count in ended[:MOST_AT_ONCE]:
            count.is_closed = not count.untold
            self._meter.changed(count)

    def _forget_old(self) -> None:
        oldest = (date.fromisoformat(self._meter.today()) - timedelta(days=KEPT_DAYS)).isoformat()
        for count in self._counts():
            if count.is_closed and all(day < oldest for day in count.days):
                for day in count.days:
                    self._told.pop((count.started_id, day), None)
                self._meter.forget(count)


def flat(day: Day) -> dict[str, int]:
    """A day's figures by the names that the portal knows."""
    down = {f"{kind}_to_browser": size for kind, size in day.to_browser.items()}
    up = {f"{kind}_to_workspace": size for kind, size in day.to_workspace.items()}
    counted = {"requests": day.requests, "refused": day.refused, "dropped": day.dropped}
    return {**down, **up, **counted}


def _owner(count: Count) -> dict[str, Any]:
    return {"started_id": count.started_id, "username": count.username, "project": count.project}
