"""Several tables at once: what all their numbers together say of the few people in one group.

Where two tables are crossed by subtracting, more than two are equations: each printed count is the
sum of the groups that it is made of. What the equations fix, or leave little room, is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.differencing.record_sets import NONE, Places, Sets, numbered
from output_checker.disclosure.differencing.sides import Side
from output_checker.disclosure.suppression.bounds import bounds
from output_checker.disclosure.suppression.equations import (
    ANY_COUNT,
    Contradiction,
    Equation,
    TooHard,
    blocks,
)
from output_checker.disclosure.suppression.states import State, of_count

MOST_GROUPS: Final = 1_000
MOST_TABLES: Final = 12
MOST_ASKED: Final = 200
MOST_CROSSED: Final = 1 << 22
_NOUGHT: Final = 1e-8

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """People whom some of the tables tell apart, and no smaller groups.

    Attributes:
        sizes: Records of each.
        fine: For each table, the finest cell that each group is in, or `NONE`.
        of_row: The group of each record.
    """

    sizes: Codes
    fine: tuple[Codes, ...]
    of_row: Places

    def with_table(self, sets: Sets) -> "Groups":
        width = len(sets.cells) + 1
        of_row, count = numbered((self.of_row * width + sets.of_row + 1).astype(np.int32))
        someone = np.zeros(count, dtype=np.int64)
        someone[of_row] = np.arange(len(of_row))
        before = self.of_row[someone]
        return Groups(
            sizes=np.bincount(of_row, minlength=count),
            fine=(*(one[before] for one in self.fine), sets.of_row[someone].astype(np.int64)),
            of_row=of_row,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a group of few people.

    Attributes:
        cell: The new table's finest cell that they are in.
        people: How many they are.
        state: Whether that is exact, too narrow, or could not be worked out.
    """

    cell: int
    people: int
    state: State


def merged(new: Side, others: Sequence[Side]) -> tuple[Groups, list[Side]]:
    """The groups of a table and of as many others as make no more than `MOST_GROUPS`.

    Returns: The groups, and the tables that they are of, the new one first.
    """
    size = len(new.sets)
    everybody = Groups(sizes=np.array([size]), fine=(), of_row=np.zeros(size, dtype=np.int32))
    groups, taken = everybody.with_table(new.sets), [new]
    for other in others:
        if len(groups.sizes) * (len(other.sets.cells) + 1) > MOST_CROSSED:
            continue
        wider = groups.with_table(other.sets)
        if len(wider.sizes) <= MOST_GROUPS:
            groups = wider
            taken.append(other)
    return groups, taken


def known(groups: Groups, sides: Sequence[Side], *, threshold: int) -> Iterator[Known]:
    """Small groups of which all tables together tell more than the first or the others do.

    Args:
        sides: The tables that the groups are of, in their order; the first is the new one.
    """
    mine, *others = (_counted(fine, side) for fine, side in zip(groups.fine, sides, strict=True))
    theirs = np.concatenate(others)
    every = np.concatenate([mine, theirs])
    is_few = (groups.sizes < threshold) & (groups.fine[0] != NONE)
    is_fixed = _fixed(every)
    for at in np.flatnonzero(is_few & is_fixed & ~_fixed(mine) & ~_fixed(theirs)):
        yield _known(groups, int(at), State.EXACT)
    is_in_both = mine.any(axis=0) & theirs.any(axis=0)
    asked = np.flatnonzero(is_few & is_in_both & ~is_fixed)
    yield from _narrow(groups, every, asked, threshold)


def _known(groups: Groups, at: int, state: State) -> Known:
    return Known(cell=int(groups.fine[0][at]), people=int(groups.sizes[at]), state=state)


def _counted(fine: Codes, side: Side) -> NDArray[np.float64]:
    """Printed numbers x groups: 1 where the group is counted."""
    rows = [
        (np.where(fine == NONE, NONE, level.of_fine[fine]) == at)
        for level in side.levels
        for at in range(len(level.keys))
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(fine))


def _fixed(counted: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Groups that the equations alone fix: no change that keeps all sums changes them."""
    if not len(counted):
        return np.zeros(counted.shape[1], dtype=np.bool_)
    _, strengths, directions = np.linalg.svd(counted, full_matrices=True)
    rank = int(np.count_nonzero(strengths > _NOUGHT * strengths.max(initial=1.0)))
    return np.asarray(np.abs(directions[rank:]).max(axis=0, initial=0.0) < _NOUGHT)


def _narrow(
    groups: Groups, counted: NDArray[np.float64], asked: Codes, threshold: int
) -> Iterator[Known]:
    equations = [
        Equation(
            terms={int(at): 1.0 for at in np.flatnonzero(row)}, total=float(row @ groups.sizes)
        )
        for row in counted
        if row.any()
    ]
    for block in blocks(equations):
        wanted = {name for one in block for name in one.terms}.intersection(asked.tolist())
        for at, state in _states(block, sorted(wanted), threshold).items():
            if state is not State.WIDE:
                yield _known(groups, at, state)


def _states(block: Sequence[Equation], asked: Sequence[int], threshold: int) -> dict[int, State]:
    if not asked:
        return {}
    try:
        rooms = bounds(block, asked[:MOST_ASKED])
    except (TooHard, Contradiction):
        rooms = {}
    return {
        at: of_count(rooms[at], ANY_COUNT, threshold) if at in rooms else State.UNKNOWN
        for at in asked
    }
