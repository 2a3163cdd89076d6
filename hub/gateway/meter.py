"""Counts every byte between browsers and workspaces, holds budgets, and remembers both.

One file a session, rewritten within a second of a change, so that a gateway that is killed loses no
more than that.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hub.gateway import budgets, counts
from hub.gateway.bucket import TokenBucket
from hub.gateway.budgets import SHARES, Level, Scope, Spent
from hub.gateway.counts import CARRIES_DATA, Count, Kind
from hub.registrations import Registration

__all__ = ["FLUSH_SECONDS", "Kind", "Meter", "Passage"]

log = logging.getLogger("haven.gateway.meter")

FLUSH_SECONDS: Final = 0.5
BURST_BYTES: Final = 256 * 1024
# Of messages that are taken apart, over all of a session's connections: one workspace that prints
# without end takes nothing from others.
LOOKED_AT_BYTES_PER_SECOND: Final = 1024**2
LOOKED_AT_BURST_BYTES: Final = 4 * 1024**2


def _now() -> datetime:
    return datetime.now(UTC)


class Meter:
    """All sessions' counts.

    Attributes:
        allowances: What an administrator has added to a person's day in a project, in bytes.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = _now) -> None:
        self._folder, self._now = folder, now
        self.counts: dict[str, Count] = {c.started_id: c for c in counts.every(folder)}
        self.allowances: dict[tuple[str, str, str], int] = {}
        self._passages: dict[str, Passage] = {}
        self._changed: set[str] = set()
        self._shown: dict[tuple[str, str, str], int] = defaultdict(int)
        for count in self.counts.values():
            for day, figures in count.days.items():
                self._shown[count.username, count.project, day] += figures.shown_bytes

    def passage(self, registration: Registration) -> "Passage":
        """The way of one session's bytes; what an earlier gateway counted is carried on."""
        identity = registration.started_id
        if identity not in self._passages:
            count = self.counts.get(identity) or counts.read(self._folder, registration)
            self.counts[identity] = count or counts.new(registration)
            self._passages[identity] = Passage(self, self.counts[identity], registration)
        return self._passages[identity]

    def today(self) -> str:
        return self._now().date().isoformat()

    def now(self) -> datetime:
        return self._now()

    def shown_today(self, count: Count) -> int:
        """Bytes shown to this person of this project today, over all sessions."""
        return self._shown[count.username, count.project, self.today()]

    def allowed_today(self, count: Count) -> int:
        return self.allowances.get((count.username, count.project, self.today()), 0)

    def add_shown(self, count: Count, size: int) -> None:
        self._shown[count.username, count.project, self.today()] += size

    def changed(self, count: Count) -> None:
        self._changed.add(count.started_id)

    def forget(self, count: Count) -> None:
        """Drop a session that is over and told, once no day's budget needs it."""
        for known in (self.counts, self._passages):
            known.pop(count.started_id, None)
        self._changed.discard(count.started_id)
        counts.remove(self._folder, count)

    def flush(self) -> None:
        changed, self._changed = self._changed, set()
        for identity in changed:
            try:
                counts.write(self._folder, self.counts[identity])
            except OSError:
                self._changed.add(identity)
                log.error("counts could not be written")


class Passage:
    """One session's way through the gateway: each byte is accounted for before it passes."""

    def __init__(self, meter: Meter, count: Count, registration: Registration) -> None:
        self._meter, self.count = meter, count
        self.budgets = budgets.of(registration)
        self._bucket = TokenBucket(
            bytes_per_second=self.budgets.throttled_bytes_per_second, burst_bytes=BURST_BYTES
        )
        self._looked_at = TokenBucket(
            bytes_per_second=LOOKED_AT_BYTES_PER_SECOND, burst_bytes=LOOKED_AT_BURST_BYTES
        )
        self._words: list[str] = []

    async def look_at(self, size: int) -> None:
        """Wait until a message of this size may be taken apart."""
        await self._looked_at.take(size)

    async def to_browser(self, kind: Kind, size: int) -> None:
        """Account for bytes that are about to go to the browser, and wait while it is throttled.

        Raises:
            Spent: They do not fit into the budget; nothing may pass.
        """
        if kind not in CARRIES_DATA:
            self._add(self._today.to_browser, kind, size)
            return
        self._require_room(size)
        self._add(self._today.to_browser, kind, size)
        self._meter.add_shown(self.count, size)
        if self._notice_levels():
            await self._bucket.take(size)

    def to_workspace(self, kind: Kind, size: int) -> None:
        """Account for bytes from the browser; no budget holds them."""
        self._add(self._today.to_workspace, kind, size)

    def asked(self) -> None:
        self._today.requests += 1
        self._meter.changed(self.count)

    def refused(self) -> None:
        self._today.refused += 1
        self._meter.changed(self.count)

    def dropped(self) -> None:
        self._today.dropped += 1
        self._meter.changed(self.count)

    def require_open(self) -> None:
        """Refuse to begin anything once a budget has been cut.

        Raises:
            Spent: Says which, and what to do.
        """
        self._require_room(0)

    def words(self) -> list[str]:
        """What the person should be told since this was last asked."""
        words, self._words = self._words, []
        return words

    def budget(self, scope: Scope) -> int:
        if scope is Scope.SESSION:
            return self.budgets.session_bytes
        return self.budgets.day_bytes + self._meter.allowed_today(self.count)

    def used(self, scope: Scope) -> int:
        if scope is Scope.SESSION:
            return self.count.shown_bytes
        return self._meter.shown_today(self.count)

    @property
    def _today(self) -> counts.Day:
        return self.count.on(self._meter.today())

    def _add(self, figures: dict[str, int], kind: Kind, size: int) -> None:
        figures[kind.value] = figures.get(kind.value, 0) + size
        self._meter.changed(self.count)

    def _require_room(self, size: int) -> None:
        if self.count.is_damaged:
            raise Spent(Scope.SESSION)
        for scope in Scope:
            budget = self.budget(scope)
            was_cut = self.count.reached.get(self._key(scope, Level.CUT)) == budget
            if was_cut or self.used(scope) + size > budget:
                self._reach(scope, Level.CUT)
                raise Spent(scope)

    def _notice_levels(self) -> bool:
        """Tell what was reached; returns whether it goes slowly from here on."""
        slow = False
        for scope in Scope:
            share = self.used(scope) / max(1, self.budget(scope))
            for level in (Level.ALERT, Level.THROTTLE):
                if share >= SHARES[level]:
                    self._reach(scope, level)
                    slow = slow or level is Level.THROTTLE
        return slow

    def _reach(self, scope: Scope, level: Level) -> None:
        key, budget = self._key(scope, level), self.budget(scope)
        if self.count.reached.get(key) == budget:
            return
        self.count.reached[key] = budget
        self._meter.changed(self.count)
        self.count.untold.append(
            {
                "scope": scope.value,
                "level": level.value,
                "day": self._meter.today(),
                "used_bytes": self.used(scope),
                "budget_bytes": budget,
                "at": self._meter.now().isoformat(),
            }
        )
        if level is not Level.CUT:
            self._words.append(_notice(scope, level))

    def _key(self, scope: Scope, level: Level) -> str:
        return f"{scope.value}/{self._meter.today() if scope is Scope.DAY else ''}/{level.value}"


def _notice(scope: Scope, level: Level) -> str:
    share = round(100 * SHARES[level])
    of_what = "today" if scope is Scope.DAY else "in one session"
    slower = " It goes slowly from here on." if level is Level.THROTTLE else ""
    return f"{share} % of what this workspace may show {of_what} is used up.{slower}"
