"""A regression that fits without error.

Broken when 1 - R2 <= 1e-9, or a fitted probability is 0 or 1.

Unit: share of the variation of the outcome; probability. Default: on. Source: Brandt et al.
2010, regression.
"""

from collections.abc import Iterator

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Model


def check(model: Model, policy: Policy) -> Iterator[Breach]:  # noqa: ARG001 - every rule takes a policy
    """Its fitted values are the data."""
    if model.is_perfect:
        yield Breach(reason="the model fits without error, so its fitted values are the data")


RULE = Rule(
    code="R4",
    rule_id="perfect-fit",
    title="A regression leaves something unexplained",
    formula="1 - R2 <= 1e-9, or a fitted probability is 0 or 1",
    unit="share of the variation of the outcome; probability",
    default="on",
    source=f"{BRANDT}, regression",
    mend="say why the outcome follows from the regressors, or leave out the one that gives it",
    check=check,
    verdict=Verdict.REVIEW,
)
