"""Rows of an output held against rows of the source, several columns at once."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.index.columns import BLOCK, Grouping, Index

_MOST_ASKED: Final = 4_000_000


def matches(
    groupings: Sequence[Grouping], rows: Sequence[NDArray[np.int64]], size: int
) -> NDArray[np.int64]:
    """For each row of the output, how many of the source have the same groups throughout.

    Args:
        rows: For each grouping the group of each row of the output, UNKNOWN for none.
        size: Rows of the source.
    """
    found = np.zeros(len(rows[0]), dtype=np.int64)
    whole = np.flatnonzero(np.logical_and.reduce([groups >= 0 for groups in rows]))
    if not len(whole):
        return found
    sought = [groups[whole] for groups in rows]
    factors = _factors(len(groupings))
    hashes, of_row = np.unique(_hashed(sought, factors), return_inverse=True)
    counts = np.zeros(len(hashes), dtype=np.int64)
    asked = [_asked(one, groups) for one, groups in zip(groupings, sought, strict=True)]
    # The column that leaves fewest of the source's rows goes first.
    order = sorted(range(len(groupings)), key=lambda at: int(groupings[at].counts[asked[at]].sum()))
    for first in range(0, size, BLOCK):
        places = _places(groupings, asked, order, first, min(first + BLOCK, size))
        held = _hashed([one.of_rows(places) for one in groupings], factors)
        at = np.searchsorted(hashes, held).clip(max=len(hashes) - 1)
        counts += np.bincount(at[hashes[at] == held], minlength=len(hashes))
    found[whole] = counts[of_row]
    return found


def sizes(groupings: Sequence[Grouping], index: Index) -> NDArray[np.int64]:
    """How many rows of the source there are of each kind.

    Of a large source, all rows of a share of the kinds.
    """
    factors = _factors(len(groupings))
    share = np.uint64(-(-index.size // _MOST_ASKED))
    kept = []
    for block in index.blocks():
        hashed = _hashed([one.of_rows(block) for one in groupings], factors)
        kept.append(hashed if share == 1 else hashed[(hashed >> np.uint64(40)) % share == 0])
    return np.diff(_ends(np.concatenate(kept)), prepend=-1)


def count_kinds(columns: Sequence[NDArray[np.unsignedinteger[Any]]]) -> int:
    """How many different rows there are."""
    return len(_ends(_hashed(columns, _factors(len(columns)))))


def _ends(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in their order the last of each kind stands."""
    ordered = np.sort(hashes)
    return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))


def _asked(grouping: Grouping, groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which groups the output has at all."""
    flags = np.zeros(len(grouping.keys) + 1, dtype=np.bool_)
    flags[groups] = True
    return flags


def _places(
    groupings: Sequence[Grouping],
    asked: Sequence[NDArray[np.bool_]],
    order: Sequence[int],
    first: int,
    end: int,
) -> NDArray[np.int64]:
    """Rows of the source that have, column by column, a value that the output has as well."""
    places: NDArray[np.int64] | None = None
    for at in order:
        if asked[at].all():
            continue
        rows = slice(first, end) if places is None else places
        is_asked = asked[at][groupings[at].of_code][groupings[at].column.codes[rows]]
        places = np.flatnonzero(is_asked) + first if places is None else places[is_asked]
    return np.arange(first, end) if places is None else places


def _hashed(
    columns: Sequence[NDArray[np.integer]], factors: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """One number for the groups of each row: two rows share it when they are alike.

    Unlike ones share it once in 2 to the power of 64.
    """
    found = np.zeros(len(columns[0]), dtype=np.uint64)
    for groups, factor in zip(columns, factors, strict=True):
        found += groups.astype(np.uint64) * factor
    return found ^ (found >> np.uint64(32))


def _factors(count: int) -> NDArray[np.uint64]:
    random = np.random.default_rng(20_261_122)
    return random.integers(0, 2**64, size=count, dtype=np.uint64) | np.uint64(1)
