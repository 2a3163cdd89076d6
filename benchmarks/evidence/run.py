"""Check a table of three dimensions, beside pandas counting it and ACRO checking it.

Whole processes, by turns, on data that a seed makes: Haven is `haven check` of a table of means
with its spec, from the start of Python to the verdict on every cell; pandas reads the same
Parquet file and makes the crosstab of counts alone; ACRO, in an environment of its own, reads it
and runs its crosstab of means. Time is by the wall, memory the most that was resident. Writes
`result.json` beside this file.

Needs the environment of the tests (`haven test` makes it), which has pandas.

usage: python benchmarks/evidence/run.py [--rows 1000000,5000000] [--rounds 5]
           [--acro PYTHON] [--acro-rows 5000000] [--bounded 50000000] [--folder FOLDER]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[2]
DIMENSIONS = ("region", "sector", "age_band")
SEED = 20_261_122
SPEC = {"rows": list(DIMENSIONS), "values": "pay", "aggregate": "mean"}
CACHE = tempfile.TemporaryDirectory()
BY_PANDAS = (
    "import sys, pandas as pd; f = pd.read_parquet(sys.argv[1]); "
    "pd.crosstab([f['region'], f['sector']], f['age_band'])"
)
BY_ACRO = (
    "import sys, warnings, logging; warnings.filterwarnings('ignore'); "
    "import pandas as pd; from acro import ACRO; logging.disable(logging.CRITICAL); "
    "f = pd.read_parquet(sys.argv[1]); "
    "a = ACRO(suppress=False); import time; begun = time.perf_counter(); "
    "a.crosstab([f['region'], f['sector']], f['age_band'], values=f['pay'], aggfunc='mean'); "
    "print('check', time.perf_counter() - begun)"
)
# The check alone, from opening the file of the source to the verdict; ACRO has its frame already.
BY_ENGINE = (
    "import sys, time; from pathlib import Path; "
    "from output_checker.disclosure.engine import check_files; "
    "from output_checker.disclosure.model import Source; "
    "from output_checker.disclosure.policies.load import load; "
    "from output_checker.disclosure.specs import load as spec; "
    "p = Path(sys.argv[1]); t = p.with_suffix('.csv'); begun = time.perf_counter(); "
    "check_files([t], sources=[Source(name='s', path=p)], "
    "specs={t.name: spec(p.with_suffix('.json'))}, policy=load('sacro-10')); "
    "print('check', time.perf_counter() - begun)"
)


def make_data(folder: Path, rows: int) -> Path:
    path = folder / f"made-{rows}.parquet"
    connection = duckdb.connect()
    # One thread, or the seed would not give the same rows twice.
    connection.execute("SET threads = 1").fetchall()
    connection.execute(f"SELECT setseed({(SEED % 1000) / 1000})").fetchall()
    connection.execute(
        "COPY (SELECT 'region ' || CAST(floor(random() * 9) AS INTEGER) AS region, "
        "'sector ' || CAST(floor(random() * 8) AS INTEGER) AS sector, "
        "'band ' || CAST(floor(random() * 8) AS INTEGER) AS age_band, "
        f"round(exp(10 + random()), 2) AS pay FROM range({rows})) TO '{path}' (FORMAT parquet)"
    ).fetchall()
    connection.close()
    return path


def make_table(source: Path) -> tuple[Path, Path]:
    table, spec = source.with_suffix(".csv"), source.with_suffix(".json")
    names = ", ".join(DIMENSIONS)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {names}, avg(pay) AS mean FROM '{source}' GROUP BY {names} "
            f"ORDER BY {names}) TO '{table}' (HEADER)"
        ).fetchall()
    spec.write_text(json.dumps(SPEC))
    return table, spec


def run(command: Sequence[str]) -> tuple[float, float, str]:
    """Seconds, megabytes and what was printed."""
    # Haven's own bytecode is kept, as that of pandas is; `measure` runs each once to make it.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": CACHE.name}
    with tempfile.TemporaryFile("w+") as printed:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=printed, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command[0]} ended with {process.returncode}; is the rival there?")
        printed.seek(0)
        return seconds, used.ru_maxrss / 1024, printed.read()


def by_haven(source: Path) -> list[str]:
    table, spec = make_table(source)
    return [sys.executable, "-P", "-m", "portal.cli.check", "check", str(table), "--source",
            str(source), "--spec", str(spec), "--format", "json"]  # fmt: skip


def measure(rounds: int, commands: dict[str, list[str]]) -> dict[str, Any]:
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    checks: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        run(command)
    for _ in range(rounds):
        for name, command in commands.items():
            seconds, megabytes, printed = run(command)
            if name == "haven":
                assert json.loads(printed)["verdict"] == "pass", "the table is safe and right"
            taken[name].append((seconds, megabytes))
            checks[name] += [float(one.split()[1]) for one in printed.splitlines()
                             if one.startswith("check ")]  # fmt: skip
    return {
        name: {
            "median_seconds": round(statistics.median(one for one, _ in found), 3),
            "seconds": [round(one, 3) for one, _ in found],
            "megabytes": round(max(one for _, one in found)),
            **(
                {"check_seconds": round(statistics.median(checks[name]), 3)} if checks[name] else {}
            ),
        }
        for name, found in taken.items()
    }


def ratio(found: dict[str, Any], rival: str, key: str) -> float:
    return round(found["haven"][key] / found[rival][key], 3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", default="1000000,5000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--acro", help="the Python of an environment with ACRO and pyarrow")
    parser.add_argument("--acro-rows", type=int, default=5_000_000)
    parser.add_argument("--bounded", type=int, help="rows of one more run, for memory alone")
    parser.add_argument("--folder", type=Path, help="where the data is made, and left")
    wanted = parser.parse_args()
    result: dict[str, Any] = {"dimensions": list(DIMENSIONS), "versions": {
        "python": platform.python_version(), "duckdb": duckdb.__version__}}  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        folder = wanted.folder or Path(scratch)
        for rows in (int(one) for one in wanted.rows.split(",")):
            source = make_data(folder, rows)
            pandas = [sys.executable, "-c", BY_PANDAS, str(source)]
            found = measure(wanted.rounds, {"haven": by_haven(source), "pandas": pandas})
            found["ratio_of_time_to_pandas"] = ratio(found, "pandas", "median_seconds")
            found["ratio_of_memory_to_pandas"] = ratio(found, "pandas", "megabytes")
            result[f"{rows} rows"] = found
            print(f"{rows} rows: {found}")
        if wanted.acro:
            source = make_data(folder, wanted.acro_rows)
            acro = [wanted.acro, "-c", BY_ACRO, str(source)]
            engine = [sys.executable, "-P", "-c", BY_ENGINE, str(source)]
            commands = {"haven": by_haven(source), "engine": engine, "acro": acro}
            found = measure(min(3, wanted.rounds), commands)
            found["times_faster_than_acro"] = {
                "whole process": round(1 / ratio(found, "acro", "median_seconds"), 1),
                "check alone": round(
                    found["acro"]["check_seconds"] / found["engine"]["check_seconds"], 1
                ),
            }
            result[f"acro, {wanted.acro_rows} rows, means"] = found
            print(f"acro: {found}")
        if wanted.bounded:
            source = make_data(folder, wanted.bounded)
            result[f"{wanted.bounded} rows"] = measure(1, {"haven": by_haven(source)})
            print(f"bounded: {result[f'{wanted.bounded} rows']}")
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
