"""Each rule about models, curves and tests at its boundary, as for cells."""

import pytest

from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules import (
    comparison,
    correlation,
    dummy_support,
    histogram_bin,
    hypothesis_test,
    linked_models,
    perfect_fit,
    record_vectors,
    residual_freedom,
    saturated,
    survival_step,
)
from output_checker.disclosure.studies import subjects
from output_checker.disclosure.studies.subjects import (
    Bin,
    Comparison,
    Correlation,
    LinkedModels,
    Model,
    Part,
    Step,
)

POLICY = Policy(name="ten")
NO_ZEROS = Policy(name="ten", zeros_disclosive=False)


def a_model(units=30, rank=2, **more):
    return Model(units=units, rank=rank, **more)


def a_pair(units=12, coefficient=0.5, least=None):
    return Correlation(units=units, coefficient=coefficient, least_units=least)


def a_test(freedom=10.0, *units):
    return subjects.Test(freedom=freedom, cells=tuple(Part(units=one) for one in units))


CASES = [
    (residual_freedom, a_model(11, 2), a_model(12, 2)),
    (saturated, a_model(is_saturated=True, groups=(Part(units=9),)),
     a_model(is_saturated=True, groups=(Part(units=10), Part(units=0)))),
    (saturated, a_model(is_saturated=True, groups=(Part(units=1),)),
     a_model(is_saturated=False, groups=(Part(units=1),))),
    (dummy_support, a_model(dummies=(Part(units=9),)), a_model(dummies=(Part(units=10),))),
    (perfect_fit, a_model(is_perfect=True), a_model(is_perfect=False)),
    (record_vectors, a_model(record_columns=("resid",)), a_model(record_columns=())),
    (linked_models, LinkedModels(apart=9), LinkedModels(apart=10)),
    (linked_models, LinkedModels(apart=1), LinkedModels(apart=0)),
    (survival_step, Step(at_risk=50, leaving=9), Step(at_risk=5, leaving=10)),
    (survival_step, Step(at_risk=50, leaving=1), Step(at_risk=50, leaving=0)),
    (survival_step, Step(at_risk=50, leaving=20, events=9),
     Step(at_risk=50, leaving=20, events=10)),
    (survival_step, Step(at_risk=50, leaving=20, events=1),
     Step(at_risk=50, leaving=20, events=0)),
    (survival_step, Step(at_risk=9, leaving=None), Step(at_risk=10, leaving=None)),
    (comparison, Comparison(cells=(9, 30, 30, 30)), Comparison(cells=(10, 30, 30, 30))),
    (comparison, Comparison(cells=(30, 0, 30, 30)), Comparison(cells=(30, 10, 30, 30))),
    (correlation, a_pair(11), a_pair(12)),
    (correlation, a_pair(least=9), a_pair(least=10)),
    (correlation, a_pair(least=1), a_pair(least=0)),
    (hypothesis_test, a_test(9.0), a_test(10.0)),
    (hypothesis_test, a_test(50.0, 9), a_test(50.0, 10)),
    (hypothesis_test, a_test(50.0, 1), a_test(50.0, 0)),
    (histogram_bin, Bin(units=9), Bin(units=10)),
    (histogram_bin, Bin(units=0), Bin(units=10)),
    (histogram_bin, Bin(units=1), Bin(units=10)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "broken", "kept"), CASES, ids=[case[0].RULE.rule_id for case in CASES]
)
def test_a_rule_breaks_up_to_its_boundary_and_no_further(module, broken, kept):
    (finding,) = module.RULE.judge(broken, POLICY)

    assert finding.verdict is module.RULE.verdict
    assert "could not be applied" not in finding.reason
    assert module.RULE.judge(kept, POLICY) == []


@pytest.mark.parametrize(
    ("is_released", "other"),
    [(True, "a model that was released before"), (False, "another model here")],
)
def test_linked_models_say_which_other_model_it_is(is_released, other):
    (finding,) = linked_models.RULE.judge(LinkedModels(apart=9, is_released=is_released), POLICY)

    assert finding.reason == f"{other} has a sample that differs by 9 units"


def test_an_empty_bar_says_that_nobody_is_in_it():
    (finding,) = histogram_bin.RULE.judge(Bin(units=0), POLICY)

    assert finding.reason == "the bar shows that nobody is in it"


def test_an_empty_bar_tells_nothing_where_zeros_do_not():
    assert histogram_bin.RULE.judge(Bin(units=0), NO_ZEROS) == []


@pytest.mark.parametrize(("sharing", "verdicts"), [(9, [Verdict.REVIEW]), (10, []), (None, [])])
def test_an_edge_that_few_have_is_for_a_person(sharing, verdicts):
    found = histogram_bin.RULE.judge(Bin(units=20, edge_units=sharing), POLICY)

    assert [one.verdict for one in found] == verdicts


@pytest.mark.parametrize(
    ("coefficient", "verdicts"),
    [(1.0, [Verdict.REVIEW]), (-1.0, [Verdict.REVIEW]), (1 - correlation.NEGLIGIBLE,
     [Verdict.REVIEW]), (0.999999, []), (None, [])],
)  # fmt: skip
def test_a_line_without_error_is_for_a_person(coefficient, verdicts):
    found = correlation.RULE.judge(a_pair(20, coefficient), POLICY)

    assert [one.verdict for one in found] == verdicts
    assert {one.reason for one in found} <= {"one variable gives the other without error"}


def test_bars_are_scored_by_a_person_where_the_policy_says_so():
    policy = Policy(name="scored", small_counts=Verdict.REVIEW)

    for units in (0, 9):
        assert histogram_bin.RULE.judge(Bin(units=units), policy)[0].verdict is Verdict.REVIEW
