"""The perturbation table: what is added to a count, by the count and its cell key.

For each count the noise is drawn from the distribution of greatest entropy with a mean of 0 and
the variance that is set, among changes of at most so much that leave no count below 0. Each change
has as many cell keys as its probability says.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import floor
from typing import Final

from output_checker.disclosure.perturbation.max_entropy import max_entropy

KEYS: Final = 65_536
MOST_SHIFT: Final = 20
_FEWEST_KEYS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How counts are perturbed. Raises: ValueError, for what no table can be made of.

    A count of 0 stays 0: nobody is made up where nobody is. A small count may become 0.

    Attributes:
        most: The greatest change (D).
        variance: Of the change; for small counts the nearest that is possible.
        blocked: Counts of 1 to this many are never shown; 0 where all may be.
        keys: Cell keys are 0 to one less (N).
    """

    most: int = 5
    variance: float = 2.0
    blocked: int = 0
    keys: int = KEYS

    def __post_init__(self) -> None:
        if not 1 <= self.most <= MOST_SHIFT:
            raise ValueError(f"the greatest change is 1 to {MOST_SHIFT}")
        if not 0 < self.variance <= self.most**2:
            raise ValueError("the variance is above 0, and at most the greatest change squared")
        if not 0 <= self.blocked < self.most:
            raise ValueError("counts that are never shown are fewer than the greatest change")
        if not _FEWEST_KEYS <= self.keys <= KEYS:
            raise ValueError(f"cell keys are {_FEWEST_KEYS} to {KEYS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PTable:
    """Attributes: `rows` hold the changes for counts of 0, 1, ...; the last for all above."""

    noise: Noise
    rows: tuple["Row", ...]

    def change(self, count: int, cell_key: int) -> int:
        """What is added to a count whose cell key is 0 to N - 1."""
        return self.rows[min(count, len(self.rows) - 1)].change(cell_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Attributes: `ends` are, for each change, the cell keys below which it or a lower one is."""

    changes: tuple[int, ...]
    ends: tuple[int, ...]

    def change(self, cell_key: int) -> int:
        return self.changes[bisect_right(self.ends, cell_key)]

    @property
    def keys(self) -> tuple[int, ...]:
        """How many cell keys each change has."""
        return tuple(
            end - before for before, end in zip((0, *self.ends[:-1]), self.ends, strict=True)
        )


@cache
def p_table(noise: Noise) -> PTable:
    """The table of a setting: always the same one."""
    first = Row(changes=(0,), ends=(noise.keys,))
    # From here on no change that is allowed reaches a count that is never shown.
    last = noise.most + noise.blocked + 1
    return PTable(noise=noise, rows=(first, *(_row(count, noise) for count in range(1, last + 1))))


def _row(count: int, noise: Noise) -> Row:
    changes = [
        one
        for one in range(max(-count, -noise.most), noise.most + 1)
        if not 0 < count + one <= noise.blocked
    ]
    found = max_entropy(changes, noise.variance)
    keys = _whole([found[one] for one in changes], changes, noise.keys)
    return Row(changes=tuple(changes), ends=tuple(accumulate(keys)))


def _whole(shares: Sequence[float], changes: Sequence[int], keys: int) -> list[int]:
    """As many keys a change as its share says, the mean kept at 0 where steps of one can."""
    wanted = [share * keys for share in shares]
    found = [floor(one) for one in wanted]
    by_rest = sorted(range(len(found)), key=lambda at: found[at] - wanted[at])
    for at in by_rest[: keys - sum(found)]:
        found[at] += 1
    while off := sum(count * change for count, change in zip(found, changes, strict=True)):
        step = -1 if off > 0 else 1
        ways = [
            (found[at] - wanted[at] - found[at + step] + wanted[at + step], at)
            for at, change in enumerate(changes)
            if found[at] and 0 <= at + step < len(changes) and changes[at + step] == change + step
        ]
        if not ways:
            break
        at = max(ways)[1]
        found[at], found[at + step] = found[at] - 1, found[at + step] + 1
    return found
