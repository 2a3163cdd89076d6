"""A minimum or maximum is somebody's value.

Broken when units that share the value < t, unless it is a bound the dataset declares.

Unit: distinct units. Default: t of T1. Source: Brandt et al. 2010, maxima and minima.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """A bound that holds for everybody, such as the lowest age asked, is nobody's value."""
    sharing = cell.evidence.sharing
    is_value = cell.statistic.is_endpoint or cell.statistic.is_position
    if not is_value or not cell.shows_number or sharing is None:
        return None
    if sharing < policy.threshold and not cell.is_bound:
        return f"the endpoint is the value of {sharing} units; it needs {policy.threshold}"
    return None


RULE = Rule(
    code="P2",
    rule_id="endpoint",
    title="No minimum, maximum or range is the value of a few",
    formula="units that share the value < t, unless it is a bound the dataset declares",
    unit="distinct units",
    default="t of T1",
    source=f"{BRANDT}, maxima and minima",
    mend="publish a percentile or a band instead",
    check=check,
)
