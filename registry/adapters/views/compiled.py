"""A view as questions to DuckDB: what its file holds, and whose each of its rows is."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.adapters.views.expressions import (
    keyed,
    literal,
    meets,
    quoted,
    transformed,
    value_of,
)
from registry.domain.dataset import DatasetVersion, Field, FieldRole
from registry.domain.view_place import ENTITY, HOLDING, ROW
from registry.domain.view_spec import ViewColumn, ViewSpec

_SAMPLE_LETTERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Secrets of one dataset's views, each 64 hexadecimal digits.

    Attributes:
        hashes: Of a view's hashed columns: of that view of that dataset alone.
        sample: Says who is in a sample: the same people in every view of the dataset.
    """

    hashes: str
    sample: str


def keys_of(secret: bytes, dataset_id: str, view: ViewSpec) -> Keys:
    """Args: secret: The instance's, at least 32 bytes."""

    def derived(*purpose: str) -> str:
        return hmac.new(secret, "\0".join(purpose).encode(), hashlib.sha256).hexdigest()

    return Keys(
        hashes=derived("hashes", dataset_id, view.digest), sample=derived("sample", dataset_id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """Attributes: `view` and `beside` ask for the same rows in the same order."""

    view: str
    beside: str


def source_sql(file: Path) -> str:
    """The source's rows in the file's order, each with its number from 0 as `haven_row`."""
    place = literal(str(file))
    if file.suffix == ".parquet":
        rows = f"read_parquet([{place}], file_row_number = true)"
        return f"SELECT * RENAME (file_row_number AS {ROW}) FROM {rows}"  # noqa: S608  quoted
    # Texts, as the disclosure engine reads it: types are those of the descriptor.
    form = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"'"
    rows = f"read_csv([{place}], {form})"
    return f"SELECT *, row_number() OVER () - 1 AS {ROW} FROM {rows}"  # noqa: S608  quoted


def compiled(
    view: ViewSpec, dataset: DatasetVersion, *, stored: Mapping[str, str], keys: Keys
) -> Compiled:
    """Questions to a table `source` that has the columns of `source_sql`.

    Args:
        view: One without problems.
        stored: DuckDB's name for the type of each column of the file.
    """
    fields = {field.name: field for field in dataset.fields}

    def value(name: str) -> str:
        return value_of(name, kind=fields[name].type, stored=stored[name])

    def column(one: ViewColumn) -> str:
        kind = fields[one.source].type
        made = transformed(value(one.source), one.transform, kind=kind, key=keys.hashes)
        return f"{made} AS {quoted(one.name)}"

    columns = ", ".join(map(column, view.columns))
    tests = [meets(one, value(one.source), kind=fields[one.source].type) for one in view.where]
    if view.sample < 1:
        tests.append(_sampled(view.sample, dataset, keys.sample))
    rows = f" FROM source WHERE {' AND '.join(tests)}" if tests else " FROM source"
    return Compiled(view=f"SELECT {columns}{rows}", beside=f"SELECT {_beside(dataset)}{rows}")


def _beside(dataset: DatasetVersion) -> str:
    known: tuple[tuple[str | None, str], ...] = (
        (dataset.entity, ENTITY),
        (_holding(dataset.fields), HOLDING),
    )
    owners = [f"CAST({quoted(column)} AS VARCHAR) AS {name}" for column, name in known if column]
    return ", ".join((*owners, ROW))


def _holding(fields: tuple[Field, ...]) -> str | None:
    return next((one.name for one in fields if one.role is FieldRole.HOLDING), None)


def _sampled(share: float, dataset: DatasetVersion, key: str) -> str:
    whose = f"'row ' || {ROW}"
    if dataset.entity is not None:
        # Rows that are nobody's are in or out each by itself.
        whose = f"coalesce('of ' || CAST({quoted(dataset.entity)} AS VARCHAR), {whose})"
    most = f"{min(int(share * 16**_SAMPLE_LETTERS), 16**_SAMPLE_LETTERS - 1):0{_SAMPLE_LETTERS}x}"
    return f"substr({keyed(whose, key)}, 1, {_SAMPLE_LETTERS}) < {literal(most)}"
