"""Check a corpus in which every file's truth is known, and count what was found and called wrongly.

usage: python -m benchmarks.leaks.run [--people 100000] [--only csv] [--missed]

A file that carries people is found when it fails; a file that carries none is a false alarm when
it fails. Prints the table by format, and writes result.json beside this file.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track

from benchmarks.leaks.cases import Case, corpus
from benchmarks.leaks.made import make_people
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.load import load

# Three rows of six columns and more are what may never be missed.
_CERTAIN: Final = 3
_COLUMNS: Final = ("3 rows or more", "fewer rows", "one number", "safe")


def column_of(case: Case) -> str:
    if case.kind == "rows":
        return "3 rows or more" if case.people >= _CERTAIN else "fewer rows"
    return "one number" if case.kind == "number" else "safe"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--only", help="one format")
    parser.add_argument("--missed", action="store_true", help="name each case that went wrong")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        people = make_people(folder, wanted.people)
        cases = [case for case in corpus(people) if wanted.only in (None, case.suffix)]
        source = Source(
            name="people", path=people.path, entity="case", identifiers=("case", "nino")
        )
        begun = time.perf_counter()
        failed = check(cases, folder, source)
        seconds = time.perf_counter() - begun
    table = confusion(cases, failed)
    show(table)
    wrong = [case.name for case in cases if (case.name in failed) == (case.kind == "safe")]
    if wanted.missed:
        print("\n".join(wrong))
    print(f"{len(cases)} files, {seconds / len(cases):.2f} s each, {len(wrong)} wrong")
    if wanted.only is None:
        result = {"files": len(cases), "people": wanted.people, "by format": table, "wrong": wrong}
        (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


def check(cases: Sequence[Case], folder: Path, source: Source) -> dict[str, list[str]]:
    """The rules that each failing case broke, by its name."""
    failed = {}
    policy = load("sacro-10")
    for case in track(cases, description="check", console=Console(stderr=True)):
        path = folder / f"output.{case.suffix}"
        path.write_bytes(case.content)
        [report] = check_files([path], sources=[source], specs={}, policy=policy).files
        if report.verdict is Verdict.FAIL:
            rules = {one.rule for one in report.findings if one.verdict is Verdict.FAIL}
            failed[case.name] = sorted(rules)
    return failed


def confusion(cases: Iterable[Case], failed: dict[str, list[str]]) -> dict[str, Any]:
    """For each format and kind of case: how many failed, of how many."""
    hits: Counter[tuple[str, str]] = Counter()
    all_of: Counter[tuple[str, str]] = Counter()
    for case in cases:
        for suffix in (case.suffix, "all"):
            all_of[suffix, column_of(case)] += 1
            hits[suffix, column_of(case)] += case.name in failed
    suffixes = sorted({suffix for suffix, _ in all_of} - {"all"})
    return {
        suffix: {name: [hits[suffix, name], all_of[suffix, name]] for name in _COLUMNS}
        for suffix in (*suffixes, "all")
    }


def show(table: dict[str, Any]) -> None:
    print(f"{'format':8}" + "".join(f"{name:>18}" for name in _COLUMNS))
    for suffix, found in table.items():
        cells = (f"{hits} of {every}" if every else "-" for hits, every in found.values())
        print(f"{suffix:8}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
