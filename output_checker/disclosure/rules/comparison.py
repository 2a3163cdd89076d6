"""An odds, risk or hazard ratio over a small cell.

Broken when n < t in a cell of the 2 x 2 table, zero included.

Unit: distinct units. Default: t of T1. Source: Brandt et al. 2010, odds ratios.
"""

from collections.abc import Iterator

from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import BRANDT, Breach, Rule
from output_checker.disclosure.studies.subjects import Comparison


def check(table: Comparison, policy: Policy) -> Iterator[Breach]:
    """With its margins known, a ratio gives back the cells."""
    if min(table.cells) < policy.threshold:
        yield Breach(
            reason=f"a cell behind the ratio has {min(table.cells)} units; "
            f"at least {policy.threshold} are needed"
        )


RULE = Rule(
    code="V2",
    rule_id="comparison",
    title="Each of the four cells behind a ratio has enough units",
    formula="n < t in a cell of the 2 x 2 table, zero included",
    unit="distinct units",
    default="t of T1",
    source=f"{BRANDT}, odds ratios and relative risks",
    mend="merge categories until no cell is small",
    check=check,
)
