"""A cell most of whose records have no value.

Broken when records without a value / records > m.

Unit: records of the cell. Default: off; n counts units with a value whatever m is. Source: ACRO
1.0, MissingCheck.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Who has no value can be a small group of its own."""
    evidence = cell.evidence
    if policy.missing_share is None or not cell.shows_number or not evidence.records:
        return None
    if evidence.missing > policy.missing_share * evidence.records:
        return f"more than {policy.missing_share:.0%} of the records have no value"
    return None


RULE = Rule(
    code="T8",
    rule_id="missing",
    title="A number rests on most of the records it is about",
    formula="records without a value / records > m",
    unit="records of the cell",
    default="off; n counts units with a value whatever m is",
    source="ACRO 1.0, MissingCheck",
    mend="say how many values stand behind the number, or leave the cell out",
    check=check,
    verdict=Verdict.REVIEW,
)
