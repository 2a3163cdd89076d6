"""Which statistic of the source gives every number of a column that nobody declared."""

from collections.abc import Iterator
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.candidates import (
    Candidate,
    Reading,
    candidates,
    question_for,
)
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.match import Matched, match
from output_checker.disclosure.evidence.measures import split_name
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.records import Records

MANY_COMBINATIONS: Final = 2_000
# Of a single record all these are its value: where one is not the number, none is.
_SAME_OF_ONE: Final = frozenset(
    {Statistic.MEAN, Statistic.SUM, Statistic.MEDIAN, Statistic.MIN, Statistic.MAX}
)
# Of hundreds of candidates none gives so many by accident.
TELLING_DIGITS: Final = 12


def explain(records: Records, reading: Reading, name: str) -> Matched | None:
    """The statistic that gives every number of a column; None when none does, or two may.

    The first of several is taken where the column says which variable it is about, and where its
    numbers are so exact that those of another variable would not be the same by accident.
    """
    found: Matched | None = None
    variable: str | None = None
    texts = [cell.text for cell in reading.printed.measures[name]]
    is_said = split_name(name, records.types) is not None or name in records.types
    for candidate, matched in _tried(records, reading, name):
        if found is None:
            found, variable = matched, candidate.variable
            if (
                is_said
                or variable in (None, *reading.hints)
                or numbers.telling_digits(texts) >= TELLING_DIGITS
            ):
                break
        elif candidate.variable not in (None, variable) and _differ(found, matched):
            return None
    else:
        if found is not None and reading.is_over():
            return None
    if found is not None and variable is not None:
        reading.hints.append(variable)
    return found


def _differ(one: Matched, other: Matched) -> bool:
    """Whether other people, or other amounts, stand behind the same numbers."""
    return [cell.evidence for cell in one.cells] != [cell.evidence for cell in other.cells]


def _tried(records: Records, reading: Reading, name: str) -> Iterator[tuple[Candidate, Matched]]:
    """Each statistic that gives every number of a column, as long as there is time."""
    refuted: set[str | None] = set()
    for at, candidate in enumerate(candidates(records, reading, name)):
        if at and reading.is_over():
            return
        is_of_one = candidate.what.statistic in _SAME_OF_ONE
        if is_of_one and candidate.variable in refuted:
            continue
        try:
            question = question_for(records, reading, candidate)
        except BadSpec:
            continue
        try:
            found = match(records, reading.printed, name, question, reading.roundings)
        except NotThatTable:
            return
        if found.is_proven:
            yield candidate, found
        elif _is_excerpt(found):
            return
        elif is_of_one and any(one.problem and one.evidence.is_of_one for one in found.cells):
            refuted.add(candidate.variable)


def _is_excerpt(found: Matched) -> bool:
    """Whether it shows few of very many combinations; each further statistic takes a second."""
    return found.combinations > max(MANY_COMBINATIONS, 10 * len(found.cells))
