"""Factors of few people, or scores for each of them.

Broken when n - p < d, p variables, or more lines than variables.

Unit: distinct units with a value of every variable. Default: d = 10. Source: Brandt et al.
2010, factor analysis.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Factors

# Eigenvalues, shares of variance and the like may stand beneath the loadings.
SUMMARY_LINES = 5


def check(study: Factors, policy: Policy) -> Iterator[Breach]:
    """Scores are a number for each record."""
    if study.units - study.variables < policy.residual_dof:
        freedom = study.units - study.variables
        yield Breach(reason=f"{freedom} degrees of freedom; {policy.residual_dof} are needed")
    if study.lines > study.variables + SUMMARY_LINES:
        yield Breach(reason="more lines than variables: scores are a number for each record")


RULE = Rule(
    code="F1",
    rule_id="factors",
    title="Enough units behind factors, and no scores",
    formula="n - p < d, p variables, or more lines than variables",
    unit="distinct units with a value of every variable",
    default="d = 10",
    source=f"{BRANDT}, factor analysis",
    mend="publish loadings of fewer variables, and no scores",
    check=check,
)
