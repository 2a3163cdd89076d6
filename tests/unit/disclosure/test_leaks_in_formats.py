"""Rows of the source in each place of each format in which they have been carried out."""

import base64
import json
import struct

import pytest

from tests.unit.disclosure.conftest import rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

HEADER = ("region", "trade", "age", "pay")
MARKS = {"verbatim-rows", "near-verbatim-rows", "rare-values"}


@pytest.fixture(scope="module")
def planted(people):
    """Eight people of the source, without their numbers."""
    return [row[1:] for row in people[1][20:28]]


def as_records(rows):
    return [dict(zip(HEADER, row, strict=True)) for row in rows]


def as_columns(rows):
    return {name: list(values) for name, values in zip(HEADER, zip(*rows, strict=True),
                                                       strict=True)}  # fmt: skip


def as_html(rows):
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    heads = "".join(f"<th>{name}</th>" for name in HEADER)
    return f"<table><tr>{heads}</tr>{cells}</table>"


def as_lines(rows):
    return "\n".join("  ".join(map(str, row)) for row in rows)


def notebook(*cells, **metadata):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata,
                       "cells": [*cells]})  # fmt: skip


def code(outputs=(), source="print(1)", **metadata):
    return {"cell_type": "code", "source": source, "outputs": [*outputs], "metadata": metadata}


def shown(**forms):
    names = {"html": "text/html", "plain": "text/plain", "json": "application/json",
             "plotly": "application/vnd.plotly.v1+json"}  # fmt: skip
    data = {names[form]: value for form, value in forms.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


JSON = {
    "records": as_records,
    "columns": as_columns,
    "split": lambda rows: {"columns": HEADER, "index": [*range(8)], "data": rows},
    "by index": lambda rows: {
        name: {str(at): value for at, value in enumerate(values)}
        for name, values in as_columns(rows).items()
    },
    "lists": lambda rows: rows,
    "deep inside": lambda rows: {"a": [{"b": {"c": as_records(rows)}}]},
    "a trace": lambda rows: {"data": [{"type": "scatter", "x": as_columns(rows)["age"],
                                       "y": as_columns(rows)["pay"],
                                       "customdata": [row[:2] for row in rows],
                                       "text": as_columns(rows)["trade"]}]},
}  # fmt: skip


@pytest.mark.parametrize("form", JSON)
def test_in_json(judge, planted, form):
    report = judge(json.dumps(JSON[form](planted)), "t.json")

    assert rules(report) & MARKS


def test_in_json_lines(judge, planted):
    text = "\n".join(json.dumps(one) for one in as_records(planted))

    assert rules(judge(text, "t.jsonl")) & MARKS


def test_in_the_typed_arrays_of_plotly(judge, people):
    rows = people[1][30:60]
    packed = {
        "x": {"dtype": "i2", "bdata": _packed("<30h", [row[3] for row in rows])},
        "y": {"dtype": "f8", "bdata": _packed("<30d", [row[4] for row in rows])},
    }

    assert rules(judge(json.dumps({"data": [packed]}), "figure.json")) & MARKS


def _packed(form, values):
    return base64.b64encode(struct.pack(form, *values)).decode()


PAGES = {
    "a table": as_html,
    "a table in a table": lambda rows: f"<table><tr><td>x{as_html(rows)}</td></tr></table>",
    "text": lambda rows: f"<pre>\n{as_lines(rows)}\n</pre>",
    "text that is not drawn": lambda rows: f'<p style="display: none">\n{as_lines(rows)}</p>',
    "a comment": lambda rows: f"<!--\n{as_lines(rows)}\n-->",
    "a table that is not drawn": lambda rows: f"<div hidden>{as_html(rows)}</div>",
    "attributes": lambda rows: "".join(
        f'<p data-row="{" ".join(map(str, row))}">x</p>' for row in rows
    ),
    "data of a script": lambda rows: (
        f"<script>Plotly.newPlot('a', {json.dumps([as_columns(rows)])}, {{}})</script>"
    ),
}


@pytest.mark.parametrize("place", PAGES)
def test_in_a_web_page(judge, planted, place):
    page = f"<!doctype html><html><body><p>Pay by region</p>{PAGES[place](planted)}</body></html>"

    assert rules(judge(page, "page.html")) & MARKS


NOTEBOOKS = {
    "printed": lambda rows: notebook(
        code([{"output_type": "stream", "name": "stdout", "text": as_lines(rows)}])
    ),
    "a frame": lambda rows: notebook(code([shown(html=as_html(rows), plain="x")])),
    "an output beside the one shown": lambda rows: notebook(
        code([shown(html="<p>nothing</p>", plain=as_lines(rows))])
    ),
    "a drawing": lambda rows: notebook(code([shown(plotly={"data": [as_columns(rows)]})])),
    "source": lambda rows: notebook(code(source=f"rows = '''\n{as_lines(rows)}\n'''")),
    "lines of source": lambda rows: notebook(
        code(source=[f"{line}\n" for line in as_lines(rows).splitlines()])
    ),
    "an error": lambda rows: notebook(
        code([{"output_type": "error", "traceback": as_lines(rows).splitlines()}])
    ),
    "metadata of the notebook": lambda rows: notebook(code(), kept=as_records(rows)),
    "metadata of a cell": lambda rows: notebook(code(kept=as_records(rows))),
    "the state of widgets": lambda rows: notebook(
        code(), widgets={"state": {"a": {"value": as_html(rows), "rows": as_records(rows)}}}
    ),
}


@pytest.mark.parametrize("place", NOTEBOOKS)
def test_in_a_notebook(judge, planted, place):
    assert rules(judge(NOTEBOOKS[place](planted), "analysis.ipynb")) & MARKS


def test_people_below_each_other_one_a_column(judge, planted):
    turned = [*zip(*planted, strict=True)]
    named = [("", *range(8)), *((name, *row) for name, row in zip(HEADER, turned, strict=True))]

    for lines in (turned, named):
        text = "\n".join(",".join(map(str, line)) for line in lines)
        [found] = [one for one in judge(text + "\n", "turned.csv").findings
                   if one.rule == "verbatim-rows"]  # fmt: skip
        assert found.where == "columns read as rows"
