"""A total gives back a cell that was suppressed.

Broken when one cell of a line is hidden, and the line's total and all its other cells are
shown.

Unit: the published statistic. Default: on, for counts and sums. Source: Hundepool et al. 2012,
ch. 4.4 (secondary suppression).
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.grid import Line, lines
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule

_ADDITIVE = (Statistic.COUNT, Statistic.SUM)


def check(table: Matched, policy: Policy) -> Iterator[Breach]:
    """Also what one recovered cell gives back in another line."""
    if any(one.is_midpoint or one.base > 1 for one in policy.rounding):
        return
    every = [line for line in lines(table) if line.total is not None]
    recovered: dict[int, Cell] = {}
    while found := [cell for line in every if (cell := _only_hidden(line, recovered)) is not None]:
        recovered |= {id(cell): cell for cell in found}
    for cell in recovered.values():
        is_small = 0 < cell.evidence.units < policy.threshold
        if is_small or (cell.evidence.units and cell.statistic is Statistic.SUM):
            yield Breach(reason="the total less the other cells gives it back", subject=cell)


def _only_hidden(line: Line, recovered: dict[int, Cell]) -> Cell | None:
    if line.total is None or line.total.statistic not in _ADDITIVE:
        return None
    hidden = [cell for cell in (*line.cells, line.total) if _is_hidden(cell, recovered)]
    return hidden[0] if len(hidden) == 1 else None


def _is_hidden(cell: Cell, recovered: dict[int, Cell]) -> bool:
    return not cell.shows_number and not cell.shows_nobody and id(cell) not in recovered


RULE = Rule(
    code="T12",
    rule_id="margin",
    title="No total gives back a suppressed cell",
    formula="one cell of a line is hidden, its total and all its other cells are shown",
    unit="the published statistic",
    default="on, for counts and sums",
    source=f"{HUNDEPOOL}, ch. 4.4 (secondary suppression)",
    mend="suppress one more cell of the same row and of the same column, or the total",
    check=check,
)
