"""Synthetic data as files: Parquet that says of itself what it is, with a note beside it."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import rstr

from registry.domain.dataset import DatasetVersion, FieldRole
from registry.domain.synthetic import MARK, Value, Wanted, synthesise

NOTE_NAME: Final = "README.txt"
METADATA: Final = {b"haven_synthetic": b"structural"}
_TYPES: Final[Mapping[str, pa.DataType]] = {
    "string": pa.string(),
    "any": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "year": pa.int64(),
}
_NOTE: Final = """{mark}: rows of nobody.

Made from the descriptor of {dataset} {version} alone (seed {seed}); no record was read.
Columns, types, ranges, categories and keys are as described. Every number that you compute
from them means nothing.
"""


def columns(dataset: DatasetVersion, *, rows: int, seed: int) -> dict[str, list[Value]]:
    """Raises: NotPossible."""
    keys = {one.name for one in dataset.fields if one.role is FieldRole.ENTITY}
    keys |= set(dataset.entry.primary_key)
    if len(dataset.entry.primary_key) > 1:
        # Only together are they different.
        keys -= set(dataset.entry.primary_key)
    referring = [one.fields for one in dataset.entry.foreign_keys if len(one.fields) == 1]
    wanted = Wanted(
        fields=dataset.fields,
        keys=frozenset(keys),
        references=frozenset(name for (name,) in referring),
        rows=rows,
        seed=seed,
    )
    return synthesise(wanted, _from_pattern)


def write(dataset: DatasetVersion, folder: Path, *, rows: int, seed: int) -> Path:
    """Write the dataset's twin beneath a folder, in the place that a workspace would have it.

    Returns:
        The Parquet file, `<folder>/<dataset>/SYNTHETIC-<name>.parquet`.

    Raises:
        NotPossible: The descriptor contradicts itself.
        OSError: It cannot be written there.
    """
    made = columns(dataset, rows=rows, seed=seed)
    place = folder / dataset.version_id.dataset_id
    place.mkdir(parents=True, exist_ok=True)
    target = place / f"{MARK}-{Path(dataset.path).stem}.parquet"
    _write_parquet(dataset, made, target)
    words = _NOTE.format(
        mark=MARK, dataset=dataset.version_id.dataset_id,
        version=dataset.version_id.version, seed=seed,
    )  # fmt: skip
    (place / NOTE_NAME).write_text(words)
    return target


def _write_parquet(
    dataset: DatasetVersion, made: Mapping[str, Sequence[Value]], target: Path
) -> None:
    schema = pa.schema(
        [pa.field(one.name, _TYPES[one.type]) for one in dataset.fields], metadata=METADATA
    )
    pq.write_table(pa.table(dict(made), schema=schema), target)


def _from_pattern(pattern: str, chance: random.Random) -> str:
    return str(rstr.Rstr(chance).xeger(pattern))
