"""Every rule about table cells, in the order findings are listed."""

from typing import Final

from output_checker.disclosure.rules import (
    all_same,
    degrees_of_freedom,
    dominance,
    endpoint,
    p_percent,
    source_match,
    threshold,
    zero,
)
from output_checker.disclosure.rules.rule import Rule

ALL_RULES: Final[tuple[Rule, ...]] = (
    threshold.RULE,
    zero.RULE,
    dominance.RULE,
    p_percent.RULE,
    all_same.RULE,
    degrees_of_freedom.RULE,
    endpoint.RULE,
    source_match.RULE,
)
