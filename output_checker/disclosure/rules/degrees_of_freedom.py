"""A measure of spread over so few units that it gives their values away."""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Policy
from output_checker.disclosure.rules.rule import Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """Degrees of freedom, n - 1 with n in units, under the policy's least."""
    freedom = cell.evidence.units - 1
    if not cell.statistic.is_spread or not cell.shows_number or freedom < 0:
        return None
    if freedom < policy.residual_dof:
        return f"{freedom} degrees of freedom; at least {policy.residual_dof} are needed"
    return None


RULE = Rule(
    rule_id="dof",
    title="Enough degrees of freedom behind a measure of spread",
    source="Brandt et al., Guidelines for output checking (2010), rule of ten",
    mend="merge categories, or suppress the cell",
    check=check,
)
