"""Statistics of a few people: whether only one population has them all."""

import json
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.reconstruction import search
from output_checker.disclosure.reconstruction.judge import reconstructed
from output_checker.disclosure.reconstruction.search import Search
from output_checker.disclosure.reconstruction.statistics import parse
from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.published import CannotAudit
from portal.cli.audit import app

# Garfinkel, Abowd and Martindale 2018: seven people, small groups withheld.
SEVEN = Path(__file__).parent / "statistics" / "seven_people.json"
KINDS = [*product("FM", "BW")]


def told(people, *statistics, low=0, high=9):
    return parse(json.dumps({
        "people": people,
        "number": {"name": "age", "from": low, "to": high},
        "labels": {"sex": ["F", "M"], "race": ["B", "W"]},
        "statistics": statistics,
    }))  # fmt: skip


def test_the_statistics_of_seven_people_have_one_population_only():
    found = [*Search(told=parse(SEVEN.read_text())).populations()]

    assert found == [
        (
            (("F", "B", "no"), 8), (("F", "B", "yes"), 36), (("F", "B", "yes"), 66),
            (("F", "W", "no"), 24), (("M", "B", "yes"), 84), (("M", "W", "no"), 18),
            (("M", "W", "yes"), 30),
        )
    ]  # fmt: skip


def test_that_is_a_failure_and_says_how_many_are_given_away(capsys):
    status = app(args=["--statistics", str(SEVEN)])

    said = capsys.readouterr().out
    assert status == 20
    assert "all 7 people are given away" in said
    # Whoever reads the verdict reads nobody's age.
    assert not {"36", "66", "84"} & {*said.split()}


def test_the_same_as_json(capsys):
    status = app(args=["--statistics", str(SEVEN), "--format", "json"])

    assert status == 20
    assert json.loads(capsys.readouterr().out) == {
        "verdict": "fail", "people": 7, "populations": 1, "certain": 7, "is_complete": True,
    }  # fmt: skip


def test_with_counts_alone_nobody_is_given_away():
    said = json.loads(SEVEN.read_text())
    for one in said["statistics"]:
        one.pop("mean", None)
        one.pop("median", None)

    found = reconstructed(parse(json.dumps(said)))

    assert (found.verdict, found.certain) == (Verdict.PASS, 0)


def test_who_is_in_all_of_several_populations_is_given_away():
    # One woman of 3; the men are 1 and 5, 2 and 4 or 3 and 3, black or white.
    found = reconstructed(told(
        3, {"where": {"sex": "F", "race": "B"}, "count": 1, "median": "3"},
        {"where": {"sex": "M"}, "count": 2, "mean": "3", "median": "3"},
        {"where": {"age": [0, 0]}, "count": 0}, {"where": {"sex": "F"}, "count": 1},
    ))  # fmt: skip

    assert (found.verdict, found.certain, found.is_complete) == (Verdict.FAIL, 1, True)
    assert found.populations > 1


def test_too_many_populations_are_for_a_person():
    wide = told(4, {"where": {"sex": "F", "race": "B"}, "count": 1, "median": "3"})

    assert reconstructed(wide, most=5).verdict is Verdict.REVIEW


def test_a_search_that_does_not_finish_is_for_a_person(monkeypatch):
    monkeypatch.setattr(search, "MOST_STEPS", 3)
    few = Search(told=parse(SEVEN.read_text()), steps=3)

    with pytest.raises(TooHard):
        [*few.populations()]


def test_statistics_that_nobody_can_have_are_wrong(capsys, tmp_path):
    wrong = json.loads(SEVEN.read_text())
    wrong["statistics"][0]["mean"] = "12"
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))

    assert app(args=["--statistics", str(tmp_path / "wrong.json")]) == 2
    assert "no population has these statistics" in capsys.readouterr().err


@pytest.mark.parametrize(
    "changed",
    [
        {"people": 0}, {"people": 31}, {"number": {}}, {"labels": {"sex": []}},
        {"statistics": [{"where": {"sex": "X"}, "count": 1}]},
        {"statistics": [{"where": {"town": "X"}, "count": 1}]},
        {"statistics": [{"count": -1}]}, {"statistics": [{"count": "many"}]},
        {"statistics": [{"count": "<3", "mean": "2"}]},
        {"statistics": [{"count": 2, "median": "2.25"}]},
        {"statistics": [{"count": 2, "mode": "2"}]},
        {"statistics": [{"where": {"age": [0, 17]}, "count": 2, "mean": "9"}]},
        {"statistics": [{"mean": "2"}]},
    ],
)  # fmt: skip
def test_what_is_not_in_its_form_is_refused(changed):
    said = json.loads(SEVEN.read_text()) | changed

    with pytest.raises(CannotAudit):
        parse(json.dumps(said))


def test_tables_or_statistics_are_wanted_and_not_both():
    with pytest.raises(SystemExit):
        app(args=[])
    with pytest.raises(SystemExit):
        app(args=["t.csv", "--statistics", "s.json"])


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_the_search_finds_every_population_that_there_is_and_no_other(data):
    person = st.tuples(st.sampled_from(KINDS), st.integers(0, 4))
    true = data.draw(st.lists(person, min_size=1, max_size=3))
    groups = data.draw(st.lists(st.sampled_from(GROUPS), max_size=4))
    statistics = [one for group in groups if (one := statistic(group, true, data))]

    wanted = {
        tuple(sorted(every))
        for every in combinations_with_replacement([*product(KINDS, range(5))], len(true))
        if all(has(every, one) for one in statistics)
    }

    found = [*Search(told=told(len(true), *statistics, high=4)).populations()]
    assert len(found) == len(set(found))
    assert {*found} == wanted


GROUPS = [
    {}, {"sex": "F"}, {"race": "W"}, {"sex": "M", "race": "B"}, {"age": [0, 1]}, {"age": [3, 4]},
    {"sex": "F", "age": [2, 4]}, {"race": "B", "age": [1, 2]},
]  # fmt: skip


def members(every, where):
    low, high = where.get("age", (0, 4))
    return sorted(
        age
        for (sex, race), age in every
        if where.get("sex", sex) == sex and where.get("race", race) == race and low <= age <= high
    )


def statistic(where, true, data):
    ages = members(true, where)
    if not ages or data.draw(st.booleans()):
        most = data.draw(st.integers(len(ages) + 1, 5))
        return {"where": where, "count": data.draw(st.sampled_from([len(ages), f"<{most}"]))}
    told = {"where": where, "count": len(ages)}
    if data.draw(st.booleans()) and "age" not in where:
        told["mean"] = f"{sum(ages) / len(ages):.1f}"
    if data.draw(st.booleans()) and "age" not in where:
        told["median"] = str(median_of(ages))
    return told


def median_of(ages):
    return (ages[(len(ages) - 1) // 2] + ages[len(ages) // 2]) / 2


def has(every, one):
    ages = members(every, one["where"])
    count = one["count"]
    if isinstance(count, str):
        return len(ages) < int(count[1:])
    if len(ages) != count:
        return False
    if "median" in one and median_of(ages) != float(one["median"]):
        return False
    return "mean" not in one or abs(sum(ages) / len(ages) - float(one["mean"])) <= 0.05 + 1e-9
