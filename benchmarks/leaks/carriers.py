"""Files of each format around a table or a sentence."""

import base64
import html
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks.leaks import frames, models, office, papers, pictures
from benchmarks.leaks.archives import ARCHIVES, zipped
from benchmarks.leaks.made import Row
from benchmarks.leaks.pictures import png
from benchmarks.leaks.shapes import (
    PROSE,
    columns,
    frame_columns,
    html_table,
    in_base64,
    lines,
    padded,
    records,
    typed,
)

Carrier = Callable[[Row, Sequence[Row]], bytes]
Letter = Callable[[str], bytes]


def _page(inside: str) -> bytes:
    told = "".join(f"<p>{line}</p>" for line in PROSE)
    return f"<!doctype html><html><body>{told}{inside}</body></html>".encode()


def notebook(*cells: dict[str, Any], **metadata: Any) -> bytes:
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [*cells]}
    return json.dumps(book).encode()


def cell(
    outputs: Sequence[dict[str, Any]] = (), source: str = "show()", **more: Any
) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": [*outputs], "metadata": {}, **more}


def output(**forms: Any) -> dict[str, Any]:
    names = {"plotly": "application/vnd.plotly.v1+json"}
    return {"output_type": "display_data", "metadata": {},
            "data": {names.get(form, f"text/{form}"): value
                     for form, value in forms.items()}}  # fmt: skip


def _printed(said: str) -> bytes:
    return notebook(cell([{"output_type": "stream", "name": "stdout", "text": said}]))


def plotly(header: Row, rows: Sequence[Row]) -> dict[str, Any]:
    """A figure of two columns, with the others where a pointer shows them."""
    held = [*columns(header, rows).values()]
    trace = {"type": "scatter", "mode": "markers", "x": held[0], "y": held[1],
             "customdata": [*map(list, zip(*held[2:], strict=True))]}  # fmt: skip
    return {"data": [trace], "layout": {"title": {"text": "pay"}}}


def _turned_lines(header: Row, rows: Sequence[Row]) -> str:
    """A person below the other, a line for each value."""
    return "\n\n".join(
        "\n".join(f"{name}: {cell}" for name, cell in zip(header, row, strict=True)) for row in rows
    )


def _inserted(header: Row, rows: Sequence[Row]) -> str:
    said = ",\n".join("(" + ", ".join(f"'{cell}'" for cell in row) + ")" for row in rows)
    names = ", ".join(f'"{name}"' for name in header)
    return f"-- kept\nINSERT INTO p ({names}) VALUES\n{said};\n"


def _vectors(header: Row, rows: Sequence[Row]) -> str:
    """As `dput` prints a frame."""

    def vector(values: Sequence[Any]) -> str:
        return "c(" + ", ".join(map(json.dumps, values)) + ")"

    said = (f"v{at} = {vector(one)}" for at, one in enumerate(columns(header, rows).values()))
    return "p <- data.frame(\n  " + ",\n  ".join(said) + "\n)\n"


def _tabular(header: Row, rows: Sequence[Row]) -> str:
    body = "".join(" & ".join(row) + r" \\" + "\n" for row in (header, *rows))
    form = "l" * len(header)
    return f"\\begin{{tabular}}{{{form}}}\n{body}\\end{{tabular}}\n"


def _one_cell(header: Row, rows: Sequence[Row]) -> str:
    """Each row as the text of one cell."""
    return "at,said\n" + "".join(
        f"{at},{'|'.join(row)}\n" for at, row in enumerate((header, *rows)))  # fmt: skip


def _literal(rows: Sequence[Row]) -> str:
    return f"rows = {[[typed(one) for one in row] for row in rows]!r}\n"


_TEXTS: Final[dict[tuple[str, str], Carrier]] = {
    ("csv", "table"): lambda h, r: lines(h, r, ",").encode(),
    ("csv", "semicolons"): lambda h, r: lines(h, r, ";").encode(),
    ("csv", "without header"): lambda _, r: lines(r[0], r[1:], ",").encode(),
    ("csv", "rows in cells"): lambda h, r: _one_cell(h, r).encode(),
    ("tsv", "table"): lambda h, r: lines(h, r, "\t").encode("utf-16"),
    ("txt", "listing"): lambda h, r: "\n".join([*PROSE, padded(h, r), *PROSE]).encode(),
    ("txt", "values below each other"): lambda h, r: "\n".join(
        [PROSE[0], "", _turned_lines(h, r)]).encode(),
    ("txt", "base64"): lambda h, r: "\n".join([*PROSE, in_base64(h, r)]).encode(),
    ("txt", "frame in base64"): lambda h, r: "\n".join([
        *PROSE, base64.encodebytes(frames.parquet(frame_columns(h, r))).decode()]).encode(),
    ("md", "table"): lambda h, r: "\n".join(
        [PROSE[0], "", "| " + " | ".join(h) + " |", "|" + "---|" * len(h),
         *("| " + " | ".join(row) + " |" for row in r), ""]).encode(),
    ("log", "lines"): lambda _, r: "\n".join(
        [*PROSE, *(f"INFO row {at}: {', '.join(row)}" for at, row in enumerate(r))]).encode(),
    ("log", "names and values"): lambda h, r: "\n".join(
        [PROSE[0], *(f"DEBUG {', '.join(f'{n}={c}' for n, c in zip(h, row, strict=True))}"
                     for row in r)]).encode(),
    ("py", "literal"): lambda _, r: f"rows = {[[*row] for row in r]!r}\nprint(rows)\n".replace(
        "], [", "],\n    [").encode(),
    ("py", "literal in one line"): lambda _, r: _literal(r).encode(),
    ("py", "columns in one line"): lambda h, r: f"p = {columns(h, r)!r}\n".encode(),
    ("r", "vectors"): lambda h, r: _vectors(h, r).encode(),
    ("sql", "values"): lambda h, r: _inserted(h, r).encode(),
    ("tex", "table"): lambda h, r: _tabular(h, r).encode(),
    ("json", "records"): lambda h, r: json.dumps(records(h, r)).encode(),
    ("json", "columns"): lambda h, r: json.dumps({"a": {"b": columns(h, r)}}).encode(),
    ("json", "plotly"): lambda h, r: json.dumps(plotly(h, r)).encode(),
    ("json", "base64"): lambda h, r: json.dumps({"kept": in_base64(h, r)}).encode(),
    ("jsonl", "records"): lambda h, r: "\n".join(map(json.dumps, records(h, r))).encode(),
    ("html", "table"): lambda h, r: _page(html_table(h, r)),
    ("html", "hidden table"): lambda h, r: _page(
        f"<div style='display:none'>{html_table(h, r)}</div>"),
    ("html", "comment"): lambda h, r: _page(f"<!-- {padded(h, r)} -->"),
    ("html", "attribute"): lambda h, r: _page(
        f"<p data-kept='{html.escape(json.dumps(records(h, r)))}'>x</p>"),
    ("html", "attribute a row"): lambda _, r: _page(
        "".join(f"<p data-row='{html.escape(' '.join(row))}'>x</p>" for row in r)),
    ("html", "script"): lambda h, r: _page(
        f"<script type='application/json'>{json.dumps(columns(h, r))}</script>"),
    ("html", "plotly"): lambda h, r: _page(
        f"<div id='a'></div><script>Plotly.newPlot('a', {json.dumps(plotly(h, r))})</script>"),
    ("ipynb", "printed"): lambda h, r: _printed(padded(h, r)),
    ("ipynb", "frame"): lambda h, r: notebook(cell([output(html=html_table(h, r), plain="-")])),
    ("ipynb", "plotly"): lambda h, r: notebook(cell([output(plotly=plotly(h, r), plain="-")])),
    ("ipynb", "source"): lambda _, r: notebook(cell(source=_literal(r))),
    ("ipynb", "metadata"): lambda h, r: notebook(cell(), kept=records(h, r)),
    ("ipynb", "attachment"): lambda h, r: notebook(
        cell(attachments={"a": {"text/csv": in_base64(h, r)}})),
    ("ipynb", "widgets"): lambda h, r: notebook(cell(), widgets={
        "application/vnd.jupyter.widget-state+json": {"state": {"a": {"state": {
            "value": html_table(h, r)}}}}}),
}  # fmt: skip

# Format and place, and how a table gets there.
CARRIERS: Final[dict[tuple[str, str], Carrier]] = {
    **_TEXTS, **pictures.PICTURES, **papers.PAPERS, **office.OFFICE, **frames.FRAMES,
    **models.MODELS, **ARCHIVES,
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
    "svg": lambda said: pictures.drawing([(1, 2), (3, 4), (5, 5)]).replace(
        b"</svg>", f"<text x='9' y='9'>{html.escape(said)}</text></svg>".encode()),
    "pdf": lambda said: papers.paper(papers.told(said)),
    "csv": lambda said: f"group,n\nall,120\n{said.replace(',', ' ')},130\n".encode(),
    "png": png,
    "xlsx": lambda said: office.book(("group", "n"), [("all", "120"), (said, "130")]),
    "docx": lambda said: office.paper(office.paragraphs(said)),
    "ods": lambda said: office.ods(([("group", "n"), ("all", "120"), (said, "130")], "")),
    "parquet": lambda said: frames.parquet({"group": ["all", said], "n": [120, 130]}),
    "sav": lambda said: frames.sav({"group": ["all", said], "n": [120, 130]}),
    "dta": lambda said: frames.dta({"group": ["all", said], "n": [120, 130]}),
    "xpt": lambda said: frames.xpt({"group": ["all", said], "n": [120, 130]}),
    "rds": lambda said: frames.rds(frames.r_vector(["all", said])),
    "pkl": lambda said: models.regression(note=said),
    "safetensors": lambda said: models.safetensors({}, note=said),
    "onnx": lambda said: models.onnx([[0.5]], doc=said),
    "ubj": lambda said: models.xgboost(feature_names=["age", said]),
    "lgb": lambda said: models.lightgbm(settings=said),
    "jpg": pictures.jpeg,
    "zip": lambda said: zipped({"a.txt": "\n".join([*PROSE, said]).encode()}),
}  # fmt: skip
