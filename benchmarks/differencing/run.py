"""Hold a new table against more and more earlier ones of a million people, beside pandas.

The people, and tables of them with two or three dimensions, several bandings and filters, are made
by a seed; among the earlier tables is one that leaves out four people of the new one. Haven finds
out for each table which records its numbers are about, crosses it with the new one and judges who
is left; pandas, which has all columns in memory, crosses the new table's groups with each earlier
one's and nothing more. By turns, each in a process of its own with one core; memory is the most
that was resident. Writes `result.json` beside this file.

Needs the environment of the tests (`haven test` makes it), which has pandas.

usage: python -m benchmarks.differencing.run [--people 1000000] [--tables 30,100,1000]
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd

from output_checker.disclosure.differencing.judge import compare
from output_checker.disclosure.differencing.published import Number, Published
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.filters import parse
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import Dataset, opened
from output_checker.disclosure.model import Source
from output_checker.disclosure.policies.load import load

SEED: Final = 20_261_123
_LEFT_OUT: Final = 4
_MADE: Final = f"""
    SELECT 18 + CAST(floor(random() * 70) AS INTEGER) AS age,
        CASE WHEN random() < 0.5 THEN 'F' ELSE 'M' END AS sex,
        'region ' || CAST(floor(random() * 12) AS INTEGER) AS region,
        'sector ' || CAST(floor(random() * 15) AS INTEGER) AS sector,
        CASE WHEN i < {_LEFT_OUT} THEN 'withdrawn' ELSE 'there' END AS consent
    FROM range({{count}}) AS made(i)
"""
_BANDS: Final = (
    ("18-29", "30-44", "45-59", "60+"),
    ("18-24", "25-34", "35-49", "50-64", "65+"),
    ("18-39", "40-59", "60-79", "80+"),
    ("18-29", "30-39", "40-49", "50-59", "60-69", "70+"),
)
_FILTERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"sex": "F"},
    {"age": {"op": "<", "value": 65}},
    {"region": ["region 1", "region 2", "region 3", "region 4"]},
    {"sector": {"op": "!=", "value": "sector 3"}},
)


def make(folder: Path, people: int) -> Path:
    path = folder / "people.parquet"
    with duckdb.connect() as data:
        # One thread, or the seed would not give the same rows twice.
        data.execute("SET threads = 1").fetchall()
        data.execute(f"SELECT setseed({(SEED % 1000) / 1000})").fetchall()
        made = _MADE.format(count=people)
        data.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet)").fetchall()
    return path


def questions(data: Dataset, count: int) -> Iterator[Question]:
    """The new table's, that of the table without four people, and those of others."""
    regions = (Dimension.plain("region"), Dimension.plain("sector"))
    yield _question(data, regions, {})
    yield _question(data, regions, {"consent": "there"})
    choose = random.Random(SEED)
    names = ("sex", "region", "sector")
    for _ in range(count - 1):
        bands = read_bands(choose.choice(_BANDS)) or ()
        others = choose.sample(names, choose.choice((1, 2)))
        dimensions = (
            Dimension(name="band", column="age", bands=bands),
            *(Dimension.plain(name) for name in others),
        )
        yield _question(data, dimensions, choose.choice(_FILTERS))


def _question(data: Dataset, dimensions: tuple[Dimension, ...], where: Any) -> Question:
    every = frozenset(range(len(dimensions)))
    return Question(
        dimensions=dimensions,
        statistic=Statistic.COUNT,
        where=parse(where, data.types),
        totals=frozenset({frozenset({0}), every}),
        complete=every,
    )


def published(data: Dataset, question: Question, name: str) -> Published:
    cells = DatabaseRecords(data).tabulate(question)
    shown = tuple(
        Number(key=key, position=(at, 1)) for at, (key, one) in enumerate(cells.items())
        if one.units >= load("sacro-10").threshold
    )  # fmt: skip
    return Published(file=name, source=data.source.name, question=question, shown=shown)


def by_haven(source: Path, tables: int) -> dict[str, Any]:
    with opened(Source(name="people", path=source)) as data:
        new, *earlier = [
            published(data, one, f"table {at}") for at, one in enumerate(questions(data, tables))
        ]
        begun = time.perf_counter()
        found = [*compare([new], earlier, [data], load("sacro-10"))]
        seconds = time.perf_counter() - begun
    return {
        "seconds": round(seconds, 2),
        "numbers": sum(len(one.shown) for one in earlier),
        "findings": len(found),
    }


def by_pandas(source: Path, tables: int) -> dict[str, Any]:
    frame = pd.read_parquet(source)
    with opened(Source(name="people", path=source)) as data:
        new, *earlier = [*questions(data, tables)]
    begun = time.perf_counter()
    mine = [frame[one.column] for one in new.dimensions]
    for question in earlier:
        theirs = [_labelled(frame, one) for one in question.dimensions]
        pd.crosstab(mine, theirs)
    return {"seconds": round(time.perf_counter() - begun, 2)}


def _labelled(frame: pd.DataFrame, dimension: Dimension) -> Any:
    if not dimension.bands:
        return frame[dimension.column]
    edges = [one.low for one in dimension.bands] + [200]
    return pd.cut(frame[dimension.column], edges, right=False)


def measure(kind: str, source: Path, tables: int) -> dict[str, Any]:
    """In a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.differencing.run", "--one", kind,
               "--source", str(source), "--tables", str(tables)]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--tables", default="30,100,1000")
    parser.add_argument("--beside", type=int, default=30, help="tables that pandas is given")
    parser.add_argument("--one", choices=("haven", "pandas"), help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if wanted.one:
        act = {"haven": by_haven, "pandas": by_pandas}[wanted.one]
        found = act(wanted.source, int(wanted.tables))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({**found, "megabytes": most}))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        source = make(Path(scratch), wanted.people)
        result: dict[str, Any] = {
            "machine": {"cores_used": 1, "python": platform.python_version()},
            "people": wanted.people,
            "haven": {
                count: measure("haven", source, int(count)) for count in wanted.tables.split(",")
            },
            "pandas": {str(wanted.beside): measure("pandas", source, wanted.beside)},
        }
    beside = str(wanted.beside)
    if beside in result["haven"]:
        result["haven_of_pandas"] = round(
            result["haven"][beside]["seconds"] / result["pandas"][beside]["seconds"], 2
        )
    print(json.dumps(result, indent=2))
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
