"""What published tables tell of the cells that they hide, with nothing but the tables at hand."""

import pytest

from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.suppression import bounds, solver
from output_checker.disclosure.suppression.audit import audit
from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.hierarchies import parse
from output_checker.disclosure.suppression.published import CannotAudit, published
from output_checker.disclosure.suppression.states import State
from output_checker.disclosure.suppression.system import Setting

TRAP = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]
TRAP_HIDDEN = {(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)}
MIDPOINT = Rounding(base=6, is_midpoint=True)


def a_table(text):
    header, *rows = (tuple(line.split(",")) for line in text.split())
    return Table(header=header, rows=tuple(rows))


def audited(*texts, by=(), **setting):
    wanted = Setting(**setting)
    tables = [
        published(f"table {at}", a_table(text), by=by, counts=wanted.counts)
        for at, text in enumerate(texts)
    ]
    return audit(tables, wanted)


def told(report):
    """State and room by the labels of the cell."""
    return {
        " ".join(label for _, label in cell.key): (
            cell.state.value,
            *(() if cell.room is None else (cell.room.low, cell.room.high)),
        )
        for cell in report.cells
    }


def crosstab(cells, hidden):
    rows = [
        [str(one) if (i, j) not in hidden else "" for j, one in enumerate(row)] + [str(sum(row))]
        for i, row in enumerate(cells)
    ]
    totals = [str(sum(column)) for column in zip(*cells, strict=True)]
    grand = str(sum(map(sum, cells)))
    lines = [["row", "a", "b", "c", "d", "Total"]]
    lines += [[name, *row] for name, row in zip("wxyz", rows, strict=True)]
    return "\n".join(",".join(line) for line in [*lines, ["Total", *totals, grand]])


def test_a_cell_is_found_though_every_row_and_column_hides_two():
    report = audited(crosstab(TRAP, TRAP_HIDDEN))

    assert report.verdict is Verdict.FAIL
    assert told(report) == {
        "a w": ("wide", 25, 94), "b w": ("exact", 47, 47), "c w": ("wide", 0, 69),
        "a x": ("wide", 26, 95), "c x": ("wide", 0, 69), "b y": ("wide", 0, 185),
        "d y": ("wide", 0, 185), "b z": ("wide", 906, 1091), "d z": ("wide", 585, 770),
    }  # fmt: skip


def test_one_more_hidden_cell_closes_it():
    report = audited(crosstab(TRAP, TRAP_HIDDEN | {(1, 1)}))

    assert report.verdict is Verdict.PASS
    assert told(report)["b w"] == ("wide", 0, 141)
    assert told(report)["b x"] == ("wide", 30, 171)


def test_the_only_hidden_row_is_the_total_less_the_rest():
    report = audited(
        "age,heart_disease,population 21-30,[REDACTED],[REDACTED] 31-40,10,100 41-50,15,90 "
        "51+,25,85 Total,51,276",
        threshold=7,
    )

    assert report.verdict is Verdict.FAIL
    assert told(report) == {
        "21-30 heart_disease": ("exact", 1, 1),
        "21-30 population": ("exact", 1, 1),
    }


def test_numbers_rounded_to_midpoints_are_bands_and_no_counts():
    report = audited("group,n_midpoint6 A,3 B,9 C,15 D,0", threshold=7, rounding=MIDPOINT)

    assert report.verdict is Verdict.PASS
    assert report.cells == ()


def test_a_rounded_count_that_a_rounded_total_narrows_is_told():
    report = audited("group,n A,3 B,3 C,3 Total,3", threshold=7, rounding=MIDPOINT)

    assert told(report)["A"] == ("too narrow", 1, 4)
    assert report.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    ("first", "total", "state"),
    [
        ("*,*", 9, State.NARROW), ("*,*", 10, State.WIDE), ("*,*", 0, State.EXACT),
        ("<10,<10", 9, State.WIDE), ("<10,<10", 18, State.EXACT), ("<10,<10", 12, State.NARROW),
        ("<10,*", 30, State.WIDE),
    ],
)  # fmt: skip
def test_a_hidden_count_wants_t_less_one_of_room_and_a_number_of_t_or_more(first, total, state):
    report = audited(f"row,a,b,c,Total x,{first},20,{total + 20}")

    assert report.cells[0].state is state


def test_hidden_counts_known_to_be_large_are_wide_however_near_they_are_known():
    report = audited("row,a,b,Total x,*,*,1000 y,*,3,* Total,998,*,*")

    assert told(report)["a x"] == ("wide", 0, 998)
    large = audited("row,a,b,Total x,*,*,1000 y,2,*,* Total,*,5,*")
    assert told(large)["a x"] == ("wide", 995, 1000)


def test_a_cell_that_another_table_shows_is_not_hidden():
    report = audited("region,n A,* B,* Total,30", "region,n A,12 C,20")

    assert told(report) == {"A": ("exact", 12, 12), "B": ("exact", 18, 18)}


def test_the_cells_of_one_table_are_the_totals_of_another():
    report = audited("region,n A,* B,* C,50 Total,80", "region,sex,n A,M,12 A,F,* B,M,3 B,F,4")

    assert told(report) == {
        "A": ("exact", 23, 23), "B": ("exact", 7, 7), "A F": ("exact", 11, 11),
    }  # fmt: skip


def test_parts_of_a_hierarchy_add_up_and_only_its_tops_make_the_total():
    hierarchies = parse('{"area": {"North": ["York", "Leeds"], "South": ["Bath", "Wells"]}}')
    text = "area,n York,* Leeds,30 North,38 Bath,* Wells,* South,60 Total,98"

    report = audited(text, hierarchies=hierarchies)

    assert report.mismatched == 0
    assert told(report) == {
        "York": ("exact", 8, 8), "Bath": ("wide", 0, 60), "Wells": ("wide", 0, 60),
    }  # fmt: skip


def test_parts_that_are_left_out_are_told_by_their_own_parts():
    hierarchies = parse('{"area": {"All of it": ["North", "South"], "North": ["York", "Leeds"]}}')

    report = audited("area,n York,* Leeds,30 South,10 Allofit,48".replace("Allofit", "UK"),
                     hierarchies=parse('{"area": {"UK": ["North", "South"], '
                                       '"North": ["York", "Leeds"]}}'))  # fmt: skip

    assert hierarchies["area"]["North"] == ("York", "Leeds")
    assert told(report) == {"York": ("exact", 8, 8)}


@pytest.mark.parametrize(
    "text",
    [
        "no json", "[]", '{"a": []}', '{"a": {"b": "c"}}', '{"a": {"b": []}}',
        '{"a": {"b": ["c"], "d": ["c"]}}', '{"a": {"b": ["c"], "c": ["b"]}}', '{"a": {"b": ["b"]}}',
    ],
)  # fmt: skip
def test_a_hierarchy_that_makes_no_sense_is_refused(text):
    with pytest.raises(CannotAudit):
        parse(text)


def test_a_grand_total_alone_gives_back_one_hidden_cell():
    report = audited("region,sex,n A,M,12 A,F,* B,M,13 B,F,14 All,All,47")

    assert told(report) == {"A F": ("exact", 8, 8)}


def test_what_no_table_prints_is_nobody_while_the_numbers_add_up():
    adding_up = audited("region,sex,n A,M,12 A,F,* B,M,13 A,All,20 B,All,13 All,All,33")
    left_out = audited("region,sex,n A,M,12 A,F,11 B,M,13 A,All,23 B,All,17 All,All,40")

    assert told(adding_up) == {"A F": ("exact", 8, 8)}
    assert told(left_out) == {"B F": ("exact", 4, 4)}
    assert left_out.verdict is Verdict.FAIL


def test_totals_that_are_no_sums_are_for_a_person():
    report = audited("region,n A,12 B,13 Total,30")
    hidden = audited("region,a,b,Total A,*,*,20 B,15,10,25 Total,40,*,44")

    assert (report.mismatched, report.verdict) == (1, Verdict.REVIEW)
    assert hidden.verdict is Verdict.REVIEW
    assert State.UNKNOWN in {cell.state for cell in hidden.cells}


def test_sums_are_told_to_a_share_of_themselves():
    text = "firm,x,Total a,*,103.0 b,*,5.0 c,30.0,30.0 Total,*,138.0"
    wide = audited("trade,sales a,* b,* Total,200.5", counts=False)
    narrow = audited("row,l,r,Total top,*,*,103.0 low,7.0,*,* Total,*,5.0,*", counts=False)

    assert audited(text, counts=False).verdict is Verdict.FAIL
    assert {state for state, *_ in told(wide).values()} == {"wide"}
    assert told(narrow)["l top"][0] == "too narrow"


def test_sums_may_be_below_zero_where_one_that_is_shown_is():
    report = audited("trade,sales a,* b,* c,-5.5 Total,10.0", counts=False)

    assert [cell.room.low for cell in report.cells] == [float("-inf")] * 2


def test_what_the_solver_does_not_finish_is_for_a_person(monkeypatch):
    def too_hard(*_asked, **_limits):
        raise TooHard

    monkeypatch.setattr(bounds, "MAX_SMALL", 0)
    monkeypatch.setattr(solver.SHARED, "bounds", too_hard)

    report = audited("row,a,b,Total x,*,*,40")

    assert report.verdict is Verdict.REVIEW
    assert {cell.state for cell in report.cells} == {State.UNKNOWN}


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("row,n", ()), ("row,n a,1.5", ()), ("row,n a,-1", ()), ("row,n a,10%", ()),
        ("row,n a,1 a,2", ()), ("row,n,note a,1,hello", ()), ("row,n a,1", ("sex",)),
        ("row,row,n a,b,1", ()),
    ],
)  # fmt: skip
def test_what_is_no_table_of_counts_is_refused(text, by):
    with pytest.raises(CannotAudit):
        audited(text, by=by)


def test_labels_that_look_like_numbers_are_named():
    report = audited("region,year,n A,2001,12 A,2002,* A,All,20", by=("region", "year"))

    assert told(report) == {"A 2002": ("exact", 8, 8)}


def test_a_column_that_only_counts_the_lines_is_no_dimension():
    report = audited(",region,n 0,A,12 1,B,* 2,Total,20")

    assert told(report) == {"B": ("exact", 8, 8)}
