import json

import pytest
from typer.testing import CliRunner

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.policies.load import load, presets
from output_checker.disclosure.policies.strictness import differences, strictest
from portal.cli.policy import app


def policy(*arguments):
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def own(tmp_path):
    def write(text):
        path = tmp_path / "own.toml"
        path.write_text(text)
        return path

    return write


def test_the_shipped_policies_are_listed_with_version_and_title():
    lines = policy("list").stdout.splitlines()

    assert [line.split()[0] for line in lines] == [
        "abs-datalab", "nes-scored", "ons-10-5", "opensafely-7r5", "sacro-10", "ukllc-10z",
    ]  # fmt: skip
    assert all(load(name).title and load(name).source for name in presets())


def test_several_policies_are_shown_as_what_all_of_them_ask():
    shown = policy("show", "opensafely-7r5", "ukllc-10z").stdout

    assert "opensafely-7r5 + ukllc-10z" in shown
    assert [line.split()[:2] for line in shown.splitlines() if "threshold" in line] == [
        ["threshold", "10"]
    ]


def test_the_difference_of_two_says_which_asks_more():
    found = {key: word for key, _, _, word in differences(load("sacro-10"), load("abs-datalab"))}

    assert found == {"zeros_disclosive": "first", "dominance": "second", "least_beyond": "second",
                     "class_share": "second"}  # fmt: skip
    assert "sacro-10" in policy("diff", "sacro-10", "abs-datalab").stdout
    assert "ask the same" in policy("diff", "sacro-10", "sacro-10").stdout


def test_a_file_may_tighten_what_it_extends(own):
    path = own('extends = "sacro-10"\nthreshold = 12\n')

    assert (load(path).threshold, load(path).p_percent, load(path).mode_units) == (12, 10, 10)


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ("threshold = 9", "threshold"), ("zeros_disclosive = false", "zeros_disclosive"),
        ("dominance = { n = 2, k = 0.95 }", "dominance"), ("p_percent = 5", "p_percent"),
        ("dominance = { n = 1, k = 0.5 }", "dominance"), ("residual_dof = 9", "residual_dof"),
        ('small_counts = "review"', "small_counts"), ("mode_units = 2", "mode_units"),
        ("quantile_units = 4", "least_beyond"),
    ],
)  # fmt: skip
def test_a_file_may_not_loosen_what_it_extends(own, line, setting):
    with pytest.raises(BadPolicy, match=f"loosens: {setting}"):
        load(own(f'extends = "sacro-10"\n{line}\n'))


@pytest.mark.parametrize("line", ['rounding = "10"', "rounding = ['5', 'midpoint6']"])
def test_a_coarser_rounding_tightens(own, line):
    assert load(own(f'extends = "ons-10-5"\n{line}\n')).rounding


def test_strictest_holds_every_dominance_rule():
    both = strictest([load("sacro-10"), load("abs-datalab")])

    assert [(one.n, one.share) for one in both.dominance] == [(1, 0.5), (2, 0.67), (2, 0.9)]
    assert both.zeros_disclosive
    assert both.quantile_units == 10


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("threshold = 3\n", 10, "lower than any published"),
        ("threshold = 0\n", 20, "whole number"),
        ('extends = "sacro-10"\nthreshold = 3\n', 20, "may only tighten"),
        ('extends = "nobody"\n', 20, "extends must be one of"),
        ("threshold = 10\nzeros_disclosive = false\n", 10, "class_share"),
        ("p_percent = 0\ndominance = []\n", 10, "no rule protects totals"),
        ("prior_percent = 0\n", 10, "infinite"),
        ("rounding = ['5', 'midpoint6']\n", 10, "both to a base and to midpoints"),
        ("rounding = 'midpoint6'\n", 10, "bands of 6 tell small counts apart"),
        ("weighting = 'none'\n", 20, "weighting must be"),
        ("class_share = 2\n", 20, "from 0 to 1"),
        ("title = 3\n", 20, "must be text"),
        ("rounding = 'six'\n", 20, "rounding must be"),
    ],
)
def test_lint_says_what_is_wrong_or_should_be_known(own, text, status, words):
    done = policy("lint", str(own(text)))

    assert (done.exit_code, words in done.stdout) == (status, True)


def test_a_good_file_leaves_lint_nothing_to_say(own):
    text = 'extends = "sacro-10"\ntitle = "a"\nsource = "b"\nversion = "1"\nthreshold = 12\n'

    done = policy("lint", str(own(text)))

    assert (done.exit_code, done.stdout) == (0, "nothing to remark\n")


def test_an_unknown_policy_is_answered_with_the_known_ones():
    done = policy("show", "sacro-11")

    assert done.exit_code == 2
    assert "sacro-10" in done.stderr


def test_a_policy_can_be_kept_in_a_release_record():
    from dataclasses import asdict

    for name in presets():
        assert json.loads(json.dumps(asdict(load(name))))["threshold"] == load(name).threshold
