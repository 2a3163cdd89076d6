"""An empty cell says of everyone else in its row that they are not in it.

Broken when n = 0, unless the dataset declares the combination impossible.

Unit: units. Default: on. Source: Hundepool et al. 2012, ch. 5.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:
    """Cells that show, by a zero, a blank or their absence, that nobody is in them."""
    if policy.zeros_disclosive and cell.shows_nobody and not cell.is_impossible:
        reason = "the table shows that nobody is in this cell, which tells something of the others"
        yield Breach(reason=reason, verdict=policy.small_counts)


RULE = Rule(
    code="T2",
    rule_id="zero",
    title="No cell shows that nobody is in it",
    formula="n = 0, unless the dataset declares the combination impossible",
    unit="units",
    default="on",
    source=f"{HUNDEPOOL}, ch. 5 (group disclosure)",
    mend=(
        "merge categories until no cell is empty, or have the steward declare the "
        "combination impossible"
    ),
    check=check,
)
