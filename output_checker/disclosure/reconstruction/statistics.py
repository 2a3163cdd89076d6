"""Statistics that are published about a few people: counts, means and medians of whole numbers.

    {"people": 7,
     "number": {"name": "age", "from": 0, "to": 125},
     "labels": {"sex": ["F", "M"]},
     "statistics": [{"where": {"sex": "F"}, "count": 4, "mean": "33.5", "median": "30"},
                    {"where": {"age": [0, 17]}, "count": "<3"}]}

What nobody can be is a statistic with a count of 0. All means have as many digits after the point
as the one that is written with most.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import ceil, floor
from typing import Any, Final

from output_checker.disclosure.evidence.numbers import most_under, number
from output_checker.disclosure.suppression.published import CannotAudit

MOST_PEOPLE: Final = 30
MOST_KINDS: Final = 64
_KEYS: Final = frozenset({"where", "count", "mean", "median"})

Span = tuple[int, int]
# A label for each dimension, in their order.
Kind = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """What is told of a group.

    Attributes:
        kinds: The labels that its people can have.
        span: The least and the greatest that their number can be.
        count: The fewest and the most of them; the same twice where it is published.
        total: The least and the greatest sum of their numbers; None where no mean is published.
        double_median: Twice the median; None where it is not published.
    """

    kinds: frozenset[Kind]
    span: Span
    count: Span
    total: Span | None = None
    double_median: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that is published.

    Attributes:
        people: How many there are.
        name: Of the number; `dimensions` are those of the labels.
        span: The least and the greatest that anybody's number can be.
    """

    people: int
    name: str
    span: Span
    dimensions: tuple[str, ...]
    kinds: tuple[Kind, ...]
    statistics: tuple[Statistic, ...]


def parse(text: str) -> Told:
    """Raises: CannotAudit."""
    try:
        said = json.loads(text, parse_float=str)
        name = str(said["number"]["name"])
        span = int(said["number"]["from"]), int(said["number"]["to"])
        people = int(said["people"])
        labels = {str(one): [str(label) for label in said["labels"][one]] for one in said["labels"]}
        kinds = tuple(product(*labels.values()))
        _require(0 < people <= MOST_PEOPLE, f"people: 1 to {MOST_PEOPLE}")
        _require(0 < len(kinds) <= MOST_KINDS, f"labels: at most {MOST_KINDS} combinations")
        _require(span[0] <= span[1], "number: from is at most to")
        empty = Told(people=people, name=name, span=span, dimensions=tuple(labels), kinds=kinds,
                     statistics=())  # fmt: skip
        within = _within([one["mean"] for one in said["statistics"] if "mean" in one])
        found = tuple(_statistic(one, empty, labels, within) for one in said["statistics"])
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError):
        raise CannotAudit(
            "the statistics are not in the form that docs/reference/audit.md has"
        ) from None
    return Told(people=people, name=name, span=span, dimensions=tuple(labels), kinds=kinds,
                statistics=found)  # fmt: skip


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise CannotAudit(f"the statistics: {words}")


def _within(means: Sequence[Any]) -> Decimal:
    """How far a mean may be off for the digits it is written with."""
    digits = [-int(_number(one).as_tuple().exponent) for one in means]
    return Decimal(5).scaleb(-max([0, *digits]) - 1)


def _statistic(
    said: Mapping[str, Any], of: Told, labels: Mapping[str, list[str]], within: Decimal
) -> Statistic:
    """Raises: CannotAudit, ValueError, KeyError, TypeError."""
    _require({*said} <= _KEYS, f"known are {', '.join(sorted(_KEYS))}")
    where = dict(said.get("where", {}))
    low, high = map(int, where.pop(of.name, of.span))
    _require({*where} <= {*labels}, "where: names labels, or the number")
    for one, label in where.items():
        _require(str(label) in labels[one], f"where: a label that {one!r} does not have")
    wanted = {of.dimensions.index(one): str(label) for one, label in where.items()}
    count = _count(said["count"], of.people)
    mean, median = said.get("mean"), said.get("median")
    is_known = count[0] == count[1] > 0
    _require(is_known or mean is median is None, "a mean or a median wants a count")
    is_whole = (low, high) == of.span
    _require(is_whole or mean is median is None, f"a group by {of.name!r} has a count only")
    return Statistic(
        kinds=frozenset(
            one for one in of.kinds if all(one[at] == label for at, label in wanted.items())
        ),
        span=(low, high),
        count=count,
        total=None if mean is None else _total(_number(mean), within, count[0]),
        double_median=None if median is None else _doubled(_number(median)),
    )


def _count(said: Any, people: int) -> Span:
    if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= people:
        return said, said
    most = most_under(said) if isinstance(said, str) else None
    _require(most is not None, "count: a number of people, or a mark such as <3")
    return 0, min(most or 0, people)


def _number(said: Any) -> Decimal:
    found = number(str(said))
    if found is None:
        raise ValueError
    return found


def _total(mean: Decimal, within: Decimal, count: int) -> Span:
    return ceil((mean - within) * count), floor((mean + within) * count)


def _doubled(median: Decimal) -> int:
    _require(2 * median == int(2 * median), "median: of whole numbers, so whole or and a half")
    return int(2 * median)
