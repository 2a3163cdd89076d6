"""The auditor beside brute force over all whole tables that fit, and the suggester beside it."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.suppression import bounds
from output_checker.disclosure.suppression.audit import audit
from output_checker.disclosure.suppression.published import Printed, Published
from output_checker.disclosure.suppression.states import State
from output_checker.disclosure.suppression.suggest import suggest, with_hidden
from output_checker.disclosure.suppression.system import Setting

THRESHOLD = 3
SHAPES = ((2, 2), (2, 3), (3, 3), (2, 2, 2), (3, 2, 2))
TOTAL = "total"


def with_margins(inner):
    """The counts by labels, each total among them."""
    cells = {}
    for key, count in inner.items():
        for summed in product((False, True), repeat=len(key)):
            whole = tuple(TOTAL if one else at for at, one in zip(key, summed, strict=True))
            cells[whole] = cells.get(whole, 0) + count
    return cells


def a_table(cells, hidden=()):
    printed = [
        Printed(
            key=tuple((f"d{at}", str(one)) for at, one in enumerate(key) if one != TOTAL),
            row=row,
            column=0,
            value=None if key in hidden else float(count),
        )
        for row, (key, count) in enumerate(cells.items())
    ]
    labels = {
        f"d{at}": tuple(sorted({str(key[at]) for key in cells} - {TOTAL}))
        for at in range(len(next(iter(cells))))
    }
    return Published(name="table", cells=tuple(printed), labels=labels)


@st.composite
def hidden_tables(draw, most_hidden=5):
    """Small counts with all margins; some inner cells and some margins hidden, the whole never."""
    shape = draw(st.sampled_from(SHAPES))
    keys = [*product(*(range(size) for size in shape))]
    inner = {key: draw(st.integers(0, 3)) for key in keys}
    cells = with_margins(inner)
    within = draw(st.sets(st.sampled_from(keys), min_size=1, max_size=most_hidden))
    margins = [key for key in cells if TOTAL in key and any(one != TOTAL for one in key)]
    return inner, cells, within | draw(st.sets(st.sampled_from(margins), max_size=4))


def fitting(inner, cells, hidden):
    """Every whole table that shows the same numbers."""
    free = [key for key in inner if key in hidden]
    most = cells[(TOTAL,) * len(next(iter(cells)))]
    known = sum(count for key, count in inner.items() if key not in hidden)
    for counts in product(range(most - known + 1), repeat=len(free)):
        if sum(counts) == most - known:
            table = with_margins(inner | dict(zip(free, counts, strict=True)))
            if all(table[key] == cells[key] for key in cells if key not in hidden):
                yield table


@pytest.mark.slow
@pytest.mark.parametrize("small", [0, bounds.MAX_SMALL])
@settings(max_examples=60, deadline=None)
@given(made=hidden_tables())
def test_a_hidden_cell_can_be_what_it_is_in_some_table_that_fits_and_nothing_beyond(small, made):
    inner, cells, hidden = made
    tables = [*fitting(inner, cells, hidden)]
    before, bounds.MAX_SMALL = bounds.MAX_SMALL, small
    try:
        report = audit([a_table(cells, hidden)], Setting(threshold=THRESHOLD))
    finally:
        bounds.MAX_SMALL = before

    rows = list(cells)
    assert {rows[cell.places[0][1]] for cell in report.cells} == hidden
    for cell in report.cells:
        key = rows[cell.places[0][1]]
        seen = {table[key] for table in tables}
        assert cells[key] in seen
        assert (cell.room.low, cell.room.high) == (min(seen), max(seen))
        assert (cell.state is State.EXACT) == (len(seen) == 1)
        if cell.state is State.WIDE and min(seen) < THRESHOLD:
            assert max(seen) >= THRESHOLD
            assert max(seen) - min(seen) >= THRESHOLD - 1


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_suggested_leaves_nothing_exact_and_nothing_too_narrow(data):
    shape = data.draw(st.sampled_from([*SHAPES, (4, 4), (5, 3), (3, 3, 3)]))
    counts = st.one_of(st.integers(0, 12), st.integers(0, 80))
    inner = {key: data.draw(counts) for key in product(*(range(size) for size in shape))}
    cells = with_margins(inner)
    setting = Setting(threshold=data.draw(st.sampled_from([3, 5, 10])))
    table = a_table(cells)

    found = suggest([table], setting)
    safe = with_hidden(table, found.small | found.added)

    assert {cell.value for cell in table.cells if cell.key in found.small} <= set(
        range(1, setting.threshold)
    )
    assert not [
        cell for cell in safe.cells if cell.value is not None and 0 < cell.value < setting.threshold
    ]
    report = audit([safe], setting)
    assert report.verdict is Verdict.PASS
    assert {cell.state for cell in report.cells} <= {State.WIDE}
