"""How counts are rounded before they are published, and whether a number is so rounded."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Self

# A spec may say them; what is coarser says too little of a count to be held against it.
LARGEST_BASE: Final = 20
# Beyond it neighbouring whole numbers are one and the same binary fraction: no count is so large.
_MOST: Final = 1 << 53
_WRITTEN: Final = re.compile(r"(midpoint)?([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Rounding:
    """To multiples of `base`, or to the middle of bands of `base` (1-6 is 3, 7-12 is 9).

    Attributes:
        is_nearest: Whether to the nearest multiple; else to either side, as at random.
    """

    base: int
    is_midpoint: bool = False
    is_nearest: bool = False

    @classmethod
    def read(cls, text: str) -> Self | None:
        """`5`, `10` or `midpoint6`; None for anything else."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None or (found[1] and int(found[2]) % 2):
            return None
        return cls(base=int(found[2]), is_midpoint=bool(found[1]))

    def __str__(self) -> str:
        return f"midpoint{self.base}" if self.is_midpoint else str(self.base)

    def is_rounded(self, printed: Decimal | float) -> bool:
        if abs(float(printed)) > _MOST:
            return False
        if self.is_midpoint:
            return printed == 0 or printed % self.base == self.base // 2
        return printed % self.base == 0

    def is_of(self, printed: Decimal | float, count: float) -> bool:
        """Whether the number could be this count, rounded."""
        if not self.is_rounded(printed):
            return False
        if self.is_midpoint:
            return float(printed) == self.of(count)
        off = abs(float(printed) - count)
        return off <= self.base / 2 if self.is_nearest else off < self.base

    def to_nearest(self) -> "Rounding":
        return replace(self, is_nearest=True)

    def hides(self, printed: Decimal | float, least: int) -> bool:
        """Whether a midpoint says no more of a count than that it may be below `least`."""
        if not self.is_midpoint or not self.is_rounded(printed) or not printed:
            return False
        high = float(printed) + self.base - self.base // 2
        return high >= least or (high == least - 1 and high == self.base)

    def of(self, count: float) -> float:
        """The count rounded; halves go up."""
        if self.is_midpoint:
            return -(-count // self.base) * self.base - self.base // 2 if count > 0 else 0.0
        return float((count + self.base / 2) // self.base * self.base)
