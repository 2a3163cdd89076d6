"""A few units hold nearly all of a weighted total.

Broken when (|x1| + .. + |xn|) / X >= k, where X is weighted; or each x counted as often as its
weight.

Unit: contributions of units in the unit of the variable, in absolute value. Default: unweighted
contributions against the weighted total; (n, k) = (2, 0.90). Source: GaussSuppression and tau-
Argus.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy, Weighting
from output_checker.disclosure.rules.rule import Breach, Rule
from output_checker.disclosure.rules.totals import reaches, replicated, rests_on_a_total


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:
    """Weights hide a contribution among those it stands for, as far as they are not known."""
    evidence = cell.evidence
    total = evidence.weighted_total
    if total is None or total <= 0 or not rests_on_a_total(cell):
        return
    is_replicated = policy.weighting is Weighting.REPLICATE
    for rule in policy.dominance:
        held = replicated(evidence, rule.n) if is_replicated else sum(evidence.largest[: rule.n])
        if reaches(held, rule.share, total):
            reason = f"the {rule.n} largest units hold {rule.share:.0%} or more of the total"
            yield Breach(reason=reason)
            return


RULE = Rule(
    code="T9",
    rule_id="weighted-dominance",
    title="No few units dominate a weighted total",
    formula=(
        "(|x1| + .. + |xn|) / X >= k, where X is weighted; or each x counted as often as its weight"
    ),
    unit="contributions of units in the unit of the variable, in absolute value",
    default="unweighted contributions against the weighted total; (n, k) = (2, 0.90)",
    source="Statistics Norway, GaussSuppression, MagnitudeRule; tau-Argus manual 4.1, ch. 4.3",
    mend="merge categories, or leave the largest units out of the table",
    check=check,
)
