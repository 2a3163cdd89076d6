"""What the rules of cells would say of a number, were it printed."""

from dataclasses import replace
from typing import Final

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.rules import (
    all_same,
    dominance,
    holding,
    p_percent,
    parts,
    prior_posterior,
    request,
    threshold,
    weighted_total,
    zero,
)

_ABOUT_CELLS: Final = (
    threshold.RULE, holding.RULE, parts.RULE, zero.RULE, dominance.RULE, weighted_total.RULE,
    p_percent.RULE, prior_posterior.RULE, request.RULE, all_same.RULE,
)  # fmt: skip


def verdict_if_shown(cell: Cell, policy: Policy) -> Verdict | None:
    """None where no rule forbids it."""
    is_empty = not cell.evidence.units
    # A mark of suppression is no number to be judged by rounding.
    shown = replace(cell, shows_number=True, shows_nobody=is_empty, text="")
    said = [one.verdict for rule in _ABOUT_CELLS for one in rule.judge(shown, policy)]
    return Verdict.worst(said) if said else None
