"""Texts within texts are judged as what they spell out."""

import base64
import gzip
import hashlib
import json
import pickle
from pathlib import Path

import pytest

from output_checker.disclosure.readers.artefacts import Document, Part, Table, Text
from output_checker.disclosure.readers.encoded import unfolded
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure.conftest import rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

FRAME = Path(__file__).parent / "frames" / "people.sav"


def lines(text, length=76):
    return "\n".join(text[at : at + length] for at in range(0, len(text), length))


def coded(data):
    return base64.b64encode(data).decode()


WRITINGS = {
    "base64": coded,
    "base64 on lines": lambda data: lines(coded(data)),
    "base64 for addresses": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "hexadecimal": bytes.hex,
    "packed": lambda data: coded(gzip.compress(data)),
    "twice": lambda data: coded(coded(data).encode()),
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_rows_in_another_writing_are_found(judge, people, writing, form):
    rows = [row[1:] for row in people[1][40:50]]
    header = ("region", "trade", "age", "pay")
    if form == "csv":
        data = "\n".join(",".join(map(str, row)) for row in (header, *rows))
    else:
        data = json.dumps([dict(zip(header, row, strict=True)) for row in rows])

    report = judge(f"See below.\n\n{WRITINGS[writing](data.encode())}\n", "notes.txt")

    assert "verbatim-rows" in rules(report)
    assert "hidden-part" in rules(report)


FILES = {
    "a frame": FRAME.read_bytes,
    "a pickle": lambda: pickle.dumps({"a": [1.5, 2.5, 3.5, 4.5]}),
    "a packed pickle": lambda: gzip.compress(pickle.dumps([1.5] * 9, 2)),
    "an array": lambda: b"\x93NUMPY\x01\x00v\x00" + bytes(60),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_in_another_writing_is_a_hidden_part(judge, what):
    assert rules(judge(f"kept = '{coded(FILES[what]())}'\n", "notes.py")) == {"hidden-part"}


def test_what_arrays_hold_is_unfolded_as_well(judge, people):
    said = [coded(f"a person: {row[1:]}".encode()) for row in people[1][40:50]]

    assert "hidden-part" in rules(judge(pickle.dumps({"kept": said}), "model.pkl"))


def test_json_in_a_log_is_read_as_a_table(judge, people):
    rows = [dict(zip(("a", "b", "c", "d"), row[1:], strict=True)) for row in people[1][40:50]]

    assert "verbatim-rows" in rules(judge(f"INFO {json.dumps(rows)}\n", "run.log"))


@pytest.mark.parametrize(
    "text",
    [hashlib.sha256(b"a").hexdigest(), "/usr/lib/python3/dist-packages/pandas/core/frame.py",
     "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "x[1] + y[2] = {3}"],
)  # fmt: skip
def test_hashes_paths_and_code_are_what_they_are(text):
    document = Document(parts=(Part(artefact=Text(text=text)),))

    assert unfolded(document) is document


def test_cells_of_tables_are_looked_into():
    cell = coded(b"name: Ada Byron, born in December")
    document = Document(parts=(Part(artefact=Table(header=("a",), rows=((cell,),))),))

    _, found = unfolded(document).parts

    assert found.artefact == Text(text="name: Ada Byron, born in December")
    assert found.hidden


def test_writings_in_writings_end_somewhere():
    data = b"something that is longer than forty characters"
    for _ in range(6):
        data = base64.b64encode(data)

    with pytest.raises(Refusal, match="times"):
        unfolded(Document(parts=(Part(artefact=Text(text=data.decode())),)))


def test_a_packed_text_that_never_ends_is_refused():
    bomb = coded(gzip.compress(b" " * (64 * 2**20)))

    with pytest.raises(Refusal, match="unfolds"):
        unfolded(Document(parts=(Part(artefact=Text(text=bomb)),)))
