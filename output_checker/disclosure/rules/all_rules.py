"""Every rule, by what it is about, in the order findings are listed."""

from collections.abc import Mapping
from typing import Any, Final

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.rules import (
    all_same,
    class_disclosure,
    dominance,
    endpoint,
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
    rounded,
    source_match,
    spread,
    threshold,
    top_share,
    weighted_total,
    zero,
)
from output_checker.disclosure.rules.rule import Rule

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
TABLE_RULES: Final[tuple[Rule[Matched], ...]] = (class_disclosure.RULE, margins.RULE)

ALL_RULES: Final[Mapping[str, tuple[Rule[Any], ...]]] = {
    "A cell of a table": CELL_RULES,
    "A whole table": TABLE_RULES,
}
