"""Residuals, fitted values and other numbers for each record.

Broken when a column of residuals, fitted values, leverages or influences, or as many lines as
records.

Unit: columns of the file. Default: on. Source: Brandt et al. 2010, residuals.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Model


def check(model: Model, policy: Policy) -> Iterator[Breach]:  # noqa: ARG001 - every rule takes a policy
    """They are microdata under another name."""
    if model.record_columns:
        yield Breach(reason="columns hold a number for each record of the source")


RULE = Rule(
    code="R5",
    rule_id="record-vectors",
    title="No model output has a number for each record",
    formula=(
        "a column of residuals, fitted values, leverages or influences, or as many lines as records"
    ),
    unit="columns of the file",
    default="on",
    source=f"{BRANDT}, residuals",
    mend="publish statistics of the residuals, or a plot of binned ones",
    check=check,
)
