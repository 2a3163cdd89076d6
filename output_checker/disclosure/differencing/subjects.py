"""What is judged when two tables are held against each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from output_checker.disclosure.evidence.cells import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A number of one table less numbers of another.

    Attributes:
        left: The number that is left, with who stands behind it, at the place of the new table
            from which it is had.
        words: Which numbers, of which files, and how many people are left.
        is_exact: Whether subtracting alone gives it.
    """

    left: Cell
    words: str
    is_exact: bool

    @property
    def labels(self) -> Mapping[str, str]:
        return self.left.labels

    @property
    def where(self) -> str:
        return self.left.where

    @property
    def position(self) -> tuple[int, int] | None:
        return self.left.position

    @property
    def statbarn(self) -> str:
        return self.left.statbarn
