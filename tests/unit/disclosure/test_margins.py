"""What totals give back of hidden cells, and how much room they leave them."""

from dataclasses import replace

import pytest

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules import margins
from output_checker.disclosure.suppression import bounds, solver
from output_checker.disclosure.suppression.equations import TooHard
from tests.unit.disclosure.builders import a_cell, a_table, grid

S = Statistic
TEN = Policy(name="ten")
SCORED = Policy(name="scored", small_counts=Verdict.REVIEW)
GIVEN_BACK = "what is shown around it gives it back"
TOO_LONG = "whether the totals give back hidden cells takes too long to work out"


def judged(table, policy=TEN):
    return margins.RULE.judge(table, policy)


def said(table, policy=TEN):
    return [(one.verdict.value, one.where, one.reason) for one in judged(table, policy)]


def a_chain(first, second, third):
    """Two totals over three hidden counts: the first two, and the last two."""
    a, b, c = hidden = [("top", "left"), ("top", "right"), ("low", "right")]
    ends = {("top", TOTAL): first + second, (TOTAL, "right"): second + third}
    return a_table({a: first, b: second, c: third} | ends, hidden=hidden)


@pytest.mark.parametrize(
    ("table", "verdicts"),
    [
        (grid(4, 20, 30, hidden=(0,), total=54), ["fail"]),
        (grid(20, 4, 30, hidden=(0,), total=54), ["review"]),
        (grid(4, 3, 30, hidden=(0, 1), total=37), ["review", "review"]),
        (grid(4, 6, 30, hidden=(0, 1), total=40), []),
        (grid(4, 5, 30, hidden=(0, 1), total=39), ["review", "review"]),
        (grid(4, 20, 30, hidden=(0, 1), total=54), []),
        (grid(4, 20, 30, hidden=(0,)), []),
        (grid(4, 20, 30, total=54), []),
        (grid(4, 20, 30, total=57), ["fail"]),
        (grid(4, 20, 30, total=64), []),
        (grid(20, 20, hidden=(0,), total=40, statistic=S.SUM), ["fail"]),
        (grid(4, 20, hidden=(0,), total=24, statistic=S.MEAN), []),
        (grid(0, 20, 30, hidden=(0,), total=50), ["fail"]),
        (grid(0, 0, 30, hidden=(0, 1), total=30), ["fail", "fail"]),
    ],
)
def test_totals_give_back_what_they_leave_too_little_room(table, verdicts):
    found = judged(table)

    assert [one.verdict.value for one in found] == verdicts


def test_means_beside_their_counts_are_as_good_as_sums():
    table = grid(20, 20, hidden=(0,), total=40, statistic=S.MEAN)
    beside = replace(table, sized=frozenset(cell.key for cell in table.cells))

    assert judged(table) == []
    (finding,) = judged(beside)
    assert finding.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("hidden", "reasons"),
    [
        ((0, 1), []),
        ((0, 1, 2), ["more than 2 hidden cells were not held against the totals"]),
    ],
)
def test_too_many_hidden_cells_are_for_a_person(monkeypatch, hidden, reasons):
    monkeypatch.setattr(margins, "MAX_HIDDEN", 2)

    found = judged(grid(20, 20, 20, 30, hidden=hidden, total=90))

    assert [one.reason for one in found] == reasons
    assert all(one.verdict is Verdict.REVIEW for one in found)


def nothing_is_worked_out(monkeypatch, *, of_more_than):
    """As where the solver is killed; systems of fewer unknowns never reach it."""

    def too_hard(*_asked, **_limits):
        raise TooHard

    monkeypatch.setattr(bounds, "MAX_SMALL", of_more_than)
    monkeypatch.setattr(solver.SHARED, "bounds", too_hard)


def test_bounds_that_take_too_long_are_for_a_person(monkeypatch):
    nothing_is_worked_out(monkeypatch, of_more_than=0)

    assert said(grid(4, 3, 30, hidden=(0, 1), total=37)) == [("review", "the whole file", TOO_LONG)]


def test_what_may_be_shown_is_not_worked_out(monkeypatch):
    nothing_is_worked_out(monkeypatch, of_more_than=0)

    assert judged(grid(20, 20, 30, hidden=(0, 1), total=70)) == []


def test_what_takes_too_long_or_may_be_shown_does_not_keep_the_rest_from_being_judged(monkeypatch):
    long = {("long", str(at)): 4 for at in range(3)}
    large = {("large", str(at)): 20 for at in range(2)}
    small = {("small", str(at)): 3 for at in range(2)}
    ends = {("long", TOTAL): 12, ("large", TOTAL): 40, ("small", TOTAL): 6}
    table = a_table(long | large | small | ends, hidden=long | large | small)
    nothing_is_worked_out(monkeypatch, of_more_than=2)

    assert [place for _, place, _ in said(table)] == ["the whole file", "small 0", "small 1"]


def test_more_hidden_counts_than_the_small_solver_takes_are_worked_out_by_the_other(monkeypatch):
    table = grid(4, 3, 30, hidden=(0, 1), total=37)
    here = said(table)
    monkeypatch.setattr(bounds, "MAX_SMALL", 0)

    assert said(table) == here
    assert len(here) == 2


@pytest.mark.slow
def test_a_count_among_hundreds_of_hidden_ones_is_worked_out():
    rows = range(25)
    cells = {(str(row), str(column)): 4 if row == column else 30 for row in rows for column in rows}
    ends = {(str(row), TOTAL): 4 + 24 * 30 for row in rows}
    ends |= {(TOTAL, str(column)): 4 + 24 * 30 for column in rows}
    chain = {("first", "lone"): 3, ("first", "last"): 2, ("first", TOTAL): 5}
    table = a_table(cells | ends | chain, hidden={*cells, ("first", "lone"), ("first", "last")})

    told = "the totals leave it only 6 numbers that it can be"
    assert said(table) == [("review", "first lone", told), ("review", "first last", told)]


def test_marks_that_say_how_few_at_the_most_count_among_what_is_shown():
    table = grid(9, 9, 30, hidden=(0, 1), total=48)
    marked = replace(
        table,
        cells=tuple(replace(cell, text=cell.text.replace("*", "<10")) for cell in table.cells),
    )

    assert said(table) == []
    assert said(marked) == [("fail", "r 0", GIVEN_BACK), ("fail", "r 1", GIVEN_BACK)]


@pytest.mark.parametrize(("sums", "verdicts"), [((4, 96), []), ((1, 99), []), ((0.5, 0.5), [])])
def test_hidden_sums_with_room_enough_pass(sums, verdicts):
    table = grid(*sums, 30, hidden=(0, 1), total=sum(sums) + 30, statistic=S.SUM)

    assert [one.verdict.value for one in judged(table)] == verdicts


def test_a_hidden_sum_that_the_totals_tell_nearly_is_for_a_person():
    cells = {("top", "left"): 100, ("top", "right"): 3, ("low", "right"): 2}
    ends = {("top", TOTAL): 103, (TOTAL, "right"): 5}
    table = a_table(cells | ends, hidden=cells, statistic=S.SUM)

    told = "the totals tell it to within 10 %"
    assert said(table) == [("review", "top left", told)]


@pytest.mark.parametrize(
    ("threshold", "base", "count"),
    [(10, 5, 0), (10, 4, 1), (10, 2, 1), (9, 4, 0), (9, 3, 1)],
)
def test_totals_rounded_far_enough_give_no_count_back(threshold, base, count):
    policy = Policy(name="rounded", threshold=threshold, rounding=(Rounding(base=base),))

    assert len(judged(grid(4, 20, hidden=(0,), total=24), policy)) == count


def test_rounded_counts_protect_no_sums():
    policy = Policy(name="rounded", rounding=(Rounding(base=5),))
    sums = grid(20, 20, hidden=(0,), total=40, statistic=S.SUM)

    assert [one.verdict for one in judged(sums, policy)] == [Verdict.FAIL]


@pytest.mark.parametrize("cells", [(), (a_cell(S.COUNT, key=("r", "0")),)])
def test_a_table_of_no_more_than_one_cell_gives_nothing_back(cells):
    assert judged(Matched(cells=cells, dimensions=("row", "column"))) == []


@pytest.mark.parametrize(
    ("table", "policy", "findings"),
    [
        (grid(4, 20, 30, hidden=(0,), total=54), TEN, [("fail", "r 0", GIVEN_BACK)]),
        (grid(4, 20, 30, hidden=(0,), total=54), SCORED, [("review", "r 0", GIVEN_BACK)]),
        (grid(20, 4, 30, hidden=(0,), total=54), TEN, [("review", "r 0", GIVEN_BACK)]),
        (grid(0, 0, 30, hidden=(0, 1), total=30), TEN,
         [("fail", "r 0", GIVEN_BACK), ("fail", "r 1", GIVEN_BACK)]),
        (grid(0, 0, 30, hidden=(0, 1), total=30), SCORED,
         [("review", "r 0", GIVEN_BACK), ("review", "r 1", GIVEN_BACK)]),
    ],
)  # fmt: skip
def test_what_is_given_back_is_named_and_judged_as_if_shown(table, policy, findings):
    assert said(table, policy) == findings


@pytest.mark.parametrize(
    ("table", "room"),
    [
        (grid(4, 3, 30, hidden=(0, 1), total=37), {"r 0": 8, "r 1": 8}),
        (a_chain(9, 1, 2), {"top left": 4, "top right": 4, "low right": 4}),
        (a_chain(5, 5, 3), {"top left": 9, "top right": 9, "low right": 9}),
        (a_chain(5, 5, 4), {"top right": 10, "low right": 10}),
    ],
)
def test_a_count_with_little_room_is_named_with_how_much(table, room):
    found = {where: (verdict, reason) for verdict, where, reason in said(table)}

    assert found == {
        place: ("review", f"the totals leave it only {many} numbers that it can be")
        for place, many in room.items()
    }


def test_a_hidden_count_is_not_judged_by_what_stands_in_its_place():
    policy = Policy(name="bands of two", rounding=(Rounding(base=2, is_midpoint=True),))
    table = grid(9, 20, hidden=(0,), total=29)
    marked = replace(table, cells=(replace(table.cells[0], text="9"), *table.cells[1:]))

    assert [one.verdict for one in judged(marked, policy)] == [Verdict.FAIL]
