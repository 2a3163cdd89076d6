import json
from dataclasses import replace

import pytest

from output_checker.disclosure import specs
from output_checker.disclosure.errors import BadPolicy, BadSpec
from output_checker.disclosure.policies.load import load
from output_checker.disclosure.policy import Dominance, Policy
from output_checker.disclosure.spec import TableSpec


def test_the_shipped_policy_is_the_one_that_its_name_promises():
    policy = load("sacro-10")

    assert replace(policy, version="1", title="", source="") == Policy(
        name="sacro-10", threshold=10, dominance=(Dominance(n=2, share=0.9),), p_percent=10,
        zeros_disclosive=True, residual_dof=10, mode_units=10,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.json", '{"threshold": 5, "dominance": {"n": 1, "k": 0.5}}'),
        ("own.toml", "threshold = 5\ndominance = { n = 1, k = 0.5 }"),
    ],
)
def test_a_policy_may_be_a_file(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)

    policy = load(path)

    assert (policy.name, policy.threshold) == ("own", 5)
    assert policy.dominance == (Dominance(n=1, share=0.5),)


@pytest.mark.parametrize(
    "document",
    [
        {"threshold": 0}, {"threshold": "10"}, {"threshold": True}, {"treshold": 10},
        {"dominance": 0.9}, {"dominance": {"n": 2, "k": 90}}, {"dominance": {"m": 2}},
        {"p_percent": -1}, {"p_percent": 101}, {"zeros_disclosive": "yes"},
        {"residual_dof": 1.5}, {"dominance": {"n": 10**9}},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_policy_is_refused(tmp_path, document):
    path = tmp_path / "own.json"
    path.write_text(json.dumps(document))

    with pytest.raises(BadPolicy, match="policy own"):
        load(path)


@pytest.mark.parametrize("text", ["", "{", "[1]", "\0"])
def test_a_policy_file_that_is_no_policy_is_refused(tmp_path, text):
    path = tmp_path / "own.json"
    path.write_text(text)

    with pytest.raises(BadPolicy):
        load(path)


def test_an_unknown_policy_is_answered_with_the_known_ones():
    with pytest.raises(BadPolicy, match="sacro-10"):
        load("sacro-11")


def test_a_spec_is_read_key_by_key():
    spec = specs.parse(
        {"rows": ["a"], "columns": "b", "values": ["v"], "aggregate": "mean", "margins": True}
    )

    assert spec == TableSpec(
        rows=("a",), columns=("b",), values="v", aggregate="mean", margins=True
    )


@pytest.mark.parametrize(
    "document",
    [
        [], "x", None, {}, {"aggregate": "count"}, {"rows": [1]}, {"rows": ["a"], "row": 1},
        {"rows": ["a"], "where": "1=1"}, {"rows": ["a"], "margins": 1},
        {"rows": ["a"], "values": 3}, {"rows": ["a"], "columns": ["a"]},
        {"rows": ["a"], "aggregate": ["mean", "sum"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_spec_is_refused(document):
    with pytest.raises(BadSpec, match="spec"):
        specs.parse(document)


def test_a_spec_file_that_is_not_json_is_refused(tmp_path):
    path = tmp_path / "spec.json"
    path.write_text("{rows")

    with pytest.raises(BadSpec, match=r"spec.json is not JSON"):
        specs.load(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"threshold": 10, "threshold": 1}', "a key is written twice"),
        ('{"p_percent": NaN}', "NaN is no number"),
        ('{"p_percent": -Infinity}', "-Infinity is no number"),
    ],
)
def test_json_that_says_two_things_is_neither_a_spec_nor_a_policy(tmp_path, text, why):
    path = tmp_path / "own.json"
    path.write_text(text)

    with pytest.raises(BadPolicy, match=why):
        load(path)
    with pytest.raises(BadSpec, match=why):
        specs.load(path)


def test_the_mark_that_some_editors_put_first_does_not_matter(tmp_path):
    path = tmp_path / "own.json"
    path.write_bytes(b'\xef\xbb\xbf{"rows": ["region"]}')

    assert specs.load(path) == TableSpec(rows=("region",))
