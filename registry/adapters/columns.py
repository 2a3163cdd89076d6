"""Whether a data file has the columns that its descriptor names."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import duckdb

from registry.domain.errors import Problem

_FIELDS: Final = "resources[0].schema.fields"
_PATH: Final = "resources[0].path"
_INTEGERS: Final = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
     "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
)  # fmt: skip
_HOLDS: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset(("VARCHAR", "ENUM", "UUID")),
    "integer": _INTEGERS,
    "number": _INTEGERS | {"FLOAT", "DOUBLE", "DECIMAL"},
    "boolean": frozenset(("BOOLEAN",)),
    "date": frozenset(("DATE",)),
    "datetime": frozenset(("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS",
                           "TIMESTAMP_MS", "TIMESTAMP_S", "DATE")),
    "year": _INTEGERS | {"VARCHAR"},
}  # fmt: skip


def column_problems(file: Path, described: Mapping[str, str]) -> Iterator[Problem]:
    """What differs between a data file and the fields a descriptor gives it.

    A column that nobody described could identify people without anyone having said so. Types are
    compared in Parquet, which has them; those of a CSV file would be guessed.

    Args:
        file: Parquet or CSV.
        described: The type of each described field, as Frictionless Table Schema names it.
    """
    try:
        columns = _columns(file)
    except duckdb.Error:
        yield Problem(path=_PATH, message="cannot be read as a table")
        return
    places = {name: index for index, name in enumerate(described)}
    for name, index in places.items():
        if name not in columns:
            yield Problem(path=f"{_FIELDS}[{index}].name", message="is no column of the data file")
    for name in columns:
        if name not in described:
            yield Problem(path=_FIELDS, message=f"must describe the column {name} of the data file")
    if file.suffix != ".parquet":
        return
    for name, kind in described.items():
        holds, has = _HOLDS.get(kind), columns.get(name, "").split("(")[0]
        if has and holds is not None and has not in holds:
            message = f"is {kind}, but the data file has {has}"
            yield Problem(path=f"{_FIELDS}[{places[name]}].type", message=message)


def _columns(file: Path) -> dict[str, str]:
    """Each column with its type in DuckDB's words, in the file's order."""
    reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    more = "" if file.suffix == ".parquet" else ", header = true, all_varchar = true"
    with duckdb.connect() as connection:
        found = connection.execute(
            f"describe select * from {reader}([$file]{more})",  # noqa: S608  no outside text
            {"file": str(file)},
        ).fetchall()
    return {str(row[0]): str(row[1]) for row in found}
