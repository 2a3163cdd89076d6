"""A quantile too near the end of the values.

Broken when units at or beyond the quantile, on the side with fewer, < u.

Unit: distinct units. Default: u = t / 2, which asks t units of a median, 2 t of a quartile and
50 t of a 99th percentile. Source: Brandt et al. 2010, percentiles.
"""

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Rule


def check(cell: Cell, policy: Policy) -> str | None:
    """The 99th percentile of twenty people is all but the maximum."""
    beyond = cell.evidence.beyond
    if not cell.statistic.is_position or not cell.shows_number or beyond is None:
        return None
    if 0 < beyond < policy.least_beyond:
        return f"{beyond} units lie at or beyond it on one side; {policy.least_beyond} are needed"
    return None


RULE = Rule(
    code="P1",
    rule_id="quantile",
    title="Enough units lie at or beyond each quantile",
    formula="units at or beyond the quantile, on the side with fewer, < u",
    unit="distinct units",
    default=(
        "u = t / 2, which asks t units of a median, 2 t of a quartile and 50 t of a 99th percentile"
    ),
    source=(
        f"{BRANDT}, percentiles; Australian Bureau of Statistics, DataLab, minimum "
        "contributors for quantiles"
    ),
    mend="publish a quantile nearer to the median, or of a larger group",
    check=check,
)
