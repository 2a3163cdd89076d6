"""Bounds by linear programming, with HiGHS: one model, many objectives, each from the last one.

Loaded by the solver's process only.
"""

from collections.abc import Collection, Mapping, Sequence
from math import inf
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.suppression.equations import (
    ANY_COUNT,
    Contradiction,
    Equation,
    Room,
    TooHard,
)
from output_checker.disclosure.suppression.states import whole

Values = NDArray[np.float64]

# Whether whole numbers narrow the room of larger systems takes too long to find out.
MAX_WHOLE: Final = 100
_WHOLE_SECONDS: Final = 1.0
_SLACK: Final = 1e-6
DUAL: Final = 1
PRIMAL: Final = 4
# Measured to be the fastest for many short ways from one end to the next.
_PLAIN_PRICES: Final = 0
_STATUS: Final = highspy.HighsModelStatus


class Model:
    """Unknowns in their rooms, and equations between them.

    Raises: Contradiction, TooHard.

    Attributes: `names` are the unknowns, in the order of the columns.
    """

    def __init__(self, equations: Sequence[Equation], rooms: Mapping[int, Room]) -> None:
        self.names = sorted({name for one in equations for name in one.terms})
        self.column = {name: at for at, name in enumerate(self.names)}
        self.highs = new_solver(PRIMAL)
        low = np.array([rooms.get(name, ANY_COUNT).low for name in self.names])
        high = np.array([rooms.get(name, ANY_COUNT).high for name in self.names])
        add_columns(self.highs, np.zeros(len(self.names)), low, high)
        totals = np.array([one.total for one in equations])
        add_rows(self.highs, totals, totals, [self._row(one) for one in equations])
        self.solve()

    def ends(self, name: int, *, greatest: bool) -> tuple[float, Values | None]:
        """An end of an unknown's room, and numbers that reach it; None where nothing does."""
        at = self.column[name]
        self.highs.changeColCost(at, -1.0 if greatest else 1.0)
        is_bounded = self.solve()
        self.highs.changeColCost(at, 0.0)
        if not is_bounded:
            return (inf if greatest else -inf), None
        values = np.array(self.highs.getSolution().col_value)
        return float(values[at]), values

    def between(self, name: int, low: float, high: float) -> None:
        self.highs.changeColBounds(self.column[name], low, high)

    def solve(self) -> bool:
        """False when nothing bounds the objective. Raises: Contradiction, TooHard."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == _STATUS.kInfeasible:
            raise Contradiction
        if status not in {_STATUS.kOptimal, _STATUS.kUnbounded, _STATUS.kModelEmpty}:
            raise TooHard
        return bool(status != _STATUS.kUnbounded)

    def _row(self, one: Equation) -> tuple[list[int], list[float]]:
        return [self.column[name] for name in one.terms], [*one.terms.values()]


def bounds(
    equations: Sequence[Equation],
    asked: Collection[int],
    rooms: Mapping[int, Room],
    *,
    counts: bool,
) -> dict[int, Room]:
    """The least and greatest of each unknown asked for. Raises: Contradiction, TooHard."""
    model = Model(equations, rooms)
    seen = _Seen(len(model.names))
    found = {}
    for name in asked:
        at, own = model.column[name], rooms.get(name, ANY_COUNT)
        low, high = own.low, own.high
        # Another number's end may have been this one's, too.
        if seen.low[at] > low + _SLACK:
            low, values = model.ends(name, greatest=False)
            seen.add(values)
        if seen.high[at] < high - _SLACK:
            high, values = model.ends(name, greatest=True)
            seen.add(values)
        found[name] = Room(low=low, high=high)
    if counts and len(model.names) <= MAX_WHOLE:
        _narrow_to_whole(model, found, seen)
    return found


class _Seen:
    """The least and greatest that each column had in the solutions so far.

    Attributes: `whole_low` and `whole_high` are those of solutions in whole numbers.
    """

    def __init__(self, count: int) -> None:
        self.low = np.full(count, inf)
        self.high = np.full(count, -inf)
        self.whole_low, self.whole_high = self.low.copy(), self.high.copy()

    def add(self, values: Values | None) -> None:
        if values is None:
            return
        np.minimum(self.low, values, out=self.low)
        np.maximum(self.high, values, out=self.high)
        if np.all(np.abs(values - np.round(values)) < _SLACK):
            np.minimum(self.whole_low, values, out=self.whole_low)
            np.maximum(self.whole_high, values, out=self.whole_high)


def _narrow_to_whole(model: Model, found: dict[int, Room], seen: _Seen) -> None:
    """Ask again in whole numbers where no solution in whole numbers reached an end."""
    solver = model.highs
    count = len(model.names)
    asked = []
    for name, room in found.items():
        at, ends = model.column[name], whole(room)
        if seen.whole_low[at] > ends.low + _SLACK:
            asked.append((name, False))
        if seen.whole_high[at] < ends.high - _SLACK and ends.high < inf:
            asked.append((name, True))
    if not asked:
        return
    in_whole_numbers(solver, count, are_whole=True)
    solver.setOptionValue("presolve", "choose")
    solver.setOptionValue("time_limit", solver.getRunTime() + _WHOLE_SECONDS)
    for name, greatest in asked:
        at, room = model.column[name], found[name]
        ends = whole(room)
        is_reached = (
            seen.whole_high[at] >= ends.high if greatest else seen.whole_low[at] <= ends.low
        )
        if is_reached:
            continue
        try:
            end, values = model.ends(name, greatest=greatest)
        except TooHard:
            return
        seen.add(values)
        low, high = (room.low, end) if greatest else (end, room.high)
        found[name] = Room(low=low, high=high)


def new_solver(strategy: int) -> highspy.Highs:
    """Silent, on one thread, by the simplex method, which goes on from where it was.

    Args: PRIMAL where objectives change, DUAL where rooms do.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False), ("threads", 1), ("parallel", "off"), ("presolve", "off"),
        ("solver", "simplex"), ("simplex_strategy", strategy), ("mip_rel_gap", 0.0),
        ("simplex_primal_edge_weight_strategy", _PLAIN_PRICES),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    return solver


def in_whole_numbers(solver: highspy.Highs, count: int, *, are_whole: bool) -> None:
    """Of the first columns, so many."""
    kind = highspy.HighsVarType.kInteger if are_whole else highspy.HighsVarType.kContinuous
    kinds = np.full(count, int(kind), dtype=np.uint8)
    solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)


def add_columns(solver: highspy.Highs, cost: Values, low: Values, high: Values) -> None:
    none = np.array([], dtype=np.int32)
    solver.addCols(len(cost), cost, low, high, 0, none, none, np.array([]))


def add_rows(
    solver: highspy.Highs, low: Values, high: Values, rows: Sequence[tuple[list[int], list[float]]]
) -> None:
    starts = np.cumsum([0, *(len(names) for names, _ in rows)], dtype=np.int32)[:-1]
    names = np.array([name for names, _ in rows for name in names], dtype=np.int32)
    factors = np.array([one for _, factors in rows for one in factors], dtype=np.float64)
    solver.addRows(len(rows), low, high, len(names), starts, names, factors)
