"""Rows of the source inside an output, told from rows that match it by chance.

That a row occurs in the source proves nothing when few common columns make it up: nearly
every combination occurs. So each matching row is weighed by how improbable it is, and the
whole table by how often other people of the source have a row like their own, and against
itself with its columns shuffled. Both must be beyond chance.
"""

from collections.abc import Iterator, Sequence
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.index import joining
from output_checker.disclosure.index.columns import Groups
from output_checker.disclosure.leaks.chance import log2_choose, tail_bits
from output_checker.disclosure.leaks.mapping import Beside, Link
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.words import few_of

RULE: Final = "verbatim-rows"
ROW_BITS: Final = 20.0
TABLE_BITS: Final = 16.0
OTHERS_BITS: Final = 12.0
LIST_BITS: Final = 40.0
MAX_SHUFFLED_ROWS: Final = 20_000
SHUFFLES: Final = 3
MAX_LINKS: Final = 16
_LEAST_LINKS: Final = 2
# Rows by which it is decided whether a column is to be left out.
_TRIED_ROWS: Final = 1_000


def find(beside: Beside, links: Sequence[Link], policy: Policy) -> Iterator[Finding]:
    """At most one FAIL finding, with the positions of the rows and their number."""
    size = beside.index.size
    if len(links) < _LEAST_LINKS or not beside.rows or not size:
        return
    chosen, groups = _best_links(beside, list(links)[:MAX_LINKS])
    matches = joining.matches([link.grouping(beside.index) for link in chosen], groups, size)
    matching = np.flatnonzero(matches)
    if not len(matching):
        return
    rare = np.flatnonzero((matches > 0) & (matches < policy.threshold))
    bits = _bits(beside, chosen, groups)
    certain = rare[bits[rare] >= log2(size) + ROW_BITS + log2(beside.rows)]
    together = float(np.maximum(0.0, bits[rare] - log2(size)).sum())
    is_telling = together - log2_choose(beside.rows, len(rare)) >= TABLE_BITS
    is_list = tail_bits(len(matching), beside.rows, 1 / (size + 1)) >= LIST_BITS
    others = _others(beside, chosen, policy.threshold) if is_telling or is_list else (1.0, 1.0)
    if is_telling and tail_bits(len(rare), beside.rows, others[1]) >= OTHERS_BITS:
        yield _finding(rare, beside.rows, "more than other people like them would be")
    elif len(certain):
        yield _finding(certain, beside.rows, "too particular to be there by chance")
    elif (
        tail_bits(len(matching), beside.rows, others[0]) >= LIST_BITS
        and tail_bits(len(matching), beside.rows, _shuffled(beside, chosen, groups)) >= LIST_BITS
    ):
        yield _finding(matching, beside.rows, "far more than when the columns are shuffled")


def _best_links(beside: Beside, links: list[Link]) -> tuple[list[Link], list[Groups]]:
    """All links, or all but the one without which far more rows match; and each row's groups."""
    groups = [beside.groups(link) for link in links]
    groupings = [link.grouping(beside.index) for link in links]
    step = -(-beside.rows // _TRIED_ROWS)

    def hits(without: int) -> int:
        kept = [at for at in range(len(links)) if at != without]
        chosen, rows = [groupings[at] for at in kept], [groups[at][::step] for at in kept]
        return int(np.count_nonzero(joining.matches(chosen, rows, beside.index.size)))

    all_hits = hits(-1)
    if all_hits * 2 >= len(groups[0][::step]) or len(links) <= _LEAST_LINKS:
        return links, groups
    found = {at: hits(at) for at in range(len(links))}
    best = max(found, key=lambda at: found[at])
    if found[best] <= 2 * all_hits:
        return links, groups
    return links[:best] + links[best + 1 :], groups[:best] + groups[best + 1 :]


def _finding(places: NDArray[np.int64], rows: int, why: str) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"rows {few_of((places + 1).tolist())}",
        reason=f"{len(places)} of {rows} rows are rows of the source, {why}",
        mend="publish statistics of groups instead of rows",
        position=(int(places[0]), 0),
    )


def _bits(beside: Beside, links: Sequence[Link], groups: Sequence[Groups]) -> NDArray[np.float64]:
    """What naming each row's values tells; a missing value tells nothing."""
    bits = np.zeros(beside.rows)
    for link, found in zip(links, groups, strict=True):
        counts = link.grouping(beside.index).counts
        known = found > 0
        bits[known] += np.log2(beside.index.size / counts[found[known]])
    return bits


def _others(beside: Beside, links: Sequence[Link], most: int) -> tuple[float, float]:
    """How often another person of the same kind has such a row: any row, and a rare one.

    The source's own people are asked, each with its own row left out. Columns that hang together,
    as a ward and its district do, hang together in the answer.
    """

    def shares() -> tuple[float, float]:
        alike = joining.sizes([link.grouping(beside.index) for link in links], beside.index)
        total, anyone = alike.sum(), alike[alike > 1].sum()
        rare = alike[(alike > 1) & (alike <= most)].sum()
        return float((anyone + 1) / (total + 1)), float((rare + 1) / (total + 1))

    return beside.index.once(("others", *(link.key for link in links), most), shares)


def _shuffled(beside: Beside, links: Sequence[Link], groups: Sequence[Groups]) -> float:
    """Share of rows that match after each column was shuffled by itself.

    Where every combination occurs, as in a panel of years, this is as high as for real rows.
    """
    # Not a secret: the same file must get the same answer every time.
    random = np.random.default_rng(20_261_122)
    groupings = [link.grouping(beside.index) for link in links]
    rows = min(beside.rows, MAX_SHUFFLED_ROWS)
    by_chance = 0
    for _ in range(SHUFFLES):
        mixed = [random.permutation(found[:rows]) for found in groups]
        by_chance += int(np.count_nonzero(joining.matches(groupings, mixed, beside.index.size)))
    return (by_chance + 1) / (SHUFFLES * rows + 1)
