"""Evidence for every cell of a large table, beside pandas counting the same table.

Both are timed in this one run, by turns, on data that a seed makes: Haven reads the Parquet
file where it lies and returns count, sum and the largest two contributions of every cell;
pandas has its frame in memory already and counts. Writes `result.json` beside this file.

usage: python benchmarks/evidence/run.py [--rows 5000000] [--rounds 5]
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic  # noqa: E402
from output_checker.disclosure.evidence.source import opened  # noqa: E402
from output_checker.disclosure.evidence.tabulate import Key, Question, tabulate  # noqa: E402
from output_checker.disclosure.evidence.variables import variable  # noqa: E402
from output_checker.disclosure.model import Source  # noqa: E402

DIMENSIONS = ("region", "sector", "age_band")
SEED = 20_261_122


def make_data(path: Path, rows: int) -> None:
    connection = duckdb.connect()
    # One thread, or the seed would not give the same rows twice.
    connection.execute("SET threads = 1")
    connection.execute(f"SELECT setseed({(SEED % 1000) / 1000})")
    connection.execute(
        "CREATE TABLE made AS SELECT 'region ' || CAST(floor(random() * 9) AS INTEGER) AS region, "
        "'sector ' || CAST(floor(random() * 8) AS INTEGER) AS sector, "
        "'band ' || CAST(floor(random() * 8) AS INTEGER) AS age_band, "
        f"round(exp(10 + random()), 2) AS pay FROM range({rows})"
    )
    connection.sql("FROM made").write_parquet(str(path))


def timed(task: Callable[[], object]) -> float:
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


def compare(path: Path, rounds: int) -> dict[str, list[float]]:
    frame = pd.read_parquet(path)
    margins = [frame["region"], frame["sector"]]

    def by_pandas() -> pd.DataFrame:
        return pd.crosstab(margins, frame["age_band"])

    def by_haven() -> dict[Key, CellEvidence]:
        with opened(Source(name="made", path=path)) as data:
            question = Question(
                dimensions=DIMENSIONS, statistic=Statistic.SUM, variable=variable(data, "pay")
            )
            return tabulate(data, question)

    counted = {(*key, band): n for key, row in by_pandas().iterrows() for band, n in row.items()}
    assert {key: cell.units for key, cell in by_haven().items()} == counted
    taken: dict[str, list[float]] = {"haven": [], "pandas": []}
    for _ in range(rounds):
        taken["haven"].append(timed(by_haven))
        taken["pandas"].append(timed(by_pandas))
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.parquet"
        make_data(path, wanted.rows)
        taken = compare(path, wanted.rounds)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    result = {
        "rows": wanted.rows,
        "dimensions": list(DIMENSIONS),
        "seconds": {name: [round(one, 4) for one in times] for name, times in taken.items()},
        "median_seconds": {name: round(one, 4) for name, one in medians.items()},
        "ratio_haven_to_pandas": round(medians["haven"] / medians["pandas"], 3),
        "versions": {
            "python": platform.python_version(), "duckdb": duckdb.__version__,
            "pandas": pd.__version__,
        },
    }  # fmt: skip
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    print(f"haven: {medians['haven']:.3f} s for counts, sums and the largest two of every cell")
    print(f"pandas.crosstab: {medians['pandas']:.3f} s for the counts")
    print(f"ratio: {result['ratio_haven_to_pandas']} (at most 1 is wanted)")
    return 0 if medians["haven"] <= medians["pandas"] else 1


if __name__ == "__main__":
    sys.exit(main())
