"""What the evidence asks of a dataset, whichever engine holds it."""

from collections.abc import Mapping
from typing import Protocol

from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.question import Dimension, Key, Question
from output_checker.disclosure.model import Source


class Records(Protocol):
    """Attributes: `types` maps each column to the engine's name for its type."""

    @property
    def source(self) -> Source: ...

    @property
    def types(self) -> Mapping[str, str]: ...

    def tabulate(self, question: Question) -> dict[Key, CellEvidence]:
        """Evidence for every combination of labels that some row has, and for the totals.

        Raises: NotThatTable, where there are more than any table of groups has.
        """

    def labels(self, dimension: Dimension) -> Mapping[str | None, tuple[str | None, ...]]:
        """Every label of a column, with the spellings that the rows use for it."""

    def count_labels(self, column: str) -> int:
        """About how many different values a column has."""

    def is_numeric(self, column: str) -> bool:
        """Whether every value that is there is a number."""
