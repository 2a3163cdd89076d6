"""What is asked of an output that is no table of statistics: a model, a curve, a histogram."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.rules import (
    comparison,
    correlation,
    factors,
    histogram_bin,
    hypothesis_test,
    survival_step,
)
from output_checker.disclosure.rules.all_rules import MODEL_RULES
from output_checker.disclosure.rules.rule import judge_all
from output_checker.disclosure.spec import (
    CorrelationSpec,
    HistogramSpec,
    ModelSpec,
    RatioSpec,
    Study,
    SurvivalSpec,
    TestSpec,
)
from output_checker.disclosure.studies import association, histogram, survival
from output_checker.disclosure.studies.claims import unmatched
from output_checker.disclosure.studies.regression import refit

Judged = Iterator[Finding]


def judge_study(
    table: Table | None, datasets: Sequence[Dataset], spec: Study, policy: Policy
) -> Judged:
    """Findings about a study, on the first source that has what its spec names.

    Args:
        table: As read from the file; None for a picture, whose numbers cannot be compared.
        datasets: At least one.
        spec: What the researcher says it is.
        policy: Thresholds to judge by.
    """
    refusals = []
    for data in datasets:
        try:
            yield from _JUDGES[type(spec)](table, data, spec, policy)
        except BadSpec as error:
            refusals.append(str(error))
        else:
            return
    yield Finding(
        rule="not-recomputed",
        verdict=Verdict.REVIEW,
        where="the whole file",
        reason=min(refusals, key=len, default="no source was given"),
        mend="mend the spec, or let a checker look",
    )


def _model(table: Table | None, data: Dataset, spec: ModelSpec, policy: Policy) -> Judged:
    found = refit(data, table or Table(header=(), rows=()), spec, depth=policy.depth)
    yield from judge_all(MODEL_RULES, [found.model], policy)
    if table is not None:
        yield from found.findings


def _survival(table: Table | None, data: Dataset, spec: SurvivalSpec, policy: Policy) -> Judged:
    if table is None:
        raise BadSpec("the printed times of a picture cannot be read; submit its table")
    steps, findings = survival.recompute(data, table, spec)
    yield from judge_all([survival_step.RULE], steps, policy)
    yield from findings


def _histogram(table: Table | None, data: Dataset, spec: HistogramSpec, policy: Policy) -> Judged:
    found = histogram.recount(data, spec)
    yield from judge_all([histogram_bin.RULE], found.bins, policy)
    if table is not None:
        yield from histogram.compare(table, spec, found)


def _correlation(
    table: Table | None, data: Dataset, spec: CorrelationSpec, policy: Policy
) -> Judged:
    shown = table or Table(header=(), rows=())
    if spec.is_factors:
        found = association.factors(data, shown, spec)
        yield from judge_all([factors.RULE], [found], policy)
        yield unmatched("the whole file", reason="loadings are not recomputed")
        return
    pairs = association.correlations(data, spec)
    yield from judge_all([correlation.RULE], pairs, policy)
    yield from association.compare_matrix(shown, spec, pairs)


def _ratio(table: Table | None, data: Dataset, spec: RatioSpec, policy: Policy) -> Judged:
    found, named = association.ratio(data, spec)
    yield from judge_all([comparison.RULE], [found], policy)
    if table is not None:
        yield from association.compare_numbers(table, named, (spec.exposure, spec.outcome))


def _test(table: Table | None, data: Dataset, spec: TestSpec, policy: Policy) -> Judged:
    compute = association.chi2 if spec.test == "chi2" else association.student
    found, named = compute(data, table or Table(header=(), rows=()), spec)
    yield from judge_all([hypothesis_test.RULE], [found], policy)
    if table is not None:
        yield from association.compare_numbers(table, named, spec.variables)


_JUDGES: Final[Mapping[type, Callable[[Table | None, Dataset, Any, Policy], Judged]]] = {
    ModelSpec: _model,
    SurvivalSpec: _survival,
    HistogramSpec: _histogram,
    CorrelationSpec: _correlation,
    RatioSpec: _ratio,
    TestSpec: _test,
}
