"""Rounding counts together: the numbers, where there is no way, and that it is the nearest."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.perturbation.controlled import controlled
from output_checker.disclosure.perturbation.conventional import conventional
from output_checker.disclosure.perturbation.tables import Method, rounded_tables
from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.equations import Contradiction, Equation, Room, TooHard
from output_checker.disclosure.suppression.programme import Cheapest, Programme
from output_checker.disclosure.suppression.published import published
from tests.unit.disclosure.test_audit import a_table

LONG = "area,n York,3 Leeds,4 North,7 Bath,12 Wells,1 South,13 Total,20"
AREAS = {"area": {"North": ("York", "Leeds"), "South": ("Bath", "Wells")}}


def adds_up(total, *parts):
    return Equation(terms=dict.fromkeys(parts, 1.0) | {total: -1.0}, total=0.0)


def test_a_multiple_stays_and_nobody_stays_nobody():
    found = controlled({"a": 10, "b": 0, "all": 10}, [adds_up(2, 0, 1)], 5)

    assert found.counts == {"a": 10, "b": 0, "all": 10}


def test_parts_and_total_are_rounded_so_that_they_add_up():
    # Each by itself they would be 5 + 5 + 5 = 10.
    counts = {"a": 3, "b": 3, "c": 3, "all": 9}

    found = controlled(counts, [adds_up(3, 0, 1, 2)], 5)

    assert sorted(found.counts[one] for one in "abc") == [0, 5, 5]
    assert found.counts["all"] == 10
    assert (found.moved, found.is_nearest) == (frozenset(), True)


def test_where_there_is_no_way_a_count_goes_one_multiple_farther_and_it_says_which():
    # Five times 1 is 5, and stays; 1 can be 0 or 5, five times that is 0 or 25.
    counts = {"one": 1, "five": 5}
    five_times = Equation(terms={0: 5.0, 1: -1.0}, total=0.0)

    found = controlled(counts, [five_times], 5)

    assert found.counts == {"one": 0, "five": 0}
    assert found.moved == {"five"}


def test_where_there_is_none_even_farther_it_is_too_hard():
    with pytest.raises(TooHard):
        controlled({"one": 7, "seven": 70}, [Equation(terms={0: 10.0, 1: -1.0}, total=0.0)], 10)


def test_tables_with_hierarchies_stay_additive():
    table = published("t", a_table(LONG), by=(), counts=True)

    found = rounded_tables([table], method=Method.CONTROLLED, base=5, hierarchies=AREAS)

    new = {dict(cell.key).get("area", "all"): cell.value for cell in found.tables[0].cells}
    assert new["York"] + new["Leeds"] == new["North"]
    assert new["Bath"] + new["Wells"] == new["South"]
    assert new["North"] + new["South"] == new["all"] == 20


def test_the_order_of_rows_and_tables_does_not_change_a_number():
    lines = LONG.split()
    tables = [
        published("t", a_table(" ".join([lines[0], *rows])), by=(), counts=True)
        for rows in (lines[1:], reversed(lines[1:]))
    ]

    found = [
        rounded_tables([one], method=Method.CONTROLLED, base=5, hierarchies=AREAS).tables[0]
        for one in tables
    ]

    first, second = ({cell.key: cell.value for cell in one.cells} for one in found)
    assert first == second


def test_the_same_count_is_the_same_number_wherever_it_is_printed():
    found = conventional({"a": 12, "b": 13, "c": 12}, Rounding(base=5))

    assert found == {"a": 10, "b": 15, "c": 10}


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(0, 14), min_size=4, max_size=4),
    base=st.sampled_from([3, 5, 10]),
)
def test_no_other_way_of_rounding_a_square_together_is_nearer(values, base):
    a, b, c, d = values
    counts = dict(enumerate([a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d]))
    lines = [(4, 0, 1), (5, 2, 3), (6, 0, 2), (7, 1, 3), (8, 4, 5), (8, 6, 7)]

    found = controlled(counts, [adds_up(*one) for one in lines], base)

    best = min(distance(counts, new) for new in ways(counts, base) if all_add_up(new, lines))
    assert all_add_up(found.counts, lines)
    assert all(abs(found.counts[at] - counts[at]) < base for at in counts)
    assert distance(counts, found.counts) == best


def ways(counts, base):
    """Of the inner cells up or down; totals follow."""
    choices = [{one // base * base, -(-one // base) * base} for one in list(counts.values())[:4]]
    for a, b, c, d in product(*choices):
        new = [a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d]
        if all(abs(one - counts[at]) < base for at, one in enumerate(new)):
            yield dict(enumerate(new))


def all_add_up(counts, lines):
    return all(counts[total] == sum(counts[at] for at in parts) for total, *parts in lines)


def distance(counts, new):
    return sum(abs(new[at] - counts[at]) for at in counts)


def test_the_process_finds_the_cheapest_whole_numbers_and_says_when_there_are_none():
    room = Room(low=0.0, high=9.0)
    programme = Programme(
        costs=[3.0, 2.0],
        rooms=[room, room],
        equations=[],
        at_least=[Equation(terms={0: 2.0, 1: 1.0}, total=5.0)],
    )
    impossible = Programme(
        costs=[0.0], rooms=[room], equations=[Equation(terms={0: 2.0}, total=5.0)]
    )

    assert solver.SHARED.least(programme) == Cheapest(values=(2, 1))
    with pytest.raises(Contradiction):
        solver.SHARED.least(impossible)
