"""One contributor that another can estimate better than before.

Broken when X - x1 - x2 < (p/q) x1.

Unit: contributions of units in the unit of the variable, in absolute value. Default: off; q is
how well, in per cent, each is known beforehand. Source: Hundepool et al. 2012, ch. 4.2.2.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Rule
from output_checker.disclosure.rules.totals import unknown_to_the_second


def check(cell: Cell, policy: Policy) -> str | None:
    """As the p% rule, where everyone knows each contribution to within q% already."""
    remainder = unknown_to_the_second(cell)
    if remainder is None or not policy.prior_percent:
        return None
    needed = policy.p_percent / policy.prior_percent * cell.evidence.largest[0]
    if remainder < needed:
        return "the second largest unit learns more of the largest than it may"
    return None


RULE = Rule(
    code="T7",
    rule_id="p-q",
    title="No contributor is known much better than before",
    formula="X - x1 - x2 < (p/q) x1",
    unit="contributions of units in the unit of the variable, in absolute value",
    default="off; q is how well, in per cent, each is known beforehand",
    source=f"{HUNDEPOOL}, ch. 4.2.2",
    mend="merge categories, or leave the largest units out of the table",
    check=check,
)
