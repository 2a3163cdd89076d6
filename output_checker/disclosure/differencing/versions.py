"""The same people in two versions of a dataset: who left or came is a difference, too."""

from dataclasses import dataclass, replace

import numpy as np

from output_checker.disclosure.differencing.record_sets import NONE, Axis, Places, RecordSets
from output_checker.disclosure.differencing.sides import Side
from output_checker.disclosure.evidence.measured import unit_sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Attributes: `mine` and `theirs` number the person of each record; `size` is how many."""

    mine: Places
    theirs: Places
    size: int


def matching(mine: RecordSets, theirs: RecordSets) -> Matching | None:
    """Who is who in two versions; None where people have no names, or more than one record.

    Of two views of one version each record is known by the row that it was made from, whoever has
    how many.
    """
    if mine.data.source.rows_of and mine.data.source.rows_of == theirs.data.source.rows_of:
        return _by_row(mine, theirs)
    axes = [one.axis_of(unit_sql(one.data)) for one in (mine, theirs)]
    known = [one for one in axes if one is not None and _is_one_each(one)]
    if len(known) < len(axes):
        return None
    numbers: dict[str | None, int] = {}
    people = [
        np.array([numbers.setdefault(label, len(numbers)) for label in axis.labels], dtype=np.int32)
        for axis in known
    ]
    return Matching(
        mine=people[0][known[0].of_row], theirs=people[1][known[1].of_row], size=len(numbers)
    )


def _by_row(mine: RecordSets, theirs: RecordSets) -> Matching | None:
    rows = [one.data.rows_of_version() for one in (mine, theirs)]
    known = [one.astype(np.int32) for one in rows if one is not None]
    if len(known) < len(rows):
        return None
    size = 1 + max(int(one.max(initial=-1)) for one in known)
    return Matching(mine=known[0], theirs=known[1], size=size)


def _is_one_each(axis: Axis) -> bool:
    return None not in axis.labels and len(axis.labels) == len(axis)


def placed(side: Side, people: Places, size: int) -> Side:
    """A table over people instead of records."""
    of_person = np.full(size, NONE, dtype=np.int32)
    of_person[people] = side.records.kinds.spread(side.sets.of_kind)
    sets = replace(side.sets, of_kind=of_person, sizes=np.ones(size, dtype=np.int32))
    return replace(side, sets=sets, people=people)
