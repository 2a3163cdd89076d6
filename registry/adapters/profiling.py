"""Counting what a data file holds, by DuckDB. What comes out is for `disclose` alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb

from registry.adapters.views.expressions import quoted, without_nan
from registry.domain.dataset import DatasetVersion, Field, FieldRole
from registry.domain.profile import RawColumn, ShownProfile, disclose

MOST_COLUMNS: Final = 500
MOST_CATEGORIES: Final = 50
_NAMED_TYPES: Final = frozenset(("string", "boolean", "integer", "year"))
_UNNAMED_ROLES: Final = frozenset(
    (FieldRole.ENTITY, FieldRole.HOLDING, FieldRole.DIRECT_IDENTIFIER)
)
_CASTS: Final = {
    "integer": "HUGEINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "year": "SMALLINT",
}


def profile(dataset: DatasetVersion, file: Path, *, threshold: int) -> ShownProfile | None:
    """What may be shown of a data file, by a policy's threshold.

    Only the first 500 columns are counted.

    Returns:
        None where the file cannot be read; why is not told, as it could quote the data.
    """
    try:
        with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as connection:
            _open(connection, file)
            person = _person(dataset)
            (people,) = _one(connection, f"SELECT {_people(person)} FROM data")  # noqa: S608
            columns = [*_columns(connection, dataset, person)] if people >= threshold else []
    except duckdb.Error:
        return None
    return disclose(people, columns, threshold=threshold)


def _open(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    name = str(file).replace("'", "''")
    reader = (
        f"read_parquet('{name}')"
        if file.suffix == ".parquet"
        else f"read_csv('{name}', header = true, all_varchar = true)"
    )
    described = connection.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()  # noqa: S608
    numbers = [quoted(str(row[0])) for row in described if row[1] in ("FLOAT", "DOUBLE")]
    replaced = ", ".join(f"{without_nan(one)} AS {one}" for one in numbers)
    chosen = f"* REPLACE ({replaced})" if replaced else "*"
    connection.execute(f"CREATE VIEW data AS SELECT {chosen} FROM {reader}")  # noqa: S608  quoted


def _person(dataset: DatasetVersion) -> str | None:
    """Who a row is about; rows about nobody count as one person, so that there seem fewer."""
    return f"coalesce(CAST({quoted(dataset.entity)} AS VARCHAR), '')" if dataset.entity else None


def _people(person: str | None, where: str = "true") -> str:
    what = f"DISTINCT {person}" if person else "*"
    return f"count({what}) FILTER (WHERE {where})"


def _columns(
    connection: duckdb.DuckDBPyConnection, dataset: DatasetVersion, person: str | None
) -> Iterator[RawColumn]:
    keys = {dataset.entity, *dataset.entry.primary_key}
    for field in dataset.fields[:MOST_COLUMNS]:
        column = quoted(field.name)
        with_value, without_value, filled, distinct = _one(
            connection,
            f"SELECT {_people(person, f'{column} IS NOT NULL')}, "  # noqa: S608  quoted names
            f"{_people(person, f'{column} IS NULL')}, count({column}), count(DISTINCT {column}) "
            "FROM data",
        )
        is_named = _may_be_named(dataset, field) and distinct <= MOST_CATEGORIES
        yield RawColumn(
            name=field.name,
            is_key=field.name in keys,
            with_value=with_value,
            without_value=without_value,
            invalid=_invalid(connection, field, person),
            rows_filled=filled,
            distinct=distinct,
            categories=_categories(connection, column, person) if is_named else None,
        )


def _may_be_named(dataset: DatasetVersion, field: Field) -> bool:
    return (
        field.type in _NAMED_TYPES
        and field.role not in _UNNAMED_ROLES
        and field.name not in dataset.identifiers
        and not field.is_never_in_view
    )


def _categories(
    connection: duckdb.DuckDBPyConnection, column: str, person: str | None
) -> list[tuple[str, int]]:
    rows = connection.execute(
        f"SELECT CAST({column} AS VARCHAR), {_people(person)} FROM data "  # noqa: S608  quoted
        f"WHERE {column} IS NOT NULL GROUP BY ALL"
    ).fetchall()
    return [(str(label), int(count)) for label, count in rows]


def _invalid(connection: duckdb.DuckDBPyConnection, field: Field, person: str | None) -> int | None:
    """People with a value that the descriptor does not allow; None where that cannot be asked."""
    column, given = quoted(field.name), dict[str, Any]()
    broken = [f"TRY_CAST({column} AS {_CASTS[field.type]}) IS NULL"] if field.type in _CASTS else []
    number = f"TRY_CAST({column} AS DOUBLE)"
    for name, bound, sign in (("low", field.minimum, "<"), ("high", field.maximum, ">")):
        if bound is not None:
            given[name] = bound
            broken.append(f"coalesce({number} {sign} ${name}, true)")
    if field.constraints.pattern is not None:
        given["pattern"] = field.constraints.pattern
        broken.append(f"NOT regexp_full_match(CAST({column} AS VARCHAR), $pattern)")
    if field.constraints.enum:
        given["enum"] = [*field.constraints.enum]
        broken.append(f"NOT list_contains($enum, CAST({column} AS VARCHAR))")
    if not broken:
        return 0
    where = f"{column} IS NOT NULL AND ({' OR '.join(broken)})"
    try:
        query = f"SELECT {_people(person, where)} FROM data"  # noqa: S608  quoted names
        (count,) = _one(connection, query, given)
    except duckdb.Error:
        return None
    return int(count)


def _one(
    connection: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any] | None = None
) -> tuple[Any, ...]:
    row = connection.execute(query, given or {}).fetchone()
    return row if row is not None else ()
