"""What changed between two versions: rows of tables, lines of texts, parts of files."""

import pytest

from output_checker.application.look_at_file import ComparedFile, OpenedFile
from output_checker.disclosure.kept_tables import KeptTable
from output_checker.web import table_changes as bounds
from output_checker.web import text_changes as text_bounds
from output_checker.web.diff_pages import diff_page
from output_checker.web.table_changes import Sheet, table_changes
from output_checker.web.text_changes import text_changes
from tests.unit.output_checker.builders import a_file


def sheet(header, *rows):
    return Sheet(header=header, table=KeptTable.of_rows(rows), rows=len(rows))


def kinds(changes):
    return [(row.kind, row.old, row.new) for row in changes.rows]


def test_rows_are_matched_by_their_labels_wherever_they_stand():
    old = sheet(("region", "n"), ("north", "1"), ("south", "2"))
    new = sheet(("region", "n"), ("south", "3"), ("north", "1"))

    changes = table_changes(old, new)

    assert kinds(changes) == [("changed", 2, 1)]
    assert changes.labels == ("region",)
    assert changes.changed_cells == 1


def test_rows_of_the_same_labels_are_matched_in_turn():
    old = sheet(("region", "n"), ("north", "1"), ("north", "2"))
    new = sheet(("region", "n"), ("north", "1"), ("north", "5"), ("north", "6"))

    assert kinds(table_changes(old, new)) == [("changed", 2, 2), ("added", None, 3)]


def test_rows_without_labels_are_matched_by_their_place():
    changes = table_changes(sheet(("a",), ("1",), ("2",)), sheet(("a",), ("1",), ("3",), ("2",)))

    assert kinds(changes) == [("changed", 2, 2), ("added", None, 3)]
    assert changes.labels == ()


def test_columns_are_matched_by_their_names_and_new_ones_are_named():
    old = sheet(("region", "n", "old"), ("north", "1", "x"))
    new = sheet(("n", "region", "new"), ("1", "north", "y"))

    changes = table_changes(old, new)

    assert (changes.added, changes.removed) == (("new",), ("old",))
    assert changes.rows == ()


def test_of_long_tables_it_is_said_how_much_was_compared(monkeypatch):
    monkeypatch.setattr(bounds, "MAX_ROWS", 2)
    rows = [(str(n),) for n in range(5)]

    changes = table_changes(sheet(("n",), *rows), sheet(("n",), *rows))

    assert (changes.compared, changes.total) == (2, 5)


def test_an_empty_table_is_compared_too():
    changes = table_changes(sheet(("a", "b")), sheet(("a", "b"), ("x", "1")))

    assert kinds(changes) == [("added", None, 1)]


def test_lines_around_a_change_are_shown_and_those_far_from_it_are_not():
    old = [f"line {n}" for n in range(30)]
    new = [*old[:10], "other", *old[11:20], *old[21:]]

    changes = text_changes(old, new)

    assert (changes.added, changes.removed) == (1, 2)
    assert [len(block) for block in changes.blocks] == [8, 7]
    assert changes.blocks[0][3].text == "line 10"


def test_too_many_lines_to_align_are_compared_by_their_numbers(monkeypatch):
    monkeypatch.setattr(text_bounds, "MAX_ALIGNED", 2)

    changes = text_changes(["a", "b", "c", "d"], ["z", "b", "y", "x"])

    assert not changes.is_aligned
    assert (changes.added, changes.removed) == (3, 3)


def opened(*previews, **changes):
    return OpenedFile(file=a_file(previews=previews, **changes))


def text(words, place=""):
    return {"kind": "text", "place": place, "text": words, "total_rows": 1}


def test_parts_that_are_the_same_stay_beside_each_other_when_one_comes_between():
    old = opened(text("a", "cell 1"), text("b", "cell 2"), sha256="o")
    new = opened(text("a", "cell 1"), text("new", "cell 2"), text("b", "cell 3"), sha256="n")

    page = diff_page(ComparedFile(old=old, new=new), 1, 1)

    assert [(part.kind, part.place) for part in page.parts] == [
        ("same", "cell 1"), ("added", "cell 2"), ("same", "cell 3"),
    ]  # fmt: skip


def test_a_part_of_another_kind_is_gone_and_new():
    old = opened(text("a"), sha256="o")
    new = opened({"kind": "image", "width": 1, "height": 1, "sha256": "x"}, sha256="n")

    page = diff_page(ComparedFile(old=old, new=new), 1, 1)

    assert [part.kind for part in page.parts] == ["removed", "added"]


def test_a_text_that_was_cut_is_said_to_be():
    long = {"kind": "text", "text": "a\nb", "total_rows": 9}

    page = diff_page(ComparedFile(old=opened(long, sha256="o"), new=opened(long)), 1, 1)

    assert page.is_cut


CUT = {
    "a text of one long line": {"kind": "text", "text": "a" * 100_000, "total_rows": 1,
                                "is_cut": True},
    "the same, checked before that was noted": {"kind": "text", "text": "a" * 100_000,
                                                "total_rows": 1},
    "a table": {"kind": "table", "header": ["n"], "rows": [["1"]], "total_rows": 9},
    "a table that is kept": {"kind": "table", "header": ["n"], "rows": [["1"]], "total_rows": 9,
                             "kept_rows": 8, "is_cut": True},
    "a drawing": {"kind": "figure", "points": [[[0, 0]] * 2_000]},
}  # fmt: skip


@pytest.mark.parametrize("what", CUT)
def test_what_was_not_kept_is_never_called_the_same(what):
    compared = ComparedFile(old=opened(CUT[what], sha256="o"), new=opened(CUT[what], sha256="n"))

    page = diff_page(compared, 1, 1)

    assert page.is_cut
    assert [part.kind for part in page.parts] == ["unsure"]


@pytest.mark.parametrize("noted", [{"parts_left": 3}, {}])
def test_parts_that_were_not_kept_are_told_of_beside_those_that_are_the_same(noted):
    parts = [*(text(str(at)) for at in range(49)), text("last") | noted]
    compared = ComparedFile(old=opened(*parts, sha256="o"), new=opened(*parts, sha256="n"))

    assert diff_page(compared, 1, 1).is_cut


def test_what_was_kept_whole_is_the_same_also_where_one_was_checked_before_that_was_noted():
    whole = {"kind": "table", "header": ["n"], "rows": [["1"]], "total_rows": 1}
    noted = whole | {"is_cut": False, "parts_left": 0}
    compared = ComparedFile(old=opened(whole, sha256="o"), new=opened(noted, sha256="n"))

    page = diff_page(compared, 1, 1)

    assert not page.is_cut
    assert [part.kind for part in page.parts] == ["same"]


def test_changes_beyond_a_page_are_a_page_away():
    def table(offset):
        rows = [[f"area {n}", str(n + offset)] for n in range(450)]
        return {"kind": "table", "header": ["area", "n"], "rows": rows, "total_rows": 450}

    compared = ComparedFile(old=opened(table(0), sha256="o"), new=opened(table(1), sha256="n"))

    pages = [diff_page(compared, 1, number) for number in (1, 3, 9)]

    assert [page.pages for page in pages] == [3, 3, 3]
    assert [len(page.parts[0].rows) for page in pages] == [200, 50, 50]
