"""Columns known by whose they are.

A few small numbers fit several columns of a source, and labels turned into numbers fit others than
their own. Where one value of a row is hardly anybody else's, it says who the row is of, and that
person's values say from which column each of the others comes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.index.columns import MISSING, Index, Keys, rounded, rounding_range
from output_checker.disclosure.leaks import partial
from output_checker.disclosure.leaks.mapping import MAX_SOURCE_COLUMNS, Beside, Link

_LEAST_ROWS: Final = 2
_LEAST_SHARE: Final = 0.5
_MOST_ANCHORS: Final = 3
_MOST_VALUES: Final = 5_000
_MOST_ROWS: Final = 5_000


def relinked(beside: Beside, links: Sequence[Link]) -> Iterator[list[Link]]:
    """Other links, at most one for each column on either side, by what the rarest values say."""
    for anchor in _anchors(beside):
        others = [link for link in links if link.place != anchor.place]
        rows, people = _first(partial.closest(beside, [*others, anchor], [anchor]))
        if len(rows) >= _LEAST_ROWS:
            yield _chosen(_fitting(beside, rows, people))


def _first(runs: Iterable[partial.Close]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first rows and whose they are, no further than is needed."""
    found = []
    left = _MOST_ROWS
    for close in runs:
        found.append((close.rows[:left], close.people[:left]))
        left -= len(close.rows)
        if left <= 0:
            break
    rows, people = zip(*found, strict=True) if found else ([], [])
    none = np.empty(0, dtype=np.int64)
    return np.concatenate([none, *rows]), np.concatenate([none, *people])


def _anchors(beside: Beside) -> list[Link]:
    """Columns some of whose values few people have, however many others nobody has."""
    index = beside.index
    found: list[tuple[float, Link]] = []
    for name in index.names[:MAX_SOURCE_COLUMNS]:
        column = index.column(name)
        if len(column.keys) * partial.RARE < index.size:
            continue
        for place, printed in enumerate(beside.printed):
            decimals = printed.decimals if column.is_numeric else None
            if column.is_numeric and decimals is None:
                continue
            there = np.flatnonzero(printed.texts)[:_MOST_VALUES]
            link = Link(place=place, source=name, decimals=decimals)
            held = _held(index, link, printed.texts[there], printed.numbers[there])
            is_rare = (held > 0) & (held <= partial.RARE)
            if printed.counts[there[is_rare]].sum() >= _LEAST_ROWS:
                found.append((float(held[is_rare].mean()), link))
    return [link for _, link in sorted(found, key=lambda one: one[0])[:_MOST_ANCHORS]]


def _held(index: Index, link: Link, texts: Keys, numbers: Keys) -> NDArray[np.int64]:
    """How many rows of the source have each value."""
    keys, below = index.column(link.source).keys, index.below(link.source)
    if link.decimals is None:
        low, high = np.searchsorted(keys, texts, "left"), np.searchsorted(keys, texts, "right")
    else:
        low, high = (np.searchsorted(keys, end) for end in rounding_range(numbers, link.decimals))
    held: NDArray[np.int64] = below[high] - below[low]
    return held


def _chosen(fitting: Sequence["_Fit"]) -> list[Link]:
    found: dict[int, Link] = {}
    sources: set[str] = set()
    for one in sorted(fitting, key=lambda one: (-one.share, -one.bits)):
        if one.link.place not in found and one.link.source not in sources:
            found[one.link.place] = one.link
            sources.add(one.link.source)
    return [found[place] for place in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """Attributes: `share` of the rows have the person's value; `bits` are what these tell."""

    link: Link
    share: float
    bits: float


def _fitting(beside: Beside, rows: NDArray[np.int64], people: NDArray[np.int64]) -> list[_Fit]:
    """Every column of the output beside every one of the source, where rows agree."""
    found = []
    for name in beside.index.names[:MAX_SOURCE_COLUMNS]:
        column = beside.index.column(name)
        codes = column.codes[people].astype(np.int64)
        if not len(column.keys) or not codes.any():
            continue
        theirs = column.keys[np.maximum(codes - 1, 0)]
        told = np.log2(beside.index.size / np.maximum(beside.index.counts(name)[codes], 1))
        for place, printed in enumerate(beside.printed):
            decimals = printed.decimals if column.is_numeric else None
            if column.is_numeric and decimals is None:
                continue
            own = printed.keys(decimals)[printed.of_row[rows]]
            agrees = _alike(own, theirs, decimals) & (codes != MISSING)
            share = float(agrees.mean())
            if share >= _LEAST_SHARE and np.count_nonzero(agrees) >= _LEAST_ROWS:
                link = Link(place=place, source=name, decimals=decimals)
                found.append(_Fit(link=link, share=share, bits=float(told[agrees].sum())))
    return found


def _alike(own: Keys, theirs: Keys, decimals: int | None) -> NDArray[np.bool_]:
    if decimals is None:
        return np.asarray(own == theirs)
    return np.asarray(rounded(own, decimals) == rounded(theirs, decimals))
