"""A correlation of few people, or one that gives one variable from the other.

Broken when n - 2 < d, or |r| >= 1 - 1e-9, or 0 < units with one of two values < t.

Unit: distinct units with a value of both. Default: d = 10; t of T1. Source: Brandt et al. 2010,
correlation.
"""

from collections.abc import Iterator

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Correlation

NEGLIGIBLE = 1e-9


def check(pair: Correlation, policy: Policy) -> Iterator[Breach]:
    """Of a binary variable, few with one of its values are told apart by it."""
    freedom = pair.units - 2
    if freedom < policy.residual_dof:
        yield Breach(reason=f"{freedom} degrees of freedom; {policy.residual_dof} are needed")
    if pair.coefficient is not None and abs(pair.coefficient) >= 1 - NEGLIGIBLE:
        yield Breach(reason="one variable gives the other without error", verdict=Verdict.REVIEW)
    if pair.least_units is not None and 0 < pair.least_units < policy.threshold:
        yield Breach(
            reason=f"{pair.least_units} units have one of two values; {policy.threshold} are needed"
        )


RULE = Rule(
    code="S2",
    rule_id="correlation",
    title="Enough degrees of freedom behind a correlation, and no line without error",
    formula="n - 2 < d, or |r| >= 1 - 1e-9, or 0 < units with one of two values < t",
    unit="distinct units with a value of both",
    default="d = 10; t of T1",
    source=f"{BRANDT}, correlation coefficients",
    mend="leave the pair out, or compute it for a larger group",
    check=check,
)
