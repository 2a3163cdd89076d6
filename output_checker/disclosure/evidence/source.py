"""A dataset opened for questions: read where it lies, and nothing else within reach."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from output_checker.disclosure.budget import Budget, Spent
from output_checker.disclosure.errors import BadSource
from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.columns import quoted
from output_checker.disclosure.evidence.kept import Kept
from output_checker.disclosure.evidence.question import Key
from output_checker.disclosure.index.columns import BLOCK, Index
from output_checker.disclosure.model import Source

_SETTINGS = (
    # Two such questions fit into a worker at once; nothing is put on a disk.
    "SET memory_limit = '4GB'",
    # Columns are read one by one, and must be of the same rows.
    "SET preserve_insertion_order = true",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)

# Which row of a version each row of a view is; nobody is told, and no column is called so.
ROW = "haven_row"

# Each label of a column, with the spellings that rows use for it.
Labels = dict[str | None, tuple[str | None, ...]]


@dataclass(slots=True, kw_only=True)
class Dataset:
    """An open source.

    Attributes:
        types: DuckDB's name for the type of each column.
        numeric: What is known by now of columns: whether all their values are numbers.
        names_each_row_once: Whether no unit has two rows and each row has one; None until asked.
        label_counts: About how many different values each column has, once it is known.
        labels: The labels of columns that were asked for last.
        cells: The tabulations that were asked for last.
        index: How the search for leaks asks it; None until it does.
        budget: How long its questions may take together; no question outlasts it.
    """

    source: Source
    connection: duckdb.DuckDBPyConnection
    types: dict[str, str]
    numeric: dict[str, bool] = field(default_factory=dict)
    names_each_row_once: bool | None = None
    label_counts: dict[str, int] = field(default_factory=dict)
    labels: Kept[Labels] = field(default_factory=Kept)
    cells: Kept[dict[Key, CellEvidence]] = field(default_factory=Kept)
    index: Index | None = None
    budget: Budget = field(default_factory=lambda: Budget(seconds=inf))
    _names: Iterator[int] = field(default_factory=count)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one question, on a cursor of its own."""
        with self._asking() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def keep(self, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> str:
        """Put text columns of equal length beside the source; returns the table's name."""
        table = f"kept_{next(self._names)}"
        picks = ", ".join(
            f"unnest(${i}::VARCHAR[]) AS {quoted(name)}" for i, name in enumerate(columns, 1)
        )
        self.query(f"CREATE TABLE {table} AS SELECT {picks}", values)
        return table

    def runs(self, sql: str) -> Iterator[NDArray[Any]]:
        """The only column of a question without NULL, in runs of rows; at least one run."""
        with self._asking() as cursor:
            reader = cursor.sql(sql).to_arrow_reader(BLOCK)
            yield pa.nulls(0, reader.schema.field(0).type).to_numpy(zero_copy_only=False)
            for batch in reader:
                yield batch.column(0).to_numpy(zero_copy_only=False)

    def table(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        with self._asking() as cursor:
            return cursor.sql(sql, params=list(parameters)).to_arrow_table()

    def work_out(self, texts: pa.Array, expressions: Sequence[str]) -> list[NDArray[Any]]:
        """What expressions over a text `t` give for each of the texts, none of them NULL."""
        with self._asking() as cursor:
            cursor.register("haven_texts", pa.table({"t": texts, "place": np.arange(len(texts))}))
            asked = ", ".join(f"{one} AS x{at}" for at, one in enumerate(expressions))
            # Planned once; a relation, which `sql` makes, is planned twice.
            found = cursor.execute(f"SELECT place, {asked} FROM haven_texts").fetchnumpy()  # noqa: S608
            # A list of words is looked up by a join, and a join keeps no order.
            order = np.argsort(found["place"], kind="stable")
            return [found[f"x{at}"][order] for at in range(len(expressions))]

    def rows_of_version(self) -> NDArray[np.int64] | None:
        """Which row of `source.rows_of` each row is; None where nothing says so."""
        if not self.source.rows_of:
            return None
        if self.source.beside is None:
            return np.arange(self.count_rows(), dtype=np.int64)
        return np.concatenate([*self.runs(f"SELECT {ROW} FROM haven_rows")])  # noqa: S608

    def count_rows(self) -> int:
        return int(self.query("SELECT count(*) FROM haven_source")[0][0])

    @contextmanager
    def _asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question.

        Raises: Spent, when the question had to be stopped.
        """
        cursor = self.connection.cursor()
        try:
            with self.budget.stopping(cursor.interrupt):
                yield cursor
        except duckdb.InterruptException:
            raise Spent from None
        finally:
            cursor.close()


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
    if source.beside is not None and path.suffix.lower() != ".parquet":
        raise BadSource(f"source {source.name}: a view is a .parquet file")
    if set(f"{path}{source.beside or ''}") & set("*?["):
        raise BadSource(f"source {source.name}: its path may not hold *, ? or [")
    if not os.access(path, os.R_OK):
        raise BadSource(f"source {source.name}: may not be read by this account")
    return path


def _read_plainly(connection: duckdb.DuckDBPyConnection, place: str) -> str:
    """A Parquet file: NaN is a missing value, times of a zone are those of Greenwich.

    Parquet's statistics leave NaN out, and DuckDB 2.0 answers `isnan` and comparisons from them
    without a look at the values. `isfinite` is asked of each value.
    """
    whole = f"FROM read_parquet('{place}')"
    replaced = []
    for name, kind, *_ in connection.execute(f"DESCRIBE SELECT * {whole}").fetchall():
        one = quoted(str(name))
        if kind == "TIMESTAMP WITH TIME ZONE":
            # Needs no calendar.
            replaced.append(f"make_timestamp(epoch_us({one})) AS {one}")
        elif kind in ("FLOAT", "DOUBLE"):
            replaced.append(f"CASE WHEN isfinite({one}) OR isinf({one}) THEN {one} END AS {one}")
    instead = f"REPLACE ({', '.join(replaced)})" if replaced else ""
    return f"SELECT * {instead} {whole}"


def _whole(connection: duckdb.DuckDBPyConnection, source: Source, place: str) -> str:
    """A Parquet file, and whose its rows are where another file says so."""
    if source.beside is None:
        return _read_plainly(connection, place)
    beside = _escaped(source.beside)
    counts = connection.execute(
        f"SELECT (SELECT count(*) FROM read_parquet('{place}')) ="  # noqa: S608
        f" (SELECT count(*) FROM read_parquet('{beside}'))"
    ).fetchone()
    if counts is None or not counts[0]:
        raise BadSource(f"source {source.name}: whose its rows are is not known of each")
    connection.execute(
        f"CREATE VIEW haven_rows AS SELECT {ROW} FROM read_parquet('{beside}')"  # noqa: S608
    )
    return (
        f"SELECT * FROM ({_read_plainly(connection, place)}) POSITIONAL JOIN"  # noqa: S608
        f" (SELECT * EXCLUDE ({ROW}) FROM read_parquet('{beside}'))"
    )


def _escaped(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")


def _attach(connection: duckdb.DuckDBPyConnection, source: Source, path: Path) -> dict[str, str]:
    place = _escaped(path)
    try:
        allowed = [place] if source.beside is None else [place, _escaped(source.beside)]
        paths = ", ".join(f"'{one}'" for one in allowed)
        connection.execute(f"SET allowed_paths = [{paths}]")
        for setting in _SETTINGS:
            connection.execute(setting)
        if path.suffix.lower() == ".csv":
            # Types are decided per question, so that one odd value cannot lose a column.
            connection.execute(
                f"CREATE TABLE haven_source AS SELECT * FROM read_csv('{place}', all_varchar=true, "  # noqa: S608
                "header=true, delim=',', quote='\"', escape='\"')"
            )
        else:
            connection.execute(f"CREATE VIEW haven_source AS {_whole(connection, source, place)}")
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
