"""A largest contributor that asked to be protected.

Broken when x1 / X > s.

Unit: contributions of units in the unit of the variable, in absolute value. Default: off; s =
0.70 where protection is asked for. Source: tau-Argus manual 4.1, ch. 4.3.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import Rule
from output_checker.disclosure.rules.totals import rests_on_a_total


def check(cell: Cell, policy: Policy) -> str | None:
    """The dataset's owner says how much; whoever asked is not told apart from others."""
    evidence = cell.evidence
    if policy.largest_share is None or not rests_on_a_total(cell) or not evidence.largest:
        return None
    if evidence.largest[0] > policy.largest_share * evidence.total:
        return f"the largest unit holds more than {policy.largest_share:.0%} of the total"
    return None


RULE = Rule(
    code="T11",
    rule_id="request",
    title="No unit holds more of a total than it may",
    formula="x1 / X > s",
    unit="contributions of units in the unit of the variable, in absolute value",
    default="off; s = 0.70 where protection is asked for",
    source="tau-Argus manual 4.1, ch. 4.3 (request rule)",
    mend="merge categories, or leave the largest unit out of the table",
    check=check,
)
