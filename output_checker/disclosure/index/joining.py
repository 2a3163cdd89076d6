"""Rows of an output held against rows of the source, several columns at once."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.index.columns import BLOCK, Grouping, Groups, Index

Rows = slice | NDArray[np.int64]

_MOST_ASKED: Final = 4_000_000
# Of one in so many rows it is quicker to know them than to look at all.
_SPARSE: Final = 8


def matches(groupings: Sequence[Grouping], rows: Sequence[Groups], size: int) -> NDArray[np.int64]:
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
    hashes = _hashed(sought, factors)
    # In their order, both are gone through once.
    order = np.argsort(hashes)
    ordered = hashes[order]
    counts = np.zeros(len(hashes), dtype=np.int64)
    for places in _places(groupings, sought, size):
        held = np.sort(_hashed_rows(groupings, places, factors))
        counts += np.searchsorted(held, ordered, "right") - np.searchsorted(held, ordered)
    found[whole[order]] = counts
    return found


def sizes(groupings: Sequence[Grouping], index: Index) -> NDArray[np.int64]:
    """How many rows of the source there are of each kind.

    Of a large source, all rows of a share of the kinds.
    """
    factors = _factors(len(groupings))
    share = np.uint64(-(-index.size // _MOST_ASKED))
    kept = []
    for block in index.blocks():
        hashed = _hashed_rows(groupings, block, factors)
        kept.append(hashed if share == 1 else hashed[(hashed >> np.uint64(40)) % share == 0])
    return np.diff(_ends(np.concatenate(kept)), prepend=-1)


def count_kinds(columns: Sequence[NDArray[np.unsignedinteger[Any]]]) -> int:
    """How many different rows there are."""
    return len(_ends(_hashed(columns, _factors(len(columns)))))


def _ends(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in their order the last of each kind stands."""
    ordered = np.sort(hashes)
    return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))


def _places(groupings: Sequence[Grouping], sought: Sequence[Groups], size: int) -> Iterator[Rows]:
    """Rows of the source that have, column by column, a value that the output has as well.

    In bounded runs.
    """
    asked = [_asked(one, groups) for one, groups in zip(groupings, sought, strict=True)]
    held = [int(one.counts[flags].sum()) for one, flags in zip(groupings, asked, strict=True)]
    # The column that leaves fewest of the source's rows goes first.
    first, *rest = sorted(range(len(groupings)), key=held.__getitem__)
    # One that leaves nearly all of them is not worth a look.
    telling = [at for at in rest if held[at] * 2 <= size]
    if held[first] * _SPARSE <= size:
        few = np.sort(groupings[first].rows_of(np.flatnonzero(asked[first])))
        yield _left(groupings, asked, telling, few)
        return
    telling = telling if asked[first].all() else [first, *telling]
    for at in range(0, size, BLOCK):
        yield _left(groupings, asked, telling, slice(at, min(at + BLOCK, size)))


def _left(
    groupings: Sequence[Grouping],
    asked: Sequence[NDArray[np.bool_]],
    telling: Sequence[int],
    places: Rows,
) -> Rows:
    """Those of some rows that have an asked value in each of the telling columns."""
    for at in telling:
        is_asked = asked[at][groupings[at].of_code][groupings[at].column.codes[places]]
        if isinstance(places, slice):
            places = np.flatnonzero(is_asked) + places.start
        else:
            places = places[is_asked]
    return places


def _asked(grouping: Grouping, groups: Groups) -> NDArray[np.bool_]:
    """Which groups the output has at all."""
    flags = np.zeros(len(grouping.keys) + 1, dtype=np.bool_)
    flags[groups] = True
    return flags


def _hashed_rows(
    groupings: Sequence[Grouping], rows: Rows, factors: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """What `_hashed` gives of some rows of the source, worked out once for each code."""
    count = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
    found = np.zeros(count, dtype=np.uint64)
    for one, factor in zip(groupings, factors, strict=True):
        codes = one.column.codes[rows]
        if len(one.of_code) < count:
            found += (one.of_code.astype(np.uint64) * factor)[codes]
        else:
            found += one.of_code[codes].astype(np.uint64) * factor
    return _mixed(found)


def _hashed(
    columns: Sequence[NDArray[np.integer]], factors: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """One number for the groups of each row: two rows share it when they are alike.

    Unlike ones share it once in 2 to the power of 64.
    """
    found = np.zeros(len(columns[0]), dtype=np.uint64)
    for groups, factor in zip(columns, factors, strict=True):
        found += groups.astype(np.uint64) * factor
    return _mixed(found)


def _mixed(found: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return found ^ (found >> np.uint64(32))


def _factors(count: int) -> NDArray[np.uint64]:
    random = np.random.default_rng(20_261_122)
    return random.integers(0, 2**64, size=count, dtype=np.uint64) | np.uint64(1)
