"""A few units hold nearly all of a total.

Broken when (|x1| + .. + |xn|) / X >= k.

Unit: contributions of units in the unit of the variable, in absolute value. Default: (n, k) =
(2, 0.90). Source: Hundepool et al. 2012, ch. 4.2.2.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule
from output_checker.disclosure.rules.totals import reaches, rests_on_a_total


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:
    """Absolute values keep the rule meaningful where contributions have both signs."""
    evidence = cell.evidence
    if not rests_on_a_total(cell) or evidence.total <= 0 or evidence.weights:
        return
    for rule in policy.dominance:
        if reaches(sum(evidence.largest[: rule.n]), rule.share, evidence.total):
            yield Breach(
                reason=f"the {rule.n} largest units hold {rule.share:.0%} or more of the total"
            )
            return


RULE = Rule(
    code="T5",
    rule_id="dominance",
    title="No few units dominate a total",
    formula="(|x1| + .. + |xn|) / X >= k",
    unit="contributions of units in the unit of the variable, in absolute value",
    default="(n, k) = (2, 0.90)",
    source=f"{HUNDEPOOL}, ch. 4.2.2",
    mend="merge categories, or leave the largest units out of the table",
    check=check,
)
