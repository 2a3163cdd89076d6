"""A most frequent value that few have.

Broken when units that have the mode < m.

Unit: distinct units. Default: off in a policy file of one's own; m = 10 in those that ship.
Source: Brandt et al. 2010, modes.
"""

from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Where all values differ, every one of them is a mode."""
    sharing = cell.evidence.sharing
    if cell.statistic is not Statistic.MODE or not cell.shows_number or sharing is None:
        return None
    if sharing < policy.mode_units:
        return f"the mode is the value of {sharing} units; it needs {policy.mode_units}"
    return None


RULE = Rule(
    code="P3",
    rule_id="mode",
    title="Enough units have a published mode",
    formula="units that have the mode < m",
    unit="distinct units",
    default="off in a policy file of one's own; m = 10 in those that ship",
    source=f"{BRANDT}, modes",
    mend="publish the shares of bands instead",
    check=check,
)
