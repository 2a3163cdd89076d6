"""Which columns of a table may hold labels, and of which columns of the source."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.candidates import Reading
from output_checker.disclosure.evidence.headings import Heading, read_heading
from output_checker.disclosure.evidence.labels import canonical, is_margin_word
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

MAX_LABELS: Final = 400
MAX_NAMED_LABELS: Final = 50_000
MOST_LABELS_OF_A_NUMBER: Final = 40
# What the numbers of a crosstab may be, which has no room to say so.
ACROSS: Final = ("count", "share", "mean", "sum")


def readings_of(
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
                is_unsaid = across and len(across) == (len(heading.level_names) or 1)
                for measure in ACROSS if is_unsaid else ACROSS[:1]:
                    layout = Layout(rows=names, columns=columns, measure=measure)
                    yield layout, (*dimensions, *across)
    if len(lines) == 1:
        yield Layout(rows={}), ()


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
        if _has_labels(records, column, set(labels) - {None}, is_named=is_name(name, column))
    ]
    found.sort(key=lambda one: not is_name(name, one.column))
    if found and is_name(name, found[0].column):
        return found[:1]
    bands = read_bands(own) if len(own) > 1 else None
    if bands is not None:
        found += [
            Dimension(name=name or column, column=column, bands=bands)
            for column in records.types
            if records.is_numeric(column)
        ]
    return found


def is_name(name: str, column: str) -> bool:
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
