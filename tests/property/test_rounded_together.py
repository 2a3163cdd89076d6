"""Several tables, some rounded or perturbed, beside brute force over all counts that fit them."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from output_checker.disclosure.differencing import intervals
from output_checker.disclosure.differencing.partition import Level
from output_checker.disclosure.differencing.published import Number, Published
from output_checker.disclosure.differencing.together import Groups, known
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.question import Question
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.suppression.equations import Room
from output_checker.disclosure.suppression.states import State

THRESHOLD = 4
MOST = 9


@dataclass
class Side:
    table: Published
    levels: list[Level]


def a_side(cells, sizes, kind, shift):
    """A table whose cell number `cells[g]` group g is in, -1 for none, printed in some way."""
    count = max(cells) + 1
    counts = [sum(size for at, size in zip(cells, sizes, strict=True) if at == one)
              for one in range(count)]  # fmt: skip
    printed = {
        "exact": lambda _: None,
        "base": lambda one: Rounding(base=3).of(one),
        "midpoint": lambda one: Rounding(base=4, is_midpoint=True).of(one),
        "noise": lambda one: float(max(0, one + shift)),
    }[kind]
    keys = [(str(at),) for at in range(count)]
    table = Published(
        file="t", source="s", question=Question(dimensions=(), statistic=Statistic.COUNT),
        shown=tuple(
            Number(key=key, value=printed(one)) for key, one in zip(keys, counts, strict=True)
        ),
        base={"base": 3, "midpoint": 4}.get(kind, 0), is_midpoint=kind == "midpoint",
        noise=2 if kind == "noise" else 0,
    )  # fmt: skip
    fine = np.array(cells, dtype=np.int64)
    return Side(table=table, levels=[Level(keys=keys, of_fine=np.arange(count))]), fine


@st.composite
def worlds(draw):
    groups = draw(st.integers(2, 4))
    sizes = draw(st.lists(st.integers(1, 6), min_size=groups, max_size=groups))
    tables = []
    for _ in range(draw(st.integers(2, 3))):
        cells = draw(st.lists(st.integers(-1, 2), min_size=groups, max_size=groups))
        kind = draw(st.sampled_from(["exact", "base", "midpoint", "noise"]))
        tables.append((cells, kind, draw(st.integers(-2, 2))))
    return sizes, [one for one in tables if max(one[0]) >= 0]


def fitting(sides, fines, sizes):
    """The counts of all groups that every one of these tables allows."""
    allowed = []
    for side, fine in zip(sides, fines, strict=True):
        keys = side.levels[0].keys
        counts = [float(sum(size for at, size in zip(fine, sizes, strict=True) if at == one))
                  for one in range(len(keys))]  # fmt: skip
        rooms = intervals.rooms(side.table, keys, counts)
        allowed.append(rooms or [Room(low=one, high=one) for one in counts])
    for guess in product(range(MOST + 1), repeat=len(sizes)):
        if all(
            room.low <= sum(g for g, at in zip(guess, fine, strict=True) if at == one) <= room.high
            for fine, rooms in zip(fines, allowed, strict=True)
            for one, room in enumerate(rooms)
        ):
            yield guess


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(world=worlds())
@example(([1, 1, 1, 1], [([0, 0, 1, 1], "exact", 0), ([0, 0, -1, 1], "base", 0),
                         ([1, 1, -1, 0], "midpoint", 0)]))  # fmt: skip
def test_a_small_group_that_only_all_tables_together_fix_is_found(world):
    sizes, tables = world
    if len(tables) < 2:
        return
    pairs = [a_side(cells, sizes, kind, shift) for cells, kind, shift in tables]
    sides, fines = [side for side, _ in pairs], [fine for _, fine in pairs]
    groups = Groups(sizes=np.array(sizes), fine=tuple(fines), of_kind=np.zeros(0, dtype=np.int32))

    found = [*known(groups, sides, threshold=THRESHOLD)]

    together, mine, theirs = (
        [{*column} for column in zip(*fitting(sides[a:b], fines[a:b], sizes), strict=True)]
        for a, b in ((0, None), (0, 1), (1, None))
    )
    for at, size in enumerate(sizes):
        is_exact = len(together[at]) == 1 < min(len(mine[at]), len(theirs[at]))
        if size < THRESHOLD and fines[0][at] >= 0 and is_exact:
            assert any(one.people == size and one.state is State.EXACT for one in found)
    for one in found:
        if one.state is State.EXACT:
            assert any(len(together[at]) == 1 and sizes[at] == one.people
                       for at in range(len(sizes)))  # fmt: skip
