"""Which cells are chosen to be hidden with the small ones."""

import time

import pytest

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.suppression.audit import audit
from output_checker.disclosure.suppression.equations import Equation, TooHard
from output_checker.disclosure.suppression.optimum import Optimum
from output_checker.disclosure.suppression.protect import protect, unsafe
from output_checker.disclosure.suppression.published import CannotAudit, published
from output_checker.disclosure.suppression.suggest import as_csv, suggest, with_hidden
from output_checker.disclosure.suppression.system import Setting
from output_checker.disclosure.suppression.task import Task
from tests.unit.disclosure.test_audit import a_table

SQUARE = "row,a,b,c,Total x,3,20,30,53 y,15,14,16,45 z,40,12,8,60 Total,58,46,54,158"
ROWS = "row,n x,53 y,45 z,60 Total,158"
LONG = "region,sex,n A,M,3 A,F,40 A,All,43 B,M,25 B,F,30 B,All,55 All,M,28 All,F,70 All,All,98"


def suggested(*texts, **setting):
    wanted = Setting(**setting)
    tables = [
        published(f"table {at}", a_table(text), by=(), counts=True) for at, text in enumerate(texts)
    ]
    found = suggest(tables, wanted)
    return found, [with_hidden(one, found.small | found.added) for one in tables], wanted


def a_square(values):
    """Two rows, two columns and their totals, as a task; cells 0 to 3 are the inner ones."""
    a, b, c, d = values
    lines = [((0, 1), 4), ((2, 3), 5), ((0, 2), 6), ((1, 3), 7), ((4, 5), 8), ((6, 7), 8)]
    equations = [
        Equation(terms=dict.fromkeys(map(int, parts), 1.0) | {total: -1.0}, total=0.0)
        for parts, total in lines
    ]
    totals = [a + b, c + d, a + c, b + d, a + b + c + d]
    return Task(equations=equations, values=[*values, *totals], threshold=10)


@pytest.mark.parametrize("texts", [(SQUARE,), (LONG,), (SQUARE, ROWS), ("row,n a,3 b,40",)])
def test_what_is_suggested_audits_clean(texts):
    found, tables, wanted = suggested(*texts)

    assert found.small
    assert audit(tables, wanted).verdict is Verdict.PASS


def test_the_suggestion_for_a_small_table_loses_fewest_people():
    found, _, _ = suggested(SQUARE)

    hidden = {tuple(label for _, label in key) for key in found.added}
    assert hidden == {("b", "x"), ("a", "y"), ("c", "y"), ("b", "z")}
    assert found.lost == 20 + 15 + 16 + 12


def test_a_table_without_small_cells_is_left_as_it_is():
    found, tables, _ = suggested("row,n a,30 b,40 Total,70")

    assert (found.small, found.added, found.lost) == (frozenset(), frozenset(), 0)
    assert all(cell.value is not None for cell in tables[0].cells)


def test_nobody_is_never_hidden():
    found, tables, wanted = suggested("row,a,b,Total x,3,0,3 y,20,30,50 Total,23,30,53")

    assert ("x", "b") not in {tuple(label for _, label in reversed(key)) for key in found.added}
    assert audit(tables, wanted).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "texts", [("row,n a,* b,40",), ("row,n a,3 b,40 Total,50",), ("row,n a,3", "row,n a,4")]
)
def test_tables_that_hide_cells_or_do_not_add_up_get_no_suggestion(texts):
    with pytest.raises(CannotAudit):
        suggested(*texts)


def test_the_file_is_written_with_marks_in_the_place_of_hidden_counts():
    table = a_table("row,n a,3 b,40 c,50 Total,93")
    before = published("t", table, by=(), counts=True)
    hidden = {cell.key for cell in before.cells if cell.value in {3, 40}}

    assert as_csv(table, with_hidden(before, hidden)) == "row,n\na,*\nb,*\nc,50\nTotal,93\n"


def test_what_is_not_needed_is_shown_again():
    task = a_square([3, 40, 25, 30])

    found = protect(task, time.monotonic() + 60)

    assert unsafe(task, found) == []
    assert found == {0, 1, 2, 3}


def test_the_optimum_of_parts_protects_and_that_of_whole_cells_loses_fewest():
    task = a_square([3, 40, 25, 30])
    optimum = Optimum(task)
    soon = time.monotonic() + 60

    of_parts, of_whole_cells = optimum.of_parts(soon), optimum.of_whole_cells(soon)

    assert unsafe(task, of_parts) == []
    assert of_whole_cells == {0, 1, 2, 3}
    assert task.lost(of_parts) >= task.lost(of_whole_cells)


def test_a_table_that_takes_too_long_for_the_optimum_is_left_to_the_start_and_the_repair(
    monkeypatch,
):
    task = a_square([3, 40, 25, 30])

    def late(*_):
        raise TooHard

    monkeypatch.setattr(Optimum, "of_whole_cells", late)

    assert unsafe(task, protect(task, time.monotonic() + 60)) == []


def test_what_is_not_found_in_the_time_is_too_hard():
    with pytest.raises(TooHard):
        protect(a_square([3, 40, 25, 30]), time.monotonic() - 1)
