"""A group in which everyone has the same value.

Broken when min = max over the units of the cell, n >= 1.

Unit: values of the published variable. Default: on. Source: Hundepool et al. 2012, ch. 5.
"""

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Rule


def check(cell: Cell, policy: Policy) -> str | None:  # noqa: ARG001 - every rule takes a policy
    """A statistic of one value, however many share it, is the value of each.

    Counts are not; that there is one different value says the same.
    """
    is_count = cell.statistic.is_frequency and cell.statistic is not Statistic.NUNIQUE
    if is_count or not cell.shows_number:
        return None
    if cell.evidence.is_constant:
        return f"all {cell.evidence.units} units have the same value, so the number tells it"
    return None


RULE = Rule(
    code="T4",
    rule_id="all-same",
    title="Not all units of a cell have one value",
    formula="min = max over the units of the cell, n >= 1",
    unit="values of the published variable",
    default="on",
    source=f"{HUNDEPOOL}, ch. 5 (group disclosure)",
    mend="merge categories, or suppress the cell",
    check=check,
)
