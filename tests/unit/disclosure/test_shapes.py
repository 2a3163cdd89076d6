"""Tables that are laid out otherwise than a line for each group: they are read all the same."""

import json

import pandas as pd
import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence.shapes import shapes
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.load import load
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.specs import parse

PEOPLE_COUNT = 233
PEOPLE = pd.DataFrame(
    {
        "person": range(PEOPLE_COUNT),
        "region": [("north", "south", "east")[at % 3] for at in range(PEOPLE_COUNT)],
        "sex": ["fm"[at // 120] for at in range(PEOPLE_COUNT)],
        "age": [20 + at % 12 for at in range(PEOPLE_COUNT)],
        "half": ["ab"[at // 60 % 2] for at in range(PEOPLE_COUNT)],
        "pay": [1000.0 + 7 * at + at % 5 for at in range(PEOPLE_COUNT)],
    }
)
PAY = PEOPLE.groupby("region").pay


@pytest.fixture
def judged(tmp_path):
    """The report on one CSV file of a text, by its spec if there is one."""
    source = tmp_path / "people.parquet"
    PEOPLE.to_parquet(source)

    def judge(text, spec=None):
        output = tmp_path / "output.csv"
        output.write_text(text)
        specs = {} if spec is None else {output.name: parse(spec)}
        sources = [Source(name="people", path=source, entity="person")]
        (report,) = check_files(
            [output], sources=sources, specs=specs, policy=load("sacro-10")
        ).files
        return report

    return judge


def without_endpoints(frame):
    return frame.drop(["min", "max"])


@pytest.mark.parametrize(
    "text",
    [
        without_endpoints(PEOPLE[["age", "pay"]].describe()).to_csv(),
        without_endpoints(PEOPLE[["age", "pay"]].describe()).T.to_csv(),
        without_endpoints(PAY.describe().T).to_csv(),
        PEOPLE.pay.quantile([0.25, 0.5, 0.75]).to_csv(),
        PAY.quantile([0.25, 0.5, 0.75]).unstack().to_csv(),  # noqa: PD010 - what people write
        PAY.quantile([0.25, 0.5, 0.75]).to_csv(),
        PAY.mean().to_frame().T.to_csv(),
        pd.DataFrame({"n": [PEOPLE_COUNT], "mean_pay": [PEOPLE.pay.mean()]}).to_csv(index=False),
        f"statistic,value\npeople,{PEOPLE_COUNT}\nmean pay,{PEOPLE.pay.mean()}\n",
        PAY.agg(["mean", "count"]).to_csv(sep=";", decimal=","),
        PAY.agg(["mean"]).map("£{:,.2f}".format).to_csv(),
        PEOPLE[["age", "pay"]].corr().to_csv(),
        PEOPLE.pivot_table(index="region", columns=["sex", "half"], values="pay").to_csv(),
    ],
    ids=[
        "describe",
        "describe turned",
        "describe of groups turned",
        "quantiles",
        "quantiles across",
        "quantiles in lines",
        "a line of means",
        "a line about everybody",
        "named numbers about everybody",
        "decimal commas",
        "pounds",
        "correlations",
        "a crosstab of means",
    ],
)
def test_a_table_laid_out_in_another_way_is_explained_without_a_spec(judged, text):
    assert judged(text).verdict is Verdict.PASS


def test_a_wrong_number_in_a_turned_table_is_left_to_a_person(judged):
    means = PAY.mean().to_frame().T
    means["south"] += 1

    assert judged(means.to_csv()).verdict is Verdict.REVIEW


def test_an_unsafe_number_is_marked_where_the_file_prints_it(judged):
    text = PEOPLE[["age", "pay"]].describe().to_csv()

    endpoints = [one for one in judged(text).findings if one.rule == "endpoint"]

    assert {(one.position, one.where) for one in endpoints} == {
        ((3, 2), "row 4, column 'pay'"),
        ((7, 2), "row 8, column 'pay'"),
    }


def test_a_number_about_everybody_is_held_against_its_spec(judged):
    spec = {"rows": [], "values": "pay", "aggregate": "mean", "where": {"region": "north"}}
    mean = PAY.mean()["north"]

    right, wrong = judged(f"mean\n{mean}\n", spec), judged(f"mean\n{mean + 1}\n", spec)

    assert (right.verdict, wrong.verdict) == (Verdict.PASS, Verdict.REVIEW)


def test_a_number_about_few_people_fails_as_any_other(judged):
    spec = {"rows": [], "values": "pay", "aggregate": "mean", "where": {"person": [1, 2, 3]}}

    report = judged(f"mean\n{PEOPLE.pay[1:4].mean()}\n", spec)

    assert "threshold" in {one.rule for one in report.findings}


def test_counts_that_look_rounded_are_read_as_rounded_counts(judged):
    counts = PEOPLE.groupby(["region", "sex"]).size()

    assert judged(((counts / 5).round() * 5).astype(int).to_csv()).verdict is Verdict.PASS
    assert judged(((counts / 5).round() * 5 + 5).astype(int).to_csv()).verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Table 1: people by region\n\n{}",
        "Table 1: people by region,\n,\n{}",
        "{}\nSource: made up\n",
    ],
    ids=["above", "above, with marks", "below"],
)
def test_words_around_a_table_are_for_a_person_and_its_numbers_are_not(judged, text):
    counts = PEOPLE.groupby("region").size().reset_index(name="n").to_csv(index=False)

    report = judged(text.format(counts))

    assert {one.rule for one in report.findings} == {"text"}


def test_a_last_row_whose_numbers_are_hidden_is_no_note_below_the_table(judged):
    report = judged("region,n\nnorth,80\neast,80\nsouth,\n")

    assert [len(one.rows) for one in report.previews] == [3]


def test_no_shape_has_two_numbers_in_one_place():
    doubled = Table(header=("", "pay"), rows=(("mean", "1"), ("mean", "2")))

    assert [len(one.table.header) for one in shapes(doubled, ["pay"])] == [2, 3]


def test_every_cell_of_a_shape_is_one_of_the_table():
    described = PEOPLE[["age", "pay"]].describe().to_csv().strip().splitlines()
    header, *rows = [tuple(line.split(",")) for line in described]
    table = Table(header=header, rows=rows)

    for shape in shapes(table, PEOPLE.columns):
        for line, places in zip(shape.table.rows, shape.places, strict=False):
            for text, (row, column) in [*zip(line, places, strict=True)][1:]:
                assert table.rows[row][column] == text


def test_a_spec_must_say_that_nothing_spans_a_table():
    with pytest.raises(Exception, match=r"\[\] for none"):
        parse(json.loads('{"aggregate": "count"}'))


def test_a_row_that_was_cut_off_is_no_note_below_the_table(judged):
    (refusal,) = judged("region,n\nnorth,80\neas").findings

    assert refusal.rule == "unreadable"


def test_a_finding_about_a_named_person_does_not_name_them(judged):
    report = judged(PEOPLE[["person", "pay"]].head(30).to_csv(index=False))

    cells = [one for one in report.findings if one.cell is not None]
    assert cells
    assert {one.cell["person"] for one in cells} == {"(one of many)"}


@pytest.mark.parametrize("text", ["£{}", "{}%", "{} %", "$ {}"])
def test_a_count_is_no_money_and_no_percentage(judged, text):
    counts = PEOPLE.groupby("region").size().map(text.format)

    assert judged(counts.to_csv()).verdict is Verdict.REVIEW


def test_whole_percentages_are_no_fractions(judged):
    spec = {"rows": ["sex"], "aggregate": "share"}

    assert judged("sex,percent\nf,1\nm,0\n", spec).verdict is Verdict.REVIEW
    assert judged("sex,percent\nf,52\nm,48\n", spec).verdict is Verdict.PASS


def test_counts_rounded_to_very_many_are_not_held_to_be_checked(judged):
    counts = "region,n\nnorth,0\neast,1000\nsouth,0\n"

    rules = {one.rule for one in judged(counts, {"rows": ["region"], "rounding": "1000"}).findings}

    assert "rounding" in rules


@pytest.mark.parametrize(
    "text",
    [
        PAY.mean().to_frame().T.to_csv(),
        PAY.agg(["mean"]).to_csv(sep=";", decimal=","),
        without_endpoints(PAY.describe().T).to_csv(),
    ],
    ids=["turned", "decimal commas", "described and turned"],
)
def test_a_declared_table_may_be_laid_out_in_another_way_too(judged, text):
    spec = {"rows": ["region"], "values": "pay", "aggregate": "mean"}

    assert judged(text, spec).verdict is Verdict.PASS
