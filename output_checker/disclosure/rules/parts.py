"""Too few units above or beneath the line of a share, a rate or a ratio.

Broken when 0 < a < t or 0 < b < t, a units above the line and b beneath it; of a share of people
with a 1 also when 0 < b - a < t; of any sum, mean, spread or concentration of a variable that has
two values in the cell, whichever they are, also when fewer than t units have one of them.

Unit: distinct units. Default: t of T1. Source: Brandt et al. 2010, ratios.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:
    """The sum, mean or spread of a variable of two values says how many have the one."""
    if not cell.shows_number:
        return
    evidence = cell.evidence
    groups = [(evidence.events, "above"), (evidence.of_units, "beneath")]
    if cell.statistic is Statistic.MEAN and evidence.events is not None:
        groups.append((evidence.units - evidence.events, "beneath, and not above,"))
    for units, place in groups:
        if units is not None and 0 < units < policy.threshold:
            reason = f"{units} units stand {place} the line; {policy.threshold} are needed"
            yield Breach(reason=reason, verdict=policy.small_counts)
            return
    fewest = min(evidence.split or (policy.threshold,))
    if fewest < policy.threshold:
        reason = f"{fewest} units have one of the only two values; {policy.threshold} are needed"
        yield Breach(reason=reason, verdict=policy.small_counts)


RULE = Rule(
    code="T13",
    rule_id="parts",
    title="Enough units stand above and beneath each line",
    formula=(
        "0 < a < t or 0 < b < t, a units above the line and b beneath it; of a share of people "
        "with a 1 also 0 < b - a < t; of a variable with two values in the cell also c < t or "
        "d < t, c units with the one and d with the other"
    ),
    unit="distinct units",
    default="t of T1",
    source=f"{BRANDT}, frequency tables and ratios",
    mend="merge categories, or suppress the cell",
    check=check,
)
