"""What a table shows gives back a cell that it hides.

Broken when the cells and totals that are shown, and that shares of one whole add up to it, fix a
hidden number that may not be shown; also that of labels which a table with totals leaves out.
A person looks where it may be shown and is marked as hidden all the same, where they leave a
hidden count fewer than t - 1 of room, or less than t, and where they tell a hidden sum or mean to
within p %. Counts and shares that are all rounded to half of t - 1 or more leave room enough.

Unit: the published statistic. Default: on, for counts, sums, shares, and for means beside their
counts. Source: Hundepool et al. 2012, ch. 4.4 (secondary suppression).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.numbers import agrees_rounded_share, most_under, number
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule
from output_checker.disclosure.rules.shown import verdict_if_shown
from output_checker.disclosure.suppression.additivity import Hidden, hidden
from output_checker.disclosure.suppression.bounds import bounds
from output_checker.disclosure.suppression.equations import (
    ANY_COUNT,
    Contradiction,
    Equation,
    Room,
    TooHard,
    blocks,
    determined,
)
from output_checker.disclosure.suppression.states import State, of_count, of_magnitude

MAX_HIDDEN: Final = 2_000
_MAGNITUDES: Final = frozenset({Statistic.SUM, Statistic.MEAN})
_GIVEN_BACK: Final = "what is shown around it gives it back"
_TOO_LONG: Final = "whether the totals give back hidden cells takes too long to work out"


def check(table: Matched, policy: Policy) -> Iterator[Breach]:
    """A number that can be worked out is as good as printed."""
    statistic = table.cells[0].statistic if table.cells else None
    if statistic in (Statistic.COUNT, Statistic.SHARE) and _rounding_hides(table, policy):
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
    if statistic is Statistic.COUNT or (statistic in _MAGNITUDES and _is_above_zero(table)):
        yield from _narrow(found, fixed, policy, counts=statistic is Statistic.COUNT)


def _rounding_hides(table: Matched, policy: Policy) -> bool:
    """Two rounded numbers leave twice the base of room between them.

    Of what a policy asks another rule sees that it is done; said to be rounded is not enough.
    """
    wide = [
        one for one in (*policy.rounding, *table.roundings) if 2 * one.base >= policy.threshold - 1
    ]
    shown = [cell for cell in table.cells if cell.shows_number and cell.position is not None]
    return any(
        one in policy.rounding or all(_is_rounded(cell, one) for cell in shown) for one in wide
    )


def _is_rounded(cell: Cell, rounding: Rounding) -> bool:
    printed = number(cell.text)
    if printed is None:
        return False
    if cell.statistic is Statistic.SHARE:
        return agrees_rounded_share(printed, cell.evidence, [rounding])
    return rounding.is_rounded(printed)


def _is_above_zero(table: Matched) -> bool:
    """Whether a reader would take no hidden number of the table for one below zero."""
    numbers = [one for cell in table.cells for one in cell.evidence.expected[:1]]
    return all(isinstance(one, int | float) and one >= 0 for one in numbers)


def _narrow(
    found: Hidden, fixed: Collection[int], policy: Policy, *, counts: bool
) -> Iterator[Breach]:
    """Numbers that must lie between two others close together, since none is below zero."""
    for block in blocks(found.without(fixed)):
        unknown = sorted({name for one in block for name in one.terms})
        asked = {
            at: verdict
            for at in unknown
            if (verdict := verdict_if_shown(found.cells[at], policy)) is not None
        }
        if not asked:
            continue
        rooms = {at: room for at in unknown if (room := _by_mark(found.cells[at])) is not None}
        ends = _ends(block, asked, rooms if counts else {}, counts=counts)
        if ends is None:
            yield Breach(reason=_TOO_LONG, verdict=Verdict.REVIEW)
            continue
        for at, verdict in asked.items():
            if counts:
                before = rooms.get(at, ANY_COUNT)
                yield from _breach(found.cells[at], ends[at], before, verdict, policy)
            elif of_magnitude(ends[at], policy.p_percent) is not State.WIDE:
                reason = f"the totals tell it to within {policy.p_percent:g} %"
                yield Breach(reason=reason, verdict=Verdict.REVIEW, subject=found.cells[at])


def _by_mark(cell: Cell) -> Room | None:
    """What a mark such as `<10` says, where it is true."""
    most = most_under(cell.text)
    return Room(high=most) if most is not None and cell.evidence.units <= most else None


def _ends(
    block: Sequence[Equation], asked: Collection[int], rooms: Mapping[int, Room], *, counts: bool
) -> dict[int, Room] | None:
    """None where they take too long to work out, or rounding keeps sums from adding up."""
    try:
        return bounds(block, asked, rooms=rooms, counts=counts)
    except (TooHard, Contradiction):
        return None


def _breach(
    cell: Cell, room: Room, before: Room, verdict: Verdict, policy: Policy
) -> Iterator[Breach]:
    state = of_count(room, before, policy.threshold)
    if state is State.EXACT:
        yield Breach(reason=_GIVEN_BACK, verdict=verdict, subject=cell)
    elif state is State.NARROW:
        many = round(room.high - room.low) + 1
        reason = f"the totals leave it only {many} numbers that it can be"
        yield Breach(reason=reason, verdict=Verdict.REVIEW, subject=cell)


RULE = Rule(
    code="T12",
    rule_id="margin",
    title="No total gives back a suppressed cell",
    formula=(
        "the equations of totals fix a hidden number (review where no rule of cells forbids it); "
        "or leave a count c with low <= c <= high, where high < t or high - low < t - 1 (review), "
        "or a sum or mean with high - low < p/100 (high + low) (review)"
    ),
    unit="the published statistic",
    default="on, for counts, sums and shares, and for means beside their counts",
    source=f"{HUNDEPOOL}, ch. 4.4 (secondary suppression)",
    mend=(
        "suppress one more cell of the same row and of the same column, or the total; "
        "`haven audit` says between which numbers each lies"
    ),
    check=check,
)
