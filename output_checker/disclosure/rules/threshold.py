"""Too few units behind a number.

Broken when 0 < n < t; also when a count is hidden by a mark such as `<5` that says more than
that there are fewer than t.

Unit: distinct units with a value of the published variable. Default: t = 10. Source: Hundepool
et al. 2012, ch. 4.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.numbers import most_under, number
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:
    """Units with a value, not rows; the middle of a band that reaches t shows no small count."""
    units = cell.evidence.units
    if not cell.shows_number and cell.statistic is Statistic.COUNT:
        yield from _mark(cell, policy)
    if not cell.shows_number or not 0 < units < policy.threshold:
        return
    printed = number(cell.text) if cell.statistic is Statistic.COUNT else None
    if any(one.hides(printed or 0, policy.threshold) for one in policy.rounding):
        return
    reason = f"{units} units stand behind the number; at least {policy.threshold} are needed"
    yield Breach(reason=reason, verdict=policy.small_counts)


def _mark(cell: Cell, policy: Policy) -> Iterator[Breach]:
    most = most_under(cell.text)
    if most is not None and most < policy.threshold - 1 and cell.evidence.units < policy.threshold:
        reason = f"the mark tells more than that there are fewer than {policy.threshold}"
        yield Breach(reason=reason, verdict=policy.small_counts)
    elif most is not None and most >= policy.threshold:
        reason = f"the mark is another than `<{policy.threshold}`, and could say something"
        yield Breach(reason=reason, verdict=Verdict.REVIEW)


RULE = Rule(
    code="T1",
    rule_id="threshold",
    title="Enough units stand behind each number",
    formula="0 < n < t; or a hidden count is marked `<k` with k < t",
    unit="distinct units with a value of the published variable",
    default="t = 10",
    source=f"{HUNDEPOOL}, ch. 4",
    mend="merge categories, or suppress the cell and one more in its row and column",
    check=check,
)
