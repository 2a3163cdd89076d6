"""Find out what a table is when nobody says: its labels and numbers against the source.

A reading counts only when the source gives every number of the table. The more readings are
tried, the likelier one fits by accident, so a table of few numbers is not read by filters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.candidates import (
    Candidate,
    Reading,
    filtered,
    question_for,
)
from output_checker.disclosure.evidence.cells import NOBODY, Statistic
from output_checker.disclosure.evidence.claims import Claimed, explain
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.headings import Heading, read_heading
from output_checker.disclosure.evidence.labels import canonical, is_margin_word
from output_checker.disclosure.evidence.measures import Named, named, split_name
from output_checker.disclosure.evidence.printed import (
    Layout,
    NotThatTable,
    is_row_number,
    read_cells,
)
from output_checker.disclosure.evidence.question import Dimension
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.readers.artefacts import Table

# For one table, over all sources: somebody waits.
SECONDS: Final = 3.0
MAX_LINES: Final = 10_000
MAX_LABELS: Final = 400
MAX_NAMED_LABELS: Final = 50_000
MAX_FILTER_LABELS: Final = 40
MAX_FILTER_COLUMNS: Final = 20
MAX_READINGS: Final = 24
MOST_LABELS_OF_A_NUMBER: Final = 40
# Fewer numbers than this are found by accident among many filters.
LEAST_NUMBERS: Final = 3
# What the numbers of a crosstab may be, which has no room to say so.
_ACROSS: Final = ("count", "share", "mean", "sum")


@dataclass(slots=True)
class Tried:
    """What was tried, for whoever has to look instead."""

    readings: int = 0
    filters: int = 0
    columns: set[str] = field(default_factory=set)

    is_long: bool = False

    def words(self) -> str:
        if self.is_long:
            return f"a table of more than {MAX_LINES} lines is read with a spec only"
        if not self.readings:
            return "no column of the table has the labels of a column of the source"
        spanned = ", ".join(sorted(repr(name) for name in self.columns))
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

    The first reading is tried however long it takes; no other begins after `seconds`.
    """
    if len(table.rows) > MAX_LINES:
        return None, Tried(is_long=True)
    tried = Tried()
    ends = clock() + seconds
    readings = []
    for reading in _readings(records, table, depth, tuple(roundings)):
        readings.append(reading)
        tried.readings += 1
        tried.columns |= {one.column for one in reading.dimensions}
        claimed = _explain_all(records, reading)
        if claimed is not None:
            return claimed, tried
        if tried.readings >= MAX_READINGS or clock() > ends:
            break
    for reading in readings:
        # A crosstab is tried under filters as counts only: others cost a pass each.
        if reading.printed.axes and _ACROSS[0] not in reading.printed.measures:
            continue
        for condition in _filters(records, reading, tried):
            claimed = _explain_all(records, filtered(reading, condition))
            if claimed is not None:
                return claimed, tried
            if clock() > ends:
                return None, tried
    return None, tried


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


def _readings(
    records: Records, table: Table, depth: int, roundings: tuple[Rounding, ...]
) -> Iterator[Reading]:
    heading = read_heading(table, list(records.types))
    if heading.lines > len(table.rows):
        return
    for layout, dimensions in _layouts(records, table, heading):
        try:
            printed = read_cells(table, heading, layout)
        except NotThatTable:
            continue
        if printed.measures:
            yield Reading(printed=printed, dimensions=dimensions, depth=depth, roundings=roundings)


def _layouts(
    records: Records, table: Table, heading: Heading
) -> Iterator[tuple[Layout, tuple[Dimension, ...]]]:
    lines = table.rows[heading.lines - 1 :]
    width = heading.index_count or len(heading.names)
    meanings = [
        []
        if is_row_number(heading.names[at], at, lines)
        else _meanings(records, heading.names[at], [line[at] for line in lines])
        for at in range(width)
    ]
    spanning = [at for at, found in enumerate(meanings) if found]
    for chosen in _prefixes(spanning, len(heading.names)):
        for dimensions in _combined([meanings[at] for at in chosen]):
            names = {f"{one.name}": at for one, at in zip(dimensions, chosen, strict=True)}
            if len(names) < len(chosen):
                continue
            taken = {one.column for one in dimensions}
            for across in _across(records, heading, chosen, taken):
                columns = tuple(one.name for one in across)
                for measure in _ACROSS if across and not heading.levels else _ACROSS[:1]:
                    layout = Layout(rows=names, columns=columns, measure=measure)
                    yield layout, (*dimensions, *across)


def _prefixes(spanning: Sequence[int], width: int) -> Iterator[Sequence[int]]:
    """All label columns, then fewer from the right: a last one may be a number after all."""
    for count in range(len(spanning), 0, -1):
        if count < width:
            yield spanning[:count]


def _combined(meanings: Sequence[Sequence[Dimension]]) -> Iterator[tuple[Dimension, ...]]:
    if not meanings:
        yield ()
        return
    for first in meanings[0]:
        for rest in _combined(meanings[1:]):
            yield (first, *rest)


def _meanings(records: Records, name: str, texts: Sequence[str]) -> list[Dimension]:
    """Source columns that hold every label of a column of the table, its namesake first."""
    labels = {canonical(text): text for text in texts if not is_margin_word(text.strip())}
    own = [text for label, text in labels.items() if label is not None]
    if not own or len(own) > MAX_LABELS:
        return []
    found = [
        Dimension(name=name or column, column=column)
        for column in records.types
        if _has_labels(records, column, set(labels) - {None}, is_named=_is_name(name, column))
    ]
    found.sort(key=lambda one: not _is_name(name, one.column))
    if found and _is_name(name, found[0].column):
        return found[:1]
    bands = read_bands(own) if len(own) > 1 else None
    if bands is not None:
        found += [
            Dimension(name=name or column, column=column, bands=bands)
            for column in records.types
            if records.is_numeric(column)
        ]
    return found


def _is_name(name: str, column: str) -> bool:
    return name.casefold() == column.casefold()


def _has_labels(records: Records, column: str, labels: set[str | None], *, is_named: bool) -> bool:
    # Any few small numbers are among the values of a column with many of them.
    by_values = MOST_LABELS_OF_A_NUMBER if records.is_numeric(column) else MAX_LABELS
    most = MAX_NAMED_LABELS if is_named else by_values
    # The count is a guess; the labels themselves are not asked for where it leaves no doubt.
    if records.count_labels(column) > 2 * most:
        return False
    held = records.labels(Dimension.plain(column))
    return len(held) <= most and labels <= set(held)


def _across(
    records: Records, heading: Heading, chosen: Sequence[int], taken: set[str]
) -> Iterator[tuple[Dimension, ...]]:
    yield ()
    if heading.levels:
        yield from _across_levels(records, heading, taken)
        return
    texts = [name for at, name in enumerate(heading.names) if at not in chosen]
    if len(texts) > 1:
        for meaning in _meanings(records, "", texts):
            if meaning.column not in taken:
                yield (meaning,)


def _across_levels(
    records: Records, heading: Heading, taken: set[str]
) -> Iterator[tuple[Dimension, ...]]:
    chosen: list[Dimension] = []
    for place, name in enumerate(heading.level_names):
        labels = [levels[place] for levels in heading.levels]
        found = [one for one in _meanings(records, name, labels) if one.column not in taken]
        if found:
            chosen.append(replace(found[0], name=name or found[0].column))
    if chosen:
        yield tuple(chosen)


def _filters(records: Records, reading: Reading, tried: Tried) -> Iterator[Condition]:
    """Values of other columns to which the table may be limited, judged by one of its columns."""
    name, cells = next(iter(reading.printed.measures.items()))
    shown = [cell for cell in cells if numbers.number(cell.text) is not None]
    if len(shown) < LEAST_NUMBERS:
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
