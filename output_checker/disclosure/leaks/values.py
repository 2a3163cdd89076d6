"""A column of single values of the source: one number a person, without any label."""

from collections.abc import Iterator, Sequence
from math import log2
from typing import Final

import numpy as np

from output_checker.disclosure.index.columns import MISSING
from output_checker.disclosure.leaks.chance import log2_choose
from output_checker.disclosure.leaks.mapping import Beside, Link
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy

RULE: Final = "verbatim-values"
LEAST_BITS: Final = 64.0
LEAST_VALUES: Final = 5


def find(beside: Beside, links: Sequence[Link], policy: Policy) -> Iterator[Finding]:
    """FAIL for a column whose numbers are few people's, at a precision chance cannot explain."""
    for link in links:
        if link.decimals is None:
            continue
        rare, values, distinct, possible = _held(beside, link, policy)
        if _is_telling(rare, values, distinct, possible):
            yield Finding(
                rule=RULE,
                verdict=Verdict.FAIL,
                where=f"column {beside.header[link.place]!r}",
                reason=f"{rare} of {values} different numbers are single values of the source",
                mend="publish rounded statistics of groups, or give the spec of this table",
                position=(0, link.place),
            )


def _held(beside: Beside, link: Link, policy: Policy) -> tuple[int, int, int, float]:
    """Rare hits, values tried, source values in their range, and values that could be there."""
    grouping = link.grouping(beside.index)
    printed = beside.printed[link.place]
    printed_units = grouping.comparable(printed.numbers[printed.texts != MISSING])
    # A number beyond all that a machine has is nobody's, and has no distance to the others.
    units = np.unique(printed_units[np.isfinite(printed_units)])
    if not len(units):
        return 0, 0, 0, 1.0
    at = np.searchsorted(grouping.keys, units).clip(max=len(grouping.keys) - 1)
    hits = at[grouping.keys[at] == units]
    rare = int(np.count_nonzero(grouping.counts[hits + 1] < policy.threshold))
    low, high = np.searchsorted(grouping.keys, [units[0], units[-1] + 0.5])
    return rare, len(units), int(high - low), float(units[-1] - units[0]) + 1


def _is_telling(rare: int, values: int, distinct: int, possible: float) -> bool:
    """Whether so many hits on rare values are beyond chance, given how dense the values lie."""
    if rare < LEAST_VALUES:
        return False
    bits = rare * -log2(distinct / possible) - log2_choose(values, rare)
    return bits >= LEAST_BITS
