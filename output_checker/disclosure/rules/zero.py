"""An empty cell says of everyone else in its row that they are not in it."""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Cells that show, by a zero, a blank or their absence, that nobody is in them."""
    if policy.zeros_disclosive and cell.shows_nobody:
        return "the table shows that no unit is in this cell, which tells something of the others"
    return None


RULE = Rule(
    rule_id="zero",
    title="No cell shows that nobody is in it",
    source="Hundepool et al., Statistical Disclosure Control (2012), ch. 5 (group disclosure)",
    mend="merge categories until no cell is empty",
    check=check,
)
