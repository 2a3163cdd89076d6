"""Files of each format around a table, a sentence or a drawing."""

import html
import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from benchmarks.leaks import programs
from benchmarks.leaks.made import Row, as_base64

PROSE: Final = (
    "We compared weekly pay by region and sector.",
    "Pay rose by 3.2 per cent, most in the north.",
    "Groups of fewer than ten people are left out.",
)
Carrier = Callable[[Row, Sequence[Row]], bytes]
Letter = Callable[[str], bytes]


def _lines(header: Row, rows: Sequence[Row], mark: str) -> str:
    return "\n".join(mark.join(row) for row in (header, *rows)) + "\n"


def _padded(header: Row, rows: Sequence[Row]) -> str:
    widths = [max(len(row[at]) for row in (header, *rows)) + 2 for at in range(len(header))]
    return "\n".join(
        "".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in (header, *rows)
    )


def _html_table(header: Row, rows: Sequence[Row]) -> str:
    def line(row: Row, tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>"

    return f"<table>{line(header, 'th')}{''.join(line(row, 'td') for row in rows)}</table>"


def _page(inside: str) -> bytes:
    told = "".join(f"<p>{line}</p>" for line in PROSE)
    return f"<!doctype html><html><body>{told}{inside}</body></html>".encode()


def _typed(cell: str) -> Any:
    """As a program would have it in memory."""
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    return cell


def _records(header: Row, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [dict(zip(header, map(_typed, row), strict=True)) for row in rows]


def _columns(header: Row, rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [_typed(row[at]) for row in rows] for at, name in enumerate(header)}


def notebook(*cells: dict[str, Any], **metadata: Any) -> bytes:
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [*cells]}
    return json.dumps(book).encode()


def cell(outputs: Sequence[dict[str, Any]] = (), source: str = "show()") -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": [*outputs], "metadata": {}}


def output(**forms: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {},
            "data": {f"text/{form}": value for form, value in forms.items()}}  # fmt: skip


def _svg(header: Row, rows: Sequence[Row]) -> bytes:
    """A mark for each row, at its first two columns of many different numbers."""
    columns = _columns(header, rows)
    numeric = [name for name, values in columns.items()
               if all(isinstance(one, int | float) for one in values)]  # fmt: skip
    across, up = sorted(numeric, key=lambda name: -len(set(columns[name])))[:2]
    return drawing([*zip(columns[across], columns[up], strict=True)])


def drawing(points: Sequence[tuple[float, float]]) -> bytes:
    def scale(values: Sequence[float], length: float) -> tuple[float, float]:
        low, high = min(values), max(values)
        return low, length / ((high - low) or 1)

    (left, wide), (low, tall) = (scale(one, 400) for one in zip(*points, strict=True))
    marks = "".join(
        f'<circle cx="{50 + (x - left) * wide:.6f}" cy="{450 - (y - low) * tall:.6f}" r="3"/>'
        for x, y in points
    )
    ticks = []
    for part in range(5):
        at = part * 100
        x, y = left + at / wide, low + at / tall
        ticks.append(f'<line x1="{50 + at}" y1="450" x2="{50 + at}" y2="455"/>'
                     f'<text x="{50 + at}" y="470" text-anchor="middle">{x:.8g}</text>'
                     f'<line x1="45" y1="{450 - at}" x2="50" y2="{450 - at}"/>'
                     f'<text x="40" y="{454 - at}" text-anchor="end">{y:.8g}</text>')  # fmt: skip
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500">'
            f'{marks}{"".join(ticks)}</svg>').encode()  # fmt: skip


def png(text: str = "") -> bytes:
    """A grey square, with a text beside the pixels if there is one."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (struct.pack(">I", len(body)) + name + body
                + struct.pack(">I", zlib.crc32(name + body)))  # fmt: skip

    size = 24
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * size for _ in range(size)))
    said = chunk(b"tEXt", b"Comment\0" + text.encode("latin-1", "replace")) if text else b""
    shape = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", shape)
            + said + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))  # fmt: skip


# Format and place, and how a table gets there.
CARRIERS: Final[dict[tuple[str, str], Carrier]] = {
    ("csv", "table"): lambda h, r: _lines(h, r, ",").encode(),
    ("csv", "semicolons"): lambda h, r: _lines(h, r, ";").encode(),
    ("csv", "without header"): lambda _, r: _lines(r[0], r[1:], ",").encode(),
    ("tsv", "table"): lambda h, r: _lines(h, r, "\t").encode("utf-16"),
    ("txt", "listing"): lambda h, r: "\n".join([*PROSE, _padded(h, r), *PROSE]).encode(),
    ("txt", "base64"): lambda h, r: "\n".join([*PROSE, as_base64(h, r)]).encode(),
    ("md", "table"): lambda h, r: "\n".join(
        [PROSE[0], "", "| " + " | ".join(h) + " |", "|" + "---|" * len(h),
         *("| " + " | ".join(row) + " |" for row in r), ""]).encode(),
    ("log", "lines"): lambda _, r: "\n".join(
        [*PROSE, *(f"INFO row {at}: {', '.join(row)}" for at, row in enumerate(r))]).encode(),
    ("py", "literal"): lambda _, r: f"rows = {[[*row] for row in r]!r}\nprint(rows)\n".replace(
        "], [", "],\n    [").encode(),
    ("json", "records"): lambda h, r: json.dumps(_records(h, r)).encode(),
    ("json", "columns"): lambda h, r: json.dumps({"a": {"b": _columns(h, r)}}).encode(),
    ("json", "base64"): lambda h, r: json.dumps({"kept": as_base64(h, r)}).encode(),
    ("html", "table"): lambda h, r: _page(_html_table(h, r)),
    ("html", "comment"): lambda h, r: _page(f"<!-- {_padded(h, r)} -->"),
    ("html", "attribute"): lambda h, r: _page(
        f"<p data-kept='{html.escape(json.dumps(_records(h, r)))}'>x</p>"),
    ("html", "script"): lambda h, r: _page(
        f"<script type='application/json'>{json.dumps(_columns(h, r))}</script>"),
    ("ipynb", "printed"): lambda h, r: notebook(cell(
        [{"output_type": "stream", "name": "stdout", "text": _padded(h, r)}])),
    ("ipynb", "frame"): lambda h, r: notebook(cell([output(html=_html_table(h, r), plain="-")])),
    ("ipynb", "metadata"): lambda h, r: notebook(cell(), kept=_records(h, r)),
    ("svg", "marks"): _svg,
    ("png", "text beside pixels"): lambda h, r: png(_lines(h, r, ",")),
    ("xlsx", "sheet"): programs.book,
    ("xlsx", "hidden sheet"): lambda h, r: programs.book(h, r, hidden=True),
    ("xlsx", "comment"): lambda h, r: programs.book(("a",), [("1",)], said=_padded(h, r)),
    ("parquet", "frame"): lambda h, r: programs.parquet(_columns(h, r)),
    ("feather", "frame"): lambda h, r: programs.feather(_columns(h, r)),
    ("pkl", "frame"): lambda h, r: pickle.dumps(_columns(h, r)),
    ("pkl", "rows"): lambda h, r: pickle.dumps({"kept": [h, *map(tuple, r)]}),
    ("npz", "columns"): lambda h, r: programs.arrays(_columns(h, r)),
    ("zip", "file"): lambda h, r: zipped(
        {"a.txt": PROSE[0].encode(), "b.csv": _lines(h, r, ",").encode()}),
    ("zip", "zip"): lambda h, r: zipped({"a.zip": zipped({"b.csv": _lines(h, r, ",").encode()})}),
}  # fmt: skip

# How a sentence gets into a file.
LETTERS: Final[dict[str, Letter]] = {
    "txt": lambda said: "\n".join([*PROSE, said, ""]).encode(),
    "md": lambda said: "\n".join(["# Notes", "", *PROSE, "", said, ""]).encode(),
    "log": lambda said: "\n".join([*PROSE, f"WARNING {said}", ""]).encode(),
    "py": lambda said: f"x = 1  # {said}\n".encode(),
    "json": lambda said: json.dumps({"notes": [PROSE[0], {"said": said}]}).encode(),
    "html": lambda said: _page(f"<p>{html.escape(said)}</p>"),
    "ipynb": lambda said: notebook(cell(source=f"# {said}")),
    "svg": lambda said: drawing([(1, 2), (3, 4), (5, 5)]).replace(
        b"</svg>", f"<text x='9' y='9'>{html.escape(said)}</text></svg>".encode()),
    "csv": lambda said: f"group,n\nall,120\n{said.replace(',', ' ')},130\n".encode(),
    "png": png,
}  # fmt: skip


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def chance_of(name: str) -> Random:
    return Random(name)
