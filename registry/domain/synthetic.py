"""Rows of nobody: what a descriptor says of columns, and nothing that any record holds.

Structural synthetic data, in the words of the UK's statistics office: types, ranges, categories,
keys and impossible combinations hold; nothing else about the data is told, since nothing of it
was read. Keys are numbered alike in every dataset, so that rows of two can be joined.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from registry.domain.dataset import Field, FieldRole

Value = str | int | float | bool | date | datetime | None

MARK: Final = "SYNTHETIC"
# The share of rows without a value, in columns that may be without one.
MISSING: Final = 0.03
_FIRST_DAY: Final = date(1950, 1, 1)
_DAYS: Final = 75 * 365
_CATEGORIES: Final = ("A", "B", "C", "D", "E")
_TRIES: Final = 50

# A text that a regular expression matches as a whole, from a source of chance.
FromPattern = Callable[[str, random.Random], str]


class NotPossible(Exception):
    """What the descriptor asks of a column contradicts itself; names the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is made.

    Attributes:
        keys: Columns whose values are all different: the entity, the primary key.
        references: Columns whose values are keys of some dataset that has as many rows.
        rows: How many.
        seed: The same seed gives the same rows.
    """

    fields: Sequence[Field]
    keys: frozenset[str]
    references: frozenset[str] = frozenset()
    rows: int
    seed: int


def synthesise(wanted: Wanted, from_pattern: FromPattern) -> dict[str, list[Value]]:
    """Columns by name, in the descriptor's order.

    Raises:
        NotPossible: A column cannot be made as it is described.
    """
    made = {one.name: list(_column(one, wanted, from_pattern)) for one in wanted.fields}
    _without_impossible(made, wanted)
    return made


def _column(field: Field, wanted: Wanted, from_pattern: FromPattern) -> Iterator[Value]:
    chance = random.Random(f"{wanted.seed} {field.name}")  # noqa: S311 - nothing secret
    if field.name in wanted.keys or field.constraints.is_unique:
        yield from _keys(field, wanted.rows, from_pattern)
        return
    keys = list(_keys(field, wanted.rows, from_pattern)) if field.name in wanted.references else []
    is_always = field.constraints.is_required or field.role is FieldRole.DIRECT_IDENTIFIER
    for _ in range(wanted.rows):
        if not is_always and chance.random() < MISSING:
            yield None
        elif keys:
            yield chance.choice(keys)
        else:
            yield _value(field, chance, from_pattern)


def _keys(field: Field, rows: int, from_pattern: FromPattern) -> Iterator[Value]:
    """All different, and the same in every dataset whose column is described alike."""
    seen: set[Value] = set()
    for number in range(1, rows + 1):
        tries = (_key(field, number, at, from_pattern) for at in range(_TRIES))
        value = next((one for one in tries if one not in seen), None)
        if value is None:
            raise NotPossible(f"{field.name}: it has fewer values than rows were asked for")
        seen.add(value)
        yield value


def _key(field: Field, number: int, at: int, from_pattern: FromPattern) -> Value:
    if field.constraints.enum:
        return _as_type(field, field.constraints.enum[(number - 1) % len(field.constraints.enum)])
    if field.type in {"integer", "year", "number"}:
        return int(field.minimum or 1) + number - 1
    if field.constraints.pattern:
        chance = random.Random(f"{field.constraints.pattern} {number} {at}")  # noqa: S311
        return from_pattern(field.constraints.pattern, chance)
    if field.type == "date":
        return _FIRST_DAY + timedelta(days=number)
    if field.type == "datetime":
        return datetime(2000, 1, 1) + timedelta(hours=number)  # noqa: DTZ001 - as data has it
    return f"{MARK}-{number:07d}"


def _value(field: Field, chance: random.Random, from_pattern: FromPattern) -> Value:
    if field.constraints.enum:
        return _as_type(field, chance.choice(field.constraints.enum))
    if field.constraints.pattern and field.type in {"string", "any"}:
        return from_pattern(field.constraints.pattern, chance)
    return _OF_TYPE[field.type](field, chance)


def _integer(field: Field, chance: random.Random) -> int:
    low, high = _range(field, 0, 100)
    return chance.randint(int(low), int(high))


def _number(field: Field, chance: random.Random) -> float:
    low, high = _range(field, 0, 100)
    return min(max(round(chance.uniform(low, high), 2), low), high)


def _day(_: Field, chance: random.Random) -> date:
    return _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))


def _moment(field: Field, chance: random.Random) -> datetime:
    at = datetime.combine(_day(field, chance), datetime.min.time())
    return at + timedelta(seconds=chance.randrange(24 * 3600))


def _year(field: Field, chance: random.Random) -> int:
    low, high = _range(field, 1950, 2025)
    return chance.randint(int(low), int(high))


def _text(field: Field, chance: random.Random) -> str:
    return f"{field.name} {chance.choice(_CATEGORIES)}"


_OF_TYPE: Final[Mapping[str, Callable[[Field, random.Random], Value]]] = {
    "string": _text,
    "any": _text,
    "integer": _integer,
    "number": _number,
    "boolean": lambda _, chance: chance.random() < 0.5,  # noqa: PLR2004 - one of two
    "date": _day,
    "datetime": _moment,
    "year": _year,
}


def _range(field: Field, low: float, high: float) -> tuple[float, float]:
    """The descriptor's bounds; where it names one, the other lies as far from it as by default."""
    width = high - low
    if field.minimum is not None:
        low, high = field.minimum, field.minimum + width
    if field.maximum is not None:
        high = field.maximum
        low = field.minimum if field.minimum is not None else min(low, high - width)
    if high < low:
        raise NotPossible(f"{field.name}: its maximum is below its minimum")
    return low, high


def _as_type(field: Field, text: str) -> Value:
    try:
        if field.type in {"integer", "year"}:
            return int(text)
        if field.type == "number":
            return float(text)
        if field.type == "date":
            return date.fromisoformat(text)
        if field.type == "datetime":
            return datetime.fromisoformat(text)
    except ValueError:
        raise NotPossible(f"{field.name}: one of its values is no {field.type}") from None
    return text.casefold() == "true" if field.type == "boolean" else text


def _without_impossible(made: dict[str, list[Value]], wanted: Wanted) -> None:
    """Nobody has what the descriptor says nobody can have."""
    impossible = [zero for field in wanted.fields for zero in field.impossible]
    chance = random.Random(f"{wanted.seed} impossible")  # noqa: S311
    for row in range(wanted.rows if impossible else 0):
        tries = 0
        while zero := next((one for one in impossible if _has(made, row, one)), None):
            free = [name for name in zero if name not in wanted.keys]
            tries += 1
            if not free or tries > _TRIES:
                raise NotPossible(f"{next(iter(zero))}: hardly any combination is possible")
            name = chance.choice(free)
            made[name][row] = made[name][chance.randrange(wanted.rows)]


def _has(made: Mapping[str, Sequence[Value]], row: int, zero: Mapping[str, str]) -> bool:
    return all(str(made[name][row]) == label for name, label in zero.items())
