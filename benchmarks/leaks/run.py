"""Check a corpus in which every file's truth is known, and count what was found and called wrongly.

usage: python -m benchmarks.leaks.run [--people 20000] [--seed N] [--only csv,pdf] [--missed]

A file that carries people is found when it fails; a file that carries none is a false alarm when
it fails. Prints the table by format; of the usual seed, writes result.json beside this file, and
docs/reference/leaks.md from it.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import track

from benchmarks.leaks.cases import Case, corpus
from benchmarks.leaks.made import SEED, make_people
from benchmarks.leaks.page import PAGE, RESULT, page
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.index.store import KEY_BYTES, Store
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.load import load

# What is told of each format: heading, kind of case, and whether rows or persons must be named.
_TOLD: Final = (
    ("rows", "rows", False),
    ("rows named", "rows", True),
    ("fewer", "fewer", False),
    ("one number", "number", False),
    ("safe", "safe", False),
)
_NAMED: Final = frozenset({
    "verbatim-rows", "partial-rows", "verbatim-values", "identifier", "pattern", "M1", "M2",
})  # fmt: skip
_SLOW: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Attributes: `rules` are those that failed, none where the file did not."""

    rules: tuple[str, ...]
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=SEED, help="another corpus of the same kind")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="checked at once")
    parser.add_argument("--only", help="formats, with commas between")
    parser.add_argument("--missed", action="store_true", help="name each case that went wrong")
    wanted = parser.parse_args()
    only = {*wanted.only.split(",")} if wanted.only else None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        people = make_people(folder, wanted.people, wanted.seed)
        cases = [case for case in corpus(people) if only is None or case.suffix in only]
        source = Source(
            name="people",
            path=people.path,
            entity="case",
            identifiers=("case", "nino"),
            version=hashlib.sha256(people.path.read_bytes()).hexdigest(),
        )
        begun = time.perf_counter()
        checked = check(cases, folder, source, wanted.jobs, is_loud=wanted.missed)
        seconds = time.perf_counter() - begun
    table = confusion(cases, checked)
    show(table)
    beyond = found_beyond(cases, checked)
    for what, (hits, every) in beyond.items():
        print(f"{what}: {hits} of {every} found")
    print(f"{len(cases)} files, {seconds:.0f} s")
    if only is None and wanted.seed == SEED:
        wrong = [case.name for case in cases if is_wrong(case, checked[case.name])]
        result = {
            "day": time.strftime("%Y-%m-%d"), "people": wanted.people, "seed": wanted.seed,
            "files": len(cases), "seconds": round(seconds), "jobs": wanted.jobs,
            "beyond": beyond, "by format": table, "wrong": wrong,
        }  # fmt: skip
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
        PAGE.write_text(page(result))
    return 0


def check(
    cases: Sequence[Case], folder: Path, source: Source, jobs: int = 1, *, is_loud: bool = False
) -> dict[str, Checked]:
    """By the name of the case."""
    (folder / "kept").mkdir()
    one = partial(_check, folder=folder, source=source, key=os.urandom(KEY_BYTES))
    found = {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        answers = track(pool.map(one, cases, chunksize=4), total=len(cases), description="check",
                        console=Console(stderr=True))  # fmt: skip
        for at, (case, answer) in enumerate(zip(cases, answers, strict=True), start=1):
            found[case.name] = answer
            if is_loud and (said := _wrong_in_words(case, answer)):
                print(f"{at:5} {said}", flush=True)
    return found


def _wrong_in_words(case: Case, checked: Checked) -> str:
    rules = ", ".join(checked.rules)
    if is_wrong(case, checked):
        return f"{case.kind} wrong: {case.name}: {rules or 'nothing'}"
    if case.kind == "rows" and not _NAMED.intersection(checked.rules):
        return f"not named: {case.name}: {rules}"
    return f"slow: {case.name}: {checked.seconds:.1f} s" if checked.seconds > _SLOW else ""


@cache
def _keeper(folder: Path, key: bytes) -> Store:
    """One a process."""
    return Store(folder=folder / "kept", key=key)


def _check(case: Case, folder: Path, source: Source, key: bytes) -> Checked:
    path = folder / f"output-{os.getpid()}.{case.suffix}"
    path.write_bytes(case.content)
    begun = time.perf_counter()
    policy = load("sacro-10")
    checked = check_files(
        [path], sources=[source], specs={}, policy=policy, keeper=_keeper(folder, key)
    )
    rules = {one.rule for one in checked.files[0].findings if one.verdict is Verdict.FAIL}
    return Checked(rules=tuple(sorted(rules)), seconds=time.perf_counter() - begun)


def is_wrong(case: Case, checked: Checked) -> bool:
    return case.kind != "beyond" and bool(checked.rules) == (case.kind == "safe")


def found_beyond(
    cases: Sequence[Case], checked: Mapping[str, Checked]
) -> dict[str, tuple[int, int]]:
    """How many failed of what no search can tell, and of how many."""
    whats = dict.fromkeys(case.what for case in cases if case.kind == "beyond")
    failed = {what: [bool(checked[case.name].rules) for case in cases if case.what == what]
              for what in whats}  # fmt: skip
    return {what: (sum(found), len(found)) for what, found in failed.items()}


def confusion(cases: Sequence[Case], checked: Mapping[str, Checked]) -> dict[str, Any]:
    """For each format and kind of case: how many failed, of how many."""
    hits: Counter[tuple[str, str]] = Counter()
    all_of: Counter[tuple[str, str]] = Counter()
    for case in cases:
        rules = checked[case.name].rules
        for told, kind, must_name in _TOLD:
            if case.kind == kind:
                for suffix in (case.suffix, "all"):
                    all_of[suffix, told] += 1
                    hits[suffix, told] += bool(_NAMED.intersection(rules) if must_name else rules)
    suffixes = sorted({suffix for suffix, _ in all_of} - {"all"})
    return {
        suffix: {told: [hits[suffix, told], all_of[suffix, told]] for told, _, _ in _TOLD}
        for suffix in (*suffixes, "all")
    }


def show(table: dict[str, Any]) -> None:
    print(f"{'format':12}" + "".join(f"{told:>14}" for told, _, _ in _TOLD))
    for suffix, found in table.items():
        cells = (f"{hits} of {every}" if every else "-" for hits, every in found.values())
        print(f"{suffix:12}" + "".join(f"{cell:>14}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
