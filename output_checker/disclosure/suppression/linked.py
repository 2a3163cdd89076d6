"""What adds up to what in published tables, alone or together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Final

from output_checker.disclosure.suppression.hierarchies import Hierarchies, printed_parts, roots
from output_checker.disclosure.suppression.published import (
    COLUMNS,
    CannotAudit,
    Key,
    Published,
)

MAX_CELLS: Final = 200_000

# Dimension to its labels.
Labels = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Cells that add up to another one.

    Attributes: `absent` are combinations of labels among them that no table prints.
    """

    total: Key
    parts: tuple[Key, ...]
    absent: tuple[Key, ...] = ()


def sums(tables: Sequence[Published], hierarchies: Hierarchies) -> list[Sum]:
    """Every sum that a reader of the tables can write down, each once.

    Raises: CannotAudit, when they are too many.
    """
    # In the order of the tables, so that the same tables always give the same equations.
    printed = dict.fromkeys(cell.key for table in tables for cell in table.cells)
    if len(printed) > MAX_CELLS:
        raise CannotAudit(f"more than {MAX_CELLS} cells; audit fewer tables at once")
    found: dict[tuple[Key, frozenset[Key]], Sum] = {}
    labels = _all_labels(tables)
    every = [one for table in tables for one in _Lines(table, hierarchies, labels).sums(printed)]
    for one in (*every, *_wholes(printed, labels, hierarchies)):
        found.setdefault((one.total, frozenset((*one.parts, *one.absent))), one)
    return list(found.values())


def _all_labels(tables: Sequence[Published]) -> Labels:
    found: dict[str, dict[str, None]] = {}
    for table in tables:
        for dimension, labels in table.labels.items():
            found.setdefault(dimension, {}).update(dict.fromkeys(labels))
    return found


class _Lines:
    """The cells of one table that a total over some of its dimensions adds up."""

    def __init__(self, table: Published, hierarchies: Hierarchies, every: Labels) -> None:
        self._dimensions = tuple(sorted(table.labels))
        self._top = {
            one: roots(hierarchies.get(one, {}), labels) for one, labels in table.labels.items()
        }
        # A table that leaves labels out does not add up to what another table prints.
        self._is_complete = {
            one: {*top} == {*roots(hierarchies.get(one, {}), every[one])}
            for one, top in self._top.items()
        }
        self._own = dict.fromkeys(cell.key for cell in table.cells)
        self._found: dict[tuple[str, ...], dict[Key, list[Key]]] = {}

    def sums(self, printed: Collection[Key]) -> Iterator[Sum]:
        """Over one dimension; over several where nothing between is printed, as pandas does."""
        for total in printed:
            over = self._summed_over(total)
            for size in range(1, len(over) + 1):
                choices = combinations(over, size)
                lines = [(one, found) for one in choices if (found := self._over(one).get(total))]
                for dimensions, parts in lines:
                    yield self._sum(total, parts, dimensions)
                if lines:
                    break

    def _summed_over(self, total: Key) -> list[str]:
        """Dimensions of the table that a cell, maybe another table's, is a total of."""
        named = {dimension for dimension, _ in total}
        if not named <= {*self._dimensions}:
            return []
        over = [one for one in self._dimensions if one not in named]
        # Columns beside each other may be of anything, unless the table itself adds them up.
        is_own = total in self._own
        return [one for one in over if is_own or (one != COLUMNS and self._is_complete[one])]

    def _over(self, dimensions: tuple[str, ...]) -> dict[Key, list[Key]]:
        if dimensions not in self._found:
            found: dict[Key, list[Key]] = {}
            for key in self._own:
                labels = dict(key)
                if all(labels.get(one) in self._top[one] for one in dimensions):
                    rest = tuple(pair for pair in key if pair[0] not in dimensions)
                    found.setdefault(rest, []).append(key)
            self._found[dimensions] = found
        return self._found[dimensions]

    def _sum(self, total: Key, parts: Sequence[Key], dimensions: Sequence[str]) -> Sum:
        """Raises: CannotAudit."""
        labels = [self._top[one] for one in dimensions]
        if prod(map(len, labels)) > MAX_CELLS:
            raise CannotAudit(f"a total of more than {MAX_CELLS} combinations of labels")
        absent = []
        if prod(map(len, labels)) > len(parts):
            every = (
                tuple(sorted((*total, *zip(dimensions, one, strict=True))))
                for one in product(*labels)
            )
            absent = [key for key in every if key not in self._own]
        return Sum(total=total, parts=tuple(parts), absent=tuple(absent))


def _wholes(printed: Collection[Key], labels: Labels, hierarchies: Hierarchies) -> Iterator[Sum]:
    """Labels that are made of others, of the same table or of another one."""
    for key in printed:
        for dimension, label in key:
            of = printed_parts(hierarchies.get(dimension, {}), label, labels[dimension])
            keys = [_with(key, dimension, part) for part in of]
            parts = tuple(one for one in keys if one in printed)
            if parts:
                absent = tuple(one for one in keys if one not in printed)
                yield Sum(total=key, parts=parts, absent=absent)


def _with(key: Key, dimension: str, label: str) -> Key:
    return tuple((one, label if one == dimension else own) for one, own in key)
