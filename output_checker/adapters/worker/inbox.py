"""Look for manifests, and answer them so that nobody's many keep another's one waiting."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import structlog

from output_checker.adapters.log import failure
from output_checker.adapters.workspaces.manifests import ManifestPlace

log = structlog.get_logger()

AT_ONCE: Final = 4
AT_ONCE_A_PROJECT: Final = 2
LONGEST_WAIT_SECONDS: Final = 30.0

Lane = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    attempts: int
    again_at: float


class Inbox:
    """Decides what is answered next.

    One manifest of a workspace at a time, two of a project, and of those that wait the
    workspace that was served longest ago comes first.
    """

    def __init__(
        self,
        look: Callable[[], Iterable[ManifestPlace]],
        answer: Callable[[ManifestPlace], None],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._answer = answer
        self._now = now
        self._lock = threading.Lock()
        self._done: dict[tuple[str, str, str], tuple[int, ...]] = {}
        self._trouble: dict[tuple[str, str, str], Trouble] = {}
        self._busy: set[Lane] = set()
        self._served_at: dict[Lane, float] = {}
        self.looked_at = now()

    def run(self, stopping: threading.Event, *, poll_seconds: float) -> None:
        """Until stopped; what has been begun is finished."""
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="inbox") as pool:
            while not stopping.wait(poll_seconds):
                for place in self.next_places():
                    pool.submit(self.serve, place)

    def next_places(self) -> list[ManifestPlace]:
        """Take as many as may be begun now; each must then be given to `serve`."""
        try:
            found = list(self._look())
        except OSError as error:
            log.warning("workspaces cannot be read", **failure(error))
            return []
        with self._lock:
            self.looked_at = self._now()
            self._forget_all_but({_key(place) for place in found})
            return self._choose(found)

    def serve(self, place: ManifestPlace) -> None:
        try:
            self._answer(place)
        except Exception as error:  # noqa: BLE001 - one bad manifest must not stop the others
            self._note_trouble(place, error)
        else:
            with self._lock:
                self._done[_key(place)] = place.stamp
                self._trouble.pop(_key(place), None)
        finally:
            with self._lock:
                self._busy.discard(_lane(place))
                self._served_at[_lane(place)] = self._now()

    def _choose(self, found: list[ManifestPlace]) -> list[ManifestPlace]:
        waiting = [place for place in found if self._is_due(place)]
        waiting.sort(key=lambda place: self._served_at.get(_lane(place), 0.0))
        busy_projects = Counter(project for project, _ in self._busy)
        chosen: list[ManifestPlace] = []
        for place in waiting:
            is_full = busy_projects[place.project] >= AT_ONCE_A_PROJECT
            if _lane(place) in self._busy or is_full:
                continue
            if len(self._busy) >= AT_ONCE:
                break
            self._busy.add(_lane(place))
            busy_projects[place.project] += 1
            chosen.append(place)
        return chosen

    def _is_due(self, place: ManifestPlace) -> bool:
        if self._done.get(_key(place)) == place.stamp:
            return False
        trouble = self._trouble.get(_key(place))
        return trouble is None or trouble.again_at <= self._now()

    def _note_trouble(self, place: ManifestPlace, error: Exception) -> None:
        with self._lock:
            before = self._trouble.get(_key(place))
            attempts = 1 if before is None else before.attempts + 1
            wait = min(LONGEST_WAIT_SECONDS, 0.25 * 2**attempts)
            trouble = Trouble(attempts=attempts, again_at=self._now() + wait)
            self._trouble[_key(place)] = trouble
        log.warning(
            "manifest not answered",
            project=place.project,
            username=place.username,
            manifest=place.reference,
            attempt=attempts,
            **failure(error),
        )

    def _forget_all_but(self, present: set[tuple[str, str, str]]) -> None:
        for memory in (self._done, self._trouble):
            for key in memory.keys() - present:
                del memory[key]


def _key(place: ManifestPlace) -> tuple[str, str, str]:
    return (place.project, place.username, place.name)


def _lane(place: ManifestPlace) -> Lane:
    return (place.project, place.username)
