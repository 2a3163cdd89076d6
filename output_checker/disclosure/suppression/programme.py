"""The cheapest whole numbers that satisfy equations: one question to the solver's process."""

from collections.abc import Sequence
from dataclasses import dataclass

from output_checker.disclosure.suppression.equations import Equation, Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Unknowns from 0, in whole numbers.

    Attributes:
        costs: What one of each unknown costs.
        rooms: The least and the greatest of each.
        equations: What adds up.
        at_least: Sums that are their total or more.
        constant: What everything costs at the least.
        near: Part of the cost (0-1) below which nothing cheaper is looked for.
    """

    costs: Sequence[float]
    rooms: Sequence[Room]
    equations: Sequence[Equation]
    at_least: Sequence[Equation] = ()
    constant: float = 0.0
    near: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheapest:
    """Attributes: `is_proven` is False where cheaper numbers may exist."""

    values: tuple[int, ...]
    is_proven: bool = True
