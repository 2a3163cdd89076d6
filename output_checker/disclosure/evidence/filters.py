"""A spec's `where`, as conditions on rows. Researchers never write SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.columns import column as source_column

OPERATORS: Final = {"=": "=", "==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Rows for which `column operator value` holds for any of the values."""

    column: str
    operator: str
    values: tuple[Scalar, ...]


def parse(where: Mapping[str, Any], types: Mapping[str, str]) -> tuple[Condition, ...]:
    """A spec's `where` as conditions that all must hold; none for an empty one.

    Raises:
        BadSpec: A column, operator or value that is not in the grammar.
    """
    conditions = []
    for column, wanted in where.items():
        if column not in types:
            raise BadSpec(f"where names {column!r}, which the source does not have")
        operator, value = _operation(column, wanted)
        values = value if isinstance(value, list) else [value]
        if not values:
            raise BadSpec(f"where for {column!r} lists no value")
        if not all(one is None or isinstance(one, str | int | float) for one in values):
            raise BadSpec(f"where for {column!r} holds something that is not a value")
        conditions.append(Condition(column=column, operator=operator, values=tuple(values)))
    return tuple(conditions)


def as_sql(
    conditions: Sequence[Condition], types: Mapping[str, str]
) -> tuple[str, tuple[Scalar, ...]]:
    """The conditions as SQL with bound values; always true for none."""
    parameters: list[Scalar] = []
    parts = []
    for one in conditions:
        kind = types[one.column]
        tests = [_test(one.column, kind, one.operator, value, parameters) for value in one.values]
        parts.append(f"({' OR '.join(tests)})")
    return " AND ".join(parts) or "TRUE", tuple(parameters)


def _operation(column: str, wanted: Any) -> tuple[str, Any]:
    if not isinstance(wanted, Mapping):
        return "=", wanted
    if set(wanted) != {"op", "value"}:
        raise BadSpec(f'where for {column!r} must be a value, a list or {{"op", "value"}}')
    operator, value = wanted["op"], wanted["value"]
    if operator == "in" and isinstance(value, list):
        return "=", value
    if not isinstance(operator, str) or operator not in OPERATORS or isinstance(value, list):
        raise BadSpec(f"where for {column!r}: the operator must be one of {', '.join(OPERATORS)}")
    return OPERATORS[operator], value


def _test(column: str, kind: str, operator: str, value: Scalar, parameters: list[Scalar]) -> str:
    name = source_column(column)
    if value is None:
        return f"{name} IS {'NOT ' if operator == '<>' else ''}NULL"
    parameters.append(value)
    if kind == "VARCHAR":
        if isinstance(value, str):
            return f"{name} {operator} ?"
        if isinstance(value, bool):
            return f"TRY_CAST({name} AS BOOLEAN) {operator} ?"
        return f"TRY_CAST({name} AS DOUBLE) {operator} ?"
    if isinstance(value, str):
        return f"{name} {operator} TRY_CAST(? AS {kind})"
    return f"{name} {operator} ?"
