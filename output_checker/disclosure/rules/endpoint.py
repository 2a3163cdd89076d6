"""A minimum or maximum is somebody's value."""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Fails unless as many units as the threshold asks share the value."""
    sharing = cell.evidence.sharing
    if not cell.statistic.is_endpoint or not cell.shows_number or sharing is None:
        return None
    if sharing < policy.threshold:
        return f"the endpoint is the value of {sharing} units; it needs {policy.threshold}"
    return None


RULE = Rule(
    rule_id="endpoint",
    title="No minimum or maximum is the value of a few",
    source="Brandt et al., Guidelines for output checking (2010), maxima and minima",
    mend="publish a percentile or a band instead",
    check=check,
)
