"""A regression over few more units than it has coefficients.

Broken when n - rank(X) < d.

Unit: distinct units less coefficients. Default: d = 10. Source: Brandt et al. 2010, regression.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Model


def check(model: Model, policy: Policy) -> Iterator[Breach]:
    """In units and not in records, so that repeated records of a person count once."""
    freedom = model.units - model.rank
    if freedom < policy.residual_dof:
        yield Breach(
            reason=f"{freedom} residual degrees of freedom; {policy.residual_dof} are needed"
        )


RULE = Rule(
    code="R1",
    rule_id="residual-dof",
    title="Enough residual degrees of freedom behind a regression",
    formula="n - rank(X) < d",
    unit="distinct units less coefficients",
    default="d = 10",
    source=f"{BRANDT}, regression",
    mend="drop terms, or fit it to a larger group",
    check=check,
)
