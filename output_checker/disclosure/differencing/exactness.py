"""Which numbers can be subtracted from each other, and whether that gives a number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.evidence.cells import Statistic

SUMS: Final = frozenset({Statistic.SUM, Statistic.MEAN})


def is_exact(one: Published, other: Published) -> bool | None:
    """Whether subtracting their numbers gives a number; None where it tells nothing at all."""
    mine, theirs = one.question, other.question
    if mine.statistic.is_frequency and theirs.statistic.is_frequency:
        is_weighted = mine.weight is not None or theirs.weight is not None
        return {mine.statistic, theirs.statistic} == {Statistic.COUNT} and not is_weighted
    same_value = (mine.variable, mine.weight) == (theirs.variable, theirs.weight)
    if not same_value:
        return None
    if mine.statistic in SUMS and theirs.statistic in SUMS:
        has_counts = all(
            table.question.statistic is Statistic.SUM or table.is_sized for table in (one, other)
        )
        return has_counts and mine.weight is None
    are_spreads = mine.statistic.is_spread and theirs.statistic.is_spread
    is_same = (mine.statistic, mine.level) == (theirs.statistic, theirs.level)
    return False if is_same or are_spreads else None


def is_related(one: Published, other: Published, origins: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether subtracting tells something: of the same column, whatever two views call it.

    Args:
        origins: By version, what a view's columns are columns of.
    """
    mine, theirs = (_as_in_dataset(table, origins.get(table.version, {})) for table in (one, other))
    return is_exact(one, other) is not None or is_exact(mine, theirs) is not None


def _as_in_dataset(table: Published, origins: Mapping[str, str]) -> Published:
    def origin(name: str | None) -> str | None:
        return None if name is None else origins.get(name, name)

    question = table.question
    named = replace(question, variable=origin(question.variable), weight=origin(question.weight))
    return replace(table, question=named)


def is_known(one: Published, other: Published) -> bool:
    """Whether subtracting gives it: between versions amounts may have changed as well."""
    is_count = one.question.statistic is Statistic.COUNT
    return bool(is_exact(one, other)) and (is_count or one.version == other.version)
