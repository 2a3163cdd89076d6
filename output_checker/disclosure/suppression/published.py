"""Tables as they stand in files, without a source: cells by their labels, hidden ones among them.

One line a combination of labels (long), or labels across the heading as well (a crosstab). The
same labels mean the same cell, in one table or in several.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import DisclosureError
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.labels import MISSING_LABEL, canonical, is_margin_word
from output_checker.disclosure.evidence.measures import named
from output_checker.disclosure.evidence.numbers import (
    half_a_digit,
    is_blank,
    is_suppressed,
    most_under,
    number,
)
from output_checker.disclosure.evidence.printed import is_row_number
from output_checker.disclosure.readers.artefacts import Table

# What the labels across the heading are labels of.
COLUMNS: Final = "columns"
MAX_DIMENSIONS: Final = 8

# Dimension and label, in the order of the dimensions' names; a total has none in that dimension.
Key = tuple[tuple[str, str], ...]


class CannotAudit(DisclosureError):
    """The table is laid out in a way that is not understood; carries the reason in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One cell of one table.

    Attributes:
        value: The number; None where it is hidden.
        most: The greatest count that its mark allows, such as 9 of `<10`; None for others.
        within: How far the number may be off for the digits it is printed with.
        row, column: Zero-based, among the data rows and the columns.
    """

    key: Key
    row: int
    column: int
    value: float | None = None
    most: int | None = None
    within: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Attributes: `labels` are each dimension's, without totals, in the order they appear in."""

    name: str
    cells: tuple[Printed, ...]
    labels: dict[str, tuple[str, ...]]


def published(name: str, table: Table, *, by: Collection[str], counts: bool) -> Published:
    """The cells of a table.

    Args:
        name: Of the file, for messages.
        by: Columns that hold labels; found by what they hold when there are none.
        counts: Whether the numbers are counts of people, which are whole and not below zero.

    Raises: CannotAudit.
    """
    places = _label_places(table, by)
    columns = [
        at
        for at, heading in enumerate(table.header)
        if at not in places and not is_row_number(heading, at, table.rows)
    ]
    if not columns or not table.rows:
        raise CannotAudit(f"{name}: no column of numbers was found")
    dimensions = [table.header[at].strip() or f"column {at + 1}" for at in places]
    if len({*dimensions, COLUMNS}) <= len(dimensions) or len(dimensions) > MAX_DIMENSIONS:
        raise CannotAudit(f"{name}: its columns of labels are too many, or share a name")
    across = _across([table.header[at] for at in columns])
    cells = []
    for row, line in enumerate(table.rows):
        along = [(name, _label(line[at])) for name, at in zip(dimensions, places, strict=True)]
        for at, heading in zip(columns, across, strict=True):
            pairs = sorted((one, label) for one, label in (*along, (COLUMNS, heading)) if label)
            cells.append(_cell(name, tuple(pairs), line[at], (row, at), counts=counts))
    if len({cell.key for cell in cells}) < len(cells):
        raise CannotAudit(f"{name}: two rows or columns have the same labels; see --by")
    return Published(name=name, cells=tuple(cells), labels=_labels(cells))


def _label_places(table: Table, by: Collection[str]) -> list[int]:
    """Columns of labels: those named, or the first and those after it that hold other texts."""
    if by:
        missing = [one for one in by if one not in table.header]
        if missing:
            raise CannotAudit(f"the table has no column {missing[0]!r}")
        return [at for at, heading in enumerate(table.header) if heading in by]
    places: list[int] = []
    for at, heading in enumerate(table.header):
        texts = {row[at] for row in table.rows}
        if is_row_number(heading, at, table.rows) and len(table.header) > at + 1:
            continue
        if places and not any(_is_word(text) for text in texts):
            break
        places.append(at)
    return places


def _is_word(text: str) -> bool:
    return not is_blank(text) and not is_suppressed(text) and number(text) is None


def _label(text: str) -> str:
    """In one spelling; "" for a total."""
    label = canonical(text) or MISSING_LABEL
    return "" if is_margin_word(label) else label


def _across(headings: Sequence[str]) -> list[str]:
    """A single column that is called as counts are, `n` say, holds the totals of no other."""
    found = [_label(heading) for heading in headings]
    name = named(headings[0]) if len(headings) == 1 else None
    return [""] if name is not None and name.statistic is Statistic.COUNT else found


def _cell(name: str, key: Key, text: str, place: tuple[int, int], *, counts: bool) -> Printed:
    row, column = place
    where = f"{name}, row {row + 1}, column {column + 1}"
    if is_blank(text) or is_suppressed(text):
        return Printed(key=key, row=row, column=column, most=most_under(text))
    found = number(text)
    if found is None or "%" in text:
        raise CannotAudit(f"{where} holds neither a number nor a mark of suppression; see --by")
    if counts and (found < 0 or found != found.to_integral_value()):
        raise CannotAudit(f"{where} holds no count of people; if the table shows sums: --magnitude")
    within = 0.0 if counts else half_a_digit(found)
    return Printed(key=key, row=row, column=column, value=float(found), within=within)


def _labels(cells: Sequence[Printed]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for cell in cells:
        for dimension, label in cell.key:
            found.setdefault(dimension, {})[label] = None
    return {dimension: tuple(labels) for dimension, labels in found.items()}
