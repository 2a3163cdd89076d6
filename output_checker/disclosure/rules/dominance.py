"""A few units hold nearly all of a total."""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """The (n, k) rule on absolute contributions: (x1 + .. + xn) / X >= k fails.

    Absolute values keep the rule meaningful where contributions have both signs.
    """
    evidence = cell.evidence
    if not cell.statistic.is_total or not cell.shows_number or evidence.total <= 0:
        return None
    held = sum(evidence.largest[: policy.dominance_n])
    if held >= policy.dominance_share * evidence.total:
        share = f"{policy.dominance_share:.0%}"
        return f"the {policy.dominance_n} largest units hold {share} or more of the total"
    return None


RULE = Rule(
    rule_id="dominance",
    title="No few units dominate a total",
    source="Hundepool et al., Statistical Disclosure Control (2012), ch. 4.2.2",
    mend="merge categories, or leave the largest units out of the table",
    check=check,
)
