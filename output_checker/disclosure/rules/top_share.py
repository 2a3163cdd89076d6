"""The share of the k largest, for a small k.

Broken when k < t, or when fewer than t units are left out of it: n - k < t.

Unit: units. Default: t of T1. Source: Brandt et al. 2010, concentration ratios.
"""

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """It is the statement that the dominance rule protects."""
    if cell.statistic is not Statistic.TOP_SHARE or not cell.shows_number or cell.level is None:
        return None
    if cell.level < policy.threshold:
        return f"the share of {cell.level:g} units; at least {policy.threshold} are needed"
    rest = cell.evidence.units - cell.level
    if rest < policy.threshold:
        return f"all but {max(rest, 0):g} units are in it; at least {policy.threshold} are needed"
    return None


RULE = Rule(
    code="C2",
    rule_id="top-share",
    title="No share of a few largest units is published",
    formula="k < t or n - k < t",
    unit="units",
    default="t of T1",
    source=f"{BRANDT}, concentration ratios",
    mend="publish the share of more units, or of a percentage of them",
    check=check,
)
