"""The table that is to be mended: what each of its columns is, and how its numbers are written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from output_checker.disclosure.advice.drafts import Step
from output_checker.disclosure.evidence.agreement import agrees
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Key, Question
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

MISSING: Final = "nan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A column of numbers, or a whole crosstab.

    Attributes:
        name: Of the column; of a crosstab the statistic.
        kind: Which of the values that would be right the table prints: rows or people, shares or
            percentages. A place in `CellEvidence.expected`.
        digits: Most digits after the point that it prints, zeros at the end left out: how exact
            its numbers are. None where it prints no number.
        sign: Written after each number: "%" or nothing.
    """

    name: str
    matched: Matched
    question: Question
    kind: int = 0
    digits: int | None = None
    sign: str = ""

    @property
    def printed(self) -> list[Cell]:
        """Its cells that stand in the file, in reading order."""
        cells = [cell for cell in self.matched.cells if cell.position is not None]
        return sorted(cells, key=lambda cell: cell.position or (0, 0))

    @property
    def column(self) -> int:
        """The first of the file that holds its numbers."""
        return min(cell.position[1] for cell in self.printed if cell.position is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A table that the source explains.

    Attributes:
        spec: As declared, or as it was found out.
        names: Of the dimensions, as a spec names them.
        spelled: For each dimension, how the table writes each label and total.
        is_wide: Whether the labels of one dimension are the names of its columns.
        steps: What was done to the file to come to this table: columns that no statistic of the
            source accounts for are left out of it.
        unexplained: How many those are.
    """

    table: Table
    spec: TableSpec
    claimed: Claimed
    measures: tuple[Measure, ...]
    names: tuple[str, ...]
    spelled: tuple[Mapping[str | None, str], ...]
    is_wide: bool
    steps: tuple[Step, ...] = ()
    unexplained: int = 0

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return self.measures[0].question.dimensions

    def labels(self, place: int) -> list[str]:
        """Of one dimension, without totals and the label of rows that have none; in order."""
        return in_order([one for one in self.spelled[place] if one is not None and one != TOTAL])[0]


def read_original(table: Table, spec: TableSpec | None, claimed: Claimed) -> Original | None:
    """None where no question is known for its numbers."""
    asked = [(one, one.question) for one in claimed.matched if one.question is not None]
    if not asked or not any(cell.position for one, _ in asked for cell in one.cells):
        return None
    # A single column of a crosstab looks like a column of numbers; only its spec tells.
    said = () if spec is None else set(spec.columns) - {one.strip() for one in table.header}
    across = max(_count_across(claimed), len(said))
    names = tuple(one.name if one.bands else one.column for one in asked[0][1].dimensions)
    measures = tuple(
        _measure(one, question, table, claimed.roundings, is_crosstab=across > 0)
        for one, question in asked
    )
    first = min(cell.position[0] for one in measures for cell in one.printed if cell.position)
    return Original(
        table=table,
        spec=spec or _found_out(measures, names, across),
        claimed=claimed,
        measures=measures,
        names=names,
        spelled=_spelled(measures, len(names)),
        is_wide=across == 1 and len(measures) == 1 and first == 0,
    )


def _count_across(claimed: Claimed) -> int:
    """How many dimensions, the last ones, have their labels in the heading."""
    by_row: dict[int, list[Key]] = defaultdict(list)
    for one in claimed.matched:
        for cell in one.cells:
            if cell.position is not None:
                by_row[cell.position[0]].append(cell.key)
    width = max((len(keys[0]) for keys in by_row.values()), default=0)
    for count in range(width, -1, -1):
        if all(len({key[:count] for key in keys}) == 1 for keys in by_row.values()):
            return width - count
    return width


def _measure(
    found: Matched,
    question: Question,
    table: Table,
    roundings: Sequence[Rounding],
    *,
    is_crosstab: bool,
) -> Measure:
    measure = Measure(name=_name(question), matched=found, question=question)
    cells = measure.printed
    texts = [cell.text.strip() for cell in cells if number(cell.text) is not None]
    fractions = [one.rstrip("% ").partition(".")[2] for one in texts]
    own = {cell.position[1] for cell in cells if cell.position is not None}
    heading = table.header[min(own)].strip() if len(own) == 1 else ""
    return replace(
        measure,
        name=measure.name if is_crosstab or not heading else heading,
        kind=_kind(cells, roundings),
        digits=max((len(one.rstrip("0")) for one in fractions), default=None),
        sign="%" if texts and all(one.endswith("%") for one in texts) else "",
    )


def _name(question: Question) -> str:
    """What a column of these numbers is called so that it can be told what they are."""
    statistic, level = question.statistic, question.level
    if statistic is Statistic.QUANTILE and level is not None:
        stem = f"p{level * 100:g}"
    elif statistic is Statistic.TOP_SHARE and level is not None:
        stem = f"cr{level:g}"
    else:
        stem = statistic.value
    return stem if question.variable is None else f"{stem}_{question.variable}"


def _kind(cells: Sequence[Cell], roundings: Sequence[Rounding]) -> int:
    shown = [cell for cell in cells if cell.shows_number and not cell.problem]
    most = max((len(cell.evidence.expected) for cell in shown), default=0)
    for kind in range(most):
        if all(_is_kind(cell, kind, roundings) for cell in shown):
            return kind
    return 0


def _is_kind(cell: Cell, kind: int, roundings: Sequence[Rounding]) -> bool:
    expected = cell.evidence.expected[kind : kind + 1] or cell.evidence.expected
    return agrees(cell.text, replace(cell.evidence, expected=expected), cell.statistic, roundings)


def _spelled(measures: Sequence[Measure], width: int) -> tuple[Mapping[str | None, str], ...]:
    found: list[dict[str | None, str]] = [{} for _ in range(width)]
    for measure in measures:
        for cell in measure.printed:
            for place, (label, text) in enumerate(zip(cell.key, cell.labels.values(), strict=True)):
                found[place].setdefault(label, text)
    return tuple(found)


def in_order(labels: Collection[str]) -> tuple[list[str], bool]:
    """Labels by where their bands begin, by number or else by text; whether they have an order."""
    bands = read_bands(labels)
    if bands is not None and len(bands) == len(labels):
        begins = {one.label: -inf if one.low is None else one.low for one in bands}
        return sorted(labels, key=lambda one: begins[one]), True
    read = {one: number(one) for one in labels}
    if all(one is not None for one in read.values()):
        return sorted(labels, key=lambda one: read[one] or 0), True
    return sorted(labels), False


def _found_out(measures: Sequence[Measure], names: tuple[str, ...], across: int) -> TableSpec:
    """The spec that a table would have been declared with."""
    cut = len(names) - across
    dimensions = measures[0].question.dimensions
    return with_statistic(
        TableSpec(
            rows=names[:cut],
            columns=names[cut:],
            where={one.column: list(one.values) for one in measures[0].question.where},
            bands={one.name: one.column for one in dimensions if one.bands},
        ),
        measures[0].question,
        names,
    )


def with_statistic(spec: TableSpec, question: Question, names: Sequence[str]) -> TableSpec:
    """The spec with the numbers of this question; its dimensions are `names`, in order."""
    of = tuple(names[place] for place in sorted(question.of) if place < len(names))
    return replace(
        spec,
        values=question.variable,
        aggregate=question.statistic.value,
        level=question.level,
        weight=question.weight,
        of=of or "all",
        denominator=question.denominator,
        per=question.per,
    )
