"""What is done to a column, as an expression of DuckDB over one row of the source.

No expression is a join, so none changes the order of the rows. What cannot be transformed (a
postcode that is none, NaN) becomes NULL.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from registry.domain.view_spec import Comparison, Condition, Transform, TransformKind

HASH_LETTERS: Final = 32
_FULL_POSTCODE: Final = "[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[0-9][A-Za-z]{2}"
_OUTWARD_CODE: Final = "[A-Za-z]{1,2}[0-9][A-Za-z0-9]?"
_FLOATS: Final = frozenset(("FLOAT", "DOUBLE"))
_OF_TEXT: Final[Mapping[str, str]] = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "year": "BIGINT",
}
_LISTS: Final[Mapping[str, str]] = {
    "boolean": "BOOLEAN",
    "integer": "HUGEINT",
    "year": "HUGEINT",
    "number": "DOUBLE",
    "date": "TIMESTAMP",
    "datetime": "TIMESTAMP",
}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def without_nan(expression: str) -> str:
    """A number, or NULL for NaN.

    Not by `isnan`: Parquet's statistics leave NaN out, and DuckDB 2.0 answers that from them.
    """
    return f"CASE WHEN isfinite({expression}) OR isinf({expression}) THEN {expression} END"


def literal(value: str | float | bool) -> str:
    """Raises: ValueError, for a text that no literal can hold."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a text with a NUL")
        return "'" + value.replace("'", "''") + "'"
    return str(int(value)) if float(value).is_integer() else f"{value!r}::DOUBLE"


def value_of(name: str, *, kind: str, stored: str) -> str:
    """A column's value as its descriptor means it.

    Args:
        kind: The field's type, as in Frictionless Table Schema.
        stored: DuckDB's name for the type that the file has.
    """
    column = quoted(name)
    if stored == "VARCHAR" and kind in _OF_TEXT:
        # A year may be a word in a file that is otherwise as described; nothing else may.
        column = f"{'TRY_CAST' if kind == 'year' else 'CAST'}({column} AS {_OF_TEXT[kind]})"
    if stored in _FLOATS or (stored == "VARCHAR" and kind == "number"):
        return without_nan(column)
    if stored == "TIMESTAMP WITH TIME ZONE":
        # As in Greenwich, whatever the machine's zone.
        return f"make_timestamp(epoch_us({column}))"
    if kind == "string" and stored != "VARCHAR":
        return f"CAST({column} AS VARCHAR)"
    return column


def transformed(value: str, transform: Transform, *, kind: str, key: str) -> str:
    """An expression for the view's column.

    Args:
        value: As `value_of` gives it.
        kind: The field's type.
        key: Of the view's hashes, in hexadecimal digits.
    """
    makes: Mapping[TransformKind, Callable[[], str]] = {
        TransformKind.KEEP: lambda: value,
        TransformKind.YEAR_OF: lambda: f"year({value})",
        TransformKind.BAND: lambda: _band(value, transform.edges, is_whole=kind != "number"),
        TransformKind.FLAG: lambda: _flag(value, kind),
        TransformKind.TRUNCATE_POSTCODE: lambda: _outward_code(value),
        TransformKind.TOPCODE: lambda: _topcode(value, transform.limit),
        TransformKind.ROUND: lambda: _round(value, transform.unit, is_whole=kind == "integer"),
        TransformKind.HASH: lambda: keyed(value, key),
    }
    return makes[transform.kind]()


def keyed(value: str, key: str) -> str:
    """A keyed hash of a value's text; NULL of NULL."""
    inner = f"sha256({literal(key)} || CAST({value} AS VARCHAR))"
    return f"substr(sha256({literal(key)} || {inner}), 1, {HASH_LETTERS})"


def meets(condition: Condition, value: str, *, kind: str) -> str:
    """Whether a row meets a condition; never of one without a value."""
    if condition.comparison in (Comparison.AT_LEAST, Comparison.BELOW):
        sign = ">=" if condition.comparison is Comparison.AT_LEAST else "<"
        (end,) = condition.values
        written = f"CAST({literal(end)} AS TIMESTAMP)" if isinstance(end, str) else literal(end)
        return f"coalesce({value} {sign} {written}, FALSE)"
    as_type = _LISTS.get(kind, "VARCHAR")
    # A list and no IN: that would become a join where there are many values.
    values = ", ".join(literal(one) for one in condition.values)
    is_in = f"list_contains(CAST([{values}] AS {as_type}[]), CAST({value} AS {as_type}))"
    is_meant = is_in if condition.comparison is Comparison.IN else f"NOT {is_in}"
    return f"(({value}) IS NOT NULL AND {is_meant})"


def band_labels(edges: Sequence[float], *, is_whole: bool) -> list[str]:
    """What bands are called, from the lowest; whole numbers say the last of each."""
    said = [str(int(one)) if float(one).is_integer() else repr(one) for one in edges]
    steps = is_whole and all(float(one).is_integer() for one in edges)
    middle = [
        (str(int(low)) if high - low == 1 else f"{int(low)} to {int(high) - 1}")
        if steps
        else f"{first} to under {last}"
        for (low, high), (first, last) in zip(pairwise(edges), pairwise(said), strict=True)
    ]
    return [f"below {said[0]}", *middle, f"{said[-1]} and over"]


def _band(value: str, edges: Sequence[float], *, is_whole: bool) -> str:
    *labels, last = band_labels(edges, is_whole=is_whole)
    steps = " ".join(
        f"WHEN {value} < {literal(edge)} THEN {literal(label)}"
        for edge, label in zip(edges, labels, strict=True)
    )
    return f"CASE WHEN ({value}) IS NULL THEN NULL {steps} ELSE {literal(last)} END"


def _flag(value: str, kind: str) -> str:
    if kind == "boolean":
        return f"CAST({value} AS BOOLEAN)"
    return f"trim({value}) <> ''" if kind == "string" else f"({value}) <> 0"


def _outward_code(value: str) -> str:
    code = f"replace({value}, ' ', '')"
    return (
        f"CASE WHEN regexp_full_match({code}, '{_FULL_POSTCODE}')"
        f" THEN upper(substr({code}, 1, length({code}) - 3))"
        f" WHEN regexp_full_match({code}, '{_OUTWARD_CODE}') THEN upper({code}) ELSE NULL END"
    )


def _topcode(value: str, limit: float | None) -> str:
    if limit is None:
        raise ValueError("topcode without a limit")
    return f"CASE WHEN {value} > {literal(limit)} THEN {literal(limit)} ELSE {value} END"


def _round(value: str, unit: float | None, *, is_whole: bool) -> str:
    if unit is None:
        raise ValueError("round without a unit")
    nearest = f"round(CAST({value} AS DOUBLE) / {literal(unit)}) * {literal(unit)} + 0.0"
    is_integer = is_whole and float(unit).is_integer()
    return f"CAST({nearest} AS BIGINT)" if is_integer else nearest
