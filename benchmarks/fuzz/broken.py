"""Malformed files by number: the same seed and number make the same file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final

from benchmarks.fuzz import inner
from benchmarks.fuzz.good import GOOD

MALFORMED_SEED: Final = 20_261_122
# How often a piece comes from a file of another kind.
_STRANGE: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    number: int
    kind: str
    suffix: str
    data: bytes = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number:05}{self.suffix}"


@cache
def good(kind: str) -> tuple[tuple[str, bytes], ...]:
    return tuple(GOOD[kind]())


def malformed(count: int, seed: int, kinds: Sequence[str]) -> Iterator[Malformed]:
    """Of each kind as many as of any other."""
    for number in range(count):
        kind = kinds[number % len(kinds)]
        chance = Random(f"{seed} {kind} {number // len(kinds)}")
        files = good(kind)
        suffix, data = chance.choice(files)
        strange = good(chance.choice(kinds)) if chance.random() < _STRANGE else files
        made = inner.broken(chance, data, chance.choice(strange)[1])
        yield Malformed(number=number, kind=kind, suffix=suffix, data=made)
