"""What a reader writes comes back as it was; what anybody else writes is refused."""

import json
import tracemalloc
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import encode
from output_checker.disclosure.readers.artefacts import (
    Array,
    Document,
    Figure,
    Image,
    Model,
    Note,
    NoteKind,
    Part,
    Session,
    SessionFile,
    Table,
    Text,
    Tick,
)
from output_checker.disclosure.readers.column_rows import Column, ColumnRows
from output_checker.disclosure.readers.decode import decode
from output_checker.disclosure.spec import SessionSpec
from tests.examples import examples

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
NUMBERS = st.floats(allow_nan=False)


def grids(width):
    return st.lists(st.tuples(*[TEXTS] * width), max_size=3).map(tuple)


TABLES = st.integers(1, 3).flatmap(
    lambda width: st.builds(Table, header=st.tuples(*[TEXTS] * width), rows=grids(width))
)
# By column, as a large table without quotes is read.
COLUMNED = st.tuples(st.integers(1, 3), st.integers(1, 4)).flatmap(
    lambda size: st.builds(
        Table,
        header=st.tuples(*[TEXTS] * size[0]),
        rows=st.lists(
            st.lists(TEXTS, min_size=size[1], max_size=size[1]).map(Column.of),
            min_size=size[0], max_size=size[0],
        ).map(ColumnRows),
    )
)  # fmt: skip
ARRAYS = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        Array, name=TEXTS, shape=st.lists(st.integers(0), max_size=3).map(tuple), rows=grids(width)
    )
)
TICKS = st.lists(st.builds(Tick, at=NUMBERS, label=TEXTS), max_size=2).map(tuple)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3).map(tuple)
FIGURES = st.builds(
    Figure, series=st.lists(POINTS, max_size=2).map(tuple), x_ticks=TICKS, y_ticks=TICKS
)
MODELS = st.builds(
    Model,
    names=st.lists(TEXTS, max_size=2).map(tuple),
    settings=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    leaves=st.lists(NUMBERS, max_size=2).map(tuple),
)
SESSIONS = st.builds(
    Session,
    files=st.lists(
        st.builds(SessionFile, name=st.just("t.csv"), spec=st.builds(
            SessionSpec, kind=TEXTS, dependent=st.none() | TEXTS,
            independent=st.lists(TEXTS, max_size=2).map(tuple),
            unsafe_count=st.none() | st.integers(0),
        )),
        max_size=2,
    ).map(tuple),
)  # fmt: skip
ARTEFACTS = st.one_of(
    TABLES, COLUMNED, ARRAYS, FIGURES, MODELS, SESSIONS,
    st.builds(Text, text=TEXTS),
    st.builds(Image, width=st.integers(0), height=st.integers(0), media=TEXTS, content=st.binary()),
)  # fmt: skip
DOCUMENTS = st.builds(
    Document,
    parts=st.lists(
        st.builds(Part, artefact=ARTEFACTS, place=TEXTS, hidden=TEXTS), max_size=3
    ).map(tuple),
    notes=st.lists(
        st.builds(Note, kind=st.sampled_from(NoteKind), reason=TEXTS, place=TEXTS), max_size=2
    ).map(tuple),
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "kind",
                    "document",
                    "notes",
                    "blobs",
                    "place",
                    "hidden",
                    "rows",
                    "width",
                    "refusal",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=examples(300), deadline=None)
@given(DOCUMENTS)
def test_a_document_comes_back_as_it_was(document):
    assert decode(encode.encode(document)) == document


@settings(max_examples=examples(300), deadline=None)
@given(head=JSON, rest=st.binary(max_size=20))
def test_every_other_answer_is_a_refusal(head, rest):
    answer = json.dumps(head).encode() + b"\n" + rest

    try:
        assert decode(answer) == Document()
    except Unreadable:
        return


@pytest.mark.parametrize(
    "part",
    [
        {"kind": "table", "width": 2, "rows": 2},
        {"kind": "table", "width": -1, "rows": 1},
        {"kind": "table", "width": "1", "rows": 1},
        {"kind": "image", "width": 1.5, "height": 1},
        {"kind": "figure", "series": [[[1]]], "x_ticks": [], "y_ticks": []},
        {"kind": "model", "names": [1], "settings": [], "leaves": []},
        {"kind": "session", "files": [{"name": "../t.csv", "spec": {}}]},
        {"kind": "program"},
    ],
    ids=["ragged", "negative", "text for a number", "half a pixel", "point", "name", "path",
         "unknown"],
)  # fmt: skip
def test_a_part_that_no_reader_writes_is_refused(part):
    cells = [b"a\0b", b"1\0002\0003"]
    head = {
        "document": [{"place": "", "hidden": "", **part}],
        "notes": [],
        "blobs": [len(cell) for cell in cells],
    }

    with pytest.raises(Unreadable, match="no usable answer"):
        decode(json.dumps(head).encode() + b"\n" + b"".join(cells))


@pytest.mark.parametrize("sizes", [[3], [9, 9], [-1, 6], [True, 4]], ids=str)
def test_an_answer_that_is_longer_or_shorter_than_it_says_is_refused(sizes):
    head = {"document": [], "notes": [], "blobs": sizes}

    with pytest.raises(Unreadable, match="no usable answer"):
        decode(json.dumps(head).encode() + b"\n12345")


def test_a_nul_in_a_text_splits_no_cell():
    table = Table(header=("a", "b"), rows=(("x\0y", "z"),))

    document = decode(encode.encode(Document(parts=(Part(artefact=table),))))

    assert document.parts[0].artefact.rows == (("x\N{SYMBOL FOR NULL}y", "z"),)


def test_a_file_of_more_parts_than_can_be_checked_is_refused():
    parts = (Part(artefact=Text(text="a")),) * (encode.MAX_PARTS + 3)

    with pytest.raises(Unreadable, match="5003 things"):
        decode(encode.encode(Document(parts=parts)))


def test_a_rule_that_no_reader_has_is_not_taken_over():
    with pytest.raises(Unreadable) as caught:
        decode(b'{"refusal": "no", "rule": "threshold"}\n')

    assert (caught.value.reason, caught.value.rule) == ("no", "unreadable")


def answer(part, *blobs):
    head = {
        "document": [{"place": "", "hidden": "", **part}],
        "notes": [],
        "blobs": [len(one) for one in blobs],
    }
    return json.dumps(head).encode() + b"\n" + b"".join(blobs)


FORGED = {
    "lists": b'{"document": [' + b"[]," * (encode.MAX_VALUES // 2) + b"[]]}\n",
    "a long line": b'{"refusal": "' + b"a" * encode.MAX_LINE_BYTES + b'", "rule": ""}\n',
    "cells": answer({"kind": "table", "width": 1, "rows": encode.MAX_CELLS + 1}, b"a",
                    b"\0" * encode.MAX_CELLS),
    "cells by column": answer({"kind": "table", "width": 1, "by_column": True,
                               "rows": encode.MAX_COLUMN_CELLS + 1}, b"a", b"\0" * 8, b"",
                              b"\0" * (encode.MAX_COLUMN_CELLS + 1)),
    "a header by column": answer({"kind": "table", "width": encode.MAX_CELLS + 1, "rows": 0,
                                  "by_column": True}, b"\0" * encode.MAX_CELLS),
    "a header": answer({"kind": "table", "width": encode.MAX_CELLS + 1, "rows": 0},
                       b"\0" * encode.MAX_CELLS),
    "more cells than it says": answer({"kind": "array", "name": "", "shape": [], "width": 1,
                                       "rows": 1}, b"\0" * encode.MAX_CELLS),
}  # fmt: skip


@pytest.mark.parametrize("form", FORGED)
def test_an_answer_that_would_fill_the_memory_is_refused_before_it_is_taken_apart(form):
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="no usable answer"):
            decode(FORGED[form])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 3 * len(FORGED[form])


def test_a_file_of_more_cells_than_can_be_checked_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(encode, "MAX_CELLS", 5)
    table = Table(header=("a", "b"), rows=(("1", "2"), ("3", "4")))

    with pytest.raises(Unreadable, match="more cells or points than can be checked"):
        decode(encode.encode(Document(parts=(Part(artefact=table),))))


def test_words_hold_nothing_that_a_database_or_page_does_not_take():
    half = "a\0b\ud800"
    said = {"kind": "model", "names": [half], "settings": [[half, half]], "leaves": []}

    document = decode(answer({**said, "place": half, "hidden": half}))

    plain = "a\N{SYMBOL FOR NULL}b?"
    assert document.parts == (
        Part(artefact=Model(names=(plain,), settings=((plain, plain),)), place=plain, hidden=plain),
    )
    assert decode(answer({"kind": "text"}, b"a\0b")).parts[0].artefact == Text(
        text="a\N{SYMBOL FOR NULL}b"
    )


def by_column(ends, texts, codes, *, rows):
    head = {"kind": "table", "place": "", "hidden": "", "width": 1, "rows": rows, "by_column": True}
    blobs = [b"name", array("i", ends).tobytes(), texts, bytes(codes)]
    line = json.dumps({"document": [head], "notes": [], "blobs": [len(one) for one in blobs]})
    return line.encode() + b"\n" + b"".join(blobs)


def test_a_column_says_which_text_each_row_has():
    document = decode(by_column([0, 1, 3], b"abc", [1, 0, 1], rows=3))

    assert document.parts[0].artefact == Table(header=("name",), rows=(("bc",), ("a",), ("bc",)))


@pytest.mark.parametrize(
    ("ends", "texts", "codes", "rows"),
    [
        ([0, 1, 2], b"ab", [0, 2], 2),
        ([0, 1], b"a", [255], 1),
        ([0, 1, 2], b"ab", [0, 1], 3),
        ([0, 1, 2, 3], b"abc", [0, 1], 2),
        ([0], b"", [0], 1),
        ([], b"", [0], 1),
        ([1, 2], b"ab", [0], 1),
        ([0, 3], b"ab", [0], 1),
        ([0, 1], b"ab", [0], 1),
        ([0, 2, 1, 2], b"ab", [0, 1, 2], 3),
        ([0, -1, 2], b"ab", [0, 1], 2),
        ([0, 1], b"\xff", [0], 1),
        ([0, 1, 2], "\u00e9".encode(), [0, 1], 2),
        ([0, 1], b"\0", [0], 1),
    ],
    ids=["no such text", "far beyond", "too few rows", "too many texts", "no texts", "nothing",
         "begins late", "ends beyond", "ends early", "backwards", "before the first", "no text",
         "half a character", "nul"],
)  # fmt: skip
def test_a_column_that_is_none_is_refused(ends, texts, codes, rows):
    with pytest.raises(Unreadable, match="no usable answer"):
        decode(by_column(ends, texts, codes, rows=rows))


def test_codes_are_as_wide_as_there_are_texts():
    texts = [str(at) for at in range(300)]
    table = Table(header=("a",), rows=ColumnRows([Column.of(texts)]))

    (part,) = decode(encode.encode(Document(parts=(Part(artefact=table),)))).parts

    assert part.artefact.rows == tuple((text,) for text in texts)
    (column,) = part.artefact.rows.columns
    assert column.of_row.itemsize == 2
    (narrow,) = ColumnRows([Column.of(texts[:256])]).columns
    assert narrow.of_row.itemsize == 1
