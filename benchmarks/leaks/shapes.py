"""A table of texts in the shapes in which programs hold one."""

import base64
import html
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from benchmarks.leaks.made import Row

PROSE: Final = (
    "We compared weekly pay by region and sector.",
    "Pay rose by 3.2 per cent, most in the north.",
    "Groups of fewer than ten people are left out.",
)
# What is shown in a file in which something else is hidden.
SHOWN: Final[tuple[Row, ...]] = (
    ("region", "n", "share"), ("North", "2210", "0.26"), ("South", "5904", "0.74"),
)  # fmt: skip


def lines(header: Row, rows: Sequence[Row], mark: str) -> str:
    return "\n".join(mark.join(row) for row in (header, *rows)) + "\n"


def padded(header: Row, rows: Sequence[Row]) -> str:
    widths = [max(len(row[at]) for row in (header, *rows)) + 2 for at in range(len(header))]
    return "\n".join(
        "".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (header, *rows)
    )


def in_base64(header: Row, rows: Sequence[Row]) -> str:
    return base64.b64encode(lines(header, rows, ",").strip().encode()).decode()


def html_table(header: Row, rows: Sequence[Row]) -> str:
    def line(row: Row, tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>"

    return f"<table>{line(header, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"


def typed(cell: str) -> Any:
    """As a program would have it in memory."""
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def records(header: Row, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [dict(zip(header, map(typed, row), strict=True)) for row in rows]


def columns(header: Row, rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [typed(row[at]) for row in rows] for at, name in enumerate(header)}


def frame_columns(header: Row, rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Of one kind each, and named."""
    return {
        name or "names": [*map(str, values)] if len({*map(type, values)}) > 1 else values
        for name, values in columns(header, rows).items()
    }


def numbers(rows: Sequence[Row]) -> list[list[float]]:
    """For what holds numbers alone: days for dates, and for labels the order they come in."""
    seen: dict[str, float] = {}

    def number(cell: str) -> float:
        found = typed(cell)
        if not isinstance(found, str):
            return float(found)
        try:
            return float(date.fromisoformat(found[:10]).toordinal() - 719_163)
        except ValueError:
            return seen.setdefault(found, float(len(seen)))

    return [[number(cell) for cell in row] for row in rows]


def points(header: Row, rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Of each row the first two columns of many different numbers."""
    held: Mapping[str, list[Any]] = columns(header, rows)
    numeric = [name for name, values in held.items()
               if all(isinstance(one, int | float) for one in values)]  # fmt: skip
    across, up = sorted(numeric, key=lambda name: -len(set(held[name])))[:2]
    return [*zip(held[across], held[up], strict=True)]
