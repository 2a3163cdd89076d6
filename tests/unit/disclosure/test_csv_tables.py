import pytest

from output_checker.disclosure.readers import csv_tables
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.refusal import Refusal


@pytest.mark.parametrize(
    ("data", "header", "rows"),
    [
        (b"a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", ["a", "b"], [["1", "2"]]),
        (b'a,b\n"x, ""y""",2\n', ["a", "b"], [['x, "y"', "2"]]),
        (b"a,b\n\n1,2\n\n", ["a", "b"], [["1", "2"]]),
        (b"a\n", ["a"], []),
        (b"a;b\n1,5;2\n", ["a", "b"], [["1,5", "2"]]),
        (b"a\tb\n1,5\t2\n", ["a", "b"], [["1,5", "2"]]),
        (b"a|b\n1|2\n", ["a", "b"], [["1", "2"]]),
        ("a,b\n\u00e9,2\n".encode("utf-16"), ["a", "b"], [["\u00e9", "2"]]),
        (b"a,b\n\xa3,2\n", ["a", "b"], [["\u00a3", "2"]]),
    ],
    ids=[
        "plain",
        "byte order mark",
        "quotes",
        "empty lines",
        "header only",
        "semicolons",
        "tabs",
        "bars",
        "utf-16",
        "windows",
    ],
)
def test_a_table_is_read_as_text(data, header, rows):
    (part,) = csv_tables.read(data).parts

    assert part.artefact == Table(header=tuple(header), rows=tuple(tuple(row) for row in rows))


def test_a_person_is_told_of_text_in_an_encoding_that_was_guessed():
    (note,) = csv_tables.read(b"a\n\xa3\n").notes

    assert (note.kind, note.reason) == (
        "unread-part", "byte 2 is not UTF-8, so the text was read as Windows-1252",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b",,\n1,2,3\n", "names no column"),
        (b"a,b\n1\n", "line 2 has 1 cells, the header has 2"),
        (b"a,b\n1,2,3\n", "line 2 has 3 cells"),
        (b"a\n\0\n", "byte 2 is NUL"),
        (b"\xff\xfea", "utf-16"),
        (b'a\n"open\n', "not closed"),
        (b'a\n"x"y\n', "not closed"),
        (b"a\n" + b"x" * 40_000, "too long"),
        (b"a," + b"x" * 40_000 + b"\n1,2\n", "too long"),
        (",".join(f"c{i}" for i in range(100_000)).encode(), "100000 columns"),
    ],
    ids=["empty", "blank", "no names", "short row", "long row", "nul", "utf-16", "open quote",
         "stray quote", "long cell", "long name", "columns"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(data, words):
    with pytest.raises(Refusal, match=words):
        csv_tables.read(data)


def test_a_table_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(csv_tables, "MAX_CELLS", 3)

    with pytest.raises(Refusal, match="more than 3 cells"):
        csv_tables.read(b"a,b\n1,2\n3,4\n")


def test_no_refusal_quotes_the_file():
    with pytest.raises(Refusal) as caught:
        csv_tables.read(b"secret,b\nQQ123456C\n")

    assert "QQ" not in caught.value.reason
    assert "secret" not in caught.value.reason


def test_many_empty_lines_are_a_hidden_part():
    with pytest.raises(Refusal, match="11 lines are empty") as caught:
        csv_tables.read(b"a\n" + b"\n" * 11 + b"1\n")

    assert caught.value.rule == "hidden-part"


TABLE = "region,n\nnorth,20\nsouth,30\n"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("", "Note: counts, weighted, 2019"),
        ("", "Source: survey\nNote: counts, weighted, 2019"),
        ("People, by region, 2019", ""),
        ("People, by region, 2019\nall of them", "Note: counts, weighted, rounded"),
        ("Deaths per 1,000 people, by region", ""),
    ],
)
def test_words_around_a_table_may_hold_its_mark(above, below):
    text = "\n".join(part for part in (above, TABLE.strip(), below) if part)

    parts = csv_tables.read(text.encode()).parts

    tables = [one.artefact for one in parts if isinstance(one.artefact, Table)]
    words = [one.artefact.text for one in parts if not isinstance(one.artefact, Table)]
    assert tables == [Table(header=("region", "n"), rows=(("north", "20"), ("south", "30")))]
    assert words == [one for one in (above, below) if one]


@pytest.mark.parametrize(
    "text",
    [
        TABLE + "eas",
        TABLE + "south west,12,5\n",
        TABLE + "south west,*,*\n",
        "region,sex,n\nnorth,m,20\nsouth,m,30\nsouth west,5\n",
        "region,of,people\n" + TABLE,
        TABLE + "Note: counts, weighted, 2019\n" * 11,
        TABLE + "Note: counts, weighted, 2019\neast,5\n",
    ],
)
def test_rows_that_were_cut_off_and_lines_among_rows_are_no_words(text):
    with pytest.raises(Refusal):
        csv_tables.read(text.encode())
