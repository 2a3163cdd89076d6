"""How tables are read: bands, headings of several lines, names of statistics, and no spec."""

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence.bands import Band, read_bands
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.headings import read_heading
from output_checker.disclosure.evidence.measures import Named, named, split_name
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

POLICY = Policy(name="three", threshold=3, residual_dof=3)


@pytest.mark.parametrize(
    ("label", "low", "high", "ends"),
    [
        ("[0, 10)", 0, 10, "[)"),
        ("(0.5, 10.0]", 0.5, 10, "(]"),
        ("(-inf, 3]", None, 3, "[]"),
        ("16-24", 16, 24, "[]"),
        ("16 to 24", 16, 24, "[]"),
        ("10 to under 20", 10, 20, "[)"),
        ("1,000-1,999", 1000, 1999, "[]"),
        ("65+", 65, None, "[)"),
        ("65 and over", 65, None, "[)"),
        ("<18", None, 18, "[)"),
        ("under 18", None, 18, "[)"),
        ("<= 5", None, 5, "[]"),
        (">5", 5, None, "()"),
        ("5 or less", None, 5, "[]"),
        ("At least 5", 5, None, "[)"),
        (">= 5", 5, None, "[)"),
        ("more than 5", 5, None, "()"),
        ("Up to 5", None, 5, "[]"),
        ("below 5", None, 5, "[)"),
        ("5 or more", 5, None, "[)"),
        ("5 and under", None, 5, "[]"),
        ("from 16 to 24", 16, 24, "[]"),
        ("(5, inf]", 5, None, "(]"),
        ("1.5-2.5", 1.5, 2.5, "[]"),
    ],
)
def test_a_band_is_read_from_its_label(label, low, high, ends):
    (band,) = read_bands([label])

    assert band.label == label
    assert (band.low, band.high, band.has_low or low is None, band.has_high) == (
        low, high, ends[0] == "[" or low is None, ends[1] == "]"
    )  # fmt: skip


def test_bands_that_follow_each_other_leave_no_gap_and_no_overlap():
    bands = read_bands(["25-34", "16-24", "35+"])

    assert [band.label for band in bands] == ["16-24", "25-34", "35+"]
    for number in (16, 24, 24.5, 25, 34.9, 35, 99):
        assert sum(band.holds(number) for band in bands) == 1
    assert not any(band.holds(15.9) for band in bands)


@pytest.mark.parametrize("labels", [["16-24", "north"], ["0-20", "10-30"], ["a"], ["5+", "3+"]])
def test_labels_that_are_no_bands_are_none(labels):
    assert read_bands(labels) is None


def test_a_band_of_half_open_ends_holds_its_lower_one():
    band = Band(label="x", low=1.0, high=2.0)

    assert [band.holds(one) for one in (0.9, 1.0, 1.5, 2.0)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("name", "statistic", "level"),
    [
        ("mean", Statistic.MEAN, None), ("N", Statistic.COUNT, None), ("p25", "quantile", 0.25),
        ("75%", "quantile", 0.75), ("50%", "median", None), ("q3", "quantile", 0.75),
        ("quantile(0.9)", "quantile", 0.9), ("90th", "quantile", 0.9), ("cr4", "top_share", 4),
        ("pct", "share", None), ("hhi", "herfindahl", None), ("sd", "std", None),
    ],
)  # fmt: skip
def test_a_statistic_is_known_by_many_names(name, statistic, level):
    assert named(name) == Named(Statistic(statistic), level)


@pytest.mark.parametrize("name", ["pay", "25", "p0", "q", "x%", "100%", ""])
def test_other_names_are_no_statistic(name):
    assert named(name) is None


@pytest.mark.parametrize(
    "name", ["mean_pay_rate", "pay_rate_mean", "mean(pay_rate)", "mean pay_rate"]
)
def test_a_name_may_hold_a_statistic_and_a_variable(name):
    assert split_name(name, ["pay", "pay_rate"]) == (Named(Statistic.MEAN), "pay_rate")


def test_a_block_of_headings_is_read_as_pandas_writes_it():
    table = Table(
        header=("", "", "pay", "pay", "pay"),
        rows=(("sex", "", "f", "m", "All"), ("region", "year", "", "", ""),
              ("north", "2010", "1", "2", "3")),
    )  # fmt: skip

    heading = read_heading(table, ["region", "year", "sex"])

    assert (heading.lines, heading.index_count, heading.level_names) == (3, 2, ("", "sex"))
    assert heading.names == ("region", "year", "pay f", "pay m", "pay All")
    assert heading.levels == (("pay", "f"), ("pay", "m"), ("pay", "All"))


def test_a_row_of_blanks_is_no_heading():
    table = Table(header=("region", "f", "m"), rows=(("north", "", ""), ("south", "1", "2")))

    assert read_heading(table, ["region", "sex"]).lines == 1


@pytest.mark.parametrize(
    ("written", "printed", "count", "is_of"),
    [("5", 10, 12, True), ("5", 12, 12, False), ("5", 20, 12, False), ("5", 0, 3, True),
     ("midpoint6", 3, 1, True), ("midpoint6", 3, 6, True), ("midpoint6", 9, 6, False),
     ("midpoint6", 0, 0, True), ("midpoint6", 3, 0, False)],
)  # fmt: skip
def test_a_number_is_or_is_not_a_count_rounded(written, printed, count, is_of):
    assert Rounding.read(written).is_of(printed, count) is is_of


@pytest.mark.parametrize(
    ("printed", "least", "hides"),
    [(3, 5, True), (3, 6, True), (3, 7, True), (3, 8, False), (9, 12, True), (9, 13, False),
     (0, 6, False), (4, 6, False)],
)  # fmt: skip
def test_the_middle_of_a_band_may_hide_a_small_count(printed, least, hides):
    assert Rounding(base=6, is_midpoint=True).hides(printed, least) is hides
    assert not Rounding(base=6).hides(printed, least)


@pytest.mark.parametrize("text", ["0", "-5", "5.5", "midpoint5", "six", ""])
def test_what_is_no_rounding_is_none(text):
    assert Rounding.read(text) is None


@pytest.fixture
def judge(tmp_path):
    lines = [
        f"{region},{sex},{age},{age * 10 + at},{at % 2}"
        for at in range(6)
        for region in ("north", "south")
        for sex in ("f", "m")
        for age in (20, 40, 70)
        if not (region == "south" and age == 70 and at > 1)
    ]
    (tmp_path / "source.csv").write_text("\n".join(["region,sex,age,pay,flag", *lines]) + "\n")

    def run(text, spec=None):
        (tmp_path / "t.csv").write_text(text)
        source = Source(name="s", path=tmp_path / "source.csv")
        specs = {"t.csv": spec} if spec else {}
        return check_files([tmp_path / "t.csv"], sources=[source], specs=specs, policy=POLICY)

    return run


def rules(report):
    return {one.rule for one in report.files[0].findings}


UNDECLARED = {
    "other names for the columns": "Area,n\nnorth,36\nsouth,28\n",
    "a crosstab": "region,f,m,All\nnorth,18,18,36\nsouth,14,14,28\nAll,32,32,64\n",
    "a crosstab of shares": "region,f,m\nnorth,50%,50%\nsouth,50%,50%\n",
    "a crosstab of means": "region,f,m\nnorth,435.833,435.833\nsouth,359.357,359.357\n",
    "bands": "age group,n\n16-34,24\n35-64,24\n65+,16\n",
    "bands across": "region,16-64,65+\nnorth,24,12\nsouth,24,4\n",
    "a row number first": ",region,n\n0,north,36\n1,south,28\n",
    "several statistics": "region,n,max_age\nnorth,36,70\nsouth,28,70\n",
    "percentages": "region,n,percent\nnorth,36,56.25\nsouth,28,43.75\n",
    "a filter nobody names": "region,sex,n\nnorth,f,9\nnorth,m,9\nsouth,f,7\nsouth,m,7\n",
}


@pytest.mark.parametrize("text", UNDECLARED.values(), ids=UNDECLARED.keys())
def test_a_table_is_understood_without_a_spec(judge, text):
    report = judge(text)

    assert (report.verdict, rules(report)) == (Verdict.PASS, set())


def test_what_is_understood_without_a_spec_is_judged(judge):
    report = judge("age,sex,region,n\n70,f,south,2\n70,m,south,2\n70,f,north,6\n70,m,north,6\n")

    assert (report.verdict, "threshold" in rules(report)) == (Verdict.FAIL, True)


def test_what_was_tried_is_said(judge):
    report = judge("region,sex,n\nnorth,f,17\nsouth,m,9\nnorth,m,4\n")

    reason = report.files[0].findings[0].reason
    assert (report.verdict, rules(report)) == (Verdict.REVIEW, {"no-spec"})
    assert "'region', 'sex'" in reason
    assert "filters" in reason


def test_two_numbers_are_too_few_to_be_read_by_filters(judge):
    assert rules(judge("region,n\nnorth,12\nsouth,2\n")) >= {"no-spec"}


@pytest.mark.parametrize(
    ("text", "spec", "verdict"),
    [
        (",,pay,pay\nsex,,f,m\nregion,age,,\nnorth,20,202.5,202.5\nnorth,40,402.5,402.5\n",
         TableSpec(rows=("region", "age"), columns=("sex",), values="pay", aggregate="mean"),
         "pass"),
        ("region,f,m\nnorth,50%,50%\nsouth,50%,50%\n",
         TableSpec(rows=("region",), columns=("sex",), aggregate="share", of="row"), "pass"),
        ("region,rate\nnorth,11.54\nsouth,14.0\n",
         TableSpec(rows=("region",), values="flag", aggregate="ratio", denominator="age", per=1000),
         "pass"),
        ("band,n\n16-34,24\n35+,40\n", TableSpec(rows=("band",), bands={"band": "age"}), "pass"),
        ("band,n\nyoung,24\nold,40\n", TableSpec(rows=("band",), bands={"band": "age"}), "review"),
        ("region,n\nnorth,35\nsouth,30\n", TableSpec(rows=("region",), rounding="5"), "pass"),
        ("region,n\nnorth,35\nsouth,30\n", TableSpec(rows=("region",)), "review"),
    ],
    ids=["levels", "shares in %", "rates", "bands", "names of bands", "rounded", "not said"],
)  # fmt: skip
def test_a_declared_table_is_read_as_its_spec_says(judge, text, spec, verdict):
    assert judge(text, spec).verdict == verdict


def test_a_mark_that_the_source_contradicts_is_for_a_person(judge):
    spec = TableSpec(rows=("region",))

    found = rules(judge("region,n\nnorth,36\nsouth,<10\n", spec))
    assert found == {"source-match", "threshold"}
    assert rules(judge("region,n\nnorth,36\nsouth,*\n", spec)) == set()


def test_a_value_that_looks_like_a_mark_of_suppression_is_shown(tmp_path):
    source = tmp_path / "source.csv"
    source.write_text("g,v\na,c\na,c\nb,d\nb,d\nb,d\nb,c\n")
    output = tmp_path / "table.csv"
    output.write_text("g,mode\na,c\nb,d\n")
    spec = TableSpec(rows=("g",), values="v", aggregate="mode")

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={"table.csv": spec}, policy=POLICY
    )

    assert {one.cell["g"] for one in report.files[0].findings if one.cell} == {"a"}


@pytest.mark.parametrize(
    ("north", "south", "verdict"),
    [("436.0", "359.0", "pass"), ("436.0", "359.4", "review"), ("437.0", "359.0", "review")],
)
def test_a_column_of_rounded_means_is_as_precise_as_its_most_precise(judge, north, south, verdict):
    spec = TableSpec(rows=("region",), values="pay", aggregate="mean")

    found = judge(f"region,mean\nnorth,{north}\nsouth,{south}\n", spec)

    assert found.verdict == verdict


def test_a_total_of_all_rows_at_once_gives_back_a_cell_of_many_rows(judge):
    lines = (
        "region,sex,20,70,All\nnorth,f,6,6,12\nnorth,m,6,6,12\nsouth,f,6,*,*\nsouth,m,6,2,8\n"
        "All,,24,{},{}\n"
    )
    spec = TableSpec(
        rows=("region", "sex"), columns=("age",), where={"age": [20, 70]}, margins=True
    )

    assert "margin" in rules(judge(lines.format(16, 40), spec))
    assert "margin" not in rules(judge(lines.format("*", "*"), spec))


@pytest.mark.parametrize(
    ("name", "is_odd"),
    [
        ("mean pay in 2019-2020", False),
        ("Number of people, 10,000s", True),
        ("n (largest 18768904)", True),
        ("1 2 3", True),
        ("from 10 to under 20", False),
        ("at 2020-01-31", False),
        ("n" * 201, True),
        ("18,768,904", True),
    ],
)
def test_a_name_of_a_column_may_not_carry_numbers(judge, name, is_odd):
    found = judge(f'region,"{name}"\nnorth,36\nsouth,28\n', TableSpec(rows=("region",)))

    assert ("heading" in rules(found), found.verdict) == (
        is_odd, Verdict.REVIEW if is_odd else Verdict.PASS
    )  # fmt: skip


def test_a_label_of_the_source_is_no_odd_name(tmp_path):
    source = tmp_path / "source.csv"
    source.write_text("area,sex\n" + "E01000001,f\nE01000001,m\nE01000002,f\nE01000002,m\n" * 5)
    output = tmp_path / "table.csv"
    output.write_text("sex,E01000001,E01000002\nf,5,5\nm,5,5\n")
    spec = TableSpec(rows=("sex",), columns=("area",))

    report = check_files(
        [output], sources=[Source(name="s", path=source)], specs={"table.csv": spec}, policy=POLICY
    )

    assert report.verdict is Verdict.PASS
