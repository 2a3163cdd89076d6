"""Counts rounded each by itself; a total is a count like any other, rounded from the true total.

So the same count is the same number wherever it is printed, and rounded parts need not add up to
their rounded total: whoever adds them up learns no more than the roundings say.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from output_checker.disclosure.evidence.rounding import Rounding

Name = TypeVar("Name", bound=Hashable)


def conventional(counts: Mapping[Name, int], rounding: Rounding) -> dict[Name, int]:
    """The counts to the nearest multiple of the base, halves up, or to the middle of its band."""
    return {name: int(rounding.of(count)) for name, count in counts.items()}
