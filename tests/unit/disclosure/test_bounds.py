"""What totals tell of hidden numbers: equations alone, and with no number below zero."""

from itertools import product
from math import inf

import pytest

from output_checker.disclosure.suppression import simplex
from output_checker.disclosure.suppression.equations import (
    Contradiction,
    Equation,
    TooHard,
    blocks,
    determined,
)
from output_checker.disclosure.suppression.simplex import Simplex

# sdcTable's test table: who solves the equations by hand finds no cell, and yet one is known.
TRAP = {(0, 0): 30, (0, 1): 47, (0, 2): 64, (1, 0): 90, (1, 2): 5, (2, 1): 100, (2, 3): 85,
        (3, 1): 991, (3, 3): 685}  # fmt: skip
INTERVALS = [(25, 94), (47, 47), (0, 69), (26, 95), (0, 69), (0, 185), (0, 185), (906, 1091),
             (585, 770)]  # fmt: skip


def lines_of(cells):
    names = {key: at for at, key in enumerate(cells)}
    groups = {}
    for key, axis in product(cells, range(len(next(iter(cells))))):
        groups.setdefault((axis, *key[:axis], *key[axis + 1 :]), []).append(key)
    return [
        Equation(terms={names[key]: 1.0 for key in keys}, total=sum(cells[key] for key in keys))
        for keys in groups.values()
    ]


def test_a_cell_is_found_that_only_several_lines_together_give():
    equations = lines_of(TRAP)

    assert {list(TRAP)[at]: value for at, value in determined(equations).items()} == {(0, 1): 47}
    (block,) = blocks(equations)
    solver = Simplex(block)
    found = [tuple(round(end, 6) for end in solver.of(at)) for at in range(len(TRAP))]
    assert found == INTERVALS


@pytest.mark.parametrize("seed", range(8))
def test_bounds_are_those_of_all_tables_that_fit(seed):
    keys = [key for at, key in enumerate(product(range(2), range(3))) if at != seed % 6]
    cells = {key: (seed * 7 + at * 5) % 4 for at, key in enumerate(keys)}
    equations = lines_of(cells)

    fitting = [
        values
        for values in product(range(10), repeat=len(keys))
        if all(sum(values[at] for at in one.terms) == one.total for one in equations)
    ]

    for block in blocks(equations):
        solver = Simplex(block)
        for at in {name for one in block for name in one.terms}:
            seen = [values[at] for values in fitting]
            assert solver.of(at) == pytest.approx((min(seen), max(seen)))


def test_what_nothing_bounds_may_be_anything():
    solver = Simplex([Equation(terms={0: 1.0, 1: -1.0}, total=-3.0)])

    assert solver.of(0) == (0.0, inf)
    assert solver.of(1) == (3.0, inf)


def test_an_equation_that_repeats_another_changes_nothing():
    twice = [Equation(terms={0: 1.0, 1: 1.0}, total=7.0)] * 2

    assert determined(twice) == {}
    assert Simplex(twice).of(1) == (0.0, 7.0)


def test_equations_without_common_unknowns_are_solved_apart():
    apart = [Equation(terms={at: 1.0}, total=1.0) for at in (0, 1, 0)]

    assert [len(block) for block in blocks(apart)] == [2, 1]


def test_what_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(simplex, "MAX_PIVOTS", 1)

    with pytest.raises(TooHard):
        Simplex(lines_of(TRAP))


def test_totals_that_no_numbers_have_are_a_contradiction():
    with pytest.raises(Contradiction):
        Simplex([Equation(terms={0: 1.0, 1: 1.0}, total=1.0), Equation(terms={0: 1.0}, total=3.0)])
