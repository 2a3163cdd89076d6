"""What a table shows gives back a cell that it hides.

Broken when the cells and totals that are shown, and that shares of one whole add up to it, fix a
hidden number that may not be shown; also that of labels which a table with totals leaves out.
A person looks where it may be shown and is marked as hidden all the same, and where they leave
a hidden count fewer than t - 1 of room, or less than t.

Unit: the published statistic. Default: on, for counts, sums, shares, and for means beside their
counts. Source: Hundepool et al. 2012, ch. 4.4 (secondary suppression).
"""

from collections.abc import Collection, Iterator, Sequence
from math import ceil, floor, inf
from typing import Final

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule
from output_checker.disclosure.rules.shown import verdict_if_shown
from output_checker.disclosure.suppression.additivity import Hidden, hidden
from output_checker.disclosure.suppression.bounds import (
    Bounds,
    Equation,
    TooHard,
    blocks,
    determined,
)

MAX_HIDDEN: Final = 2_000
# The bounds of more take minutes.
MAX_BOUNDED: Final = 500
_GIVEN_BACK: Final = "what is shown around it gives it back"
_SLACK: Final = 1e-6


def check(table: Matched, policy: Policy) -> Iterator[Breach]:
    """A number that can be worked out is as good as printed."""
    statistic = table.cells[0].statistic if table.cells else None
    is_frequency = statistic in (Statistic.COUNT, Statistic.SHARE)
    # Two rounded numbers leave twice the base of room between them.
    if is_frequency and any(2 * one.base >= policy.threshold - 1 for one in policy.rounding):
        return
    found = hidden(table)
    if len(found.cells) > MAX_HIDDEN:
        yield Breach(
            reason=f"more than {MAX_HIDDEN} hidden cells were not held against the totals",
            verdict=Verdict.REVIEW,
        )
        return
    fixed = determined(found.equations)
    for at in sorted(fixed):
        cell = found.cells[at]
        verdict = verdict_if_shown(cell, policy)
        if verdict is not None:
            yield Breach(reason=_GIVEN_BACK, verdict=verdict, subject=cell)
        elif cell.position is not None and cell.evidence.units:
            # It may be shown; who hid it may have had a reason that no rule knows.
            yield Breach(reason=_GIVEN_BACK, verdict=Verdict.REVIEW, subject=cell)
    if statistic is Statistic.COUNT:
        yield from _narrow(found, fixed, policy)


def _narrow(found: Hidden, fixed: set[int], policy: Policy) -> Iterator[Breach]:
    """Counts that must lie between two numbers close together, since none is below zero."""
    for block in blocks(found.without(fixed)):
        unknown = sorted({name for one in block for name in one.terms})
        asked = {
            at: verdict
            for at in unknown
            if (verdict := verdict_if_shown(found.cells[at], policy)) is not None
        }
        if not asked:
            continue
        ends = _ends(block, asked) if len(unknown) <= MAX_BOUNDED else None
        if ends is None:
            reason = "whether the totals give back hidden cells takes too long to work out"
            yield Breach(reason=reason, verdict=Verdict.REVIEW)
            continue
        for at, verdict in asked.items():
            yield from _breach(found.cells[at], ends[at], verdict, policy)


def _ends(
    block: Sequence[Equation], asked: Collection[int]
) -> dict[int, tuple[float, float]] | None:
    """None where they take too long to work out."""
    try:
        bounds = Bounds(block)
        return {at: bounds.of(at) for at in asked}
    except TooHard:
        return None


def _breach(
    cell: Cell, ends: tuple[float, float], verdict: Verdict, policy: Policy
) -> Iterator[Breach]:
    if ends[1] == inf:
        return
    low, high = ceil(ends[0] - _SLACK), floor(ends[1] + _SLACK)
    if low >= high:
        yield Breach(reason=_GIVEN_BACK, verdict=verdict, subject=cell)
    elif high < policy.threshold or high - low < policy.threshold - 1:
        reason = f"the totals leave it only {high - low + 1} numbers that it can be"
        yield Breach(reason=reason, verdict=Verdict.REVIEW, subject=cell)


RULE = Rule(
    code="T12",
    rule_id="margin",
    title="No total gives back a suppressed cell",
    formula=(
        "the equations of totals fix a hidden number (review where no rule of cells forbids it); "
        "or leave a count c with low <= c <= high, where high < t or high - low < t - 1 (review)"
    ),
    unit="the published statistic",
    default="on, for counts, sums and shares, and for means beside their counts",
    source=f"{HUNDEPOOL}, ch. 4.4 (secondary suppression)",
    mend="suppress one more cell of the same row and of the same column, or the total",
    check=check,
)
