"""Several tables at once: what all their numbers together say of the few people in one group.

Where two tables are crossed by subtracting, more than two are equations: each printed count is the
sum of the groups that it is made of. A rounded or perturbed one says between which numbers that sum
lies. What the equations fix, or leave little room, is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.differencing.intervals import rooms
from output_checker.disclosure.differencing.record_sets import (
    NONE,
    Places,
    Sets,
    numbered,
    one_of_each,
)
from output_checker.disclosure.differencing.sides import Side
from output_checker.disclosure.suppression.bounds import bounds
from output_checker.disclosure.suppression.equations import (
    ANY_COUNT,
    Contradiction,
    Equation,
    Room,
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
        of_kind: The group of each kind of record.
    """

    sizes: Codes
    fine: tuple[Codes, ...]
    of_kind: Places

    def with_table(self, sets: Sets) -> "Groups":
        width = len(sets.cells) + 1
        of_kind, count = numbered((self.of_kind * width + sets.of_kind + 1).astype(np.int32))
        someone = one_of_each(of_kind, count)
        before = self.of_kind[someone]
        return Groups(
            sizes=np.bincount(of_kind, weights=sets.sizes, minlength=count).astype(np.int64),
            fine=(*(one[before] for one in self.fine), sets.of_kind[someone].astype(np.int64)),
            of_kind=of_kind,
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
    everybody = Groups(
        sizes=np.array([new.sets.sizes.sum()]), fine=(), of_kind=np.zeros(size, dtype=np.int32)
    )
    groups, taken = everybody.with_table(new.sets), [new]
    for other in others:
        if len(groups.sizes) * (len(other.sets.cells) + 1) > MOST_CROSSED:
            continue
        wider = groups.with_table(other.sets)
        if len(wider.sizes) <= MOST_GROUPS:
            groups = wider
            taken.append(other)
    return groups, taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Printed:
    """Numbers of one table.

    Attributes:
        counted: Numbers x groups: 1 where the group is counted.
        rooms: What each says of the true count; None where it is the count.
    """

    counted: NDArray[np.float64]
    rooms: list[Room] | None

    @property
    def exact(self) -> NDArray[np.float64]:
        return self.counted if self.rooms is None else self.counted[:0]


def known(groups: Groups, sides: Sequence[Side], *, threshold: int) -> Iterator[Known]:
    """Small groups of which all tables together tell more than the first or the others do.

    Args:
        sides: The tables that the groups are of, in their order; the first is the new one.
    """
    mine, *others = every = [
        _printed(fine, side, groups.sizes) for fine, side in zip(groups.fine, sides, strict=True)
    ]
    theirs = np.concatenate([one.exact for one in others])
    is_few = (groups.sizes < threshold) & (groups.fine[0] != NONE)
    is_fixed = _fixed(np.concatenate([mine.exact, theirs]))
    for group in np.flatnonzero(is_few & is_fixed & ~_fixed(mine.exact) & ~_fixed(theirs)):
        yield _known(groups, int(group), State.EXACT)
    is_theirs = np.logical_or.reduce([one.counted.any(axis=0) for one in others])
    is_in_both = mine.counted.any(axis=0) & is_theirs
    # What others say of a part of a cell is told of its other part too.
    is_beside = np.isin(groups.fine[0], groups.fine[0][is_in_both]) & ~is_in_both
    open_in, open_beside = (
        np.flatnonzero(is_few & ~is_fixed & one).tolist() for one in (is_in_both, is_beside)
    )
    states = _states(groups, every, open_in, threshold, beside=open_beside)
    for at, state in states.items():
        if state is not State.WIDE:
            yield _known(groups, at, state)


def _known(groups: Groups, at: int, state: State) -> Known:
    return Known(cell=int(groups.fine[0][at]), people=int(groups.sizes[at]), state=state)


def _printed(fine: Codes, side: Side, sizes: Codes) -> _Printed:
    rows = [
        (np.where(fine == NONE, NONE, level.of_fine[fine]) == at)
        for level in side.levels
        for at in range(len(level.keys))
    ]
    counted = np.array(rows, dtype=np.float64).reshape(len(rows), len(fine))
    keys = [key for level in side.levels for key in level.keys]
    return _Printed(counted=counted, rooms=rooms(side.table, keys, (counted @ sizes).tolist()))


def _fixed(counted: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Groups that the equations alone fix: no change that keeps all sums changes them."""
    if not len(counted):
        return np.zeros(counted.shape[1], dtype=np.bool_)
    _, strengths, directions = np.linalg.svd(counted, full_matrices=True)
    rank = int(np.count_nonzero(strengths > _NOUGHT * strengths.max(initial=1.0)))
    return np.asarray(np.abs(directions[rank:]).max(axis=0, initial=0.0) < _NOUGHT)


def _states(
    groups: Groups,
    every: Sequence[_Printed],
    asked: Sequence[int],
    threshold: int,
    *,
    beside: Sequence[int],
) -> dict[int, State]:
    """How much room the tables leave; where some are rounded, whether that is much less.

    Of groups `beside` those asked for only whether they are known exactly.
    """
    found = _rooms(groups, every, [*asked, *beside])
    states = {
        at: State.UNKNOWN if room is None else of_count(room, ANY_COUNT, threshold)
        for at, room in found.items()
    }
    # How little room the rest of a cell has is what its own rounding leaves.
    states |= {at: State.WIDE for at in beside if states.get(at) is State.NARROW}
    narrow = [at for at, state in states.items() if state in (State.EXACT, State.NARROW)]
    if narrow and any(one.rooms is not None for one in every):
        alone = [_rooms(groups, tables, narrow) for tables in (every[:1], every[1:])]
        for at in narrow:
            if not _is_less(found[at], [one.get(at, ANY_COUNT) for one in alone]):
                states[at] = State.WIDE
    return states


def _is_less(together: Room | None, alone: Sequence[Room | None]) -> bool:
    """A number is known, or its room less than half of what roundings by themselves leave."""
    known_rooms = [one for one in alone if one is not None]
    if together is None or len(known_rooms) < len(alone):
        return True
    width, least = together.high - together.low, min(one.high - one.low for one in known_rooms)
    return 2 * width < least


def _rooms(
    groups: Groups, every: Sequence[_Printed], asked: Sequence[int]
) -> dict[int, Room | None]:
    """What each group asked for can be; None where that was not worked out."""
    found: dict[int, Room | None] = {}
    equations, known_rooms = _equations(groups, every)
    for block in blocks(equations):
        names = {name for one in block for name in one.terms}
        wanted = [at for at in asked if at in names]
        if not wanted:
            continue
        found |= dict.fromkeys(wanted)
        try:
            found |= bounds(block, wanted[:MOST_ASKED], rooms=known_rooms)
        except (TooHard, Contradiction):
            continue
    return found


def _equations(groups: Groups, every: Sequence[_Printed]) -> tuple[list[Equation], dict[int, Room]]:
    """Of the groups, and of the true counts behind rounded numbers, with what these can be."""
    equations: list[Equation] = []
    known_rooms: dict[int, Room] = {}
    for table in every:
        for at, row in enumerate(table.counted):
            terms = {int(name): 1.0 for name in np.flatnonzero(row)}
            if not terms:
                continue
            total = float(row @ groups.sizes)
            if table.rooms is not None:
                name = len(groups.sizes) + len(known_rooms)
                known_rooms[name] = table.rooms[at]
                terms[name], total = -1.0, 0.0
            equations.append(Equation(terms=terms, total=total))
    return equations, known_rooms
