"""What a dataset has and declares, where it bears on a cell: labels, people, what nobody can be."""

from collections.abc import Mapping
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.printed import PrintedTable
from output_checker.disclosure.evidence.question import Key, Question
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.model import Source

# Of a dimension with more labels none is said in a finding: they may be people.
MOST_NAMED: Final = 400
ONE_OF_MANY: Final = "(one of many)"

Known = tuple[set[str | None], ...]


def names_people(source: Source, column: str, labels: int) -> bool:
    """Whether the labels of a dimension are people, or so many that they may be."""
    whose = {source.entity, source.holding, *source.identifiers}
    return column in whose or labels > MOST_NAMED


def nameless(records: Records, question: Question, known: Known) -> frozenset[int]:
    """Places of the dimensions of which a finding says no label."""
    return frozenset(
        place
        for place, one in enumerate(question.dimensions)
        if names_people(records.source, one.column, len(known[place]))
    )


def is_impossible(records: Records, question: Question, key: Key) -> bool:
    """Whether the dataset says that nobody can have these labels.

    Raises: ValueError, for labels that are not those of the question's dimensions.
    """
    if len(key) != len(question.dimensions):
        raise ValueError("labels do not fit the dimensions")
    if not records.source.structural_zeros:
        return False
    labels = {one.column: label for one, label in zip(question.dimensions, key, strict=True)} | {
        one.column: canonical(one.values[0])
        for one in question.where
        if one.operator == "=" and len(one.values) == 1
    }
    return any(
        all(labels.get(name) == canonical(label) for name, label in zero.items())
        for zero in records.source.structural_zeros
    )


def is_bound(records: Records, question: Question, text: str) -> bool:
    if question.variable is None or question.variable not in records.source.bounds:
        return False
    printed = numbers.number(text)
    if printed is None:
        return False
    lowest, highest = records.source.bounds[question.variable]
    of_position = (lowest, highest) if question.statistic.is_position else ()
    ends = {Statistic.MIN: (lowest,), Statistic.MAX: (highest,)}.get(
        question.statistic, of_position
    )
    return any(end is not None and float(printed) == end for end in ends)


def known_labels(
    records: Records,
    question: Question,
    printed: PrintedTable,
    evidence: Mapping[Key, CellEvidence],
) -> Known:
    """For each dimension the labels that the source has, as far as the table prints any."""
    known = []
    for place, dimension in enumerate(question.dimensions):
        labels = {key[place] for key in evidence}
        if not set(printed.spellings[place]) <= labels:
            # Labels outside the filter are still labels of the source.
            labels = labels | set(records.labels(dimension))
        known.append(labels)
    return tuple(known)
