"""A regression that is a table of means.

Broken when X has as many distinct rows as rank(X), and 0 < n < t in one of them or the mean of its
outcome breaks a rule of cells.

Unit: distinct units alike in every regressor. Default: t of T1. Source: Brandt et al. 2010,
regression.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.rules.shown import verdict_if_shown
from output_checker.disclosure.studies.subjects import Model


def check(model: Model, policy: Policy) -> Iterator[Breach]:
    """Every coefficient is then a group's mean, or a difference of two."""
    if not model.is_saturated:
        return
    for group in model.groups:
        if 0 < group.units < policy.threshold:
            reason = f"the model gives the mean of {group.units} units; {policy.threshold} needed"
            yield Breach(reason=reason, subject=group)
            continue
        verdict = None if group.cell is None else verdict_if_shown(group.cell, policy)
        if verdict is not None:
            reason = "the model gives a mean of the outcome that no table could show"
            yield Breach(reason=reason, subject=group, verdict=verdict)


RULE = Rule(
    code="R2",
    rule_id="saturated",
    title="Each group of a saturated model could be a cell of a table of means",
    formula=(
        "X has as many distinct rows as rank(X), and 0 < n < t in one of them or the mean of its "
        "outcome breaks a rule of cells"
    ),
    unit="distinct units alike in every regressor",
    default="t of T1",
    source=f"{BRANDT}, regression, saturated models",
    mend="merge categories, or leave out interactions",
    check=check,
)
