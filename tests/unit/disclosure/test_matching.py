"""What stands beside each printed number: is it known, shown, right, and who is left out."""

import pandas as pd
import pytest

from output_checker.disclosure.evidence import match as match_module
from output_checker.disclosure.evidence.agreement import agrees
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.match import is_impossible, match
from output_checker.disclosure.evidence.printed import lay_out
from output_checker.disclosure.evidence.problems import NO_SUCH_LABEL, NOT_A_NUMBER, NOT_EXPECTED
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Question
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Source
from output_checker.disclosure.readers.artefacts import Table

ROWS = [("a", "x", 1.0), ("a", "x", 2.0), ("a", "y", 3.0), ("b", "x", 9.0), (None, "x", 4.0)]
G, H = Dimension.plain("g"), Dimension.plain("h")
COUNT = Question(dimensions=(G,), statistic=Statistic.COUNT)
BY_BOTH = Question(dimensions=(G, H), statistic=Statistic.COUNT)


def records(**source):
    frame = pd.DataFrame(ROWS, columns=["g", "h", "v"])
    return FrameRecords(frame, Source(name="s", path=None, **source))


def matched(text, question=COUNT, *, measure="n", held=None):
    header, *lines = [tuple(line.split(",")) for line in text.split()]
    table = Table(header=header, rows=lines)
    printed = lay_out(table, [one.name for one in question.dimensions])
    return match(held or records(), printed, measure, question)


def problems(found):
    return [cell.problem for cell in found.cells]


def test_a_number_is_right_wrong_or_none_or_of_no_label_of_the_source():
    found = matched("g,n a,3 b,2 c,1 d,x")

    assert problems(found) == ["", NOT_EXPECTED, NO_SUCH_LABEL, NO_SUCH_LABEL]
    assert problems(matched("g,n a,three b,1")) == [NOT_A_NUMBER, ""]


def test_a_number_of_no_known_label_shows_nothing():
    found = matched("g,n a,3 c,0")

    assert [(cell.shows_number, cell.shows_nobody) for cell in found.cells] == [
        (True, False), (False, False),
    ]  # fmt: skip


def test_a_cell_is_named_by_its_line_and_column():
    found = matched("g,n a,3 b,1")

    assert [cell.where for cell in found.cells] == ["row 1, column 'n'", "row 2, column 'n'"]


def test_a_word_for_a_total_is_one_where_no_label_is_called_so():
    found = matched("g,n a,3 b,1 All,4")

    assert [cell.key for cell in found.cells] == [("a",), ("b",), (TOTAL,)]
    assert problems(found) == ["", "", ""]


def test_totals_are_of_those_whose_labels_the_table_prints():
    assert problems(matched("g,n a,3 b,1 All,5")) == ["", "", NOT_EXPECTED]
    assert problems(matched("g,n a,3 b,1 nan,1 All,5")) == [""] * 4


def test_a_table_without_totals_needs_no_other_labels():
    by_h = Question(dimensions=(H,), statistic=Statistic.COUNT)
    found = matched("g,h,n a,x,2 a,y,1 b,x,1", BY_BOTH)

    assert problems(found)[:3] == ["", "", ""]
    assert problems(matched("h,n x,4 y,1", by_h)) == ["", ""]


def test_a_blank_stands_for_nobody_unless_one_hides_somebody():
    nobody = matched("g,h,n a,x,2 a,y,1 b,x,1 b,y,", BY_BOTH)
    hidden = matched("g,h,n a,x,2 a,y, b,x,1 b,y,", BY_BOTH)

    assert [(cell.shows_number, cell.shows_nobody) for cell in nobody.cells][3] == (True, True)
    assert [(cell.shows_number, cell.shows_nobody) for cell in hidden.cells][3] == (False, False)


def test_a_blank_may_be_a_statistic_that_somebody_has_not():
    spread = Question(dimensions=(G,), statistic=Statistic.STD, variable="v")

    found = matched("g,std a,1 b,", spread, measure="std")

    assert [(cell.shows_number, cell.shows_nobody) for cell in found.cells] == [(True, False)] * 2


def test_a_pair_that_nobody_has_and_the_table_leaves_out_is_shown_empty():
    found = matched("g,h,n a,x,2 a,y,1 b,x,1", BY_BOTH)

    absent = found.cells[3]
    assert (absent.key, absent.shows_nobody, absent.shows_number) == (("b", "y"), True, False)
    assert (absent.labels, absent.position) == ({"g": "b", "h": "y"}, None)
    assert (found.left_out, found.is_whole_grid, found.combinations) == (0, True, 4)


@pytest.mark.parametrize(("most", "is_whole"), [(4, True), (3, False)])
def test_a_grid_of_too_many_cells_is_not_listed(monkeypatch, most, is_whole):
    monkeypatch.setattr(match_module, "MAX_GRID_CELLS", most)

    found = matched("g,h,n a,x,2 a,y,1 b,x,1", BY_BOTH)

    assert (found.is_whole_grid, len(found.cells)) == (is_whole, 4 if is_whole else 3)


def test_a_table_that_withholds_somebody_by_leaving_a_line_out_tells_nothing_of_the_rest():
    assert len(matched("g,h,n a,x,2 b,x,1 a,y,1", BY_BOTH).cells) == 4
    assert len(matched("g,h,n a,y,1 b,x,1", BY_BOTH).cells) == 2


@pytest.mark.parametrize("text", ["g,z a,0.75 b,0.25", "g,z a,60% b,20%"])
def test_rows_without_a_label_may_count_beneath_a_share_or_not(text):
    shares = Question(dimensions=(G,), statistic=Statistic.SHARE)

    assert problems(matched(text, shares, measure="z")) == ["", ""]


def test_shares_of_a_row_have_a_total_of_rows_too():
    shares = Question(dimensions=(G, H), statistic=Statistic.SHARE, of=frozenset({0}))
    found = matched("g,h,z a,x,0.6667 a,y,0.3333 b,x,1 All,x,0.75 All,y,0.25", shares, measure="z")

    assert problems(found)[:5] == [""] * 5
    assert [cell.evidence.counts for cell in found.cells[:5]] == [
        (2, 3), (1, 3), (1, 1), (3, 4), (1, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "key", "is_zero"),
    [
        ((), ("b", "y"), True),
        ((), ("a", "y"), False),
        ((Condition(column="h", operator="=", values=("y",)),), ("b",), True),
        ((Condition(column="h", operator="<>", values=("y",)),), ("b",), False),
        ((Condition(column="h", operator="=", values=("y", "x")),), ("b",), False),
    ],
)
def test_the_dataset_says_who_cannot_be(where, key, is_zero):
    held = records(structural_zeros=({"g": "b", "h": "y"},))
    question = Question(dimensions=(G, H)[: len(key)], statistic=Statistic.COUNT, where=where)

    assert is_impossible(held, question, key) is is_zero


def test_labels_that_do_not_fit_the_dimensions_are_a_fault():
    with pytest.raises(ValueError, match="do not fit"):
        is_impossible(records(), BY_BOTH, ("a",))


@pytest.mark.parametrize(
    ("statistic", "text", "is_bound"),
    [(Statistic.MIN, "1", True), (Statistic.MIN, "1.0", True), (Statistic.MAX, "1", False),
     (Statistic.MAX, "9", True), (Statistic.MEAN, "9", False), (Statistic.MIN, "2", False)],
)  # fmt: skip
def test_an_end_that_the_dataset_declares_is_a_bound(statistic, text, is_bound):
    question = Question(dimensions=(G,), statistic=statistic, variable="v")
    held = records(bounds={"v": (1.0, 9.0)})

    (cell,) = matched(f"g,z a,{text}", question, measure="z", held=held).cells

    assert cell.is_bound is is_bound


@pytest.mark.parametrize(("text", "is_right"), [("0", True), ("5", False), ("10", False)])
def test_an_empty_cell_rounded_is_zero_or_within_the_base(text, is_right):
    nobody = CellEvidence(units=0)
    by_fives = (Rounding(base=5, is_midpoint=False),)

    assert agrees(text, nobody, Statistic.COUNT, by_fives) is is_right


def test_an_empty_cell_has_no_middle_of_a_band():
    by_sixes = (Rounding(base=6, is_midpoint=True),)

    assert not agrees("3", CellEvidence(units=0), Statistic.COUNT, by_sixes)
