"""Synthetic twins: what the descriptor says of columns holds, and nothing else is known."""

import random
import re
from datetime import date

import pyarrow.parquet as pq
import pytest
import rstr
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from portal.cli.synthesise import app
from registry.domain.dataset import Constraints, Field, FieldRole
from registry.domain.synthetic import NotPossible, Wanted, synthesise

ROWS = 200


def from_pattern(pattern, chance):
    return rstr.Rstr(chance).xeger(pattern)


def made(*fields, rows=ROWS, seed=1, **changes):
    wanted = Wanted(fields=fields, rows=rows, seed=seed, **{"keys": frozenset(), **changes})
    return synthesise(wanted, from_pattern)


@given(
    st.sampled_from(["integer", "number", "year"]),
    st.integers(-1000, 1000),
    st.integers(0, 500),
    st.integers(0, 2**32),
)
def test_numbers_lie_between_the_bounds(kind, low, width, seed):
    field = Field(name="n", type=kind, minimum=low, maximum=low + width)

    values = [one for one in made(field, rows=30, seed=seed)["n"] if one is not None]

    assert all(low <= one <= low + width for one in values)


@pytest.mark.parametrize(("low", "high"), [(5, None), (None, -5), (None, None), (0.25, 0.25)])
def test_where_one_bound_is_not_known_the_other_holds(low, high):
    values = made(Field(name="n", type="number", minimum=low, maximum=high))["n"]

    shown = [one for one in values if one is not None]
    assert shown
    assert all(low is None or one >= low for one in shown)
    assert all(high is None or one <= high for one in shown)


def test_categories_and_patterns_are_kept_to():
    sex = Field(name="sex", type="string", constraints=Constraints(enum=("f", "m")))
    year = Field(name="y", type="year", constraints=Constraints(enum=("2019", "2020")))
    code = Field(name="code", type="string", constraints=Constraints(pattern=r"E\d{8}"))

    found = made(sex, year, code)

    assert set(found["sex"]) == {"f", "m", None}
    assert set(found["y"]) == {2019, 2020, None}
    assert all(re.fullmatch(r"E\d{8}", one) for one in found["code"] if one is not None)


def test_what_is_required_is_always_there_and_a_key_is_there_once():
    nino = Field(name="nino", type="string", role=FieldRole.ENTITY,
                 constraints=Constraints(pattern=r"QQ\d{2}[A-D]"))  # fmt: skip
    pay = Field(name="pay", type="number", constraints=Constraints(is_required=True))

    found = made(nino, pay, keys=frozenset({"nino"}))

    assert len(set(found["nino"])) == ROWS
    assert None not in found["pay"]


def test_a_key_with_too_few_values_is_said_and_not_bent():
    with pytest.raises(NotPossible, match="code: it has fewer values"):
        made(Field(name="code", type="string", constraints=Constraints(pattern=r"\d")),
             keys=frozenset({"code"}))  # fmt: skip


def test_what_refers_to_a_key_finds_it_in_the_other_dataset():
    key = Field(name="id", type="string", constraints=Constraints(pattern=r"[A-Z]{3}\d{3}"))
    people = made(key, keys=frozenset({"id"}), seed=1)
    claims = made(key, references=frozenset({"id"}), seed=2)

    assert set(claims["id"]) - {None} <= set(people["id"])
    assert len(set(claims["id"])) < ROWS


def test_nobody_has_what_nobody_can_have():
    sex = Field(name="sex", type="string", constraints=Constraints(enum=("f", "m")),
                impossible=({"sex": "m", "pregnant": "yes"},))  # fmt: skip
    pregnant = Field(name="pregnant", type="string", constraints=Constraints(enum=("yes", "no")))

    found = made(sex, pregnant)

    pairs = set(zip(found["sex"], found["pregnant"], strict=True))
    assert ("m", "yes") not in pairs
    assert {("f", "yes"), ("f", "no"), ("m", "no")} <= pairs


def test_a_descriptor_that_leaves_nothing_possible_is_refused():
    everybody = ({"sex": "f"}, {"sex": "m"})
    with pytest.raises(NotPossible, match="sex"):
        made(Field(name="sex", type="string", impossible=everybody,
                   constraints=Constraints(enum=("f", "m"), is_required=True)))  # fmt: skip


def test_the_same_seed_gives_the_same_rows_and_another_others():
    field = Field(name="n", type="integer")

    assert made(field) == made(field)
    assert made(field) != made(field, seed=2)


@pytest.fixture
def descriptor(tmp_path):
    """Of a dataset whose file is nowhere."""
    fields = [
        {"name": "nino", "type": "string", "tre": {"role": "entity"}},
        {"name": "born", "type": "date"},
        {"name": "pay", "type": "number", "constraints": {"minimum": 0, "maximum": 9}},
    ]
    said = {
        "identifier": "labour", "title": "Labour", "summary": "Of nobody", "publisher": "office",
        "version": "1.0.0", "unit": "person",
        "resources": [{"name": "people", "path": "nowhere/people.parquet",
                       "schema": {"fields": fields}}],
        "tre": {"entity": "nino", "identifiers": ["nino"], "sdc": {"policy": "sacro-10"}},
    }  # fmt: skip
    path = tmp_path / "labour.yaml"
    path.write_text(yaml.safe_dump(said))
    return path


def test_a_twin_is_made_where_no_data_is_and_says_what_it_is(descriptor, tmp_path):
    answer = CliRunner().invoke(app, [str(descriptor), "--out", str(tmp_path / "out")])

    assert answer.exit_code == 0, answer.output
    table = pq.read_table(tmp_path / "out" / "labour" / "SYNTHETIC-people.parquet")
    assert table.schema.metadata[b"haven_synthetic"] == b"structural"
    assert table.column_names == ["nino", "born", "pay"]
    assert table.num_rows == 1000
    rows = table.to_pylist()
    assert all(row["nino"].startswith("SYNTHETIC-") for row in rows)
    assert all(isinstance(row["born"], date | None) for row in rows)
    assert "rows of nobody" in (tmp_path / "out" / "labour" / "README.txt").read_text()


def test_a_wrong_descriptor_is_refused_with_the_place(descriptor, tmp_path):
    descriptor.write_text(descriptor.read_text().replace("type: number", "type: decimal"))

    answer = CliRunner().invoke(app, [str(descriptor), "--out", str(tmp_path / "out")])

    assert answer.exit_code == 2
    assert "resources[0].schema.fields[2].type" in answer.output
    assert not (tmp_path / "out").exists()


def test_more_rows_than_a_key_has_values_are_refused(descriptor, tmp_path):
    said = yaml.safe_load(descriptor.read_text())
    said["resources"][0]["schema"]["fields"][0]["constraints"] = {"pattern": "[A-D]"}
    descriptor.write_text(yaml.safe_dump(said))

    answer = CliRunner().invoke(app, [str(descriptor), "--out", str(tmp_path / "out")])

    assert answer.exit_code == 2
    assert "nino: it has fewer values than rows were asked for" in answer.output
    assert not (tmp_path / "out").exists()


def test_chance_is_nothing_but_the_seed():
    random.seed(1)
    first = made(Field(name="n", type="integer"))
    random.seed(2)

    assert made(Field(name="n", type="integer")) == first
