"""A bar of few people, or an edge that is somebody's value.

Broken when 0 < n < t; n = 0 where zeros tell something; units at the least or greatest value <
t where it is an edge.

Unit: distinct units; the last bin holds its upper edge. Default: t of T1; the edge is for a
person to look at. Source: Brandt et al. 2010, graphs.
"""

from collections.abc import Iterator

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Bin


def check(bar: Bin, policy: Policy) -> Iterator[Breach]:
    """Bins that a program chooses run from the least value to the greatest."""
    if 0 < bar.units < policy.threshold:
        reason = f"{bar.units} units in the bar; at least {policy.threshold} are needed"
        yield Breach(reason=reason, verdict=policy.small_counts)
    if not bar.units and policy.zeros_disclosive:
        yield Breach(reason="the bar shows that nobody is in it", verdict=policy.small_counts)
    if bar.edge_units is not None and bar.edge_units < policy.threshold:
        reason = f"an outer edge is the least or greatest value, which {bar.edge_units} units have"
        yield Breach(reason=reason, verdict=Verdict.REVIEW)


RULE = Rule(
    code="G1",
    rule_id="histogram-bin",
    title="Enough units in each bar, and no outer edge is the value of a few",
    formula=(
        "0 < n < t; n = 0 where zeros tell something; units at the least or greatest "
        "value < t where it is an edge"
    ),
    unit="distinct units; the last bin holds its upper edge",
    default="t of T1; the edge is for a person to look at",
    source=f"{BRANDT}, graphs",
    mend="use wider bins with round edges of your own",
    check=check,
)
