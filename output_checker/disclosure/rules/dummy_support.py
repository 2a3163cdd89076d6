"""A coefficient that rests on a few people.

Broken when units with either of a variable's two values < t, whatever the values are; or when the
category that others are compared with has fewer.

Unit: distinct units among those used. Default: t of T1. Source: NBER censor.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import Breach, Rule
from output_checker.disclosure.studies.subjects import Model


def check(model: Model, policy: Policy) -> Iterator[Breach]:
    """The coefficient of three people is about those three."""
    for dummy in model.dummies:
        if dummy.units < policy.threshold:
            reason = f"{dummy.units} units tell it apart; at least {policy.threshold} are needed"
            yield Breach(reason=reason, subject=dummy)


RULE = Rule(
    code="R3",
    rule_id="dummy-support",
    title="Enough units on both sides of each variable of two values",
    formula="units with either of two values < t, or of the reference category < t",
    unit="distinct units among those used",
    default="t of T1",
    source="NBER, censor (Stata): dummies with fewer than ten records are blanked",
    mend="merge the category with another, or leave the term out",
    check=check,
)
