"""Each rule about cells at its boundary: the last that breaks it and the first that does not."""

from dataclasses import replace

import pytest

from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Dominance, Policy, Weighting
from output_checker.disclosure.rules import (
    all_same,
    class_disclosure,
    dominance,
    endpoint,
    factors,
    gini,
    herfindahl,
    holding,
    missing,
    mode,
    p_percent,
    parts,
    prior_posterior,
    quantile,
    request,
    rounded,
    spread,
    threshold,
    top_share,
    weighted_total,
    zero,
)
from output_checker.disclosure.rules.grid import lines
from output_checker.disclosure.rules.totals import replicated, unknown_to_the_second
from output_checker.disclosure.studies.subjects import Factors
from tests.unit.disclosure.builders import a_cell, a_table, grid, totals

S = Statistic
FIVES = (Rounding(base=5),)


CASES = [
    (threshold, a_cell(S.COUNT, units=9), a_cell(S.COUNT, units=10), {}),
    (threshold, a_cell(S.COUNT, units=1), a_cell(S.COUNT, units=0), {}),
    (threshold, a_cell(S.COUNT, units=9, text="4"), a_cell(S.COUNT, units=9, text="9"),
     {"rounding": (Rounding(base=6, is_midpoint=True),)}),
    (threshold, a_cell(S.COUNT, units=3, text="3"), a_cell(S.COUNT, units=9, text="9"),
     {"rounding": (Rounding(base=6, is_midpoint=True),)}),
    (threshold, a_cell(S.COUNT, units=3, text="4"), a_cell(S.COUNT, units=3, text="3"),
     {"rounding": (Rounding(base=6, is_midpoint=True),), "threshold": 7}),
    (threshold, a_cell(S.COUNT, units=1, text="1"), a_cell(S.COUNT, units=10, text="9"),
     {"rounding": (Rounding(base=2, is_midpoint=True),)}),
    (threshold, a_cell(S.MEAN, units=9, text="9"), a_cell(S.MEAN, units=10, text="9"),
     {"rounding": (Rounding(base=6, is_midpoint=True),)}),
    (threshold, a_cell(S.MEAN, units=2), a_cell(S.MEAN, units=3),
     {"rounding": (Rounding(base=2, is_midpoint=True),), "threshold": 3}),
    (holding, a_cell(holdings=9), a_cell(holdings=10), {}),
    (holding, a_cell(holdings=1), a_cell(holdings=None), {}),
    (holding, a_cell(holdings=1), a_cell(holdings=0), {}),
    (parts, a_cell(events=9), a_cell(events=10), {}),
    (parts, a_cell(S.MEAN, units=30, events=21), a_cell(S.MEAN, units=30, events=20), {}),
    (parts, a_cell(S.SHARE, of_units=9), a_cell(S.SHARE, of_units=10), {}),
    (parts, a_cell(S.SHARE, of_units=1), a_cell(S.SHARE, of_units=0), {}),
    (dominance, a_cell(**totals(60, 30)), a_cell(**totals(60, 29)), {}),
    (dominance, a_cell(**totals(50, 1)), a_cell(**totals(49, 20)),
     {"dominance": (Dominance(n=1, share=0.5),)}),
    (dominance, a_cell(S.SHARE, **totals(60, 30)), a_cell(S.MEDIAN, **totals(60, 30)), {}),
    (dominance, a_cell(S.STD, **totals(60, 30)), a_cell(S.STD, **totals(60, 29)), {}),
    (dominance, a_cell(**totals(1, total=1)), a_cell(**totals(0, total=0)), {}),
    (dominance, a_cell(**totals(50, 2, total=sum([50, 2] + [2.4] * 20))),
     a_cell(**totals(50, 2, total=100.001)), {"dominance": (Dominance(n=1, share=0.5),)}),
    (dominance, a_cell(**totals(905, 100, total=1500)), a_cell(**totals(904, 100, total=1500)),
     {"dominance": (Dominance(n=2, share=0.67),)}),
    (weighted_total, a_cell(**totals(905, 100, weighted_total=1500.0, weights=(1.0, 1.0))),
     a_cell(**totals(904, 100, weighted_total=1500.0, weights=(1.0, 1.0))),
     {"dominance": (Dominance(n=2, share=0.67),)}),
    (weighted_total, a_cell(**totals(60, 30, weighted_total=100.0, weights=(1.0, 1.0))),
     a_cell(**totals(60, 30, weighted_total=101.0, weights=(1.0, 1.0))), {}),
    (weighted_total, a_cell(**totals(50, 1, weighted_total=110.0, weights=(2.0, 1.0))),
     a_cell(**totals(50, 1, weighted_total=112.0, weights=(2.0, 1.0))),
     {"weighting": Weighting.REPLICATE}),
    (weighted_total, a_cell(**totals(60, 30, weighted_total=100.0, weights=(2.0, 1.0))),
     a_cell(**totals(60, 30, weighted_total=130.0, weights=(2.0, 1.0))), {}),
    (weighted_total, a_cell(**totals(1, total=1, weighted_total=0.5, weights=(0.5,))),
     a_cell(**totals(0, total=0, weighted_total=0.0, weights=(0.5,))), {}),
    (p_percent, a_cell(**totals(60, 34.05)), a_cell(**totals(60, 34)), {}),
    (p_percent, a_cell(**totals(1, total=1)), a_cell(**totals(0, total=0)), {}),
    (prior_posterior, a_cell(**totals(60, 29)), a_cell(**totals(60, 28)), {"prior_percent": 50.0}),
    (request, a_cell(**totals(71)), a_cell(**totals(70)), {"largest_share": 0.7}),
    (missing, a_cell(records=10, missing=6), a_cell(records=10, missing=5), {"missing_share": 0.5}),
    (quantile, a_cell(S.QUANTILE, beyond=4), a_cell(S.QUANTILE, beyond=5), {}),
    (quantile, a_cell(S.QUANTILE, beyond=1), a_cell(S.QUANTILE, beyond=0), {}),
    (quantile, a_cell(S.MEDIAN, beyond=9), a_cell(S.MEDIAN, beyond=10), {"quantile_units": 10}),
    (quantile, a_cell(S.IQR, beyond=5), a_cell(S.IQR, beyond=6), {"threshold": 11}),
    (endpoint, a_cell(S.MAX, sharing=9), a_cell(S.MAX, sharing=10), {}),
    (endpoint, a_cell(S.QUANTILE, sharing=9), a_cell(S.QUANTILE, sharing=10), {}),
    (mode, a_cell(S.MODE, sharing=9), a_cell(S.MODE, sharing=10), {"mode_units": 10}),
    (mode, a_cell(S.MODE, sharing=0), a_cell(S.MODE, sharing=1), {}),
    (spread, a_cell(S.STD, units=10), a_cell(S.STD, units=11), {}),
    (spread, a_cell(S.STD, units=1), a_cell(S.STD, units=0), {}),
    (gini, a_cell(S.GINI, units=9), a_cell(S.GINI, units=10), {}),
    (gini, a_cell(S.GINI, units=1), a_cell(S.GINI, units=0), {}),
    (top_share, a_cell(S.TOP_SHARE, level=9.0), a_cell(S.TOP_SHARE, level=10.0), {}),
    (herfindahl, a_cell(S.ENTROPY, **totals(90)), a_cell(S.ENTROPY, **totals(89)), {}),
    (herfindahl, a_cell(S.HERFINDAHL, **totals(0.9, total=1 + 1e-15)),
     a_cell(S.HERFINDAHL, **totals(0.9, total=1.001)), {}),
    (herfindahl, a_cell(S.HERFINDAHL, units=9, **totals(1)),
     a_cell(S.HERFINDAHL, units=10, **totals(1)), {}),
    (herfindahl, a_cell(S.HERFINDAHL, units=1, **totals(1)),
     a_cell(S.HERFINDAHL, units=0, **totals(1)), {}),
    (all_same, a_cell(S.MEAN, is_constant=True), a_cell(S.MEAN, is_constant=False), {}),
    (all_same, a_cell(S.MEAN, is_constant=True), a_cell(S.COUNT, is_constant=True), {}),
    (rounded, a_cell(S.COUNT, text="7"), a_cell(S.COUNT, text="10"), {"rounding": FIVES}),
    (rounded, a_cell(S.COUNT, text="7"), a_cell(S.COUNT, text="undefined"), {"rounding": FIVES}),
    (rounded, a_cell(S.SHARE, text="0.35", counts=(7, 20)),
     a_cell(S.SHARE, text="0.25", counts=(7, 20)), {"rounding": FIVES}),
    (rounded, a_cell(S.SHARE, text="0.35", counts=(7, 20)),
     a_cell(S.SHARE, text="0.35", counts=None), {"rounding": FIVES}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "broken", "kept", "settings"), CASES, ids=[case[0].RULE.rule_id for case in CASES]
)
def test_a_rule_breaks_up_to_its_boundary_and_no_further(module, broken, kept, settings):
    policy = Policy(name="ten", **settings)

    (finding,) = module.RULE.judge(broken, policy)
    assert finding.verdict is module.RULE.verdict
    assert finding.cell == {"g": "a"}
    assert "raise" not in finding.reason
    assert "could not be applied" not in finding.reason
    assert module.RULE.judge(kept, policy) == []


@pytest.mark.parametrize("module", [case[0] for case in CASES if case[0] is not zero])
def test_what_is_not_shown_breaks_nothing(module):
    for other, broken, _, settings in CASES:
        if other is module:
            hidden = replace(broken, shows_number=False)
            assert module.RULE.judge(hidden, Policy(name="ten", **settings)) == []


@pytest.mark.parametrize("module", [threshold, holding, parts, zero])
def test_small_counts_are_scored_by_a_person_where_the_policy_says_so(module):
    policy = Policy(name="scored", small_counts=Verdict.REVIEW)
    cell = Cell(labels={"g": "a"}, where="row 1", statistic=S.COUNT, shows_nobody=True,
                evidence=CellEvidence(units=3, holdings=3, events=3))  # fmt: skip

    assert [one.verdict for one in module.RULE.judge(cell, policy)] == [Verdict.REVIEW]


def test_a_mark_that_tells_too_much_is_scored_by_a_person_where_the_policy_says_so():
    policy = Policy(name="scored", small_counts=Verdict.REVIEW)
    cell = a_cell(S.COUNT, units=3, text="<5", shows_number=False)

    assert [one.verdict for one in threshold.RULE.judge(cell, policy)] == [Verdict.REVIEW]


def test_a_mark_in_place_of_a_mean_tells_no_count():
    cell = a_cell(S.MEAN, units=3, text="<5", shows_number=False)

    assert threshold.RULE.judge(cell, Policy(name="ten")) == []


def test_a_rule_that_crashes_is_for_a_person_and_quotes_nothing():
    def crash(cell, _):
        raise LookupError(cell.text)

    (finding,) = replace(threshold.RULE, check=crash).judge(a_cell(), Policy(name="ten"))

    assert finding.verdict is Verdict.REVIEW
    assert finding.reason == "the rule could not be applied (LookupError)"


def test_a_finding_says_where_it_is_and_what_would_mend_it():
    cell = replace(a_cell(S.MEAN, units=9, where="row 3, column 'n'"), position=(2, 1))

    (finding,) = threshold.RULE.judge(cell, Policy(name="ten"))

    assert (finding.rule, finding.cell) == ("threshold", {"g": "a"})
    assert (finding.where, finding.position) == ("row 3, column 'n'", (2, 1))
    assert finding.statbarn == "https://w3id.org/statbarnsdc#LinearAggregations"
    assert finding.mend == threshold.RULE.mend
    assert finding.reason == "9 units stand behind the number; at least 10 are needed"


@pytest.mark.parametrize(
    ("values", "weights", "units", "held"),
    [
        ((90, 10), (2, 1), 2, 180),
        ((90, 10), (1, 1), 2, 100),
        ((90, 10), (0.4, 3), 2, 100),
        ((90, 10), (1, 1), 1, 90),
        ((90, 10, 5), (2.9, 1, 1), 3, 190),
        ((90,), (1,), 3, 90),
    ],
)
def test_a_contribution_counts_as_often_as_its_weight_says(values, weights, units, held):
    evidence = CellEvidence(units=9, largest=values, weights=weights)

    assert replicated(evidence, units) == held


def test_contributions_without_as_many_weights_are_not_counted():
    with pytest.raises(ValueError, match="shorter"):
        replicated(CellEvidence(units=9, largest=(90, 10), weights=(1,)), 2)


@pytest.mark.parametrize(
    ("largest", "total", "unknown"),
    [((60, 30), 100, 10), ((60, 30, 5), 100, 10), ((60,), 70, 10), ((60,), 60, 0), ((0,), 0, None)],
)
def test_the_second_knows_the_total_less_the_two_largest(largest, total, unknown):
    assert unknown_to_the_second(a_cell(**totals(*largest, total=total))) == unknown


@pytest.mark.parametrize(
    ("units", "share", "review", "verdicts"),
    [
        ((9, 1), 0.9, None, ["fail"]),
        ((89, 11), 0.9, None, []),
        ((9, 1), None, 0.9, ["review"]),
        ((9, 1), 1.0, 0.9, ["review"]),
        ((9, 0), 1.0, 0.9, ["fail"]),
        ((9, 1), None, None, []),
        ((0, 0), 1.0, None, []),
    ],
)
def test_a_cell_that_holds_nearly_all_of_its_row_is_named(units, share, review, verdicts):
    policy = Policy(name="class", class_share=share, class_review_share=review)

    found = class_disclosure.RULE.judge(grid(*units), policy)

    assert [one.verdict.value for one in found] == verdicts


def test_a_cell_that_holds_all_of_both_its_lines_is_named_once():
    diagonal = {("a", "x"): 95, ("a", "y"): 5, ("b", "x"): 5, ("b", "y"): 95}

    found = class_disclosure.RULE.judge(a_table(diagonal), Policy(name="class", class_share=0.9))

    reason = "nearly all units with the same other labels have this row"
    assert [(one.where, one.reason) for one in found] == [("a x", reason), ("b y", reason)]


@pytest.mark.parametrize("table", [grid(9, 1, statistic=S.SUM), grid(9, 1, hidden=(0,))])
def test_only_a_count_that_is_shown_tells_of_its_row(table):
    assert class_disclosure.RULE.judge(table, Policy(name="class", class_share=0.9)) == []


def test_a_line_has_all_labels_alike_but_one():
    counts = {tuple(key): 20 for key in ("axp", "axq", "ayp", "bxp")}
    table = a_table(counts)
    unplaced = replace(table, cells=(a_cell(S.COUNT), *table.cells))

    found = [(line.dimension, [one.where for one in line.cells]) for line in lines(unplaced)]

    assert found == [
        ("row", ["a x p", "b x p"]),
        ("column", ["a x p", "a y p"]),
        ("layer", ["a x p", "a x q"]),
    ]


@pytest.mark.parametrize(
    ("mark", "units", "count"),
    [("<5", 3, 1), ("<=8", 3, 1), ("<10", 3, 0), ("<= 9", 3, 0), ("*", 3, 0), ("<5", 0, 1),
     ("<5", 9, 1), ("<5", 10, 0)],
)  # fmt: skip
def test_a_mark_may_say_no_more_than_that_there_are_too_few(mark, units, count):
    cell = a_cell(S.COUNT, units=units, text=mark, shows_number=False)

    assert len(threshold.RULE.judge(cell, Policy(name="ten"))) == count


@pytest.mark.parametrize(
    ("units", "rows", "count"),
    [(12, 2, 0), (11, 2, 1), (12, 7, 0), (12, 8, 1), (11, 8, 2), (2, 2, 1)],
)
def test_factors_need_units_and_no_scores(units, rows, count):
    study = Factors(units=units, variables=2, lines=rows)

    assert len(factors.RULE.judge(study, Policy(name="ten"))) == count


def test_factors_of_few_people_say_how_much_freedom_they_have():
    (finding,) = factors.RULE.judge(Factors(units=11, variables=2, lines=2), Policy(name="ten"))

    assert finding.reason == "9 degrees of freedom; 10 are needed"
