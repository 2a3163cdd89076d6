"""Rows of the source with some cells changed, or beside columns that are not from it.

A row need not be verbatim to be somebody's: two telling values of the same person are enough.
Each row of the output is compared with the source rows that share a rare value with it, and
the values that agree are weighed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.index.columns import Grouping, Groups
from output_checker.disclosure.leaks.chance import log2_choose
from output_checker.disclosure.leaks.mapping import Beside, Link
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.words import few_of

RULE: Final = "partial-rows"
ROW_BITS: Final = 20.0
# Rows of the output that are compared at once, so that any number of them takes little memory.
BATCH: Final = 20_000
RARE: Final = 20


def find(beside: Beside, links: Sequence[Link], policy: Policy) -> Iterator[Finding]:
    """At most one FAIL finding, with the positions of the rows and their number."""
    # The more rows are tried, the better the best of them fits by chance.
    least = ROW_BITS + log2(beside.rows or 1) + log2(beside.index.size or 1)
    chosen = np.array([log2_choose(len(links), count) for count in range(len(links) + 1)])
    certain = [
        close.rows[
            (close.alike < policy.threshold)
            & (close.agreeing > 1)
            & (close.bits - chosen[close.agreeing] >= least)
        ]
        for close in closest(beside, links)
    ]
    rows = np.concatenate(certain).tolist() if certain else []
    if rows:
        yield _finding(rows, beside.rows)


def _finding(rows: Sequence[int], tried: int) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"rows {few_of([row + 1 for row in rows])}",
        reason=f"{len(rows)} of {tried} rows share values with one row of the source, "
        "too many to be there by chance",
        mend="publish statistics of groups instead of rows",
        position=(rows[0], 0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Each row's best agreement with one of the source.

    Attributes:
        rows: Of the output, in ascending order.
        people: Of the source, for each row; one of them, where several agree as well.
        bits: What the values tell in which they agree.
        agreeing: How many these are.
        alike: Source rows that agree as well.
    """

    rows: NDArray[np.int64]
    people: NDArray[np.int64]
    bits: NDArray[np.float64]
    agreeing: NDArray[np.int64]
    alike: NDArray[np.int64]


def closest(
    beside: Beside, links: Sequence[Link], by: Sequence[Link] | None = None
) -> Iterator[Close]:
    """For rows that share a rare value with somebody: with whom they share most. In runs.

    Args:
        by: The links whose rare values count; all when absent.
    """
    if not links or not beside.rows or not beside.index.size:
        return
    groupings = [link.grouping(beside.index) for link in links]
    groups = [beside.groups(link) for link in links]
    rare = [by is None or link in by for link in links]
    for first in range(0, beside.rows, BATCH):
        batch = [one[first : first + BATCH] for one in groups]
        close = _closest(groupings, batch, rare, beside.index.size)
        yield replace(close, rows=close.rows + first)


def _closest(
    groupings: Sequence[Grouping], groups: Sequence[Groups], rare: Sequence[bool], size: int
) -> Close:
    shared = [
        _sharing(grouping, found, size)
        for grouping, found, counts in zip(groupings, groups, rare, strict=True)
        if counts
    ]
    pairs = np.unique(np.concatenate(shared))
    rows, people = np.divmod(pairs, size)
    bits = np.zeros(len(pairs))
    agreeing = np.zeros(len(pairs), dtype=np.int64)
    for grouping, found in zip(groupings, groups, strict=True):
        here = found[rows]
        agrees = (here > 0) & (here == grouping.of_rows(people))
        bits[agrees] += np.log2(size / grouping.counts[here[agrees]])
        agreeing += agrees
    order = np.lexsort((-agreeing, -bits, rows))
    tried, first, many = np.unique(rows[order], return_index=True, return_counts=True)
    best = order[first]
    is_alike = bits[order] == np.repeat(bits[best], many)
    behind = np.append(0, np.cumsum(is_alike))
    return Close(
        rows=tried,
        people=people[best],
        bits=bits[best],
        agreeing=agreeing[best],
        alike=behind[first + many] - behind[first],
    )


def _sharing(grouping: Grouping, found: Groups, size: int) -> NDArray[np.int64]:
    """Pairs of a tried row and a person who share a rare value, as `row * size + person`."""
    many = np.where(found > 0, grouping.counts[found], 0)
    tried = np.flatnonzero((many > 0) & (many <= RARE))
    if not len(tried):
        return np.empty(0, dtype=np.int64)
    rows = np.repeat(tried, many[tried]).astype(np.int64)
    return rows * size + grouping.rows_of(found[tried])
