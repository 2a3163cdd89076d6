"""Every rule, by what it is about, in the order findings are listed."""

from collections.abc import Mapping
from typing import Any, Final

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.rules import (
    all_same,
    class_disclosure,
    comparison,
    correlation,
    differencing,
    dominance,
    dummy_support,
    endpoint,
    factors,
    gini,
    herfindahl,
    histogram_bin,
    holding,
    hypothesis_test,
    linked_models,
    margins,
    missing,
    mode,
    p_percent,
    parts,
    perfect_fit,
    prior_posterior,
    quantile,
    record_vectors,
    request,
    residual_freedom,
    rounded,
    saturated,
    source_match,
    spread,
    survival_step,
    threshold,
    top_share,
    weighted_total,
    zero,
)
from output_checker.disclosure.rules.rule import Rule
from output_checker.disclosure.studies.subjects import Model

CELL_RULES: Final[tuple[Rule[Cell], ...]] = (
    threshold.RULE,
    holding.RULE,
    parts.RULE,
    zero.RULE,
    dominance.RULE,
    weighted_total.RULE,
    p_percent.RULE,
    prior_posterior.RULE,
    request.RULE,
    all_same.RULE,
    missing.RULE,
    quantile.RULE,
    endpoint.RULE,
    mode.RULE,
    spread.RULE,
    gini.RULE,
    top_share.RULE,
    herfindahl.RULE,
    rounded.RULE,
    source_match.RULE,
)
# Of a ratio these hold beneath the line as well.
TOTAL_RULES: Final[tuple[Rule[Cell], ...]] = (
    dominance.RULE,
    weighted_total.RULE,
    p_percent.RULE,
    prior_posterior.RULE,
    request.RULE,
)
TABLE_RULES: Final[tuple[Rule[Matched], ...]] = (class_disclosure.RULE, margins.RULE)
MODEL_RULES: Final[tuple[Rule[Model], ...]] = (
    residual_freedom.RULE,
    saturated.RULE,
    dummy_support.RULE,
    perfect_fit.RULE,
    record_vectors.RULE,
)

ALL_RULES: Final[Mapping[str, tuple[Rule[Any], ...]]] = {
    "A cell of a table": CELL_RULES,
    "A whole table": TABLE_RULES,
    "Two tables": (differencing.RULE,),
    "A regression": MODEL_RULES,
    "Two regressions": (linked_models.RULE,),
    "A survival curve": (survival_step.RULE,),
    "An odds or risk ratio": (comparison.RULE,),
    "A correlation": (correlation.RULE,),
    "A test": (hypothesis_test.RULE,),
    "Factors": (factors.RULE,),
    "A histogram": (histogram_bin.RULE,),
}
