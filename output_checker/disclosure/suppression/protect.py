"""Which more cells to hide so that the small ones stay unknown, at the loss of few people.

Loaded by the solver's process only. Start: for each small cell the cheapest way in which the table
could be another one, with that cell t - 1 higher; what differs on the way is hidden. Repair: the
same for every hidden cell that is still exact or too narrow. Clean-up: what is not needed is shown
again, the largest first. Before all that the optimum is looked for (`optimum.py`).
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
from output_checker.disclosure.suppression.optimum import Optimum
from output_checker.disclosure.suppression.routes import Routes
from output_checker.disclosure.suppression.states import State, of_count, whole
from output_checker.disclosure.suppression.taking_back import take_back
from output_checker.disclosure.suppression.task import Task

# Of the time, what looking for the optimum may take; of the rest, the start and the repair.
_FOR_OPTIMUM: Final = 0.15
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
    found = _cheapest(task, start + _FOR_OPTIMUM * (deadline - start))
    if found is not None:
        return frozenset(found)
    now = time.monotonic()
    hidden = _repaired(task, now + _FOR_REPAIR * (deadline - now))
    fewer = take_back(task, hidden, deadline)
    return frozenset(hidden if unsafe(task, fewer) else fewer)


def _cheapest(task: Task, deadline: float) -> set[int] | None:
    """The optimum, where it is found in the time."""
    optimum = Optimum(task)
    asked: set[int] = set(task.small)
    try:
        optimum.of_parts(deadline)
        while True:
            hidden = optimum.of_whole_cells(deadline)
            bad = unsafe(task, hidden)
            if not bad:
                return hidden
            if asked.issuperset(bad):
                # Room in fractions that is none in whole numbers.
                return None
            optimum.protect([one for one in bad if one not in asked])
            asked |= {*bad}
    except TooHard:
        return None


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
