"""Nearly everybody of a row or column is in one of its cells.

Broken when n_ij / n_i. >= q; also when a share is 100 %, wherever empty cells may not be shown.

Unit: share (0-1) of the units of the row or column. Default: off; q = 1 where a policy names
group disclosure, and 0.9 for a person to look at. Source: Hundepool et al. 2012, ch. 5; DwB
2015.
"""

from collections.abc import Iterator

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules.grid import lines
from output_checker.disclosure.rules.rule import HUNDEPOOL, Breach, Rule


def check(table: Matched, policy: Policy) -> Iterator[Breach]:
    """Who is known to be in the row is then known to be in the cell."""
    yield from _everybody(table, policy)
    if policy.class_share is None and policy.class_review_share is None:
        return
    worst: dict[int, tuple[Cell, Verdict, str]] = {}
    for line in lines(table):
        everybody = sum(cell.evidence.units for cell in line.cells)
        for cell in line.cells:
            verdict = _verdict(cell, everybody, policy)
            if verdict is not None and id(cell) not in worst:
                worst[id(cell)] = (cell, verdict, line.dimension)
    for cell, verdict, dimension in worst.values():
        reason = f"nearly all units with the same other labels have this {dimension}"
        yield Breach(reason=reason, verdict=verdict, subject=cell)


def _everybody(table: Matched, policy: Policy) -> Iterator[Breach]:
    """A share of 100 % says so without the other cells of its line."""
    if table.of is None or not (policy.zeros_disclosive or policy.class_share is not None):
        return
    for cell in table.cells:
        is_part = any(label != TOTAL for at, label in enumerate(cell.key) if at not in table.of)
        above, beneath = cell.evidence.counts or (0, 0)
        if cell.shows_number and is_part and 0 < beneath <= above:
            reason = f"all {beneath} units of its whole are in this cell"
            yield Breach(reason=reason, verdict=policy.small_counts, subject=cell)


def _verdict(cell: Cell, everybody: int, policy: Policy) -> Verdict | None:
    if not cell.statistic.is_frequency or not cell.shows_number or not cell.evidence.units:
        return None
    share = cell.evidence.units / everybody
    if policy.class_share is not None and share >= policy.class_share:
        return policy.small_counts
    if policy.class_review_share is not None and share >= policy.class_review_share:
        return Verdict.REVIEW
    return None


RULE = Rule(
    code="T3",
    rule_id="class",
    title="No cell holds nearly all of its row or column",
    formula="n_ij / n_i. >= q; or a share of its whole is 1, where zeros may not be shown",
    unit="share (0-1) of the units of the row or column",
    default="off; q = 1 where a policy names group disclosure, 0.9 for a person to look at",
    source=f"{HUNDEPOOL}, ch. 5 (group disclosure); DwB, Guidelines for output checking (2015)",
    mend="merge categories so that the row spreads over more of them",
    check=check,
)
