"""Too few owners behind the units of a cell.

Broken when 0 < h < t.

Unit: distinct holdings; a unit without one is its own. Default: t of T1, where the dataset
names a holding. Source: tau-Argus manual 4.1, ch. 4.3.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.rule import Breach, Rule


def check(cell: Cell, policy: Policy) -> Iterator[Breach]:
    """Ten shops of one firm are one contributor."""
    holdings = cell.evidence.holdings
    if holdings is None or not cell.shows_number or not 0 < holdings < policy.threshold:
        return
    reason = f"{holdings} holdings stand behind the number; {policy.threshold} are needed"
    yield Breach(reason=reason, verdict=policy.small_counts)


RULE = Rule(
    code="T10",
    rule_id="holding",
    title="Enough holdings stand behind each number",
    formula="0 < h < t",
    unit="distinct holdings; a unit without one is its own",
    default="t of T1, where the dataset names a holding",
    source="tau-Argus manual 4.1, ch. 4.3 (holding indicator)",
    mend="merge categories, or suppress the cell and one more in its row and column",
    check=check,
)
