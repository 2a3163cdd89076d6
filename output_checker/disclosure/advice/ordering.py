"""The order of a table's lines: where it follows the numbers, a hidden one has a place in it."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from output_checker.disclosure.advice.original import Original
from output_checker.disclosure.advice.restated import in_label_order
from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.question import TOTAL, Key
from output_checker.disclosure.readers.artefacts import Table

# Two lines are in some order of their numbers in any case.
_FEWEST_LINES: Final = 3


def without_order(original: Original) -> Table:
    """The table; in the order of its labels, where its lines are in the order of some numbers."""
    if not _follows_numbers(original):
        return original.table
    keys = _row_keys(original)
    first = min(keys)
    width = len(next(iter(keys.values())))
    places = [
        {label: at for at, label in enumerate(in_label_order(key[place] for key in keys.values()))}
        for place in range(width)
    ]
    order = sorted(keys, key=lambda row: [places[at][one] for at, one in enumerate(keys[row])])
    rows = [*original.table.rows[:first], *(original.table.rows[row] for row in order)]
    return Table(header=original.table.header, rows=rows)


def _row_keys(original: Original) -> dict[int, Key]:
    """The labels of each line, in the order of the file."""
    count = len(original.names) - (len(original.spec.columns) if _is_across(original) else 0)
    return {
        cell.position[0]: cell.key[:count]
        for measure in original.measures
        for cell in measure.printed
        if cell.position is not None
    }


def _is_across(original: Original) -> bool:
    """Whether one line of the file holds numbers of several labels."""
    keys: dict[int, set[Key]] = defaultdict(set)
    for cell in original.measures[0].printed:
        if cell.position is not None:
            keys[cell.position[0]].add(cell.key)
    return any(len(found) > 1 for found in keys.values())


def _follows_numbers(original: Original) -> bool:
    columns: dict[int, list[float]] = defaultdict(list)
    for measure in original.measures:
        for cell in measure.printed:
            read = number(cell.text)
            is_total = bool(cell.key) and cell.key[0] == TOTAL
            if read is not None and cell.position is not None and not is_total:
                columns[cell.position[1]].append(float(read))
    return any(_is_sorted(one) for one in columns.values())


def _is_sorted(numbers: Sequence[float]) -> bool:
    if len(numbers) < _FEWEST_LINES:
        return False
    pairs = [*pairwise(numbers)]
    return all(one <= two for one, two in pairs) or all(one >= two for one, two in pairs)
