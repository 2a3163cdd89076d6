"""A profile of a dataset's columns, and what of it may be shown.

What is counted is people: distinct entities, or rows where a dataset has no entity. A figure is
shown where the people that it is about, and those that it leaves out, are none or at least as many
as the policy's threshold. Everything else is hidden, and a value that fewer people hold is never
named. Numbers and dates with many values are described by their figures only, never by a value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# Counts of people are shown as multiples of this, so that two versions give no single person away.
ROUNDED_TO: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RawColumn:
    """What was counted in a column. Never kept, never shown.

    Attributes:
        with_value, without_value, invalid: People of whom some row has, lacks, or breaks what the
            descriptor says of a value; `invalid` is None where that could not be checked.
        rows_filled, distinct: Rows that have a value, and the number of different values.
        categories: Values with the people who have them; None where values are not to be named.
    """

    name: str
    is_key: bool
    with_value: int
    without_value: int
    invalid: int | None
    rows_filled: int
    distinct: int
    categories: Sequence[tuple[str, int]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColumn:
    """What may be shown of a column. None is hidden, or was not checked.

    Attributes:
        complete, valid: Percent of people, rounded; 0 and 100 are exact.
        is_unique: Whether no value stands in two rows.
        categories: Values with people, rounded; what they leave out is never few people.
        has_others: Whether there are values, or people without one, that are not named.
    """

    name: str
    is_key: bool
    complete: int | None
    valid: int | None
    is_unique: bool | None
    categories: tuple[tuple[str, int], ...]
    has_others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProfile:
    """Attributes: `people` is None, and there are no columns, where they are too few."""

    threshold: int
    people: int | None
    columns: tuple[ShownColumn, ...]


def disclose(people: int, columns: Sequence[RawColumn], *, threshold: int) -> ShownProfile:
    """What may be shown of counts over `people`; the threshold is at least 1."""
    if people < threshold:
        return ShownProfile(threshold=threshold, people=None, columns=())
    return ShownProfile(
        threshold=threshold,
        people=_rounded(people),
        columns=tuple(_column(one, people, threshold) for one in columns),
    )


def _column(raw: RawColumn, people: int, threshold: int) -> ShownColumn:
    named = _named(raw, people, threshold)
    invalid, repeated = raw.invalid, raw.rows_filled - raw.distinct
    return ShownColumn(
        name=raw.name,
        is_key=raw.is_key,
        complete=_percent(people - raw.without_value, people, raw.without_value, threshold),
        valid=None
        if invalid is None
        else _percent(raw.with_value - invalid, raw.with_value, invalid, threshold),
        is_unique=None if 0 < repeated < threshold else repeated == 0,
        categories=tuple((label, _rounded(count)) for label, count in named),
        has_others=len(named) < len(raw.categories or ()) or raw.without_value > 0,
    )


def _percent(have: int, whole: int, lack: int, threshold: int) -> int | None:
    if 0 < lack < threshold or 0 < have < threshold or not whole:
        return None
    exact = 100 * have / whole
    return round(exact) if exact in (0, 100) else min(99, max(1, round(exact)))


def _named(raw: RawColumn, people: int, threshold: int) -> list[tuple[str, int]]:
    """The categories that may be named, the largest first.

    People whom they leave out are at least as many as the threshold too, or none: else the
    smallest one that could be named is not.
    """
    named = sorted(_large(raw.categories or (), threshold), key=lambda one: (-one[1], one[0]))
    total = sum(count for _, count in raw.categories or ())
    left_out = total - sum(count for _, count in named)
    # Who lacks a value is one more group that can be small.
    left_out += raw.without_value
    while named and 0 < left_out < threshold:
        left_out += named.pop()[1]
    says_all_are_the_same = len(named) == 1 and named[0][1] > people - threshold
    return [] if says_all_are_the_same else named


def _large(categories: Sequence[tuple[str, int]], threshold: int) -> Iterator[tuple[str, int]]:
    return ((label, count) for label, count in categories if count >= threshold)


def _rounded(count: int) -> int:
    return ROUNDED_TO * round(count / ROUNDED_TO)
