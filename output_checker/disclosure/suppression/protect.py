"""Which more cells to hide so that the small ones stay unknown, at the loss of few people.

Loaded by the solver's process only. Start: for each small cell the cheapest way in which the table
could be another one, with that cell t - 1 higher; what differs on the way is hidden. Repair: the
same for every hidden cell that is still exact or too narrow. Clean-up: what is not needed is shown
again, the largest first. Small tables are solved to the optimum (`optimum.py`).
"""

import time
from collections.abc import Collection
from typing import Final

from output_checker.disclosure.suppression.equations import (
    Room,
    TooHard,
    blocks,
    seen_by_reader,
)
from output_checker.disclosure.suppression.highs import bounds
from output_checker.disclosure.suppression.optimum import cheapest
from output_checker.disclosure.suppression.routes import Routes
from output_checker.disclosure.suppression.states import State, of_count, whole
from output_checker.disclosure.suppression.taking_back import take_back
from output_checker.disclosure.suppression.task import Task

# Of the time, what the start and the repair may take.
_FOR_REPAIR: Final = 0.7
_MAX_ROUNDS: Final = 50


def protect(task: Task, deadline: float) -> frozenset[int]:
    """The cells to hide, the small ones among them.

    Args: `deadline` is of `time.monotonic()`.

    Raises: TooHard.
    """
    start = time.monotonic()
    if not task.small or not task.equations:
        return task.small
    hidden = _repaired(task, start + _FOR_REPAIR * (deadline - start))
    fewer = take_back(task, hidden, deadline)
    best = hidden if unsafe(task, fewer) else fewer
    better = cheapest(task, best, deadline)
    return frozenset(best if better is None or unsafe(task, better) else better)


def unsafe(task: Task, hidden: Collection[int]) -> list[int]:
    """Hidden cells that a reader could work out, or nearly. Raises: TooHard."""
    found: dict[int, Room] = {}
    for block in blocks(seen_by_reader(task.equations, task.values, hidden)):
        asked = sorted({name for one in block for name in one.terms})
        found |= bounds(block, asked, {}, counts=True)
    return [
        at
        for at, room in found.items()
        if of_count(whole(room), Room(), task.threshold) is not State.WIDE
    ]


def _repaired(task: Task, until: float) -> set[int]:
    """Raises: TooHard, also when the time is over."""
    routes = Routes(task)
    hidden = set(task.small)
    bad = unsafe(task, hidden)
    in_whole = False
    for _ in range(_MAX_ROUNDS):
        if not bad:
            return hidden
        before = len(hidden)
        for at in sorted(bad, key=lambda one: -task.values[one]):
            routes.price(hidden)
            hidden |= routes.cheapest(at, in_whole=in_whole) or set()
            if time.monotonic() > until:
                raise TooHard
        # A way in fractions may be none in whole numbers.
        in_whole = len(hidden) == before
        bad = unsafe(task, hidden)
    raise TooHard
