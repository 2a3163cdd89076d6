"""Make a view of many rows and columns, beside DuckDB's own COPY of the same columns.

By turns in one run: Haven makes the view as the service does (the source hashed before and after,
whose each row is written beside it, both files synced and hashed), DuckDB copies the same source
columns as they are with the same compression. A view's transforms are those of the minimisation
rules. Seconds are those of the clock, and of processors, which other work does not
lengthen. Looking through the view for identifiers is timed apart. Writes `views.json` beside this
file.

usage: python -m benchmarks.registry.views [--rows 5000000] [--turns 5]
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from registry.adapters.views.compiled import keys_of
from registry.adapters.views.make import discard_view, make_view, sha256_of
from registry.adapters.views.scan import scan
from registry.application.view_ports import MadeView
from registry.domain.dataset import DatasetVersion, Field, FieldRole, VersionId
from registry.domain.view_spec import Transform, TransformKind, ViewColumn, ViewSpec

COLUMNS: Final = 20
KIND: Final = TransformKind
_FIELDS: Final = (
    ("person", "string", None, "'p' || lpad((i * 7919 % {n})::VARCHAR, 9, '0')"),
    ("born", "date", FieldRole.QUASI, "DATE '1940-01-01' + (random() * 25000)::INTEGER"),
    ("postcode", "string", FieldRole.QUASI,
     ("chr(65 + (random() * 25)::INT) || (1 + (random() * 8)::INT) || ' ' || (random() * 8)::INT"
     " || chr(65 + (random() * 25)::INT) || chr(65 + (random() * 25)::INT)")),
    ("sex", "string", FieldRole.QUASI, "CASE WHEN random() < 0.5 THEN 'F' ELSE 'M' END"),
    ("benefit", "string", None, "CASE WHEN random() < 0.8 THEN '' ELSE 'kind ' || i % 9 END"),
    ("age", "integer", None, "(random() * 90)::INTEGER"),
    ("pay", "number", None, "round(random() * 90000, 2)"),
    ("hours", "number", None, "round(random() * 60, 1)"),
)  # fmt: skip
_TRANSFORMS: Final = {
    "person": Transform(kind=KIND.HASH),
    "born": Transform(kind=KIND.YEAR_OF),
    "postcode": Transform(kind=KIND.TRUNCATE_POSTCODE),
    "benefit": Transform(kind=KIND.FLAG),
    "age": Transform(kind=KIND.BAND, edges=(16, 25, 35, 50, 65)),
    "pay": Transform(kind=KIND.TOPCODE, limit=80_000),
    "hours": Transform(kind=KIND.ROUND, unit=5),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=5_000_000)
    asked.add_argument("--turns", type=int, default=5)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), given.rows, given.turns)
    text = json.dumps(result, indent=2)
    Path(__file__).with_name("views.json").write_text(f"{text}\n")
    print(text)


def measure(folder: Path, rows: int, turns: int) -> dict[str, Any]:
    dataset = made_source(folder, rows)
    views = {
        "as they are": ViewSpec(columns=tuple(map(_kept, dataset.fields))),
        "minimised": ViewSpec(columns=tuple(map(_minimised, dataset.fields))),
    }
    results = {name: _beside_duckdb(folder, dataset, view, turns) for name, view in views.items()}
    return {
        "rows": rows,
        "columns": COLUMNS,
        "turns": turns,
        "cores": len(os.sched_getaffinity(0)),
        "duckdb": duckdb.__version__,
        "python": platform.python_version(),
        "views": results,
    }


def made_source(folder: Path, rows: int) -> DatasetVersion:
    more = [(f"measure_{at}", "number", None, f"round(random() * {at + 1}000, 1)")
            for at in range(COLUMNS - len(_FIELDS))]  # fmt: skip
    every = [*_FIELDS, *more]
    source = folder / "data" / "people" / "people.parquet"
    source.parent.mkdir(parents=True)
    picked = ", ".join(f"{sql.format(n=rows)} AS {name}" for name, _, _, sql in every)
    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(
            f"COPY (SELECT {picked} FROM range({rows}) t(i)) TO '{source}' (COMPRESSION zstd)"
        )
    return DatasetVersion(
        version_id=VersionId(dataset_id="people", version="1"), title="", summary="",
        publisher="", unit="person", path="people/people.parquet", sha256=sha256_of(source),
        entity="person", identifiers=(), policy="sacro-10",
        fields=tuple(Field(name=name, type=kind, role=role) for name, kind, role, _ in every),
    )  # fmt: skip


def _kept(field: Field) -> ViewColumn:
    return ViewColumn(name=field.name, source=field.name)


def _minimised(field: Field) -> ViewColumn:
    transform = _TRANSFORMS.get(field.name, Transform())
    return ViewColumn(name=field.name, source=field.name, transform=transform)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Seconds by the clock, and of processors."""

    clock: float
    processors: float


def _beside_duckdb(
    folder: Path, dataset: DatasetVersion, view: ViewSpec, turns: int
) -> dict[str, Any]:
    mine, theirs, looked = [], [], []
    for _ in range(turns):
        theirs.append(_timed(lambda: _copy(folder, dataset, view)))
        mine.append(_timed(lambda: _make(folder, dataset, view)))
        made = _make(folder, dataset, view)
        files = folder / "views" / made.file, folder / "views" / made.beside
        looked.append(_timed(lambda files=files: scan(*files, view, dataset)))
        discard_view(folder / "views", dataset.version_id, view.digest)
    told = {}
    for kind in ("clock", "processors"):
        pairs = [
            (getattr(one, kind), getattr(other, kind))
            for one, other in zip(mine, theirs, strict=True)
        ]
        told[kind] = {
            "haven_seconds": round(statistics.median(one for one, _ in pairs), 2),
            "duckdb_seconds": round(statistics.median(other for _, other in pairs), 2),
            "ratio": round(statistics.median(one / other for one, other in pairs), 2),
            "looking_through_seconds": round(
                statistics.median(getattr(one, kind) for one in looked), 2
            ),
        }
    return told


def _timed(act: Any) -> Took:
    clock, processors = time.perf_counter(), time.process_time()
    act()
    return Took(clock=time.perf_counter() - clock, processors=time.process_time() - processors)


def _make(folder: Path, dataset: DatasetVersion, view: ViewSpec) -> MadeView:
    return make_view(
        view, dataset, datasets_dir=folder / "data", views_dir=folder / "views",
        keys=keys_of(b"k" * 32, "people", view),
    )  # fmt: skip


def _copy(folder: Path, dataset: DatasetVersion, view: ViewSpec) -> None:
    names = ", ".join(f'"{one.source}"' for one in view.columns)
    source = folder / "data" / dataset.path
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {names} FROM read_parquet('{source}'))"
            f" TO '{folder / 'rival.parquet'}' (COMPRESSION zstd)"
        )


if __name__ == "__main__":
    main()
