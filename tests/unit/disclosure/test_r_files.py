"""R's files: frames, vectors and models read from them, and nothing of them run."""

import gzip
import struct
from pathlib import Path

import pytest

from output_checker.disclosure.readers import r_frames
from output_checker.disclosure.readers.artefacts import Array, Model, NoteKind, Table
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure import r_builders as r
from tests.unit.disclosure.conftest import rules

FRAMES = Path(__file__).parent / "frames"
WRITTEN = (
    ("1", "north", "12", "1.5", "2020-01-02", "a", "TRUE"),
    ("2", "south", "13", "2", "2021-03-04", "b", "FALSE"),
    ("3", "east", "14", "3.25", "2022-05-06", "a", "TRUE"),
    ("4", "north", "15", "1000000", "1969-12-31", "b", "TRUE"),
)


def artefacts(data, kind):
    return [one.artefact for one in r_frames.read(data).parts if isinstance(one.artefact, kind)]


@pytest.mark.parametrize("name", ["people.rds", "people.RData"])
def test_a_frame_that_another_program_wrote_is_one_table(name):
    [table] = artefacts((FRAMES / name).read_bytes(), Table)

    assert table.header == ("row.names", "region", "n", "pay", "since", "kind", "known")
    assert table.rows == WRITTEN


@pytest.mark.parametrize("packed", [gzip.compress, bytes])
def test_people_in_a_frame_are_found(judge, people, packed):
    columns = [*zip(*(row[1:] for row in people[1][20:28]), strict=True)]
    made = r.frame({"a": r.strings(*columns[0]), "b": r.strings(*columns[1]),
                    "c": r.integers(*columns[2]), "d": r.doubles(*columns[3])})  # fmt: skip

    assert "verbatim-rows" in rules(judge(packed(r.HEAD + made), "people.rds"))


def test_people_kept_by_a_model_are_found(judge, people):
    columns = [*zip(*(row[1:] for row in people[1][20:28]), strict=True)]
    kept = r.frame({"trade": r.strings(*columns[1]), "age": r.integers(*columns[2]),
                    "pay": r.doubles(*columns[3])})  # fmt: skip
    model = r.fitted(coefficients=r.doubles(1.5, 2.5, 0.1), model=kept)

    report = judge(r.HEAD + model, "model.rds")

    assert "verbatim-rows" in rules(report)
    assert [one.names for one in artefacts(r.HEAD + model, Model)] == [("lm",)]


def test_missing_values_and_labels_are_as_r_prints_them():
    missing = struct.unpack(">d", b"\x7f\xf0\x00\x00\x00\x00\x07\xa2")[0]
    made = r.frame({
        "n": r.integers(1, -(2**31), 3),
        "x": r.doubles(0.5, missing, float("inf")),
        "f": r.integers(2, 1, -(2**31), levels=r.strings("no", "yes"),
                        **{"class": r.strings("factor")}),
        "t": r.strings("a", None, "c"),
    })  # fmt: skip

    [table] = artefacts(r.HEAD + made, Table)

    assert table.rows == (("1", "0.5", "yes", "a"), ("", "", "no", ""), ("3", "inf", "", "c"))


def test_a_matrix_has_rows_and_columns():
    [array] = artefacts(r.HEAD + r.integers(1, 2, 3, 4, 5, 6, dim=r.integers(3, 2)), Array)

    assert array.shape == (3, 2)
    assert array.rows == (("1", "4"), ("2", "5"), ("3", "6"))


def test_sequences_that_r_keeps_by_their_ends_are_written_out():
    [array] = artefacts(r.HEAD + r.compact(5, 4), Array)

    assert [row[0] for row in array.rows] == ["5", "6", "7", "8"]


def test_values_within_lists_and_environments_have_places():
    environment = (r.flags(4) + r.count(0) + r.flags(242)
                   + r.pairs(kept=r.integers(7, 8, 9)) + r.END + r.END)  # fmt: skip
    made = r.values(r.values(environment, names=r.strings("inner")), names=r.strings("outer"))

    [part] = r_frames.read(r.HEAD + made).parts

    assert part.place == "outer$inner$kept"


def test_a_function_is_code():
    function = r.flags(3, r.TAG) + r.flags(253) + r.END + r.symbol("x")
    [note] = r_frames.read(r.HEAD + r.values(function)).notes

    assert note.kind is NoteKind.CODE


REFUSED = {
    "nothing": (b"", "ends"),
    "another format": (b"A\n2\n", "only"),
    "a later version": (b"X\n" + struct.pack(">3i", 9, 0, 0), "version 9"),
    "cut": (r.HEAD + r.strings("north")[:-2], "ends"),
    "more behind": (r.HEAD + r.strings("north") + b"rows", "follow"),
    "more behind what is packed": (gzip.compress(r.HEAD + r.END) + b"rows", "behind"),
    "longer than the file": (r.HEAD + r.flags(14) + r.count(2**30), "longer"),
    "less than nothing": (r.HEAD + r.flags(14) + r.count(-5), "longer"),
    "a value that is not there": (r.HEAD + r.flags(255 | 7 << 8), "not there"),
    "byte code": (r.HEAD + r.flags(21), "kind 21"),
    "deep": (r.HEAD + (r.flags(19) + r.count(1)) * 400, "deep"),
    "a sequence without end": (r.HEAD + r.compact(1, 1e12), "more than"),
    "a bomb": (gzip.compress(b"\0" * (300 * 2**20)), "more than"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(what):
    data, words = REFUSED[what]

    with pytest.raises(Refusal, match=words):
        r_frames.read(data)


def test_vectors_that_begin_with_their_names_are_columns_of_one_table(judge, people):
    columns = zip(("region", "trade", "age", "pay"), *(row[1:] for row in people[1][20:23]),
                  strict=True)  # fmt: skip
    made = r.values(*(r.strings(*map(str, column)) for column in columns))

    assert "verbatim-rows" in rules(judge(r.HEAD + made, "people.rds"))
