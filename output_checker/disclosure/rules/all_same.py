"""A group in which everyone has the same value."""

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:  # noqa: ARG001 - every rule takes a policy
    """A statistic of one value, however many share it, is the value of each. Counts are not."""
    if cell.statistic is Statistic.COUNT or not cell.shows_number:
        return None
    if cell.evidence.is_constant:
        return f"all {cell.evidence.units} units have the same value, so the number tells it"
    return None


RULE = Rule(
    rule_id="all-same",
    title="Not all units of a cell have one value",
    source="Hundepool et al., Statistical Disclosure Control (2012), ch. 5 (group disclosure)",
    mend="merge categories, or suppress the cell",
    check=check,
)
