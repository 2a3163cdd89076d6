"""The records of one cell, as arrays."""

from dataclasses import dataclass

import numpy as np

from output_checker.disclosure.evidence.cells import LARGEST_VALUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The published variable record by record, with whose each record is."""

    numbers: np.ndarray
    texts: np.ndarray | None
    present: np.ndarray
    weights: np.ndarray | None
    units: np.ndarray | None
    holdings: np.ndarray | None

    @property
    def is_beyond_numbers(self) -> bool:
        """Whether a value is infinite, or too great."""
        return bool((np.abs(self.numbers[self.present]) > LARGEST_VALUE).any())

    def take(self, places: np.ndarray) -> "Column":
        return Column(
            numbers=self.numbers[places],
            texts=None if self.texts is None else self.texts[places],
            present=self.present[places],
            weights=None if self.weights is None else self.weights[places],
            units=None if self.units is None else self.units[places],
            holdings=None if self.holdings is None else self.holdings[places],
        )
