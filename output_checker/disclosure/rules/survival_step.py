"""A step of a survival curve that few people make.

Broken when 0 < d + c < t before the first printed time or between two of them, or units at risk
at the last < t; and when a printed number of events d has 0 < d < t.

Unit: distinct units with an event or censored. Default: t of T1. Source: Brandt et al. 2010,
survival; OpenSAFELY.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Step


def check(step: Step, policy: Policy) -> Iterator[Breach]:
    """A curve that stops early says nothing of those who are left; a printed count is a count."""
    if step.leaving is not None and 0 < step.leaving < policy.threshold:
        reason = f"{step.leaving} units leave before the next time; {policy.threshold} are needed"
        yield Breach(reason=reason)
    elif step.leaving is None and step.at_risk < policy.threshold:
        reason = f"{step.at_risk} units are left at the last time; {policy.threshold} are needed"
        yield Breach(reason=reason)
    elif step.events is not None and 0 < step.events < policy.threshold:
        reason = f"the events printed are of {step.events} units; {policy.threshold} are needed"
        yield Breach(reason=reason, verdict=policy.small_counts)


RULE = Rule(
    code="V1",
    rule_id="survival-step",
    title="Enough units leave at each printed time, and are left at the last",
    formula=(
        "0 < d + c < t before the first printed time or between two, or units at risk at the last "
        "< t; or a printed d with 0 < d < t"
    ),
    unit="distinct units with an event or censored",
    default="t of T1",
    source=f"{BRANDT}, survival; OpenSAFELY documentation, Kaplan-Meier with midpoints of 6",
    mend="print fewer times, and stop where enough are left",
    check=check,
)
