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

from output_checker.disclosure.index.columns import BLOCK, Grouping
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
    size = beside.index.size
    # The more rows are tried, the better the best of them fits by chance.
    certain = [
        close.row
        for close in closest(beside, links)
        if close.alike < policy.threshold
        and close.agreeing > 1
        and close.bits - log2(size) - log2_choose(len(links), close.agreeing)
        >= ROW_BITS + log2(beside.rows)
    ]
    if certain:
        yield _finding(certain, beside.rows)


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
    """A row's best agreement with one of the source.

    Attributes:
        row: Of the output.
        person: Of the source; one of them, where several agree as well.
        bits: What the values tell in which they agree.
        agreeing: How many these are.
        alike: Source rows that agree as well.
    """

    row: int
    person: int
    bits: float
    agreeing: int
    alike: int


def closest(
    beside: Beside, links: Sequence[Link], by: Sequence[Link] | None = None
) -> Iterator[Close]:
    """For rows that share a rare value with somebody: with whom they share most.

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
        for close in _closest(groupings, batch, rare, beside.index.size):
            yield replace(close, row=first + close.row)


def _closest(
    groupings: Sequence[Grouping],
    groups: Sequence[NDArray[np.int64]],
    rare: Sequence[bool],
    size: int,
) -> Iterator[Close]:
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
    for row, at, end in zip(tried, first, first + many, strict=True):
        best = order[at]
        alike = np.count_nonzero(bits[order[at:end]] == bits[best])
        yield Close(
            row=int(row),
            person=int(people[best]),
            bits=float(bits[best]),
            agreeing=int(agreeing[best]),
            alike=int(alike),
        )


def _sharing(grouping: Grouping, found: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Pairs of a tried row and a person who share a rare value, as `row * size + person`."""
    is_rare = (grouping.counts > 0) & (grouping.counts <= RARE)
    is_rare[0] = False
    tried = np.flatnonzero((found > 0) & is_rare[found])
    wanted = np.zeros(len(is_rare), dtype=np.bool_)
    wanted[found[tried]] = True
    if not len(tried):
        return np.empty(0, dtype=np.int64)
    people = np.concatenate([
        np.flatnonzero(wanted[grouping.of_code][grouping.column.codes[first : first + BLOCK]])
        + first
        for first in range(0, size, BLOCK)
    ])  # fmt: skip
    theirs = grouping.of_rows(people)
    order = np.argsort(theirs, kind="stable")
    theirs, people = theirs[order], people[order]
    low = np.searchsorted(theirs, found[tried], "left")
    many = np.searchsorted(theirs, found[tried], "right") - low
    rows = np.repeat(tried, many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    paired: NDArray[np.int64] = rows * size + people[np.repeat(low, many) + within]
    return paired
