"""Who stands behind what is left when numbers are subtracted."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.differencing.record_sets import NONE, Places, RecordSets
from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.measured import holding_sql, unit_sql
from output_checker.disclosure.evidence.question import Question


def evidence_of(
    records: RecordSets, question: Question, of_row: NDArray[np.int64], count: int
) -> Iterator[CellEvidence]:
    """For each of `count` groups of records what tabulating it would find.

    Args:
        question: What is published; of a number's records all have a value.
        of_row: The group of each record, `NONE` for none.
    """
    rows = np.flatnonzero(of_row != NONE)
    groups = of_row[rows]
    sizes = np.bincount(groups, minlength=count)
    is_summed = question.variable is not None and question.is_number
    values = records.values(question)[rows] if is_summed else np.zeros(len(rows))
    amounts = np.abs(values)
    whose = [records.owners(sql(records.data)) for sql in (unit_sql, holding_sql)]
    units, holdings = (None if one is None else one[rows] for one in whose)
    people = sizes if units is None else _distinct(groups, units, count)
    owners = holdings if holdings is not None else units
    owned = None if holdings is None else _distinct(groups, holdings, count)
    summed = _by_owner(groups, amounts, owners)
    largest = _largest(*summed, depth=question.depth, count=count)
    totals = np.bincount(groups, weights=amounts, minlength=count)
    is_binary = _all(groups, (values == 0) | (values == 1), count)
    ends = _ends(groups, values, count)
    ones = _with(groups, values == 1, units, count)
    sides = [_with(groups, values == end[groups], units, count) for end in ends]
    is_split = _all(groups, (values == ends[0][groups]) | (values == ends[1][groups]), count)
    for at in range(count):
        is_two = is_summed and is_split[at] and ends[0][at] < ends[1][at]
        yield CellEvidence(
            units=int(people[at]),
            records=int(sizes[at]),
            largest=largest[at] if is_summed else (),
            total=float(totals[at]),
            is_constant=bool(is_summed and ends[0][at] == ends[1][at]),
            holdings=None if owned is None else int(owned[at]),
            events=int(ones[at]) if is_summed and is_binary[at] else None,
            split=(int(sides[0][at]), int(sides[1][at])) if is_two else None,
        )


def _with(
    groups: NDArray[np.int64], holds: NDArray[np.bool_], units: Places | None, count: int
) -> NDArray[np.int64]:
    """Units a group that have such a record."""
    rows = np.flatnonzero(holds)
    return _distinct(groups[rows], rows if units is None else units[rows], count)


def _distinct(groups: NDArray[np.int64], owners: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Different owners a group; records that are nobody's are somebody's all the same."""
    width = int(owners.max(initial=0)) + 2
    pairs = np.unique(groups * width + owners + 1)
    return np.bincount(pairs // width, minlength=count)


def _by_owner(
    groups: NDArray[np.int64], amounts: NDArray[np.float64], owners: Places | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Contributions: a group and an amount for each record, or each owner in a group."""
    if owners is None:
        return groups, amounts
    width = int(owners.max(initial=0)) + 2
    pairs, places = np.unique(groups * width + owners + 1, return_inverse=True)
    summed = np.bincount(places, weights=amounts, minlength=len(pairs))
    return pairs // width, summed.astype(np.float64)


def _largest(
    groups: NDArray[np.int64], amounts: NDArray[np.float64], *, depth: int, count: int
) -> list[tuple[float, ...]]:
    order = np.lexsort((-amounts, groups))
    starts = np.searchsorted(groups[order], np.arange(count))
    ends = np.searchsorted(groups[order], np.arange(count), "right")
    return [
        tuple(amounts[order[start : min(start + depth, end)]].tolist())
        for start, end in zip(starts, ends, strict=True)
    ]


def _ends(
    groups: NDArray[np.int64], values: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lowest, highest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(lowest, groups, values)
    np.maximum.at(highest, groups, values)
    return lowest, highest


def _all(groups: NDArray[np.int64], holds: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    return np.asarray(np.bincount(groups[~holds], minlength=count) == 0)
