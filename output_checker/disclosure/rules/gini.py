"""An index of inequality over few units.

Broken when 0 < n < t.

Unit: distinct units with a value. Default: t of T1. Source: Brandt et al. 2010, concentration.
"""

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Of two units, a Gini coefficient gives the share of each."""
    if cell.statistic is not Statistic.GINI or not cell.shows_number:
        return None
    if 0 < cell.evidence.units < policy.threshold:
        return f"an index over {cell.evidence.units} units tells what each of them holds"
    return None


RULE = Rule(
    code="C1",
    rule_id="gini",
    title="Enough units stand behind an index of inequality",
    formula="0 < n < t",
    unit="distinct units with a value",
    default="t of T1",
    source=f"{BRANDT}, concentration",
    mend="publish it for a larger group",
    check=check,
)
