"""One model fitted to two samples that differ by a few people.

Broken when 0 < units in one sample only < t.

Unit: distinct units. Default: t of T1. Source: Hundepool et al. 2012, ch. 6.3.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule
from output_checker.disclosure.studies.subjects import LinkedModels


def check(pair: LinkedModels, policy: Policy) -> Iterator[Breach]:
    """The difference between the two is about those few."""
    if 0 < pair.apart < policy.threshold:
        other = "a model that was released before" if pair.is_released else "another model here"
        reason = f"{other} has a sample that differs by {pair.apart} units"
        yield Breach(reason=reason)


RULE = Rule(
    code="R6",
    rule_id="linked-models",
    title="Models of one specification differ by enough units or by none",
    formula="0 < units in one sample only < t",
    unit="distinct units",
    default="t of T1",
    source=f"{HUNDEPOOL}, ch. 6.3 (differencing)",
    mend="publish one of the two",
    check=check,
)
