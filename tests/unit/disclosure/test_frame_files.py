"""Frames of other programs: their rows are read, and nothing else of this machine is."""

import datetime as dt
import io
import random
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.sandbox import SHARED
from tests.unit.disclosure.conftest import rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

FRAMES = Path(__file__).parent / "frames"
MARKS = {"verbatim-rows", "near-verbatim-rows", "rare-values"}


@pytest.fixture(scope="module")
def frame(people):
    rows = [row[1:] for row in people[1][20:50]]
    return pd.DataFrame(rows, columns=["region", "trade", "age", "pay"])


def as_parquet(table, **options):
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def as_feather(table, **options):
    stream = io.BytesIO()
    pyarrow.feather.write_feather(table, stream, **options)
    return stream.getvalue()


def as_stata(frame, **options):
    stream = io.BytesIO()
    frame.to_stata(stream, write_index=False, **options)
    return stream.getvalue()


def a_table(frame):
    return pa.Table.from_pandas(frame)


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "brotli", "lz4"])
def test_rows_in_parquet_are_found(judge, frame, compression):
    data = as_parquet(a_table(frame), compression=compression, row_group_size=7)

    assert rules(judge(data, "t.parquet")) & MARKS


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
@pytest.mark.parametrize("name", ["t.feather", "t.arrow"])
def test_rows_in_feather_are_found(judge, frame, compression, name):
    data = as_feather(a_table(frame), compression=compression, chunksize=9)

    assert rules(judge(data, name)) & MARKS


def test_rows_of_categories_and_shorter_numbers_are_found(judge, frame):
    frame = frame.astype({"region": "category", "age": "int8", "pay": "float32"})

    assert rules(judge(as_parquet(a_table(frame)), "t.parquet")) & MARKS
    assert rules(judge(as_feather(a_table(frame)), "t.feather")) & MARKS


def test_rows_that_parquet_keeps_as_metadata_are_found(judge, frame):
    table = pa.table({"n": [400, 400]})
    lines = frame.to_csv(index=False)
    of_file = table.replace_schema_metadata({"kept": lines})
    field = pa.field("n", pa.int64(), metadata={"kept": lines})

    assert rules(judge(as_parquet(of_file), "t.parquet")) & MARKS
    assert rules(judge(as_parquet(table.cast(pa.schema([field]))), "t.parquet")) & MARKS


def test_what_pandas_says_of_its_columns_is_not_a_text(frame):
    (part,) = SHARED.read("parquet", as_parquet(a_table(frame))).parts

    assert part.artefact.header == ("region", "trade", "age", "pay")


def test_attributes_of_a_frame_are_a_text(frame):
    table = a_table(frame.head(2))
    said = table.schema.metadata[b"pandas"].replace(b'"attributes": {}',
                                                    b'"attributes": {"a": "of Ada"}')  # fmt: skip

    document = SHARED.read("parquet", as_parquet(table.replace_schema_metadata({"pandas": said})))

    assert "of Ada" in document.parts[1].artefact.text


def test_cells_are_told_as_they_would_be_printed():
    day, moment = dt.date(2020, 2, 3), dt.datetime(2020, 2, 3, 4, 5, 6)  # noqa: DTZ001
    table = pa.table({
        "whole": [12, None], "part": [1.50, float("nan")], "single": pa.array([0.1, 2],
        pa.float32()), "is": [True, False], "day": [day, None], "at": [moment, None],
        "exact": [Decimal("1.50"), None], "label": pa.array(["u", None]).dictionary_encode(),
        "bytes": [b"ab", None], "list": [[1, 2], None], "none": pa.array([None, None]),
        "span": pa.array([7, None], pa.duration("s")), "time": pa.array([7, None], pa.time64("us")),
    })  # fmt: skip

    for kind, data in (("parquet", as_parquet(table)), ("feather", as_feather(table))):
        first, second = SHARED.read(kind, data).parts[0].artefact.rows

        assert first[:11] == ("12", "1.5", "0.1", "true", "2020-02-03", "2020-02-03 04:05:06",
                              "1.50", "u", "ab", "[1, 2]", "")  # fmt: skip
        assert second[:11] == ("", "", "2", "false", "", "", "", "", "", "", "")


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_rows_in_stata_are_found(judge, frame, version):
    assert rules(judge(as_stata(frame, version=version), "t.dta")) & MARKS


def test_labels_and_dates_of_stata_are_read():
    frame = pd.DataFrame({"sex": pd.Categorical(["man", "woman"]), "pay": [1.5, None],
                          "at": pd.to_datetime(["2020-02-03", "2021-02-03"]),
                          "name": ["é", "b"]})  # fmt: skip
    data = as_stata(frame, variable_labels={"pay": "a week"}, convert_dates={"at": "td"})

    table, text, labelled = (part.artefact for part in SHARED.read("stata", data).parts)

    assert table.rows == (("0", "1.5", "2020-02-03", "é"), ("1", "", "2021-02-03", "b"))
    assert text.text.splitlines() == ["pay: a week", "sex:", "0 man", "1 woman"]
    assert labelled.rows[1][0] == "woman"


@pytest.mark.parametrize("name", ["people.sav", "packed.sav", "people.xpt", "people.dta"])
def test_rows_in_a_file_of_another_program_are_found(judge, name):
    assert rules(judge((FRAMES / name).read_bytes(), name)) & MARKS


@pytest.mark.parametrize("name", ["noted.sav", "labelled.dta"])
def test_what_is_said_beside_a_frame_is_found(judge, name):
    report = judge((FRAMES / name).read_bytes(), name)

    assert "text" in rules(report, Verdict.REVIEW)
    assert rules(report) & MARKS


def a_frame_of(kind):
    """A good file of each format."""
    table = pa.table({"a": [*range(50)], "b": [f"x{at}" for at in range(50)]})
    if kind == "parquet":
        return "t.parquet", as_parquet(table)
    if kind == "feather":
        return "t.feather", as_feather(table)
    if kind == "stata":
        return "t.dta", as_stata(table.to_pandas())
    name = {"spss": "people.sav", "sas": "people.xpt"}[kind]
    return name, (FRAMES / name).read_bytes()


KINDS = ["parquet", "feather", "stata", "spss", "sas"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_short_is_refused_or_read_in_words(judge, kind):
    name, data = a_frame_of(kind)

    for share in (0.02, 0.3, 0.9):
        report = judge(data[: int(len(data) * share)], name)

        assert report.verdict is not Verdict.PASS
        assert not any("stopped before" in one.reason for one in report.findings)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_garbled_file_never_passes_unread(judge, kind):
    name, data = a_frame_of(kind)
    chance = random.Random(7)

    for _ in range(25):
        garbled = bytearray(data)
        for at in chance.choices(range(12, len(data)), k=6):
            garbled[at] = chance.randrange(256)

        assert judge(bytes(garbled), name).findings


def test_a_frame_of_more_cells_than_can_be_checked_is_refused(judge):
    table = pa.table({"a": pa.array([0] * 2_100_000, pa.int8())})

    for name, data in (("t.parquet", as_parquet(table)), ("t.feather", as_feather(table))):
        (finding,) = [one for one in judge(data, name).findings if one.verdict is Verdict.FAIL]

        assert "2000000 cells" in finding.reason


def test_long_texts_that_unfold_without_end_are_refused(judge):
    table = pa.table({"a": pa.array(["x" * 1_000_000] * 2_000).dictionary_encode()})

    report = judge(as_parquet(table), "t.parquet")

    assert report.verdict is Verdict.FAIL


def test_rows_that_are_labels_of_values_are_found(judge, people):
    said = dict(enumerate(" ".join(map(str, row[1:])) for row in people[1][20:28]))
    data = as_stata(pd.DataFrame({"n": [1, 2, 3]}), value_labels={"n": said})

    assert "verbatim-rows" in rules(judge(data, "t.dta"))
