"""The process that solves larger systems: what it says, and what becomes of it when it cannot."""

import sys
from math import inf

import pytest

from output_checker.disclosure.suppression.equations import Contradiction, Equation, Room, TooHard
from output_checker.disclosure.suppression.solver import Solver
from tests.unit.disclosure.test_bounds import INTERVALS, TRAP, lines_of

LINE = [Equation(terms={0: 1.0, 1: 1.0}, total=7.0)]


@pytest.fixture
def solver():
    made = Solver()
    yield made
    made.close()


def asked(solver, equations=LINE, unknowns=(0, 1), rooms=None, **more):
    return solver.bounds(equations, unknowns, rooms or {}, **({"counts": True} | more))


def test_it_finds_what_the_small_solver_finds(solver):
    found = asked(solver, lines_of(TRAP), range(len(TRAP)))

    assert [(round(one.low, 6), round(one.high, 6)) for one in found.values()] == INTERVALS


def test_rooms_of_single_unknowns_count(solver):
    assert asked(solver, rooms={0: Room(low=2.0, high=3.0)})[1] == Room(low=4.0, high=5.0)


def test_what_nothing_bounds_may_be_anything(solver):
    apart = [Equation(terms={0: 1.0, 1: -1.0}, total=3.0)]

    assert asked(solver, apart)[0] == Room(low=3.0, high=inf)
    assert asked(solver, apart, rooms=dict.fromkeys((0, 1), Room(low=-inf)))[0] == Room(low=-inf)


def test_fractions_that_no_whole_numbers_have_are_no_room(solver):
    odd = [Equation(terms={0: 2.0, 1: 2.0, 2: 1.0}, total=5.0)]

    assert asked(solver, odd, (2,)) == {2: Room(low=1.0, high=5.0)}
    assert asked(solver, odd, (2,), counts=False) == {2: Room(low=0.0, high=5.0)}


def test_equations_that_contradict_each_other_are_told(solver):
    with pytest.raises(Contradiction):
        asked(solver, rooms={0: Room(low=8.0)})


def test_a_process_that_is_late_is_killed_and_the_next_question_has_another(solver):
    with pytest.raises(TooHard):
        asked(solver, seconds=0.0)

    assert asked(solver)[0] == Room(low=0.0, high=7.0)


def test_a_process_that_died_is_replaced(solver):
    asked(solver)
    solver._process.kill()
    with pytest.raises(TooHard):
        asked(solver)

    assert asked(solver)[0] == Room(low=0.0, high=7.0)


def test_a_process_without_memory_works_nothing_out():
    poor = Solver(memory_bytes=1024)

    with pytest.raises(TooHard):
        asked(poor)
    poor.close()


def test_a_process_that_says_it_is_worn_is_replaced(solver):
    command = solver._command
    answer = '{"rooms": {"0": [1.0, 2.0]}, "is_last": true}'
    solver._command = [sys.executable, "-c", f"print({answer!r}, flush=True); input()"]

    assert asked(solver)[0] == Room(low=1.0, high=2.0)

    solver._command = command
    assert asked(solver)[0] == Room(low=0.0, high=7.0)


def test_what_is_no_answer_is_not_taken_for_one(solver):
    solver._command = [sys.executable, "-c", "print('rooms', flush=True); input()"]

    with pytest.raises(TooHard):
        asked(solver)
