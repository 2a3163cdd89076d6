"""A number that is not rounded as the policy asks.

Broken when a count is not 0 modulo the base, or, for midpoints, neither 0 nor half the base
modulo it; when a share is one of unrounded counts.

Unit: counts as printed. Default: off; each policy names its base. Source: OpenSAFELY,
Statistical disclosure control; ONS 10-5 rule.
"""

from output_checker.disclosure.evidence.agreement import as_share, is_counted
from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.numbers import agrees_rounded_share, number
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Shares of unrounded counts undo the rounding of the counts.

    How many different values there are is a count, and so is a sum of 0 and 1; their mean is a
    share.
    """
    printed = number(cell.text)
    if printed is None or not cell.shows_number:
        return None
    if is_counted(cell.statistic, cell.evidence):
        for rounding in policy.rounding:
            if not rounding.is_rounded(printed):
                return f"the count is not rounded (to {rounding})"
    shared = as_share(cell.statistic, cell.evidence)
    if shared is not None:
        for rounding in policy.rounding:
            if not agrees_rounded_share(printed, shared, [rounding]):
                return f"the share is not one of rounded counts (to {rounding})"
    return None


RULE = Rule(
    code="T14",
    rule_id="rounding",
    title="Counts are rounded, and shares are of rounded counts",
    formula="c mod b <> 0, or for midpoints c <> 0 and c mod b <> b/2",
    unit="counts as printed",
    default="off; each policy names its base",
    source="OpenSAFELY documentation, Statistical disclosure control; ONS, the 10-5 rule",
    mend="round each count first, and compute shares from the rounded counts",
    check=check,
)
