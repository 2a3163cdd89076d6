"""Find out what a table is when nobody says: its labels and numbers against the source.

A reading counts only when the source gives every number of the table. The more readings are
tried, the likelier one fits by accident, so a table of few numbers is not read by filters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.candidates import (
    Candidate,
    Reading,
    filtered,
    question_for,
)
from output_checker.disclosure.evidence.cells import NOBODY, CellEvidence, Statistic
from output_checker.disclosure.evidence.claims import Claimed, moved
from output_checker.disclosure.evidence.explain import TELLING_DIGITS, explain
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.labels import is_margin_word
from output_checker.disclosure.evidence.measures import Named, named, split_name
from output_checker.disclosure.evidence.printed import (
    NotThatTable,
)
from output_checker.disclosure.evidence.question import Dimension
from output_checker.disclosure.evidence.readings import ACROSS, readings_of
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.evidence.shapes import shapes
from output_checker.disclosure.readers.artefacts import Table

# For one table, over all sources: somebody waits.
SECONDS: Final = 3.0
MAX_LINES: Final = 10_000
MAX_FILTER_LABELS: Final = 40
MAX_FILTER_COLUMNS: Final = 20
MAX_READINGS: Final = 24
# Fewer numbers than this are found by accident among many filters.
LEAST_NUMBERS: Final = 3
# In which published counts are rounded, the coarsest first.
USUAL_ROUNDINGS: Final = (
    Rounding(base=10, is_nearest=True),
    Rounding(base=5, is_nearest=True),
    Rounding(base=6, is_midpoint=True),
)


@dataclass(slots=True)
class Tried:
    """What was tried, for whoever has to look instead."""

    readings: int = 0
    filters: int = 0
    columns: set[str] = field(default_factory=set)

    is_long: bool = False
    is_ambiguous: bool = False

    def words(self) -> str:
        if self.is_ambiguous:
            return (
                "more than one column of the source gives these numbers; name the table's columns "
                "as the source does"
            )
        if self.is_long:
            return f"a table of more than {MAX_LINES} lines is read with a spec only"
        if not self.readings:
            return "no column of the table has the labels of a column of the source"
        spanned = ", ".join(sorted(repr(name) for name in self.columns)) or "no column at all"
        return (
            f"tried {self.readings} readings by {spanned} and {self.filters} filters; "
            "the source gives these numbers in none"
        )


def infer(
    records: Records,
    table: Table,
    *,
    depth: int,
    roundings: Sequence[Rounding] = (),
    seconds: float = SECONDS,
    clock: Callable[[], float] = monotonic,
) -> tuple[Claimed | None, Tried]:
    """Read a table without a spec; no claim unless every number is accounted for.

    A number is held against the first statistic however long that takes; nothing else begins
    after `seconds`.
    """
    if len(table.rows) > MAX_LINES:
        return None, Tried(is_long=True)
    tried = Tried()
    limits = _Limits(depth=depth, roundings=tuple(roundings), ends=clock() + seconds, clock=clock)
    for shape in shapes(table, records.types):
        if shape.is_turned and tried.columns:
            break
        said = tried if shape.has_same_lines else Tried()
        claimed = _infer(records, shape.table, limits, said)
        if claimed is not None:
            return moved(claimed, shape, table), tried
        if limits.is_over():
            break
    return None, tried


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """How a table is read, and until when."""

    depth: int
    roundings: tuple[Rounding, ...]
    ends: float
    clock: Callable[[], float]

    def is_over(self) -> bool:
        return self.clock() > self.ends


def _infer(records: Records, table: Table, limits: _Limits, tried: Tried) -> Claimed | None:
    readings = []
    first: Claimed | None = None
    for reading in readings_of(records, table, limits.depth, limits.roundings):
        readings.append(replace(reading, is_over=limits.is_over))
        tried.readings += 1
        tried.columns |= {one.column for one in reading.dimensions}
        claimed = _explained(records, readings[-1])
        if claimed is not None and first is not None and _behind(claimed) != _behind(first):
            tried.is_ambiguous = True
            return None
        first = first or claimed
        if first is not None and _is_clear(reading):
            return first
        if len(readings) >= MAX_READINGS or limits.is_over():
            break
    if first is not None:
        # What there was no time to rule out is not taken for the only one.
        return None if limits.is_over() else first
    return _infer_filtered(records, readings, limits, tried)


def _infer_filtered(
    records: Records, readings: Sequence[Reading], limits: _Limits, tried: Tried
) -> Claimed | None:
    for reading in readings:
        # A crosstab is tried under filters as counts only: others cost a pass each.
        if reading.printed.axes and ACROSS[0] not in reading.printed.measures:
            continue
        for condition in _filters(records, reading, tried):
            claimed = _explain_all(records, filtered(reading, condition))
            if claimed is not None:
                return claimed
            if limits.is_over():
                return None
    return None


def _explained(records: Records, reading: Reading) -> Claimed | None:
    every = (_explain_all(records, one) for one in (reading, *_as_rounded(reading)))
    return next((one for one in every if one is not None), None)


def _behind(claimed: Claimed) -> dict[tuple[int, int] | None, CellEvidence]:
    """Who stands behind each number."""
    return {cell.position: cell.evidence for one in claimed.matched for cell in one.cells}


def _is_clear(reading: Reading) -> bool:
    """Whether the table names its columns, or has numbers that others do not give by accident."""
    printed = reading.printed
    said = {name.casefold() for name in printed.header}
    if all(one.column.casefold() in said for one in reading.dimensions):
        return True
    texts = [cell.text for cells in printed.measures.values() for cell in cells]
    return numbers.telling_digits(texts) >= TELLING_DIGITS


def _as_rounded(reading: Reading) -> Iterator[Reading]:
    """The same with its counts rounded, where they look so and nobody said it."""
    if reading.roundings:
        return
    for cells in reading.printed.measures.values():
        shown = [one for cell in cells if (one := numbers.number(cell.text)) is not None]
        if sum(1 for one in shown if one) >= LEAST_NUMBERS:
            for rounding in USUAL_ROUNDINGS:
                if all(map(rounding.is_rounded, shown)):
                    yield replace(reading, roundings=(rounding,))
                    return


def _explain_all(records: Records, reading: Reading) -> Claimed | None:
    matched = []
    names = reading.printed.measures
    # Counts last: which variable's missing values they leave out is known by then.
    for name in sorted(names, key=lambda one: named(one) == Named(Statistic.COUNT)):
        found = explain(records, reading, name)
        if found is None:
            return None
        matched.append(found)
    if not matched:
        return None
    return Claimed(matched=tuple(matched), source=records.source.name, roundings=reading.roundings)


def _filters(records: Records, reading: Reading, tried: Tried) -> Iterator[Condition]:
    """Values of other columns to which the table may be limited, judged by one of its columns."""
    name, cells = next(iter(reading.printed.measures.items()))
    shown = [cell for cell in cells if numbers.number(cell.text) is not None]
    # One number throughout is that of many filters.
    is_flat = len({numbers.number(cell.text) for cell in shown}) == 1
    if len(shown) < LEAST_NUMBERS or is_flat:
        return
    taken = {one.column for one in reading.dimensions}
    others = [column for column in records.types if column not in taken]
    for column in others[:MAX_FILTER_COLUMNS]:
        dimension = Dimension.plain(column)
        if records.count_labels(column) > 2 * MAX_FILTER_LABELS:
            continue
        held = records.labels(dimension)
        if not 1 < len(held) <= MAX_FILTER_LABELS:
            continue
        tried.filters += len(held)
        for label in _fitting(records, reading, name, dimension, held):
            yield Condition(column=column, operator="=", values=held[label])


def _fitting(
    records: Records,
    reading: Reading,
    name: str,
    dimension: Dimension,
    held: Mapping[str | None, tuple[str | None, ...]],
) -> Iterator[str | None]:
    """Labels of one more dimension under which a plain count, or the first guess, fits."""
    wider = replace(reading, dimensions=(*reading.dimensions, dimension))
    split = split_name(name, records.types)
    what = named(name) or (split[0] if split else Named(Statistic.COUNT))
    if what.statistic is not Statistic.COUNT:
        # A statistic of a variable is tried under every label, which costs a pass each.
        yield from held
        return
    try:
        evidence = records.tabulate(question_for(records, wider, Candidate(what=what)))
    except NotThatTable:
        return
    cells = [
        cell
        for cell in reading.printed.measures[name]
        if numbers.number(cell.text) is not None
        and not any(is_margin_word(label) for label in cell.key)
    ]
    for label in held:
        if all(
            numbers.agrees(cell.text, evidence.get((*cell.key, label), NOBODY)) for cell in cells
        ):
            yield label
