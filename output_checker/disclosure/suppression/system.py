"""Published tables as one system: what a reader does not know, and what adds up to what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.suppression.equations import Contradiction, Equation, Room
from output_checker.disclosure.suppression.hierarchies import Hierarchies
from output_checker.disclosure.suppression.linked import Sum
from output_checker.disclosure.suppression.published import Key, Printed, Published

Place = tuple[str, int, int]
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is asked.

    Attributes:
        threshold: Fewest people that a published count may rest on.
        percent: How near a hidden sum may be known (0-100); for magnitude tables.
        counts: Whether numbers are counts of people; else sums of anything.
        rounding: How the numbers shown were rounded, if they were.
    """

    threshold: int = 10
    percent: float = 10.0
    counts: bool = True
    rounding: Rounding | None = None
    hierarchies: Hierarchies = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Unknowns, what each can be, and what adds up.

    Attributes:
        names: The unknown cells, in the order of their numbers; errors of rounding follow them.
        rooms: What each unknown can be by itself.
        shown: The numbers that are known, by cell.
        places: Table, row and column, zero-based, of the cells that a table hides.
        mismatched: How many sums of known numbers do not add up.
    """

    names: tuple[Key, ...]
    rooms: Mapping[int, Room]
    equations: tuple[Equation, ...]
    shown: Mapping[Key, float]
    places: Mapping[Key, tuple[Place, ...]]
    mismatched: int = 0


def system(
    tables: Sequence[Published], known: Sequence[Sum], setting: Setting, *, strict: bool
) -> System:
    """All that a reader has.

    Args: `strict` takes marks at their word, and combinations of labels that no table prints for
        nobody. Otherwise neither says anything.

    Raises: Contradiction, if strict, when numbers that are shown do not add up.
    """
    return _Reader(tables, known, setting, strict=strict).system(known)


class _Reader:
    def __init__(
        self, tables: Sequence[Published], known: Sequence[Sum], setting: Setting, *, strict: bool
    ) -> None:
        self._setting, self._strict = setting, strict
        self._places: dict[Key, list[Place]] = {}
        self._shown: dict[Key, Printed] = {}
        self._most: dict[Key, float] = {}
        self._mismatched = 0
        for table in tables:
            for cell in table.cells:
                self._add(table.name, cell)
        below_zero = any(cell.value < 0 for cell in self._shown.values() if cell.value is not None)
        # Who prints one number below zero may have hidden another.
        self._any = Room(low=-inf if below_zero else 0.0)
        self._names = {key: at for at, key in enumerate(self._unknowns(known))}
        self._rooms = {at: self._room(key) for key, at in self._names.items()}

    def system(self, known: Sequence[Sum]) -> System:
        equations = [one for part in known if (one := self._equation(part)) is not None]
        if self._strict and self._mismatched:
            raise Contradiction
        numbers = {
            key: cell.value for key, cell in self._shown.items()
            if cell.value is not None and key not in self._names
        }  # fmt: skip
        return System(
            names=tuple(self._names),
            rooms=self._rooms,
            equations=tuple(equations),
            shown=numbers,
            places={key: tuple(places) for key, places in self._places.items()},
            mismatched=self._mismatched,
        )

    def _add(self, table: str, cell: Printed) -> None:
        if cell.value is None:
            self._places.setdefault(cell.key, []).append((table, cell.row, cell.column))
            if cell.most is not None:
                self._most[cell.key] = min(cell.most, self._most.get(cell.key, inf))
        elif cell.value != self._shown.setdefault(cell.key, cell).value:
            self._mismatched += 1

    def _unknowns(self, known: Sequence[Sum]) -> Iterator[Key]:
        yield from (key for key in self._places if key not in self._shown)
        yield from (key for key in self._shown if self._rounded(key) is not None)
        if not self._strict:
            printed = {*self._places, *self._shown}
            absent = (key for one in known for key in one.absent if key not in printed)
            yield from dict.fromkeys(absent)

    def _room(self, key: Key) -> Room:
        most = self._most.get(key) if self._strict else None
        return self._rounded(key) or (self._any if most is None else Room(high=most))

    def _rounded(self, key: Key) -> Room | None:
        """What a rounded number stands for; None for one that is not shown, or not rounded."""
        cell, rounding = self._shown.get(key), self._setting.rounding
        if cell is None or cell.value is None or rounding is None:
            return None
        if not rounding.is_rounded(cell.value):
            return None
        return numbers_rounded_to(cell.value, rounding, nearest=self._strict)

    def _equation(self, one: Sum) -> Equation | None:
        """None for a sum without unknowns."""
        terms: dict[int, float] = {}
        total = error = 0.0
        for key, factor in (
            (one.total, -1.0),
            *((part, 1.0) for part in (*one.parts, *one.absent)),
        ):
            if key in self._names:
                terms[self._names[key]] = factor
            elif (cell := self._shown.get(key)) is not None and cell.value is not None:
                total -= factor * cell.value
                error += cell.within
        if not terms:
            self._mismatched += abs(total) > error + _SLACK * max(1.0, abs(total))
            return None
        if error:
            at = len(self._rooms)
            self._rooms[at] = Room(low=-error, high=error)
            terms[at] = 1.0
        return Equation(terms=terms, total=total)


def numbers_rounded_to(value: float, rounding: Rounding, *, nearest: bool) -> Room:
    """The counts that are rounded so: to the nearest, or to either neighbour at random."""
    if rounding.is_midpoint:
        half = rounding.base // 2
        return Room(low=value - half + 1, high=value + half) if value else Room(high=0.0)
    reach = float(rounding.base // 2 if nearest else rounding.base - 1)
    return Room(low=max(0.0, value - reach), high=value + reach)
