"""Hold a table that is said to be perturbed against what the cell key method gives."""

from collections.abc import Mapping
from dataclasses import replace

from output_checker.disclosure.differencing.record_sets import RecordSets
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.problems import (
    NO_SUCH_LABEL,
    NOT_A_NUMBER,
    NOT_PERTURBED_SO,
)
from output_checker.disclosure.evidence.question import Key
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.perturbation.of_source import shown_counts
from output_checker.disclosure.perturbation.p_table import Noise


def held(claimed: Claimed, data: Dataset, noise: Noise) -> Claimed:
    """The same, its counts judged by what they have to be after perturbation.

    Raises: BadSpec, for a table that does not count people, or that the method cannot be used on.
    """
    records = RecordSets(data)
    matched = tuple(_held(one, records, noise) for one in claimed.matched)
    return replace(claimed, matched=matched, noise=noise.most)


def _held(table: Matched, records: RecordSets, noise: Noise) -> Matched:
    found = wanted(table, records, noise)
    return replace(table, cells=tuple(_judged(cell, found) for cell in table.cells))


def wanted(table: Matched, records: RecordSets, noise: Noise) -> dict[Key, int]:
    """What each printed cell has to show. Raises: BadSpec."""
    question = table.question
    if question is None or question.statistic is not Statistic.COUNT or question.weight is not None:
        raise BadSpec("spec: perturbation is for counts of people, without weights")
    keys = [
        cell.key
        for cell in table.cells
        if cell.position is not None and cell.problem != NO_SUCH_LABEL
    ]
    return shown_counts(records, question, keys, noise)


def _judged(cell: Cell, shown: Mapping[Key, int]) -> Cell:
    if cell.key not in shown or not cell.shows_number:
        return cell
    printed = number(cell.text)
    if printed is None:
        return replace(cell, problem=NOT_A_NUMBER)
    return replace(cell, problem="" if printed == shown[cell.key] else NOT_PERTURBED_SO)
