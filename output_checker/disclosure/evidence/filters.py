"""A spec's `where`, as a condition with bound values. Researchers never write SQL."""

from collections.abc import Mapping
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.source import column as source_column

OPERATORS: Final = {"=": "=", "==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

Scalar = str | int | float | bool | None


def condition(where: Mapping[str, Any], types: Mapping[str, str]) -> tuple[str, list[Scalar]]:
    """The rows a table rests on, as SQL and its parameters; always true for an empty `where`.

    Raises:
        BadSpec: A column, operator or value that is not in the grammar.
    """
    parts: list[str] = []
    parameters: list[Scalar] = []
    for column, wanted in where.items():
        if column not in types:
            raise BadSpec(f"where names {column!r}, which the source does not have")
        operator, value = _operation(column, wanted)
        values = value if isinstance(value, list) else [value]
        if not values:
            raise BadSpec(f"where for {column!r} lists no value")
        tests = [_test(column, types[column], operator, one, parameters) for one in values]
        parts.append(f"({' OR '.join(tests)})")
    return " AND ".join(parts) or "TRUE", parameters


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


def _test(column: str, kind: str, operator: str, value: Any, parameters: list[Scalar]) -> str:
    name = source_column(column)
    if value is None:
        return f"{name} IS {'NOT ' if operator == '<>' else ''}NULL"
    if not isinstance(value, str | int | float):
        raise BadSpec(f"where for {column!r} holds something that is not a value")
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
