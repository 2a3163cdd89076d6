"""Make the index of a source, and search large tables for its rows, beside pandas joining them.

A source of a million people and twelve columns, made by a seed. How long its index takes, and how
much of a disk. Then tables of some 10 MB (rows of the source, rows of nobody, and groups) and one
of 60 MB (a million rows of nobody). Haven checks each from the file to the verdict, reader's
process and all: with the index in memory, as a worker has it that was asked before, and with the
index it finds on its disk. pandas, which has the source in memory, reads the table and joins it on
all columns it shares. All on one core, by turns. Writes `result.json` beside this file.

Needs the environment of the tests (`haven test` makes it), which has pandas.

usage: python -m benchmarks.index.run [--people 1000000] [--rounds 5]
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.index.build import build
from output_checker.disclosure.index.store import KEY_BYTES, Store
from output_checker.disclosure.model import Report, Source
from output_checker.disclosure.policies.load import load

SEED: Final = 20_261_123
_KEY: Final = "person"
_ROWS: Final = 181_000
_MADE: Final = """
    SELECT {first} + i AS person,
        (DATE '1940-01-01' + CAST(floor(random() * 23741) AS INTEGER))::VARCHAR AS birth,
        'PC' || CAST(floor(random() * 2900) AS INTEGER) AS district,
        18 + CAST(floor(random() * 70) AS INTEGER) AS age,
        CASE WHEN random() < 0.5 THEN 'F' ELSE 'M' END AS sex,
        ['White', 'Asian', 'Black', 'Mixed', 'Other'][1 + CAST(floor(random() * 5) AS INTEGER)]
            AS ethnicity,
        round(15 + random() * 30, 1) AS bmi,
        90 + CAST(floor(random() * 100) AS INTEGER) AS pressure,
        round(2.5 + random() * 6, 1) AS cholesterol,
        20 + CAST(floor(random() * 90) AS INTEGER) AS sugar,
        'I' || CAST(floor(random() * 100) AS INTEGER) || '.'
            || CAST(floor(random() * 10) AS INTEGER) AS diagnosis,
        round(exp(9.5 + random() * 2), 2) AS income
    FROM range({count}) AS made(i)
"""
_GROUPS: Final = (
    "SELECT district, age, sex, count(*) AS n, avg(income) AS income, avg(bmi) AS bmi "
    "FROM '{source}' GROUP BY ALL ORDER BY ALL LIMIT {count}"
)


def make(folder: Path, people: int) -> tuple[Path, list[Path]]:
    source = folder / "people.parquet"
    kinds = {
        "rows of the source": f"SELECT * EXCLUDE {_KEY} FROM '{source}' WHERE {_KEY} % 5 = 0 "
                              f"LIMIT {_ROWS}",
        "rows of nobody": f"SELECT * EXCLUDE {_KEY} FROM ({_MADE.format(first=0, count=_ROWS)})",
        "groups": _GROUPS.format(source=source, count=_ROWS),
        "many rows of nobody": f"SELECT * EXCLUDE {_KEY} FROM "
                               f"({_MADE.format(first=0, count=people)})",
    }  # fmt: skip
    with duckdb.connect() as data:
        # One thread, or the seed would not give the same rows twice.
        data.execute("SET threads = 1").fetchall()
        data.execute(f"SELECT setseed({(SEED % 1000) / 1000})").fetchall()
        made = _MADE.format(first=10_000_000, count=people)
        data.execute(f"COPY ({made}) TO '{source}' (FORMAT parquet)").fetchall()
        tables = []
        for kind, query in kinds.items():
            tables.append(folder / f"{kind}.csv")
            data.execute(f"COPY ({query}) TO '{tables[-1]}' (HEADER)").fetchall()
    return source, tables


def build_index(source: Source, store: Store) -> dict[str, float]:
    begun = time.perf_counter()
    with opened(source) as data:
        index = build(data, store)
        for name in index.names:
            index.column(name)
        index.plain(_KEY)
    seconds = time.perf_counter() - begun
    size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    return {"seconds": round(seconds, 2), "megabytes": round(size / 1e6, 1)}


def search(source: Source, store: Store, tables: list[Path], rounds: int) -> dict[str, Any]:
    policy = load("sacro-10")
    frame = pd.read_parquet(source.path)

    def by_haven(table: Path, keeper: Store = store) -> Report:
        return check_files([table], sources=[source], specs={}, policy=policy, keeper=keeper)

    def from_disk(table: Path) -> Report:
        return by_haven(table, Store(folder=store.folder, key=store.key))

    def by_pandas(table: Path) -> int:
        output = pd.read_csv(table)
        shared = [name for name in output.columns if name in frame.columns]
        return len(output.merge(frame, on=shared, how="inner"))

    found = {}
    for table in tables:
        megabytes = table.stat().st_size / 1e6
        acts = (by_haven, by_pandas, from_disk)
        taken = by_turns(rounds, *(partial(act, table) for act in acts))
        rules = sorted({one.rule for one in by_haven(table).files[0].findings})
        haven, pandas, cold = (statistics.median(one) for one in taken)
        found[table.stem] = {
            "megabytes": round(megabytes, 1),
            "haven": {"median_seconds": round(haven, 2), "megabytes_a_second":
                      round(megabytes / haven, 1),
                      "median_seconds_with_the_index_on_disk": round(cold, 2)},
            "pandas": {"median_seconds": round(pandas, 2), "megabytes_a_second":
                       round(megabytes / pandas, 1)},
            "haven_of_pandas": round(haven / pandas, 2),
            "rules": rules,
        }  # fmt: skip
    return found


def by_turns(rounds: int, *acts: Callable[[], Any]) -> list[list[float]]:
    taken: list[list[float]] = [[] for _ in acts]
    for act in acts:
        act()
    for _ in range(rounds):
        for act, seconds in zip(acts, taken, strict=True):
            begun = time.perf_counter()
            act()
            seconds.append(time.perf_counter() - begun)
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    # What follows, and the processes that it starts, have one core between them.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path, tables = make(folder, wanted.people)
        (folder / "indexes").mkdir()
        store = Store(folder=folder / "indexes", key=os.urandom(KEY_BYTES))
        source = Source(name="people", path=path, entity=_KEY, version="made")
        result = {
            "machine": {"cores_used": 1, "python": platform.python_version()},
            "people": wanted.people,
            "index": build_index(source, store),
            "tables": search(source, store, tables, wanted.rounds),
        }
    print(json.dumps(result, indent=2))
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
