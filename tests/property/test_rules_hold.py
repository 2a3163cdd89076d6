"""What must hold of the rules whatever the data: fail closed, tell nothing, never soften."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure import specs
from output_checker.disclosure.budget import Budget
from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.judge import judge_table
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.load import load, presets
from output_checker.disclosure.policies.strictness import looser, strictest
from output_checker.disclosure.policy import Dominance, Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.rules import threshold
from output_checker.disclosure.rules.all_rules import ALL_RULES, CELL_RULES
from output_checker.disclosure.rules.rule import judge_all
from tests.examples import examples
from tests.spec.ascii_tables import write_csv

AMOUNTS = st.lists(st.floats(0, 1e6), max_size=4).map(lambda found: sorted(found, reverse=True))


@st.composite
def cells(draw):
    largest = draw(AMOUNTS)
    return Cell(
        labels={"g": "a"},
        where="row 1",
        statistic=draw(st.sampled_from(list(Statistic))),
        text=draw(st.sampled_from(["5", "12", "3", "0", "x", ""])),
        level=draw(st.sampled_from([None, 2.0, 0.9])),
        shows_number=draw(st.booleans()),
        shows_nobody=draw(st.booleans()),
        evidence=CellEvidence(
            units=draw(st.integers(0, 30)),
            largest=tuple(largest),
            total=sum(largest) + draw(st.floats(0, 1e6)),
            is_constant=draw(st.booleans()),
            sharing=draw(st.none() | st.integers(0, 30)),
            records=30,
            missing=draw(st.integers(0, 30)),
            holdings=draw(st.none() | st.integers(0, 30)),
            events=draw(st.none() | st.integers(0, 30)),
            of_units=draw(st.none() | st.integers(0, 30)),
            beyond=draw(st.none() | st.integers(0, 30)),
            counts=(draw(st.integers(0, 30)), 30),
        ),
    )


@st.composite
def policies(draw):
    return Policy(
        name="drawn",
        threshold=draw(st.integers(1, 20)),
        zeros_disclosive=draw(st.booleans()),
        small_counts=draw(st.sampled_from([Verdict.REVIEW, Verdict.FAIL])),
        dominance=(Dominance(n=draw(st.integers(1, 3)), share=draw(st.floats(0.5, 1))),),
        p_percent=draw(st.floats(0, 100)),
        prior_percent=draw(st.none() | st.floats(1, 100)),
        largest_share=draw(st.none() | st.floats(0.5, 1)),
        residual_dof=draw(st.integers(0, 20)),
        quantile_units=draw(st.none() | st.integers(1, 20)),
        mode_units=draw(st.integers(0, 20)),
        missing_share=draw(st.none() | st.floats(0, 1)),
    )


def worst(cell, policy):
    return Verdict.worst(one.verdict for one in judge_all(CELL_RULES, [cell], policy))


@settings(max_examples=examples(300), deadline=None)
@given(cell=cells(), mine=policies(), theirs=policies())
def test_a_tighter_policy_never_passes_more(cell, mine, theirs):
    both = strictest([mine, theirs])

    assert worst(cell, both) >= max(worst(cell, mine), worst(cell, theirs))
    assert looser(both, than=mine) == looser(both, than=theirs) == []


@settings(max_examples=examples(200), deadline=None)
@given(cell=cells(), policy=policies(), more=st.integers(1, 20))
def test_adding_people_to_a_cell_never_makes_its_count_rule_worse(cell, policy, more):
    someone = replace(cell, evidence=replace(cell.evidence, units=max(1, cell.evidence.units)))
    wider = replace(
        someone, evidence=replace(someone.evidence, units=someone.evidence.units + more)
    )

    before = threshold.RULE.judge(someone, policy)

    assert len(threshold.RULE.judge(wider, policy)) <= len(before)


@pytest.mark.parametrize(
    "rule", [one for rules in ALL_RULES.values() for one in rules], ids=lambda one: one.rule_id
)
def test_a_rule_that_raises_is_for_a_person_and_quotes_nothing(rule):
    def crash(*_):
        raise ZeroDivisionError("Smith earns 91234")

    cell = Cell(labels={"g": "a"}, where="row 1", statistic=Statistic.SUM,
                evidence=CellEvidence(units=3))  # fmt: skip

    findings = replace(rule, check=crash).judge(cell, Policy(name="ten"))

    assert [one.verdict for one in findings] == [Verdict.REVIEW]
    assert "91234" not in str(findings)


@pytest.mark.parametrize("name", presets())
def test_what_ships_is_never_looser_than_itself_with_another(name):
    for other in presets():
        assert looser(strictest([load(name), load(other)]), than=load(name)) == []


LABELS = st.sampled_from(["north", "south", "east"])
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"g": LABELS, "h": st.sampled_from(["p", "q"]), "pay": st.integers(41_000, 49_999).map(str)}
    ),
    min_size=2,
    max_size=40,
)
KINDS = ("count", "sum", "mean", "median", "p90", "std", "max", "mode", "gini", "share")


def judge(rows, spec, cells):
    with tempfile.TemporaryDirectory() as folder:
        path = write_csv(Path(folder) / "source.csv", rows)
        table = Table(header=("g", "value"), rows=tuple(cells))
        with opened(Source(name="s", path=path)) as data:
            return [*judge_table(table, [data], specs.parse(spec), Policy(name="ten"), Budget())]


@settings(max_examples=examples(60), deadline=None)
@given(rows=PEOPLE, kind=st.sampled_from(KINDS))
def test_no_value_of_the_source_is_in_any_finding(rows, kind):
    values = None if kind in ("count", "share") else "pay"
    groups = sorted({row["g"] for row in rows})

    findings = judge(
        rows,
        {"rows": ["g"], "values": values, "aggregate": kind},
        [(group, "12345.678") for group in groups],
    )

    said = json.dumps([one.as_json() for one in findings])
    assert findings
    assert not any(row["pay"] in said for row in rows)


@settings(max_examples=examples(40), deadline=None)
@given(rows=PEOPLE, kind=st.sampled_from(KINDS))
def test_relabelling_changes_nothing_but_the_labels(rows, kind):
    names = {"north": 'a, "b"', "south": "x'y", "east": "2020-01-01"}
    values = None if kind in ("count", "share") else "pay"
    spec = {"rows": ["g"], "values": values, "aggregate": kind}
    groups = sorted({row["g"] for row in rows})

    plain = judge(rows, spec, [(group, "5") for group in groups])
    renamed = judge(
        [{**row, "g": names[row["g"]]} for row in rows],
        spec,
        [(names[group], "5") for group in groups],
    )

    assert sorted((one.rule, one.reason, names[one.cell["g"]]) for one in plain if one.cell) == (
        sorted((one.rule, one.reason, one.cell["g"]) for one in renamed if one.cell)
    )
