"""Put the source's evidence beside each printed number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.cells import NOBODY, Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.labels import canonical, is_margin_word
from output_checker.disclosure.evidence.printed import TOTAL, Key, PrintedCell, PrintedTable
from output_checker.disclosure.evidence.source import Dataset, column
from output_checker.disclosure.evidence.tabulate import Question, tabulate
from output_checker.disclosure.evidence.variables import variable

MAX_GRID_CELLS: Final = 200_000

NOT_EXPECTED: Final = "the number does not match what the source gives"
NO_SUCH_LABEL: Final = "the source has no such label"
NOT_A_NUMBER: Final = "neither a number nor a mark of suppression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Attributes: `is_whole_grid` is False when empty combinations were too many to list."""

    cells: tuple[Cell, ...]
    is_whole_grid: bool = True

    @property
    def is_proven(self) -> bool:
        """Whether every number that is shown is the one the source gives."""
        shown = [cell for cell in self.cells if cell.position is not None and cell.shows_number]
        return bool(shown) and not any(cell.problem for cell in self.cells)


def match(data: Dataset, printed: PrintedTable, measure: str, question: Question) -> Matched:
    """Judge one column of numbers (or a whole crosstab) against the source."""
    evidence = dict(tabulate(data, question))
    cells = printed.measures[measure]
    known = _known_labels(data, question, printed, evidence)
    keys = {cell: _with_totals(cell.key, known) for cell in cells}
    for key in set(keys.values()):
        if TOTAL in key and key not in evidence:
            evidence |= _margin(data, question, printed, key)
    draft = [
        _beside(
            cell,
            keys[cell],
            printed=printed,
            known=known,
            evidence=evidence,
            statistic=question.statistic,
        )
        for cell in cells
    ]
    seen = _with_blanks(draft, {cell.position: cell for cell in draft}, cells)
    absent, is_whole = _absent(printed, set(keys.values()), known, evidence, question.statistic)
    return Matched(cells=(*seen, *absent), is_whole_grid=is_whole)


def _known_labels(
    data: Dataset,
    question: Question,
    printed: PrintedTable,
    evidence: Mapping[Key, CellEvidence],
) -> tuple[set[str | None], ...]:
    known = []
    for place, name in enumerate(question.dimensions):
        labels = {key[place] for key in evidence}
        if not set(printed.spellings[place]) <= labels:
            # Labels outside the filter are still labels of the source.
            rows = data.query(f"SELECT DISTINCT {column(name)} FROM haven_source")  # noqa: S608
            labels |= {canonical(row[0]) for row in rows}
        known.append(labels)
    return tuple(known)


def _with_totals(key: Key, known: tuple[set[str | None], ...]) -> Key:
    return tuple(
        TOTAL if label not in labels and is_margin_word(label) else label
        for label, labels in zip(key, known, strict=True)
    )


def _margin(
    data: Dataset, question: Question, printed: PrintedTable, key: Key
) -> dict[Key, CellEvidence]:
    """Evidence for totals over the dimensions where `key` says so."""
    names = question.dimensions
    kept = tuple(n for n, label in zip(names, key, strict=True) if label != TOTAL)
    # A table that does not print the missing label leaves those rows out of its totals too.
    complete = [
        variable(data, name).present
        for name, spelling in zip(names, printed.spellings, strict=True)
        if None not in spelling
    ]
    where = " AND ".join([f"({question.where})", *complete])
    found = tabulate(data, replace(question, dimensions=kept, where=where))
    spread = {}
    for labels, cell in found.items():
        rest = iter(labels)
        spread[tuple(TOTAL if label == TOTAL else next(rest) for label in key)] = cell
    return spread


def _beside(
    cell: PrintedCell,
    key: Key,
    *,
    printed: PrintedTable,
    known: tuple[set[str | None], ...],
    evidence: Mapping[Key, CellEvidence],
    statistic: Statistic,
) -> Cell:
    found = evidence.get(key, NOBODY)
    shown = not numbers.is_blank(cell.text) and not numbers.is_suppressed(cell.text)
    is_known = all(
        label in labels or label == TOTAL for label, labels in zip(key, known, strict=True)
    )
    problem = "" if is_known else NO_SUCH_LABEL
    if shown and is_known and not numbers.agrees(cell.text, found):
        is_text = any(isinstance(value, str) for value in found.expected)
        readable = is_text or numbers.number(cell.text) is not None
        problem = NOT_EXPECTED if readable else NOT_A_NUMBER
    return Cell(
        labels=printed.labels(cell.key),
        where=f"row {cell.row + 1}, column {printed.header[cell.column]!r}",
        statistic=statistic,
        evidence=found,
        position=(cell.row, cell.column),
        shows_number=shown and is_known,
        shows_nobody=shown and is_known and found.units == 0,
        problem=problem,
    )


def _with_blanks(
    draft: list[Cell],
    by_position: Mapping[tuple[int, int] | None, Cell],
    cells: Iterable[PrintedCell],
) -> list[Cell]:
    """A blank is a statistic without a value, unless some blank of the table withholds one."""
    blanks = {(cell.row, cell.column) for cell in cells if numbers.is_blank(cell.text)}
    withholds = any(
        by_position[place].evidence.units > 0 and by_position[place].evidence.expected
        for place in blanks
    )
    if withholds:
        return draft
    return [
        replace(cell, shows_number=True, shows_nobody=cell.evidence.units == 0)
        if cell.position in blanks and not cell.problem
        else cell
        for cell in draft
    ]


def _absent(
    printed: PrintedTable,
    present: set[Key],
    known: tuple[set[str | None], ...],
    evidence: Mapping[Key, CellEvidence],
    statistic: Statistic,
) -> tuple[list[Cell], bool]:
    """Combinations of printed labels that the file leaves out although nobody is withheld."""
    axes = [
        [label for label in spelling if label in labels]
        for spelling, labels in zip(printed.spellings, known, strict=True)
    ]
    if prod(len(axis) for axis in axes) > MAX_GRID_CELLS:
        return [], False
    absent = [key for key in product(*axes) if key not in present]
    if any(evidence.get(key, NOBODY).units > 0 for key in absent):
        return [], True
    cells = [
        Cell(
            labels=printed.labels(key),
            where="a combination of labels that the table leaves out",
            statistic=statistic,
            evidence=NOBODY,
            shows_number=False,
            shows_nobody=True,
        )
        for key in absent
    ]
    return cells, True
