"""An index of concentration that one unit makes up.

Broken when n < t, or x1 / X >= 0.9: a Herfindahl index near 1 gives its root as that share.

Unit: distinct units, and their contributions. Default: t of T1; 0.9. Source: Brandt et al.
2010, concentration.
"""

from typing import Final

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule
from output_checker.disclosure.rules.totals import reaches

LARGEST_SHARE: Final = 0.9


def check(cell: Cell, policy: Policy) -> str | None:
    """Herfindahl index and entropy are sums that the largest share rules when it is large."""
    is_one = cell.statistic in (Statistic.HERFINDAHL, Statistic.ENTROPY)
    evidence = cell.evidence
    if not is_one or not cell.shows_number or not evidence.largest:
        return None
    if 0 < evidence.units < policy.threshold:
        return f"an index over {evidence.units} units tells what each of them holds"
    if reaches(evidence.largest[0], LARGEST_SHARE, evidence.total):
        return f"the largest unit holds {LARGEST_SHARE:.0%} or more of the total"
    return None


RULE = Rule(
    code="C3",
    rule_id="concentration",
    title="No unit makes up an index of concentration",
    formula="n < t, or x1 / X >= 0.9: a Herfindahl index near 1 gives its root as that share",
    unit="distinct units, and their contributions",
    default="t of T1; 0.9",
    source=f"{BRANDT}, concentration",
    mend="publish it for a larger group",
    check=check,
)
