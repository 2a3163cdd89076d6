"""A dataset opened for questions: read where it lies, and nothing else within reach."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from output_checker.disclosure.errors import BadSource
from output_checker.disclosure.evidence.columns import quoted
from output_checker.disclosure.model import Source

_SETTINGS = (
    # Two such questions fit into a worker at once; nothing is put on a disk.
    "SET memory_limit = '4GB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(slots=True, kw_only=True)
class Dataset:
    """An open source.

    Attributes:
        types: DuckDB's name for the type of each column.
        numeric: What is known by now of columns: whether all their values are numbers.
    """

    source: Source
    connection: duckdb.DuckDBPyConnection
    types: dict[str, str]
    numeric: dict[str, bool] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=count)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one question, on a cursor of its own."""
        cursor = self.connection.cursor()
        try:
            return cursor.execute(sql, list(parameters)).fetchall()
        finally:
            cursor.close()

    def keep(self, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> str:
        """Put text columns of equal length beside the source; returns the table's name."""
        table = f"kept_{next(self._names)}"
        picks = ", ".join(
            f"unnest(${i}::VARCHAR[]) AS {quoted(name)}" for i, name in enumerate(columns, 1)
        )
        self.query(f"CREATE TABLE {table} AS SELECT {picks}", values)
        return table

    def count_rows(self) -> int:
        return int(self.query("SELECT count(*) FROM haven_source")[0][0])


@contextmanager
def opened(source: Source) -> Iterator[Dataset]:
    """Open a CSV or Parquet file for reading in place.

    Raises:
        BadSource: Not there, not a regular file, not CSV or Parquet.
    """
    path = _checked(source)
    connection = duckdb.connect(":memory:")
    try:
        types = _attach(connection, source, path)
        yield Dataset(source=source, connection=connection, types=types)
    finally:
        connection.close()


def _checked(source: Source) -> Path:
    path = source.path.resolve()
    if not path.is_file():
        raise BadSource(f"source {source.name}: no such file")
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise BadSource(f"source {source.name}: only .csv and .parquet can be a source")
    if set(str(path)) & set("*?["):
        raise BadSource(f"source {source.name}: its path may not hold *, ? or [")
    if not os.access(path, os.R_OK):
        raise BadSource(f"source {source.name}: may not be read by this account")
    return path


def _attach(connection: duckdb.DuckDBPyConnection, source: Source, path: Path) -> dict[str, str]:
    place = str(path).replace("'", "''")
    try:
        connection.execute(f"SET allowed_paths = ['{place}']")
        for setting in _SETTINGS:
            connection.execute(setting)
        if path.suffix.lower() == ".csv":
            # Types are decided per question, so that one odd value cannot lose a column.
            connection.execute(
                f"CREATE TABLE haven_source AS SELECT * FROM read_csv('{place}', all_varchar=true, "  # noqa: S608
                "header=true, delim=',', quote='\"', escape='\"')"
            )
        else:
            view = f"SELECT * FROM read_parquet('{place}')"  # noqa: S608
            connection.execute(f"CREATE VIEW haven_source AS {view}")
        described = connection.execute("DESCRIBE haven_source").fetchall()
    except duckdb.Error:
        raise BadSource(f"source {source.name}: cannot be read as a table") from None
    types = {str(row[0]): str(row[1]) for row in described}
    missing = [
        name
        for name in (source.entity, source.holding, *source.identifiers)
        if name and name not in types
    ]
    if missing:
        raise BadSource(f"source {source.name} has no column {', '.join(missing)}")
    return types
