"""What the engine says of small tables, with a threshold of 3 so that they stay readable."""

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.spec import TableSpec
from tests.spec.ascii_tables import parse, times, write_csv

POLICY = Policy(name="three", threshold=3, residual_dof=3)


@pytest.fixture
def judge(tmp_path):
    def run(source, output, *, entity=None, policy=POLICY, **spec):
        source_path = write_csv(tmp_path / "source.csv", parse(source))
        output_path = write_csv(tmp_path / "output.csv", parse(output))
        specs = {"output.csv": TableSpec(**spec)} if spec else {}
        sources = [Source(name="source", path=source_path, entity=entity)]
        return check_files([output_path], sources=sources, specs=specs, policy=policy).files[0]

    return run


def flagged(report):
    return {(finding.rule, *finding.cell.values()) for finding in report.findings if finding.cell}


def source(*groups):
    header = "region | sex | pay | who\n-------+---\n"
    return header + times(*groups)


FOUR_AND_TWO = source(
    (2, "north | f | 10 | a"), (2, "north | f | 11 | b"), (2, "south | f | 12 | c")
)


def test_a_count_below_the_threshold_fails_and_one_at_it_passes(judge):
    report = judge(
        source((3, "north | f | 1 | a"), (2, "south | f | 1 | b")),
        """
        region | n
        -------+--
        north  | 3
        south  | 2
        """,
        rows=("region",),
    )

    assert flagged(report) == {("threshold", "south")}
    assert report.verdict is Verdict.FAIL


def test_repeated_rows_of_one_person_count_once_when_the_entity_is_known(judge):
    report = judge(
        FOUR_AND_TWO,
        """
        region | n
        -------+--
        north  | 4
        south  | 2
        """,
        rows=("region",),
        entity="who",
    )

    assert flagged(report) == {("threshold", "north"), ("threshold", "south")}


def test_rows_without_the_published_value_do_not_count_towards_the_threshold(judge):
    report = judge(
        source((5, "north | f |  | a"), (1, "north | f | 4 | b"), (1, "north | f | 6 | c")),
        """
        region | mean
        -------+-----
        north  | 5.0
        """,
        rows=("region",),
        values="pay",
        aggregate="mean",
    )

    assert ("threshold", "north") in flagged(report)


EMPTY_CORNER = source((4, "north | f | 1 | a"), (4, "north | m | 2 | b"), (4, "south | f | 3 | c"))
GRID = """
    region | sex | count
    -------+-----+------
    north  | f   | 4
    north  | m   | 4
    south  | f   | 4
"""


@pytest.mark.parametrize(
    "line", ["south | m | 0", "south | m | "], ids=["printed as zero", "printed as a blank"]
)
def test_an_empty_cell_fails_where_zeros_are_disclosive(judge, line):
    report = judge(EMPTY_CORNER, f"{GRID.rstrip()}\n{line}", rows=("region", "sex"))

    assert flagged(report) == {("zero", "south", "m")}


def test_an_empty_cell_that_is_left_out_fails_as_well(judge):
    report = judge(EMPTY_CORNER, GRID, rows=("region", "sex"))

    assert flagged(report) == {("zero", "south", "m")}


def test_a_cell_that_is_left_out_says_nothing_where_others_were_withheld_so(judge):
    report = judge(
        SMALL_CORNER,
        """
        region | sex | n
        -------+-----+--
        north  | f   | 4
        north  | m   | 4
        south  | f   | 4
        east   | f   | 4
        """,
        rows=("region", "sex"),
    )

    assert report.verdict is Verdict.PASS


def test_an_empty_cell_passes_where_zeros_are_not_disclosive(judge):
    policy = Policy(name="zeros-kept", threshold=3, zeros_disclosive=False)

    report = judge(EMPTY_CORNER, GRID, rows=("region", "sex"), policy=policy)

    assert report.verdict is Verdict.PASS


SMALL_CORNER = source(
    (4, "north | f | 1 | a"), (4, "north | m | 2 | b"), (4, "south | f | 3 | c"),
    (1, "south | m | 3 | d"), (4, "east | f | 3 | e"),
)  # fmt: skip


@pytest.mark.parametrize("mark", ["*", "", "suppressed", "[c]", "<3"])
def test_a_suppressed_cell_is_not_published_and_a_blank_beside_it_says_nothing(judge, mark):
    report = judge(
        SMALL_CORNER,
        f"""
        region | sex | n
        -------+-----+--
        north  | f   | 4
        north  | m   | 4
        south  | f   | 4
        south  | m   | {mark}
        east   | f   | 4
        east   | m   | {mark}
        """,
        rows=("region", "sex"),
    )

    assert report.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("pays", "rules"),
    [
        ((90, 6, 4), {"dominance", "p-percent"}),
        ((60, 28, 12), set()),
        ((60, 34, 6), {"dominance"}),
        ((60, 30, 10), {"dominance"}),
        ((60, 35, 5), {"dominance", "p-percent"}),
        ((-60, 35, 5), {"dominance", "p-percent"}),
        ((-60, 28, 12), set()),
    ],
)
@pytest.mark.parametrize("aggregate", ["sum", "mean"])
def test_totals_that_few_units_hold_fail_whatever_the_sign(judge, pays, rules, aggregate):
    number = sum(pays) / (1 if aggregate == "sum" else len(pays))
    report = judge(
        source(*((1, f"north | f | {pay} | {pay}") for pay in pays)),
        f"region | value\n---+---\nnorth | {number}",
        rows=("region",),
        values="pay",
        aggregate=aggregate,
    )

    assert flagged(report) == {(rule, "north") for rule in rules}


def test_a_statistic_that_is_no_total_is_not_judged_by_shares(judge):
    report = judge(
        source(*((1, f"north | f | {pay} | {pay}") for pay in (90, 5, 4))),
        "region | median\n---+---\nnorth | 5",
        rows=("region",),
        values="pay",
        aggregate="median",
    )

    assert flagged(report) == set()


def test_rows_that_name_no_entity_never_pass_as_nobody(judge):
    policy = Policy(name="zeros-kept", threshold=3, zeros_disclosive=False)

    report = judge(
        source((5, "north | f | 1 | "), (1, "north | f |  | a")),
        "region | n\n---+---\nnorth | 5",
        rows=("region",),
        values="pay",
        entity="who",
        policy=policy,
    )

    assert flagged(report) == {("threshold", "north")}


def test_contributions_are_summed_by_entity_before_they_are_compared(judge):
    report = judge(
        source(*((1, f"north | f | {pay} | a") for pay in (30, 30, 29)),
               (1, "north | f | 5 | b"), (1, "north | f | 6 | c")),
        "region | sum\n---+---\nnorth | 100",
        rows=("region",),
        values="pay",
        aggregate="sum",
        entity="who",
    )  # fmt: skip

    assert flagged(report) == {("dominance", "north"), ("p-percent", "north")}


@pytest.mark.parametrize(
    ("aggregate", "number"),
    [("mean", 7), ("sum", 35), ("median", 7), ("std", 0), ("mode", 7)],
)
def test_a_group_of_one_value_fails_for_every_statistic_of_it(judge, aggregate, number):
    report = judge(
        source((5, "north | f | 7 | a")),
        f"region | value\n---+---\nnorth | {number}",
        rows=("region",),
        values="pay",
        aggregate=aggregate,
    )

    assert flagged(report) == {("all-same", "north")}


def test_a_count_of_a_group_of_one_value_passes(judge):
    report = judge(
        source((5, "north | f | 7 | a")),
        "region | n\n---+---\nnorth | 5",
        rows=("region",),
        values="pay",
    )

    assert report.verdict is Verdict.PASS


def test_a_spread_needs_degrees_of_freedom(judge):
    data = source(*((1, f"north | f | {pay} | {pay}") for pay in (1, 2, 3)),
                  *((1, f"south | f | {pay} | {pay}") for pay in (1, 2, 3, 4)))  # fmt: skip
    report = judge(
        data,
        "region | std\n---+---\nnorth | 1.0\nsouth | 1.2910",
        rows=("region",),
        values="pay",
        aggregate="std",
    )

    assert flagged(report) == {("dof", "north")}


@pytest.mark.parametrize(("sharing", "rules"), [(2, {"endpoint"}), (3, set())])
@pytest.mark.parametrize(("aggregate", "end"), [("min", 1), ("max", 99)])
def test_an_endpoint_needs_as_many_units_as_the_threshold(judge, sharing, rules, aggregate, end):
    report = judge(
        source((sharing, f"north | f | {end} | a"), (5, "north | f | 50 | b")),
        f"region | value\n---+---\nnorth | {end}",
        rows=("region",),
        values="pay",
        aggregate=aggregate,
    )

    assert flagged(report) == {(rule, "north") for rule in rules}


@pytest.mark.parametrize("aggregate", ["min", "std", "sum"])
def test_a_suppressed_cell_breaks_no_rule(judge, aggregate):
    report = judge(
        source((1, "north | f | 1 | a"), (1, "north | f | 2 | b")),
        "region | value\n---+---\nnorth | *",
        rows=("region",),
        values="pay",
        aggregate=aggregate,
    )

    assert flagged(report) == set()


def test_units_that_share_an_endpoint_are_people_not_rows(judge):
    report = judge(
        source((4, "north | f | 1 | a"), (4, "north | f | 2 | b"), (4, "north | f | 3 | c")),
        "region | min\n---+---\nnorth | 1",
        rows=("region",),
        values="pay",
        aggregate="min",
        entity="who",
    )

    assert flagged(report) == {("endpoint", "north")}


def test_a_number_that_the_source_does_not_give_is_for_a_person(judge):
    report = judge(
        source((4, "north | f | 1 | a")), "region | n\n---+---\nnorth | 5", rows=("region",)
    )

    assert flagged(report) == {("source-match", "north")}
    assert report.verdict is Verdict.REVIEW


def test_a_label_that_the_source_lacks_is_for_a_person(judge):
    report = judge(
        source((4, "north | f | 1 | a")),
        "region | n\n---+---\nnorth | 4\nwest | 4",
        rows=("region",),
    )

    assert flagged(report) == {("source-match", "west")}


def test_a_number_is_compared_at_the_precision_it_is_printed_with(judge):
    data = source((2, "north | f | 1 | a"), (1, "north | f | 2 | b"))
    close = judge(
        data, "region | mean\n---+---\nnorth | 1.33",
        rows=("region",), values="pay", aggregate="mean",
    )  # fmt: skip
    far = judge(
        data, "region | mean\n---+---\nnorth | 1.34",
        rows=("region",), values="pay", aggregate="mean",
    )  # fmt: skip

    assert ("source-match", "north") not in flagged(close)
    assert ("source-match", "north") in flagged(far)


def test_margins_are_cells_too(judge):
    report = judge(
        source((4, "north | f | 1 | a"), (2, "south | m | 1 | a")),
        """
        region | sex | n
        -------+-----+--
        north  | f   | 4
        north  | m   | *
        south  | f   | *
        south  | m   | *
        All    | m   | 2
        All    | f   | 4
        All    | All | 6
        """,
        rows=("region",),
        columns=("sex",),
        margins=True,
    )

    given_back = {("margin", "south", "f"), ("margin", "south", "m"), ("margin", "north", "m")}
    assert flagged(report) == {("threshold", "All", "m"), *given_back}


def test_a_total_may_leave_out_the_rows_without_a_label(judge):
    report = judge(
        source((4, "north | f | 1 | a"), (4, "south | f | 1 | a"), (3, " | f | 1 | a")),
        "region | n\n---+---\nnorth | 4\nsouth | 4\nAll | 8",
        rows=("region",),
        margins=True,
    )

    assert report.verdict is Verdict.PASS


def test_a_crosstab_is_read_across(judge):
    report = judge(
        SMALL_CORNER,
        """
        region | f  | m | All
        -------+----+---+----
        north  | 4  | 4 | 8
        south  | 4  | 1 | 5
        east   | 4  | 0 | 4
        All    | 12 | 5 | 17
        """,
        rows=("region",),
        columns=("sex",),
        margins=True,
    )

    assert flagged(report) == {("threshold", "south", "m"), ("zero", "east", "m")}


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ("2020-01-01", "2020-01-01 00:00:00"),
        ("2020", "2020.0"),
        ("1.0", "1"),
        ('O"Brien', 'O"Brien'),
        ("it's", "it's"),
        ("", "nan"),
    ],
    ids=["date", "year as float", "float as year", "quote", "apostrophe", "missing"],
)
def test_a_label_is_the_same_however_it_is_spelled(judge, stored, printed):
    report = judge(
        source((2, f"{stored} | f | 1 | a"), (4, "other | f | 1 | b")),
        f"region | n\n---+---\n{printed} | 2\nother | 4",
        rows=("region",),
    )

    assert flagged(report) == {("threshold", printed)}


def test_a_filter_limits_the_rows_behind_a_table(judge):
    data = source((3, "north | f | 10 | a"), (2, "north | m | 20 | b"))
    report = judge(
        data,
        "region | n\n---+---\nnorth | 2",
        rows=("region",),
        where={"sex": ["m"], "pay": {"op": ">=", "value": 15}},
    )

    assert flagged(report) == {("threshold", "north")}


def test_a_spec_column_that_the_table_lacks_is_for_a_person(judge):
    report = judge(
        source((4, "north | f | 1 | a")), "area | n\n---+---\nnorth | 4", rows=("region",)
    )

    assert [finding.rule for finding in report.findings] == ["layout"]
    assert "'region'" in report.findings[0].reason


def test_a_second_column_that_nothing_explains_is_for_a_person(judge):
    report = judge(
        source((4, "north | f | 1 | a")),
        "region | n | remark\n---+---+---\nnorth | 4 | 17",
        rows=("region",),
    )

    assert [finding.rule for finding in report.findings] == ["unexplained-column"]


def test_a_table_without_a_spec_is_understood_when_the_source_gives_its_numbers(judge):
    data = source(*((1, f"north | f | {pay} | {pay}") for pay in (10, 11, 12, 13)),
                  *((1, f"south | f | {pay} | {pay}") for pay in (20, 30)))  # fmt: skip
    report = judge(data, "region | n | mean\n---+---+---\nnorth | 4 | 11.5\nsouth | 2 | 25.0")

    assert ("threshold", "south") in flagged(report)
    assert "no-spec" not in {finding.rule for finding in report.findings}


def test_a_table_without_a_spec_that_the_source_does_not_give_is_for_a_person(judge):
    report = judge(source((4, "north | f | 1 | a")), "region | mean\n---+---\nnorth | 17")

    assert {finding.rule for finding in report.findings} == {"no-spec"}


def test_findings_about_cells_carry_the_statbarn_of_the_statistic(judge):
    report = judge(
        source((2, "north | f | 1 | a")), "region | n\n---+---\nnorth | 2", rows=("region",)
    )

    assert report.findings[0].statbarn == "https://w3id.org/statbarnsdc#Frequencies"
