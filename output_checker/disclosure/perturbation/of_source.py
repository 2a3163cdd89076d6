"""Perturbed counts of a dataset: who is counted in each cell, and what their keys add to it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from output_checker.disclosure.differencing.partition import levels
from output_checker.disclosure.differencing.published import Number, Published
from output_checker.disclosure.differencing.record_sets import (
    NONE,
    Places,
    RecordSets,
    TooManyCells,
)
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.measured import unit_sql
from output_checker.disclosure.evidence.question import Key, Question
from output_checker.disclosure.perturbation.cell_keys import record_key
from output_checker.disclosure.perturbation.p_table import Noise, p_table

# A record that belongs to nobody is told from others by all that it holds.
_RECORD: Final = "haven_source"


def shown_counts(
    records: RecordSets, question: Question, keys: Sequence[Key], noise: Noise
) -> dict[Key, int]:
    """The counts of units as the cell key method shows them.

    Args:
        question: A count; its dimensions and filters.
        keys: Of the cells wanted, totals among them.

    Raises:
        BadSpec: The source has no key, a record belongs to nobody, or the cells are too many.
    """
    record_keys, of_row, is_named = _record_keys(records, noise)
    try:
        sets = records.of(question)
    except TooManyCells:
        raise BadSpec("spec: perturbation: the table has too many combinations of labels") from None
    wanted = Published(
        file="", source="", question=question, shown=tuple(Number(key=key) for key in keys)
    )
    of_cell = records.kinds.spread(sets.of_kind)
    table, found = p_table(noise), dict.fromkeys(keys, 0)
    for level in levels(wanted, sets):
        group = np.where(of_cell == NONE, NONE, level.of_fine[of_cell])
        rows = np.flatnonzero(group != NONE)
        pairs = group[rows] * len(record_keys) + of_row[rows]
        # Of one person only one record counts.
        pairs = np.unique(pairs) if is_named else pairs
        cells, units = pairs // len(record_keys), pairs % len(record_keys)
        counts = np.bincount(cells, minlength=len(level.keys))
        sums = np.bincount(cells, weights=record_keys[units], minlength=len(level.keys))
        for at, key in enumerate(level.keys):
            count = int(counts[at])
            found[key] = count + table.change(count, int(sums[at]) % noise.keys)
    return found


def _record_keys(
    records: RecordSets, noise: Noise
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Places, bool]:
    """The keys of all units, the unit of each record, and whether the dataset names units.

    Raises: BadSpec.
    """
    secret = records.data.source.perturbation_key
    if not secret:
        raise BadSpec("spec: perturbation: the dataset has no perturbation key here")
    unit = unit_sql(records.data)
    axis = records.axis_of(unit or _RECORD)
    if axis is None or None in axis.labels:
        raise BadSpec("spec: perturbation: a record belongs to nobody, so it has no record key")
    found = [record_key(secret, str(label), noise.keys) for label in axis.labels]
    return np.array(found, dtype=np.int64), axis.of_row, unit is not None
