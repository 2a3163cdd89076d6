"""Put the source's evidence beside each printed number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.agreement import (
    agrees,
    is_false_mark,
    is_value,
    only_percent,
    says_percent,
)
from output_checker.disclosure.evidence.cells import NOBODY, Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.declared import (
    ONE_OF_MANY,
    Known,
    is_bound,
    is_impossible,
    known_labels,
    nameless,
)
from output_checker.disclosure.evidence.labels import is_margin_word
from output_checker.disclosure.evidence.printed import PrintedCell, PrintedTable
from output_checker.disclosure.evidence.problems import (
    NO_SUCH_LABEL,
    NOT_A_NUMBER,
    NOT_EXPECTED,
)
from output_checker.disclosure.evidence.question import TOTAL, Key, Question
from output_checker.disclosure.evidence.ratios import evidence_for
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding

MAX_GRID_CELLS: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """One column of numbers, or a whole crosstab, beside its evidence.

    Attributes:
        dimensions: Names of what spans the cells, in the order of their keys.
        is_whole_grid: False when empty combinations were too many to list.
        left_out: Combinations of labels that nobody has and that a crosstab has no line for.
        of: Of shares: positions of the dimensions that their whole keeps; None for others.
        combinations: How many combinations of labels, totals among them, the source has.
        sized: Keys whose counts the same file shows; for whoever knows all of it to fill in.
        question: What was asked of the source for these numbers.
        roundings: Which the policy or the spec names, or the numbers show; filled in likewise.
    """

    cells: tuple[Cell, ...]
    dimensions: tuple[str, ...] = ()
    is_whole_grid: bool = True
    left_out: int = 0
    of: frozenset[int] | None = None
    combinations: int = 0
    sized: frozenset[Key] = frozenset()
    question: Question | None = None
    roundings: tuple[Rounding, ...] = ()

    @property
    def labels(self) -> None:
        """None: what is said of it is said of all its cells."""
        return

    @property
    def where(self) -> str:
        return "the whole file"

    @property
    def position(self) -> None:
        return

    @property
    def statbarn(self) -> str | None:
        return self.cells[0].statbarn if self.cells else None

    @property
    def is_proven(self) -> bool:
        """Whether every number that is shown is the one the source gives."""
        shown = [cell for cell in self.cells if cell.position is not None and cell.shows_number]
        return bool(shown) and not any(cell.problem for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What every cell of one column is judged by."""

    records: Records
    printed: PrintedTable
    question: Question
    known: Known
    evidence: Mapping[Key, CellEvidence]
    roundings: Sequence[Rounding]
    decimals: int | None = None
    nameless: frozenset[int] = frozenset()

    def labels(self, key: Key) -> dict[str, str]:
        """As the file prints them; of a dimension that names people it says nothing."""
        found = self.printed.labels(key)
        for place in self.nameless:
            found[self.printed.dimensions[place]] = ONE_OF_MANY
        return found

    def agrees(self, text: str, found: CellEvidence) -> bool:
        statistic = self.question.statistic
        return agrees(text, found, statistic, self.roundings, decimals=self.decimals)


def match(
    records: Records,
    printed: PrintedTable,
    measure: str,
    question: Question,
    roundings: Sequence[Rounding] = (),
) -> Matched:
    """Judge one column of numbers (or a whole crosstab) against the source."""
    cells = printed.measures[measure]
    asked = _with_wanted_totals(question, printed, cells)
    evidence = evidence_for(records, asked)
    if asked.statistic is Statistic.SHARE and says_percent(measure, [one.text for one in cells]):
        evidence = {key: only_percent(cell) for key, cell in evidence.items()}
    known = known_labels(records, asked, printed, evidence)
    setting = _Setting(
        records=records,
        printed=printed,
        question=asked,
        known=known,
        evidence=evidence,
        roundings=roundings,
        decimals=numbers.decimals([cell.text for cell in cells]),
        nameless=nameless(records, asked, known),
    )
    draft = _of_one_kind([_beside(cell, _key(cell.key, known), setting) for cell in cells], setting)
    seen = _with_blanks(draft, {cell.position: cell for cell in draft}, cells)
    absent, is_whole, left_out = _absent(setting, {cell.key for cell in draft})
    return Matched(
        cells=(*seen, *absent),
        dimensions=printed.dimensions,
        is_whole_grid=is_whole,
        left_out=left_out,
        of=asked.of if asked.statistic is Statistic.SHARE else None,
        combinations=len(evidence),
        question=asked,
    )


def _with_wanted_totals(
    question: Question, printed: PrintedTable, cells: Iterable[PrintedCell]
) -> Question:
    """Ask for the totals that the labels can mean.

    A table that does not print the missing label leaves those rows out of its totals too.
    """
    patterns = {
        frozenset(place for place, label in enumerate(cell.key) if is_margin_word(label))
        for cell in cells
    }
    complete = frozenset(
        place for place, spelling in enumerate(printed.spellings) if None not in spelling
    )
    has_totals = any(patterns) or question.statistic is Statistic.SHARE
    return replace(
        question,
        totals=frozenset(pattern for pattern in patterns if pattern),
        complete=complete if has_totals else frozenset(),
    )


def _key(key: Key, known: Known) -> Key:
    return tuple(
        TOTAL if label not in labels and is_margin_word(label) else label
        for label, labels in zip(key, known, strict=True)
    )


def _beside(cell: PrintedCell, key: Key, setting: _Setting) -> Cell:
    found = setting.evidence.get(key, NOBODY)
    question, printed = setting.question, setting.printed
    is_hidden = numbers.is_blank(cell.text) or numbers.is_suppressed(cell.text)
    shown = not is_hidden or is_value(cell.text, found)
    is_known = all(
        label in labels or label == TOTAL for label, labels in zip(key, setting.known, strict=True)
    )
    problem = "" if is_known else NO_SUCH_LABEL
    if shown and is_known and not setting.agrees(cell.text, found):
        is_text = any(isinstance(value, str) for value in found.expected)
        readable = is_text or numbers.number(cell.text) is not None
        problem = NOT_EXPECTED if readable else NOT_A_NUMBER
    if not shown and question.statistic is Statistic.COUNT and is_false_mark(cell.text, found):
        problem = NOT_EXPECTED
    return Cell(
        labels=setting.labels(cell.key),
        where=f"row {cell.row + 1}, column {printed.header[cell.column]!r}",
        statistic=question.statistic,
        evidence=found,
        position=(cell.row, cell.column),
        text=cell.text,
        key=key,
        level=question.level,
        shows_number=shown and is_known,
        shows_nobody=shown and is_known and found.units == 0,
        is_impossible=is_impossible(setting.records, question, key),
        is_bound=is_bound(setting.records, question, cell.text),
        problem=problem,
    )


def _of_one_kind(cells: list[Cell], setting: _Setting) -> list[Cell]:
    """A column counts rows or people throughout, and has shares or percentages throughout."""
    if setting.question.statistic not in (Statistic.COUNT, Statistic.SHARE):
        return cells
    shown = [one for one in cells if one.shows_number and not one.problem]
    kinds = max((len(one.evidence.expected) for one in shown), default=0)
    wrong = [[one for one in shown if not _is_kind(one, kind, setting)] for kind in range(kinds)]
    if kinds < 2 or not all(wrong):  # noqa: PLR2004 - the one kind and the other
        return cells
    odd = {id(one) for one in min(wrong, key=len)}
    return [replace(one, problem=NOT_EXPECTED) if id(one) in odd else one for one in cells]


def _is_kind(cell: Cell, kind: int, setting: _Setting) -> bool:
    expected = cell.evidence.expected[kind : kind + 1] or cell.evidence.expected
    return setting.agrees(cell.text, replace(cell.evidence, expected=expected))


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


def _absent(setting: _Setting, present: set[Key]) -> tuple[list[Cell], bool, int]:
    """Combinations of printed labels that the file leaves out although nobody is withheld."""
    printed, question = setting.printed, setting.question
    axes = [
        [label for label in spelling if label in labels]
        for spelling, labels in zip(printed.spellings, setting.known, strict=True)
    ]
    if prod(len(axis) for axis in axes) > MAX_GRID_CELLS:
        return [], False, 0
    every = [key for key in product(*axes) if key not in present]
    if any(setting.evidence.get(key, NOBODY).units > 0 for key in every):
        return [], True, 0
    lines = [{tuple(key[place] for place in axis) for key in present} for axis in printed.axes]
    absent = [
        key
        for key in every
        if all(
            tuple(key[place] for place in axis) in line
            for axis, line in zip(printed.axes, lines, strict=True)
        )
    ]
    cells = [
        Cell(
            labels=setting.labels(key),
            where="a combination of labels that the table leaves out",
            statistic=question.statistic,
            evidence=NOBODY,
            key=key,
            shows_number=False,
            shows_nobody=True,
            is_impossible=is_impossible(setting.records, question, key),
        )
        for key in absent
    ]
    return cells, True, len(every) - len(absent)
