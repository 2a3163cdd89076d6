"""A test of few people, or of a table with a small cell.

Broken when n - k < d, k cells or groups, or 0 < n_k < t in one of them.

Unit: distinct units. Default: d = 10; t of T1. Source: Brandt et al. 2010, test statistics.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Test


def check(test: Test, policy: Policy) -> Iterator[Breach]:
    """With its margins known, a statistic of a small table gives back a cell."""
    if test.freedom < policy.residual_dof:
        reason = f"{test.freedom:g} degrees of freedom; at least {policy.residual_dof} are needed"
        yield Breach(reason=reason)
    for cell in test.cells:
        if 0 < cell.units < policy.threshold:
            reason = f"{cell.units} units in a cell behind the test; {policy.threshold} needed"
            yield Breach(reason=reason, subject=cell)


RULE = Rule(
    code="S3",
    rule_id="test",
    title="Enough degrees of freedom behind a test, and no small cell",
    formula="n - k < d, k cells or groups, or 0 < n_k < t in one of them",
    unit="distinct units",
    default="d = 10; t of T1",
    source=f"{BRANDT}, test statistics",
    mend="merge categories, or test a larger group",
    check=check,
)
