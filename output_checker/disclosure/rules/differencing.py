"""A number less numbers of another table that lie within it.

Broken when who is left makes a number that the rules of cells would not let be printed. A person
looks where what is left cannot be had by subtracting alone: shares, ratios, positions, means
without the counts behind them, and sums with survey weights.

Unit: the published statistic. Default: on, against every table of the same dataset that was
released before and of the same request. Source: Hundepool et al. 2012, ch. 6.3.
"""

from collections.abc import Iterator

from output_checker.disclosure.differencing.subjects import Difference
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule
from output_checker.disclosure.rules.shown import verdict_if_shown


def check(difference: Difference, policy: Policy) -> Iterator[Breach]:
    """Subtracting is as good as printing."""
    verdict = verdict_if_shown(difference.left, policy)
    if verdict is not None:
        known = verdict if difference.is_exact else Verdict.REVIEW
        yield Breach(reason=difference.words, verdict=min(verdict, known))


RULE = Rule(
    code="X1",
    rule_id="differencing",
    title="No number less numbers of another table is about few people",
    formula=(
        "A - (B1 + B2 + ..) with B1, B2, .. apart and within A, where the number of A without the "
        "people of all B breaks a rule of cells"
    ),
    unit="the published statistic",
    default="on, for tables of one request and those released before, of one version of a dataset",
    source=f"{HUNDEPOOL}, ch. 6.3 (differencing)",
    mend="use the groups of the other table, hide or round this number in both, or publish one",
    check=check,
)
