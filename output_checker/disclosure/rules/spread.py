"""A measure of spread over so few units that it gives their values away.

Broken when n - 1 < d.

Unit: distinct units less one. Default: d = 10. Source: Brandt et al. 2010, higher moments.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Degrees of freedom, in units and not in records."""
    freedom = cell.evidence.units - 1
    if not cell.statistic.is_spread or not cell.shows_number or freedom < 0:
        return None
    if freedom < policy.residual_dof:
        return f"{freedom} degrees of freedom; at least {policy.residual_dof} are needed"
    return None


RULE = Rule(
    code="S1",
    rule_id="dof",
    title="Enough degrees of freedom behind a measure of spread",
    formula="n - 1 < d",
    unit="distinct units less one",
    default="d = 10",
    source=f"{BRANDT}, rule of ten degrees of freedom",
    mend="merge categories, or suppress the cell",
    check=check,
)
