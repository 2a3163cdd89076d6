"""The cheapest whole numbers, with HiGHS. Loaded by the solver's process only."""

from math import inf
from typing import Final

import highspy
import numpy as np

from output_checker.disclosure.suppression.equations import Contradiction, TooHard
from output_checker.disclosure.suppression.highs import (
    DUAL,
    add_columns,
    add_rows,
    in_whole_numbers,
    new_solver,
)
from output_checker.disclosure.suppression.programme import Cheapest, Programme

# Where it stops to look for cheaper ones; of nodes and not of seconds, so that every machine finds
# the same.
MAX_NODES: Final = 2_000
_SLACK: Final = 1e-9
_STATUS: Final = highspy.HighsModelStatus
_FEASIBLE: Final = highspy.SolutionStatus.kSolutionStatusFeasible
_WITHOUT: Final = frozenset({_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible})


def least(programme: Programme, seconds: float) -> Cheapest:
    """Raises: Contradiction, where there are none; TooHard, where none were found in the time."""
    solver = new_solver(DUAL)
    count = len(programme.costs)
    add_columns(
        solver,
        np.array(programme.costs, dtype=np.float64),
        np.array([one.low for one in programme.rooms]),
        np.array([one.high for one in programme.rooms]),
    )
    in_whole_numbers(solver, count, are_whole=True)
    rows = [*programme.equations, *programme.at_least]
    low = np.array([one.total for one in rows])
    high = np.array([one.total for one in programme.equations] + [inf] * len(programme.at_least))
    add_rows(solver, low, high, [([*one.terms], [*one.terms.values()]) for one in rows])
    for option, value in (
        ("presolve", "choose"), ("mip_max_nodes", MAX_NODES), ("mip_rel_gap", programme.near),
        ("time_limit", seconds),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    solver.changeObjectiveOffset(programme.constant)
    solver.run()
    return _answer(solver)


def _answer(solver: highspy.Highs) -> Cheapest:
    """Raises: Contradiction, TooHard."""
    status, info = solver.getModelStatus(), solver.getInfo()
    if status in _WITHOUT:
        raise Contradiction
    is_finished = status in {_STATUS.kOptimal, _STATUS.kModelEmpty}
    is_cut_off = status == _STATUS.kSolutionLimit
    if not is_finished and not (is_cut_off and info.primal_solution_status == _FEASIBLE):
        raise TooHard
    return Cheapest(
        values=tuple(round(one) for one in solver.getSolution().col_value),
        is_proven=is_finished and info.mip_gap <= _SLACK,
    )
