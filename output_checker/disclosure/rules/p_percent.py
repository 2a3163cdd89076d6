"""One contributor that another can estimate.

Broken when X - x1 - x2 < p/100 x1.

Unit: contributions of units in the unit of the variable, in absolute value. Default: p = 10.
Source: Hundepool et al. 2012, ch. 4.2.2.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Rule
from output_checker.disclosure.rules.totals import unknown_to_the_second


def check(cell: Cell, policy: Policy) -> str | None:
    """The runner-up knows its own value, so what it does not know bounds the largest."""
    remainder = unknown_to_the_second(cell)
    if remainder is None:
        return None
    if remainder < policy.p_percent / 100 * cell.evidence.largest[0]:
        return f"the second largest unit knows the largest to within {policy.p_percent:g}%"
    return None


RULE = Rule(
    code="T6",
    rule_id="p-percent",
    title="No contributor can be estimated by another",
    formula="X - x1 - x2 < p/100 x1",
    unit="contributions of units in the unit of the variable, in absolute value",
    default="p = 10",
    source=f"{HUNDEPOOL}, ch. 4.2.2",
    mend="merge categories, or leave the largest units out of the table",
    check=check,
)
