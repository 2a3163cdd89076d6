"""Tables as the suggester has them: all counts, what adds up, and how few people are too few."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from output_checker.disclosure.suppression.equations import Equation


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to protect.

    Attributes:
        equations: Between all cells, numbered from 0; their sum is 0.
        values: The cells' counts. One of 0 is never hidden: it would protect nothing.
        threshold: Fewest people that a published count may rest on.
    """

    equations: Sequence[Equation]
    values: Sequence[int]
    threshold: int

    @property
    def small(self) -> frozenset[int]:
        return frozenset(at for at, one in enumerate(self.values) if 0 < one < self.threshold)

    def lost(self, hidden: Collection[int]) -> int:
        """The people in hidden cells."""
        return sum(self.values[at] for at in hidden)
