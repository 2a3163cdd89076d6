"""One contributor that another can estimate."""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """The runner-up knows its own value: X - x1 - x2 < p% of x1 bounds the largest too well."""
    evidence = cell.evidence
    if not cell.statistic.is_total or not cell.shows_number or not evidence.largest:
        return None
    first = evidence.largest[0]
    second = evidence.largest[1] if len(evidence.largest) > 1 else 0.0
    # Summing in another order must not turn an exact zero into a hair above it.
    remainder = max(0.0, evidence.total - first - second)
    if first > 0 and remainder < policy.p_percent / 100 * first:
        return f"the second largest unit knows the largest to within {policy.p_percent:g}%"
    return None


RULE = Rule(
    rule_id="p-percent",
    title="No contributor can be estimated by another",
    source="Hundepool et al., Statistical Disclosure Control (2012), ch. 4.2.2",
    mend="merge categories, or leave the largest units out of the table",
    check=check,
)
