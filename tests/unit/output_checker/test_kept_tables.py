"""Whole tables: packed, unpacked, sorted, searched, summed up."""

import pytest

from output_checker.adapters.checks import EngineChecks
from output_checker.application.workspace_ports import Snapshot, ToCheck
from output_checker.disclosure import kept_tables
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.kept_tables import KeptTable, number, packed
from output_checker.disclosure.policies.load import load
from output_checker.disclosure.table_facts import facts_of
from output_checker.domain.integrity import sha256_hex

ROWS = [("north", "10"), ("South", "9"), ("", "n/a"), ("east", "1,200"), ("west", "")]


@pytest.fixture
def table():
    return KeptTable.of_rows(ROWS)


def test_what_is_packed_is_unpacked_as_it_was(table):
    assert table.rows(table.every) == ROWS


@pytest.mark.parametrize(
    ("descending", "rows"), [(False, [1, 0, 3, 2, 4]), (True, [2, 3, 0, 1, 4])]
)
def test_numbers_are_sorted_by_size_and_what_is_empty_is_last(table, descending, rows):
    assert table.sorted(1, descending=descending).tolist() == rows


def test_words_are_sorted_and_found_whatever_their_capitals(table):
    assert table.sorted(0, descending=False).tolist() == [3, 0, 1, 4, 2]
    assert table.holding("SOUTH").tolist() == [1]


def test_words_that_are_searched_for_are_no_pattern(table):
    assert table.holding(".*").tolist() == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200.5", 1200.5),
        ("£30", 30.0),
        ("12 %", 12.0),
        ("\N{MINUS SIGN}4", -4.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("", None),
        ("<5", None),
        ("1,20", None),
        ("12-13", None),
        ("2024-01-01", None),
        ("\N{ARABIC-INDIC DIGIT ONE}", None),
        ("nan", None),
        ("1_000", None),
    ],
)
def test_what_is_printed_as_a_number_is_one(text, value):
    assert number(text) == value


def test_a_table_is_kept_up_to_its_bound_and_says_how_far(monkeypatch):
    monkeypatch.setattr(kept_tables, "MAX_TEXT_BYTES", 10)

    kept = packed([("abc", "d"), ("efg", "h"), ("ijk", "l")])

    assert kept.rows == 2
    assert KeptTable.of(kept.content).rows(KeptTable.of(kept.content).every)[-1] == ("efg", "h")


def test_no_more_rows_are_kept_than_the_bound(monkeypatch):
    monkeypatch.setattr(kept_tables, "MAX_ROWS", 2)

    assert packed(ROWS).rows == 2


@pytest.mark.parametrize("rows", [[], [()]])
def test_a_table_without_cells_is_empty(rows):
    assert len(KeptTable.of_rows(rows)) == 0


def facts(*cells):
    (found,) = facts_of(KeptTable.of_rows([(cell,) for cell in cells]))
    return found


def test_facts_are_of_every_cell_and_not_of_every_different_one():
    found = facts("10", "10", "0", "-5", "")

    assert (found.numbers, found.low, found.least, found.high, found.total) == (4, -5, -5, 10, 15)
    assert found.multiples_of == (5,)


@pytest.mark.parametrize(
    ("cells", "multiples", "midpoints"),
    [
        (("10", "20"), (5, 10), False),
        (("3", "9", "0", "15"), (), True),
        (("6", "12"), (6,), False),
        (("30", "60"), (5, 6, 10), False),
        (("10.5",), (), False),
    ],
)
def test_facts_say_to_what_all_numbers_are_rounded(cells, multiples, midpoints):
    found = facts(*cells)

    assert (found.multiples_of, found.are_midpoints) == (multiples, midpoints)


def test_a_column_of_words_with_a_number_among_them_has_no_facts():
    assert facts_of(KeptTable.of_rows([("north",), ("7",), ("south",)])) == ()


def test_a_checked_file_brings_its_whole_table_where_it_is_asked_to(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("area,n\n" + "".join(f"area {n},{n}\n" for n in range(1_500)))

    def preview(*, keeps_tables):
        report = check_files(
            [path], sources=[], specs={}, policy=load("sacro-10"), keeps_tables=keeps_tables
        )
        return report.files[0].previews[0]

    kept = preview(keeps_tables=True)

    assert preview(keeps_tables=False).whole == b""
    assert (kept.kept_rows, len(kept.rows)) == (1_500, 1_000)
    assert KeptTable.of(kept.whole).rows(KeptTable.of(kept.whole).every)[-1] == (
        "area 1499",
        "1499",
    )
    assert kept.facts[0]["high"] == 1499.0


def test_the_worker_asks_for_whole_tables(tmp_path):
    path = tmp_path / "copy"
    path.write_bytes(b"area,n\nnorth,12\n")
    snapshot = Snapshot(
        path="a.csv", copy=path, sha256=sha256_hex(path.read_bytes()), size_bytes=16
    )
    checks = EngineChecks(datasets_dir=tmp_path, max_file_bytes=1_000)

    report = checks.check(
        [ToCheck(snapshot=snapshot, spec=None, dataset=None)], datasets=[], policies=["sacro-10"]
    )

    assert report.files[0].previews[0].whole
