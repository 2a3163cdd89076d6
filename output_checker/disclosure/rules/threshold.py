"""Too few units behind a number."""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Units with a value of the published variable, not rows: 0 < n < threshold fails."""
    units = cell.evidence.units
    if cell.shows_number and 0 < units < policy.threshold:
        return f"{units} units stand behind the number; at least {policy.threshold} are needed"
    return None


RULE = Rule(
    rule_id="threshold",
    title="Enough units stand behind each number",
    source="Hundepool et al., Statistical Disclosure Control (2012), ch. 4",
    mend="merge categories, or suppress the cell and one more in its row and column",
    check=check,
)
