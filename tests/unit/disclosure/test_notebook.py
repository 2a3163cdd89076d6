"""`haven.check` says in a notebook what the command and the worker say of the saved file."""

import json

import haven
import pandas as pd
import pytest
from haven.checking import NAME

from output_checker.disclosure import specs
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadPolicy, BadSpec
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.load import load

PEOPLE = pd.DataFrame(
    {
        "region": ["north"] * 20 + ["south"] * 14 + ["east"] * 4,
        "sex": (["f", "m"] * 19),
        "pay": [float(100 + at % 9) for at in range(38)],
        "who": [f"p{at // 2}" for at in range(38)],
    }
)


@pytest.mark.parametrize("aggregate", ["count", "share", "sum", "mean", "median", "p90", "std",
                                       "max", "mode", "gini"])  # fmt: skip
@pytest.mark.parametrize("entity", [None, "who"])
def test_the_notebook_the_command_and_the_worker_agree(tmp_path, aggregate, entity):
    values = None if aggregate in ("count", "share") else "pay"

    checked = haven.check(
        PEOPLE, by=["region", "sex"], values=values, aggregate=aggregate, entity=entity
    )

    path = checked.save(tmp_path / NAME)
    PEOPLE.to_parquet(tmp_path / "people.parquet")
    spec = specs.parse(json.loads((tmp_path / f"{NAME}.spec.json").read_text()))
    report = check_files(
        [path],
        sources=[Source(name="people", path=tmp_path / "people.parquet", entity=entity)],
        specs={NAME: spec},
        policy=load("sacro-10"),
    )
    assert report.files[0].sha256 == checked.report.files[0].sha256
    assert set(map(str, report.files[0].findings)) == set(map(str, checked.findings))
    assert report.verdict is checked.verdict


def test_a_table_is_shown_with_its_findings(tmp_path):
    checked = haven.check(PEOPLE, by="region")

    page = checked._repr_html_()
    assert checked.verdict is Verdict.FAIL
    assert 'class="fail"' in page
    assert "<script" not in page
    assert "region=east" in repr(checked)


def test_labels_cannot_write_into_the_page():
    frame = PEOPLE.assign(region="<script>alert(1)</script>")

    assert "<script" not in haven.check(frame, by="region")._repr_html_()


def test_several_policies_are_held_together():
    both = haven.check(PEOPLE, by="region", policy=["sacro-10", "ons-10-5"])

    assert {finding.rule for finding in both.findings} == {"threshold", "rounding"}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"by": "area"}, BadSpec),
        ({"by": "region", "values": "sex", "aggregate": "mean"}, BadSpec),
        ({"by": "region", "values": "pay", "aggregate": "magic"}, BadSpec),
        ({"by": "region", "policy": "none"}, BadPolicy),
    ],
    ids=str,
)
def test_what_cannot_be_checked_is_said_at_once(options, error):
    with pytest.raises(error):
        haven.check(PEOPLE, **options)


@pytest.mark.parametrize(
    "option", [{"columns": ["sex"]}, {"bands": {"b": "pay"}}, {"margins": True}]
)
def test_what_has_no_meaning_here_is_refused(option):
    with pytest.raises(BadSpec, match=next(iter(option))):
        haven.check(PEOPLE, by="region", **option)


def test_a_table_without_a_line_does_not_pass():
    checked = haven.check(PEOPLE, by="region", where={"sex": "neither"})

    assert (checked.verdict, checked.findings[0].rule) == (Verdict.REVIEW, "empty-table")


def test_a_column_of_lists_is_refused_in_words():
    frame = pd.DataFrame({"tags": [["a"], ["b"]], "pay": [1, 2]})

    with pytest.raises(BadSpec, match="'tags' holds lists"):
        haven.check(frame, by=["tags"])


def test_a_number_about_everybody_is_spanned_by_nothing():
    table = haven.check(pd.DataFrame({"pay": range(100)}), by=[], values="pay", aggregate="mean")

    assert (table.verdict.value, table.table.to_numpy().tolist()) == ("pass", [[49.5]])


def test_versions_that_pass_are_offered_for_a_table_of_a_frame(tmp_path):
    versions = haven.fix(PEOPLE, by=["region", "sex"], values="pay", aggregate="mean")

    assert len(versions) > 1
    assert {one.verdict for one in versions} == {Verdict.PASS}
    assert "lost" in repr(versions)
    assert "<script" not in versions._repr_html_()
    path = versions[0].save(tmp_path / NAME)
    PEOPLE.to_parquet(tmp_path / "people.parquet")
    spec = specs.parse(json.loads((tmp_path / f"{NAME}.spec.json").read_text()))
    report = check_files(
        [path],
        sources=[Source(name="people", path=tmp_path / "people.parquet")],
        specs={NAME: spec},
        policy=load("sacro-10"),
    )
    assert report.verdict is Verdict.PASS


def test_a_table_that_passes_has_nothing_to_mend():
    versions = haven.fix(PEOPLE[PEOPLE["region"] != "east"], by="region")

    assert list(versions) == []
    assert "nothing to mend" in repr(versions)
    assert "nothing to mend" in versions._repr_html_()


def test_a_merged_label_is_a_group_of_the_spec():
    versions = haven.fix(PEOPLE, by="region", policy="sacro-10")

    merged = next(one for one in versions if "groups" in one.spec)
    assert list(merged.table["region"]) == ["east or south", "north"]
    again = haven.check(PEOPLE, by="region", groups=merged.spec["groups"])
    assert list(again.table["count"]) == [18, 20]
