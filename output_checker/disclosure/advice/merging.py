"""Which labels of one variable to take together: neighbours of an order, or the smallest ones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from output_checker.disclosure.advice.drafts import Plan
from output_checker.disclosure.advice.merged_names import neighbours_name, rest_name
from output_checker.disclosure.advice.original import Original, in_order
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Key
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.policy import Policy

# Of an ordered variable with more labels not every way to cut it is looked at.
_MOST_CUT_AT_WILL: Final = 10
_FEWEST: Final = 2

# Labels that stay beside each other, each part in order.
Parts = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Attributes: `cost` is the share (0-1) of the people whose label is told less exactly."""

    plan: Plan
    words: str
    cost: float


def merges(original: Original, at: int, records: Records, policy: Policy) -> list[Merge]:
    """Ways to merge labels of one dimension, at least two of which are left, cheapest first.

    Those that leave too few people in a cell by the table's own numbers are left out.
    """
    labels = original.labels(at)
    _, has_order = in_order(labels)
    people = _people(original, at)
    wanted = _neighbours(labels, people) if has_order else _smallest(labels, people)
    dimension = original.dimensions[at]
    known = () if dimension.bands else records.labels(Dimension.plain(dimension.column))
    taken = {*known, *labels}
    found = []
    for parts in wanted:
        merged = _named(parts, taken, has_order=has_order)
        if merged is None or not _is_enough(original, at, merged, policy):
            continue
        name = original.names[at]
        new = {label: [old for old in merged if merged[old] == label] for label in merged.values()}
        words = "; ".join(f"{', '.join(old)} as {label!r}" for label, old in new.items())
        found.append(
            Merge(
                plan=Plan(merged={name: merged}),
                words=f"merge labels of {name!r}: {words}",
                cost=_cost(parts, people),
            )
        )
    return sorted(found, key=lambda one: one.cost)


def _people(original: Original, at: int) -> dict[str, int]:
    """By label, those in the cells that are no totals of the first column of numbers."""
    found: dict[str, int] = defaultdict(int)
    for cell in original.measures[0].printed:
        label = cell.key[at]
        if TOTAL not in cell.key and label is not None:
            found[label] += cell.evidence.units
    return found


def _neighbours(labels: Sequence[str], people: Mapping[str, int]) -> Iterator[Parts]:
    """Ways to cut an order into parts, each cut between two neighbours."""
    count = len(labels)
    if count <= _MOST_CUT_AT_WILL:
        for size in range(1, count - 1):
            for cuts in combinations(range(1, count), size):
                yield tuple(tuple(labels[a:b]) for a, b in pairwise((0, *cuts, count)))
        return
    parts: list[tuple[str, ...]] = [(label,) for label in labels]
    while len(parts) > _FEWEST:
        sizes = [sum(people[one] for one in part) for part in parts]
        least = min(range(len(parts)), key=lambda one: sizes[one])
        beside = [one for one in (least - 1, least + 1) if 0 <= one < len(parts)]
        first = min(least, min(beside, key=lambda one: sizes[one]))
        parts[first : first + 2] = [parts[first] + parts[first + 1]]
        yield tuple(parts)


def _smallest(labels: Sequence[str], people: Mapping[str, int]) -> Iterator[Parts]:
    """Of labels without an order, the two smallest together, then three, and so on."""
    by_size = sorted(labels, key=lambda one: people[one])
    for count in range(_FEWEST, len(labels)):
        together = {*by_size[:count]}
        rest = tuple(one for one in labels if one in together)
        yield (*((one,) for one in labels if one not in together), rest)


def _named(parts: Parts, taken: set[str | None], *, has_order: bool) -> dict[str, str] | None:
    """Each merged label with its new name; None where one has none."""
    named: dict[str, str] = {}
    name_of = neighbours_name if has_order else rest_name
    for part in parts:
        if len(part) > 1:
            name = name_of(part, taken)
            if name is None or name in named.values():
                return None
            named |= dict.fromkeys(part, name)
    return named


def _is_enough(original: Original, at: int, merged: Mapping[str, str], policy: Policy) -> bool:
    """Whether no cell is left with too few people; a person in two cells counts twice here."""
    if any(one.is_midpoint for one in policy.rounding):
        return True
    people: dict[Key, int] = defaultdict(int)
    for cell in original.measures[0].printed:
        label = cell.key[at]
        shown = label if label is None else merged.get(label, label)
        people[(*cell.key[:at], shown, *cell.key[at + 1 :])] += cell.evidence.units
    return not any(0 < one < policy.threshold for one in people.values())


def _cost(parts: Parts, people: Mapping[str, int]) -> float:
    everybody = sum(people.values()) or 1
    lost = [sum(people[one] for one in part) * (1 - 1 / len(part)) for part in parts]
    return sum(lost) / everybody
