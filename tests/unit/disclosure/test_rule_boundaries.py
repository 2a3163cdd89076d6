"""Each rule about cells at its boundary: the last that breaks it and the first that does not."""

from dataclasses import replace

import pytest

from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Dominance, Policy, Weighting
from output_checker.disclosure.rules import (
    class_disclosure,
    dominance,
    endpoint,
    factors,
    gini,
    herfindahl,
    holding,
    margins,
    missing,
    mode,
    p_percent,
    parts,
    prior_posterior,
    quantile,
    request,
    spread,
    threshold,
    top_share,
    weighted_total,
    zero,
)
from output_checker.disclosure.rules.totals import replicated
from output_checker.disclosure.studies.subjects import Factors

S = Statistic


def a_cell(statistic=S.SUM, *, shows_number=True, text="5", level=None, key=(), **evidence):
    return Cell(
        labels={"g": "a"}, where="row 1", statistic=statistic, text=text, level=level, key=key,
        evidence=CellEvidence(**{"units": 20} | evidence), shows_number=shows_number,
        position=(0, 0),
    )  # fmt: skip


def totals(*largest, total=100.0, **more):
    return {"largest": tuple(map(float, largest)), "total": float(total), **more}


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
    (holding, a_cell(holdings=9), a_cell(holdings=10), {}),
    (holding, a_cell(holdings=1), a_cell(holdings=None), {}),
    (parts, a_cell(events=9), a_cell(events=10), {}),
    (parts, a_cell(S.MEAN, units=30, events=21), a_cell(S.MEAN, units=30, events=20), {}),
    (parts, a_cell(S.SHARE, of_units=9), a_cell(S.SHARE, of_units=10), {}),
    (parts, a_cell(S.SHARE, of_units=1), a_cell(S.SHARE, of_units=0), {}),
    (dominance, a_cell(**totals(60, 30)), a_cell(**totals(60, 29)), {}),
    (dominance, a_cell(**totals(50, 1)), a_cell(**totals(49, 20)),
     {"dominance": (Dominance(n=1, share=0.5),)}),
    (dominance, a_cell(S.SHARE, **totals(60, 30)), a_cell(S.STD, **totals(60, 30)), {}),
    (weighted_total, a_cell(**totals(60, 30, weighted_total=100.0, weights=(1.0, 1.0))),
     a_cell(**totals(60, 30, weighted_total=101.0, weights=(1.0, 1.0))), {}),
    (weighted_total, a_cell(**totals(50, 1, weighted_total=110.0, weights=(2.0, 1.0))),
     a_cell(**totals(50, 1, weighted_total=112.0, weights=(2.0, 1.0))),
     {"weighting": Weighting.REPLICATE}),
    (p_percent, a_cell(**totals(60, 34.5)), a_cell(**totals(60, 34)), {}),
    (p_percent, a_cell(**totals(1, total=1)), a_cell(**totals(0, total=0)), {}),
    (prior_posterior, a_cell(**totals(60, 29)), a_cell(**totals(60, 28)), {"prior_percent": 50.0}),
    (request, a_cell(**totals(71)), a_cell(**totals(70)), {"largest_share": 0.7}),
    (missing, a_cell(records=10, missing=6), a_cell(records=10, missing=5), {"missing_share": 0.5}),
    (quantile, a_cell(S.QUANTILE, beyond=4), a_cell(S.QUANTILE, beyond=5), {}),
    (quantile, a_cell(S.MEDIAN, beyond=9), a_cell(S.MEDIAN, beyond=10), {"quantile_units": 10}),
    (quantile, a_cell(S.IQR, beyond=5), a_cell(S.IQR, beyond=6), {"threshold": 11}),
    (endpoint, a_cell(S.MAX, sharing=9), a_cell(S.MAX, sharing=10), {}),
    (mode, a_cell(S.MODE, sharing=9), a_cell(S.MODE, sharing=10), {"mode_units": 10}),
    (mode, a_cell(S.MODE, sharing=0), a_cell(S.MODE, sharing=1), {}),
    (spread, a_cell(S.STD, units=10), a_cell(S.STD, units=11), {}),
    (spread, a_cell(S.STD, units=1), a_cell(S.STD, units=0), {}),
    (gini, a_cell(S.GINI, units=9), a_cell(S.GINI, units=10), {}),
    (top_share, a_cell(S.TOP_SHARE, level=9.0), a_cell(S.TOP_SHARE, level=10.0), {}),
    (herfindahl, a_cell(S.ENTROPY, **totals(90)), a_cell(S.ENTROPY, **totals(89)), {}),
    (herfindahl, a_cell(S.HERFINDAHL, units=9, **totals(1)),
     a_cell(S.HERFINDAHL, units=10, **totals(1)), {}),
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
    from dataclasses import replace

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


def grid(*units, statistic=S.COUNT, hidden=(), total=None):
    cells = [
        a_cell(
            statistic,
            units=count,
            key=("r", str(at)),
            shows_number=at not in hidden,
            text="*" if at in hidden else str(count),
            expected=(count,),
            records=count,
            **({} if statistic is S.COUNT else totals(count, total=count)),
        )
        for at, count in enumerate(units)
    ]
    if total is not None:
        cells.append(a_cell(statistic, units=total, key=("r", "\0total"), expected=(total,),
                            records=total))  # fmt: skip
    return Matched(cells=tuple(cells), dimensions=("row", "column"))


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


@pytest.mark.parametrize(
    ("table", "verdicts"),
    [
        (grid(4, 20, 30, hidden=(0,), total=54), ["fail"]),
        (grid(20, 4, 30, hidden=(0,), total=54), ["review"]),
        (grid(4, 3, 30, hidden=(0, 1), total=37), ["review", "review"]),
        (grid(4, 6, 30, hidden=(0, 1), total=40), []),
        (grid(4, 5, 30, hidden=(0, 1), total=39), ["review", "review"]),
        (grid(4, 20, 30, hidden=(0, 1), total=54), []),
        (grid(4, 20, 30, hidden=(0,)), []),
        (grid(4, 20, 30, total=54), []),
        (grid(4, 20, 30, total=57), ["fail"]),
        (grid(4, 20, 30, total=64), []),
        (grid(20, 20, hidden=(0,), total=40, statistic=S.SUM), ["fail"]),
        (grid(4, 20, hidden=(0,), total=24, statistic=S.MEAN), []),
        (grid(0, 20, 30, hidden=(0,), total=50), ["fail"]),
        (grid(0, 0, 30, hidden=(0, 1), total=30), ["fail", "fail"]),
    ],
)
def test_totals_give_back_what_they_leave_too_little_room(table, verdicts):
    found = margins.RULE.judge(table, Policy(name="ten"))

    assert [one.verdict.value for one in found] == verdicts


def test_means_beside_their_counts_are_as_good_as_sums():
    table = grid(20, 20, hidden=(0,), total=40, statistic=S.MEAN)
    beside = replace(table, sized=frozenset(cell.key for cell in table.cells))

    assert margins.RULE.judge(table, Policy(name="ten")) == []
    (finding,) = margins.RULE.judge(beside, Policy(name="ten"))
    assert finding.verdict is Verdict.FAIL


def test_too_many_hidden_cells_are_for_a_person():
    table = grid(*[20] * (margins.MAX_HIDDEN + 1), hidden=range(margins.MAX_HIDDEN + 1), total=9)

    assert [one.verdict.value for one in margins.RULE.judge(table, Policy(name="ten"))] == [
        "review"
    ]


def test_bounds_that_take_too_long_are_for_a_person(monkeypatch):
    table = grid(4, 20, 30, hidden=(0, 1), total=54)
    monkeypatch.setattr(margins, "MAX_BOUNDED", 1)

    (finding,) = margins.RULE.judge(table, Policy(name="ten"))

    assert (finding.verdict, finding.cell) == (Verdict.REVIEW, None)
    assert "too long" in finding.reason


@pytest.mark.parametrize(
    ("mark", "units", "count"),
    [("<5", 3, 1), ("<=8", 3, 1), ("<10", 3, 0), ("<= 9", 3, 0), ("*", 3, 0), ("<5", 0, 1),
     ("<5", 12, 0)],
)  # fmt: skip
def test_a_mark_may_say_no_more_than_that_there_are_too_few(mark, units, count):
    cell = a_cell(S.COUNT, units=units, text=mark, shows_number=False)

    assert len(threshold.RULE.judge(cell, Policy(name="ten"))) == count


def test_totals_rounded_far_enough_give_no_count_back():
    policy = Policy(name="rounded", rounding=(Rounding(base=5),))

    assert margins.RULE.judge(grid(4, 20, hidden=(0,), total=24), policy) == []
    fine = Policy(name="hardly rounded", rounding=(Rounding(base=2),))
    assert len(margins.RULE.judge(grid(4, 20, hidden=(0,), total=24), fine)) == 1
    sums = grid(20, 20, hidden=(0,), total=40, statistic=S.SUM)
    assert [one.verdict for one in margins.RULE.judge(sums, policy)] == [Verdict.FAIL]


@pytest.mark.parametrize(
    ("units", "lines", "count"),
    [(12, 2, 0), (11, 2, 1), (12, 7, 0), (12, 8, 1), (11, 8, 2), (2, 2, 1)],
)
def test_factors_need_units_and_no_scores(units, lines, count):
    study = Factors(units=units, variables=2, lines=lines)

    assert len(factors.RULE.judge(study, Policy(name="ten"))) == count
