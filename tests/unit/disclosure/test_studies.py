"""Models, curves, histograms and tests against the source, with the figures of statsmodels."""

import json

import pytest

from output_checker.disclosure import specs
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.studies.association import compare_numbers
from output_checker.disclosure.studies.distributions import chi2_p, student_p

# Each refits what it judges.
pytestmark = pytest.mark.slow
POLICY = Policy(name="ten")
# y = 1 + 2 x + noise that has no trend, in two groups of twenty.
NOISE = (0.5, -0.3, 0.1, -0.6, 0.4, 0.2, -0.2, 0.3, -0.5, 0.1)
ROWS = [
    (1 + 2 * (at % 10) + NOISE[(at * 7) % 10], at % 10, "ab"[at % 2], int(at % 3 == 0))
    for at in range(40)
]
SOURCE = "y,x,g,ill\n" + "\n".join(",".join(str(one) for one in row) for row in ROWS) + "\n"


@pytest.fixture
def judge(tmp_path):
    def run(output, spec, source=SOURCE, policy=POLICY, **more):
        path = tmp_path / "source.csv"
        path.write_text(source)
        files = {"output.csv": (output, spec), **more}
        for name, (text, _) in files.items():
            (tmp_path / name).write_text(text)
        return check_files(
            [tmp_path / name for name in files],
            sources=[Source(name="s", path=path)],
            specs={name: specs.parse(said) for name, (_, said) in files.items()},
            policy=policy,
        )

    return run


def rules(report):
    return {finding.rule for item in report.files for finding in item.findings}


OLS = {"kind": "regression", "formula": "y ~ x + C(g)"}
# By statsmodels 0.14 on the rows above.
FITTED = """,coef,std err,t,P>|t|,[0.025,0.975]
Intercept,1.3700,0.092,14.886,0.000,1.184,1.556
C(g)[T.b],-0.0425,0.093,-0.455,0.652,-0.232,0.147
x,1.9225,0.016,118.166,0.000,1.890,1.955
"""
LOGIT = """,coef,std err,z,P>|z|,[0.025,0.975]
Intercept,-0.6190,0.616,-1.005,0.315,-1.827,0.589
x,-9.237e-18,0.115,-8e-17,1.000,-0.226,0.226
"""


@pytest.mark.parametrize(
    ("text", "formula", "model"),
    [(FITTED, "y ~ x + C(g)", "ols"), (LOGIT, "ill ~ x", "logit")],
    ids=["ols", "logit"],
)
def test_a_regression_that_the_source_gives_passes(judge, text, formula, model):
    report = judge(text, {"kind": "regression", "formula": formula, "model": model})

    assert (report.verdict, rules(report)) == (Verdict.PASS, set())


@pytest.mark.parametrize(
    ("was", "now"),
    [("1.9225", "1.9229"), ("0.016", "0.019"), ("118.166", "117.1"), ("0.652", "0.552"),
     ("1.955", "2.955")],
)  # fmt: skip
def test_each_number_of_a_regression_is_compared(judge, was, now):
    report = judge(FITTED.replace(was, now), OLS)

    assert (report.verdict, rules(report)) == (Verdict.REVIEW, {"source-match"})


@pytest.mark.parametrize(
    ("line", "columns"),
    [("x,1.9909,17", "term,coef,mood"), ("z,1.99", "term,coef"), ("x,about two", "term,coef")],
    ids=["a column of no model", "a term of no model", "no number"],
)
def test_what_the_model_does_not_account_for_is_for_a_person(judge, line, columns):
    report = judge(f"{columns}\n{line}\n", OLS)

    assert report.verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "formula", ["y ~ np.log(x)", "y ~ x * g", "y ~ gone", "y", "y ~ x - g", "g ~ x"]
)
def test_a_formula_that_cannot_be_refitted_is_for_a_person(judge, formula):
    report = judge("term,coef\nx,1\n", {"kind": "regression", "formula": formula})

    assert (report.verdict, rules(report) & {"not-recomputed"}) == (
        Verdict.REVIEW, {"not-recomputed"}
    )  # fmt: skip


def test_two_samples_that_differ_by_a_few_are_found(judge):
    fewer = {**OLS, "where": {"x": {"op": "<", "value": 9}}}

    report = judge("term,coef\nx,*\n", OLS, **{"other.csv": ("term,coef\nx,*\n", fewer)})

    assert [one.rule for item in report.files for one in item.findings].count("linked-models") == 2


def test_the_order_in_which_a_formula_is_written_hides_no_twin(judge):
    one = {"kind": "regression", "formula": "y ~ x + C(g)"}
    other = {**one, "formula": "y ~ 1 + C(g) + x", "where": {"x": {"op": "<", "value": 9}}}

    report = judge("term,coef\nx,*\n", one, **{"other.csv": ("term,coef\nx,*\n", other)})

    assert "linked-models" in rules(report)


def test_two_samples_that_are_far_apart_are_not(judge):
    fewer = {**OLS, "where": {"g": "a"}}

    report = judge("term,coef\nx,*\n", OLS, **{"other.csv": ("term,coef\nx,*\n", fewer)})

    assert "linked-models" not in rules(report)


def test_repeated_records_of_a_person_do_not_add_degrees_of_freedom(tmp_path):
    path = tmp_path / "source.csv"
    path.write_text("who,y,x\n" + "".join(f"{at % 5},{at % 7},{at % 3}\n" for at in range(60)))
    (tmp_path / "m.csv").write_text("term,coef\nx,*\n")

    report = check_files(
        [tmp_path / "m.csv"],
        sources=[Source(name="s", path=path, entity="who")],
        specs={"m.csv": specs.parse({"kind": "regression", "formula": "y ~ x"})},
        policy=POLICY,
    )

    assert "residual-dof" in rules(report)


def survival_rows():
    return "t,e\n" + "".join(f"{time},{event}\n" for time in range(1, 5) for event in
                             [1] * 12 + [0] * 13)  # fmt: skip


def test_a_survival_table_whose_steps_are_large_enough_passes(judge):
    lines, left, survival = [], 100, 1.0
    for time in range(1, 5):
        survival *= 1 - 12 / left
        lines.append(f"{time},{survival:.6f},{left},12")
        left -= 25
    text = "Time,Surv prob,num at risk,num events\n" + "\n".join(lines) + "\n"

    report = judge(text, {"kind": "survival", "time": "t", "event": "e"}, survival_rows())

    assert (report.verdict, rules(report)) == (Verdict.PASS, set())


def test_a_survival_table_with_another_number_is_for_a_person(judge):
    text = "time,n.risk,n.event,survival\n1,100,13,0.87\n"

    report = judge(text, {"kind": "survival", "time": "t", "event": "e"}, survival_rows())

    assert (report.verdict, rules(report)) == (Verdict.REVIEW, {"source-match"})


@pytest.mark.parametrize("codes", [(0, 1), (1, 2), (5, 9.5)], ids=str)
@pytest.mark.parametrize(
    ("text", "spec", "rule"),
    [
        ("term,coef\nx,*\n", {"kind": "regression", "formula": "y ~ x + rare"}, "dummy-support"),
        ("name,x\nrare,*\n", {"kind": "correlation", "variables": ["x", "rare"]}, "correlation"),
    ],
    ids=["regression", "correlation"],
)
def test_a_variable_of_two_values_is_one_whatever_they_are(judge, text, spec, rule, codes):
    source = "y,x,rare\n" + "".join(f"{at * 7 % 11},{at % 6},{codes[at < 3]}\n" for at in range(60))

    report = judge(text, spec, source)

    assert (report.verdict, rules(report) & {rule}) == (Verdict.FAIL, {rule})


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("name,value\nn,40\n", {"kind": "test", "test": "chi2", "variables": ["k0", "k1"]}),
        ("name,value\nn,40\n", {"kind": "test", "test": "t", "variables": ["a", "k0"]}),
        ("term,coef\nk1,*\n", {"kind": "regression", "formula": "a ~ k1 + k0"}),
        ("time,survival\n1,*\n", {"kind": "survival", "time": "a", "event": "k1", "group": "k0"}),
    ],
    ids=["chi2", "t", "regression", "survival"],
)
def test_a_source_may_name_its_columns_as_it_likes(judge, text, spec):
    lines = [f"{at * 7 % 11},{at * at % 5},0,{at % 3},{at % 2},{(at + at // 4) % 2}"
             for at in range(40)]  # fmt: skip

    report = judge(text, spec, "\n".join(["a,b,g,t,k0,k1", *lines]) + "\n")

    assert not rules(report) & {"not-checked", "not-recomputed"}


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [("few", Verdict.FAIL), ("one", Verdict.FAIL), ("rich", Verdict.FAIL), ("fair", Verdict.PASS)],
)
@pytest.mark.parametrize("right", ["1", "C(g)", "C(g) - 1", "half"])
def test_a_mean_that_no_table_could_show_is_none_for_a_saturated_model(
    judge, outcome, verdict, right
):
    lines = [
        f"{'ab'[at % 2]},{3 + 4 * (at % 2)},{int(at < 4)},7,{10**9 if at < 2 else at},{at % 11}"
        for at in range(60)
    ]
    spec = {"kind": "regression", "formula": f"{outcome} ~ {right}"}

    source = "\n".join(["g,half,few,one,rich,fair", *lines]) + "\n"
    report = judge("term,coef\nIntercept,*\n", spec, source)

    found = {one.verdict for one in report.files[0].findings if one.rule == "saturated"}
    assert found == ({verdict} if verdict is Verdict.FAIL else set())


@pytest.mark.parametrize(
    ("line", "verdict"),
    [("x,1.9225,0.016,1.890,1.955", Verdict.PASS), ("x,1.9225,0.016,1.955,1.890", Verdict.REVIEW),
     ("x,1.9225,0.016,1.955,1.955", Verdict.REVIEW), ("x,1.9225,0.016,*,", Verdict.PASS),
     ("x,*,*,1.890,*", Verdict.PASS)],
)  # fmt: skip
def test_a_bound_lies_on_its_own_side_and_may_be_withheld(judge, line, verdict):
    report = judge(f"term,coef,std err,[0.025,0.975]\n{line}\n", OLS)

    assert report.verdict is verdict


RATIO = "m,ill\n" + "1,1\n" * 40 + "1,0\n" * 60 + "0,1\n" * 30 + "0,0\n" * 70


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("name,value\nodds ratio,1.556\n", Verdict.PASS),
        ("name,value\nodds ratio,2.794\n", Verdict.REVIEW),
        ("name,value\nodds ratio,0.866\n", Verdict.REVIEW),
        ("odds ratio,lower,upper\n1.556,0.866,2.794\n", Verdict.PASS),
        ("odds ratio,lower,upper\n1.556,2.794,0.866\n", Verdict.REVIEW),
        ("name,value,ci\nm,1.556,0.866\n", Verdict.PASS),
    ],
)
def test_a_number_of_a_ratio_stands_for_what_its_name_says(judge, text, verdict):
    spec = {"kind": "ratio", "ratio": "odds", "exposure": "m", "outcome": "ill"}

    assert judge(text, spec, RATIO).verdict is verdict


PEOPLE_IN_WORDS = " | ".join(f"north f ill x={at}" for at in range(30))


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("name,value\nodds ratio,1.556\na man who is ill,*\n", "ratio"),
        (f"{PEOPLE_IN_WORDS},value\nodds ratio,1.556\n", "ratio"),
        (f"{PEOPLE_IN_WORDS},m,ill\nm,1,0.1047\nill,0.1047,1\n", "correlation"),
        ("x,m,ill\nm,1,0.1047\nill,0.1047,1\na man who is ill,*,*\n", "correlation"),
        ("x,m,ill,a man\nm,1,0.1047,*\nill,0.1047,1,*\n", "correlation"),
    ],
)
def test_words_that_name_no_part_of_a_study_are_for_a_person(judge, text, spec):
    specs = {
        "ratio": {"kind": "ratio", "ratio": "odds", "exposure": "m", "outcome": "ill"},
        "correlation": {"kind": "correlation", "variables": ["m", "ill"]},
    }

    assert judge(text, specs[spec], RATIO).verdict is Verdict.REVIEW


def test_a_matrix_of_correlations_alone_passes(judge):
    spec = {"kind": "correlation", "variables": ["m", "ill"]}

    assert judge(",m,ill\nm,1,0.1048\nill,0.1048,1\n", spec, RATIO).verdict is Verdict.PASS


SURVIVAL = {"kind": "survival", "time": "t", "event": "e"}
# Twelve leave before the third time, eleven at the fifth, twenty at the last.
DAYS = "t,e\n" + "1,0\n" * 6 + "2,1\n" * 6 + "3,0\n" * 12 + "5,0\n" * 11 + "9,0\n" * 20


@pytest.mark.parametrize(
    ("times", "verdict", "found"),
    [
        ("3 5", Verdict.PASS, []),
        ("5 3", Verdict.PASS, []),
        ("1 2 3", Verdict.FAIL, ["t=1", "t=2"]),
        ("3 2 1", Verdict.FAIL, ["t=1", "t=2"]),
        ("2 5", Verdict.FAIL, ["t=2 before"]),
        ("3 5 3", Verdict.REVIEW, []),
    ],
)
def test_the_steps_of_a_curve_are_judged_in_the_order_of_time(judge, times, verdict, found):
    text = "time,survival\n" + "".join(f"{time},*\n" for time in times.split())

    report = judge(text, SURVIVAL, DAYS)

    steps = [
        f"t={one.cell['t']}{' before' * one.where.startswith('before')}"
        for one in report.files[0].findings if one.rule == "survival-step"
    ]  # fmt: skip
    assert (report.verdict, sorted(steps)) == (verdict, found)


@pytest.mark.parametrize(
    ("printed", "verdict"), [("6", Verdict.FAIL), ("*", Verdict.PASS)], ids=["printed", "hidden"]
)
def test_a_printed_number_of_events_is_a_count(judge, printed, verdict):
    source = "t,e\n" + "2,1\n" * 6 + "2,0\n" * 10 + "4,1\n" * 20

    report = judge(f"time,num events\n2,{printed}\n4,20\n", SURVIVAL, source)

    assert report.verdict is verdict


def test_default_bins_show_the_greatest_value(judge):
    source = "v\n" + "".join(f"{at}\n" * 20 for at in range(9)) + "9.5\n" * 2 + "9\n" * 20
    counts = "bin,count\n" + "".join(f"{at},20\n" for at in range(1, 10)) + "10,22\n"

    report = judge(counts, {"kind": "histogram", "values": "v", "bins": 10}, source)

    assert (report.verdict, rules(report)) == (Verdict.REVIEW, {"histogram-bin"})


def test_the_last_bin_holds_its_upper_edge(judge):
    source = "v\n" + "".join(f"{at + 0.5}\n" * 15 for at in range(4)) + "4.2\n" * 9 + "5\n" * 6
    counts = "bin,count\n" + "".join(f"{at},15\n" for at in range(5))

    report = judge(counts, {"kind": "histogram", "values": "v", "bins": [0, 1, 2, 3, 4, 5]},
                   source)  # fmt: skip

    assert (report.verdict, rules(report)) == (Verdict.PASS, set())


@pytest.mark.parametrize("sharing", [1, 2])
def test_an_edge_of_ones_own_is_no_single_value(judge, sharing):
    source = "v\n" + "0.5\n" * 15 + "1.5\n" * 15 + "2\n" * sharing
    spec = {"kind": "histogram", "values": "v", "bins": [0, 1, 2]}

    report = judge(f"count\n15\n{15 + sharing}\n", spec, source)

    assert rules(report) == ({"histogram-bin"} if sharing == 1 else set())


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("0-1", set()), ("[0, 1)", set()), ("0 to under 1.0", set()), ("1", set()),
        ("18768904", {"source-match"}), ("0-1 (x: 7)", {"source-match"}),
        ("0-1, and whatever else is to be told", {"source-match"}), ("low", {"source-match"}),
    ],
)  # fmt: skip
def test_the_label_of_a_bin_tells_its_ends_and_nothing_else(judge, label, rule):
    source = "v\n" + "0.5\n" * 15 + "1.5\n" * 15
    spec = {"kind": "histogram", "values": "v", "bins": [0, 1, 2]}

    report = judge(f'bin,count\n"{label}",15\n1-2,15\n', spec, source)

    assert rules(report) == rule


def test_a_category_without_a_coefficient_of_its_own_needs_people_too(judge):
    source = "y,x,g\n" + "".join(
        f"{at * 7 % 11},{at % 6},{'a' if at < 2 else 'bc'[at % 2]}\n" for at in range(60)
    )

    report = judge("term,coef\nx,*\n", {"kind": "regression", "formula": "y ~ x + C(g)"}, source)

    found = [one for one in report.files[0].findings if one.rule == "dummy-support"]
    assert [one.cell for one in found] == [{"g": "the reference category"}]


@pytest.mark.parametrize(
    ("text", "spec", "verdict"),
    [
        ("name,value\nt,9\n", {"kind": "test", "test": "t", "variables": ["x", "g"]}, "review"),
        ("name,value\nn,40\n", {"kind": "test", "test": "t", "variables": ["x", "g"]}, "pass"),
        ("name,value\nchi2,0\n", {"kind": "test", "test": "chi2", "variables": ["g", "ill"]},
         "fail"),
        ("name,x,y\nx,1,0.9987\ny,0.9987,1\n", {"kind": "correlation", "variables": ["x", "y"]},
         "pass"),
        ("name,x,ill\nx,1,0.1\n", {"kind": "correlation", "variables": ["x", "ill"]}, "review"),
        ("name,f1\nx,0.9\ny,0.9\n", {"kind": "factors", "variables": ["x", "y"]}, "review"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_tests_correlations_and_factors_are_recomputed(judge, text, spec, verdict):
    assert judge(text, spec).verdict == verdict


@pytest.mark.parametrize(
    ("header", "line", "places"),
    [
        (("name", "value"), ("chi2", "5.3"), []),
        (("statistic", "value"), ("chi2", "5.3"), []),
        (("name", "value"), ("chi2", "5.4"), [(0, 1)]),
        (("name", "value"), ("chi9", "5.3"), [(0, 0)]),
        (("p", "statistic"), ("2.5%", "5.3"), [(0, 0)]),
        (("p", "statistic"), ("0.02", "5.3"), []),
    ],
)
def test_what_a_number_is_called_is_a_label_with_a_digit_in_it_too(header, line, places):
    named = {"statistic": (5.3,), "p": (0.02,)}

    found = [*compare_numbers(Table(header=header, rows=(line,)), named, ())]

    assert [one.position for one in found] == places


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "regression"},
        {"kind": "regression", "formula": "y ~ x", "model": "tree"},
        {"kind": "survival", "time": "t"},
        {"kind": "histogram", "values": "v", "bins": [1]},
        {"kind": "histogram", "values": "v", "bins": [2, 1]},
        {"kind": "histogram", "values": "v", "bins": True},
        {"kind": "test", "test": "u", "variables": ["a", "b"]},
        {"kind": "test", "test": "t", "variables": ["a"]},
        {"kind": "correlation", "variables": ["a"]},
        {"kind": "ratio", "ratio": "hazard", "exposure": "a", "outcome": "b"},
        {"kind": "model", "formula": "y ~ x"},
    ],
    ids=json.dumps,
)
def test_a_wrong_spec_of_a_study_is_refused(document):
    with pytest.raises(BadSpec, match="spec"):
        specs.parse(document)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (student_p(2.0, 10), 0.07338803),
        (student_p(-2.0, 10), 0.07338803),
        (student_p(1.959964, float("inf")), 0.05),
        (student_p(0.5, 1), 0.70483276),
        (chi2_p(3.841459, 1), 0.05),
        (chi2_p(20.0, 10), 0.02925269),
        (chi2_p(0.1, 4), 0.99879),
    ],
)
def test_tail_probabilities_are_those_of_the_tables(found, wanted):
    assert found == pytest.approx(wanted, abs=1e-5)
