"""The rows of the source that a study rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.filters import Scalar, as_sql, parse
from output_checker.disclosure.evidence.measured import unit_sql
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import is_numeric, variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Complete rows under a filter, for questions about several variables at once.

    Attributes:
        units: SQL that counts the distinct units of a group of rows.
    """

    data: Dataset
    where: str
    parameters: tuple[Scalar, ...]

    @property
    def units(self) -> str:
        unit = unit_sql(self.data)
        return "count(*)" if unit is None else f"count(DISTINCT {unit})"

    def units_where(self, condition: str) -> str:
        return f"{self.units} FILTER (WHERE {condition})"

    def query(self, picks: str, rest: str = "") -> list[tuple[Any, ...]]:
        return self.data.query(
            f"SELECT {picks} FROM haven_source WHERE {self.where} {rest}",  # noqa: S608
            self.parameters,
        )


def rows_with(data: Dataset, columns: Sequence[str], where: Mapping[str, Any]) -> Rows:
    """Rows that have a value in every one of the columns.

    Raises:
        BadSpec: A column that the source does not have.
    """
    if missing := [name for name in (*columns, *where) if name not in data.types]:
        names = ", ".join(repr(name) for name in missing)
        raise BadSpec(f"the spec names {names}, which the source does not have")
    condition, parameters = as_sql(parse(where, data.types), data.types)
    present = [variable(data, name).present for name in columns]
    return Rows(data=data, where=" AND ".join([f"({condition})", *present]), parameters=parameters)


def number_of(data: Dataset, column: str) -> str:
    """SQL for a column's number. Raises: BadSpec, when it does not hold numbers."""
    item = variable(data, column)
    if not is_numeric(data, item):
        raise BadSpec(f"column {column!r} is not a number")
    return item.number


def fewest_of_two(rows: Rows, expressions: Sequence[str]) -> list[int | None]:
    """For each expression: units with the rarer of its two values; None without exactly two."""
    if not expressions:
        return []
    picks = [f"count(DISTINCT {sql}), min({sql}), max({sql})" for sql in expressions]
    found = rows.query(", ".join(picks))[0]
    tests = [
        f"({sql}) = CAST('{value!r}' AS DOUBLE)"
        for sql, ends in zip(expressions, zip(found[1::3], found[2::3], strict=True), strict=True)
        for value in (float(one or 0.0) for one in ends)
    ]
    units = rows.query(", ".join(rows.units_where(test) for test in tests))[0]
    return [
        min(pair) if count == 2 else None  # noqa: PLR2004 - two values
        for count, *pair in zip(found[::3], units[::2], units[1::2], strict=True)
    ]
