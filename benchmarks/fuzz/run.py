"""Break good files of every format, read each as in production, and count what came of it.

usage: python -m benchmarks.fuzz.run [--files 2000] [--seed 20261122] [--only csv] [--keep FOLDER]
    [--traced 200]

Each file goes through the sandbox that is in use (`sandbox.SHARED`), every fifth through the whole
engine with a dataset of people. A file keeps the promises when it is read or refused in words, in
SECONDS and MEMORY, by a child that is gone afterwards, and when nothing else has changed: the
nursery, the descriptors of this process, the folders that are watched. A child that ends by itself
is a failing finding, and counted. With --traced, strace writes down what so many children asked
the kernel for behind their filter. Prints a table by format, exits with 1 where a promise is
broken, and writes result.json beside this file.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rich.console import Console
from rich.progress import track

from benchmarks.fuzz import tracing
from benchmarks.fuzz.broken import MALFORMED_SEED, malformed
from benchmarks.fuzz.good import GOOD
from benchmarks.fuzz.reading import MEMORY, SECONDS, Bench, Outcome, Read

_COLUMNS: Final = ("files", *Outcome, "engine", "passed", "slowest s", "most MiB",
                   "judged s")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=MALFORMED_SEED)
    parser.add_argument("--only", help="one format", choices=[*GOOD])
    parser.add_argument("--keep", type=Path, help="a folder for files that broke a promise")
    parser.add_argument("--traced", type=int, default=0, help="so many under strace instead")
    wanted = parser.parse_args()
    kinds = [wanted.only] if wanted.only else [*GOOD]
    if wanted.traced:
        return traced(wanted.traced, wanted.seed, kinds)
    files = malformed(wanted.files, wanted.seed, kinds)
    with TemporaryDirectory() as scratch, Bench(Path(scratch)) as bench:
        reads = []
        for file in track(files, "read", total=wanted.files, console=Console(stderr=True)):
            reads.append(bench.read(file, whole=file.number % 5 == 0))
            if wanted.keep and (reads[-1].broken or reads[-1].outcome is Outcome.CRASHED):
                wanted.keep.mkdir(exist_ok=True)
                (wanted.keep / file.name).write_bytes(file.data)
        left = bench.left_behind()
    table = by_format(reads)
    show(table)
    broken = [f"{one.name}: {what}" for one in reads for what in one.broken] + left
    crashed = [one for one in reads if one.outcome is Outcome.CRASHED]
    print(*(f"child ended by itself: {one.name}, {one.status}, {one.reason}" for one in crashed),
          *(f"BROKEN {one}" for one in broken), sep="\n")  # fmt: skip
    print(f"{len(reads)} files, seed {wanted.seed}; bounds {SECONDS:.0f} s and {MEMORY >> 20} MiB; "
          f"{len(broken)} promises broken")  # fmt: skip
    if not wanted.only:
        result = {"files": len(reads), "seed": wanted.seed, "by format": table, "broken": broken,
                  "crashed": [asdict(one) for one in crashed]}  # fmt: skip
        (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 1 if broken else 0


def traced(count: int, seed: int, kinds: Sequence[str]) -> int:
    with TemporaryDirectory() as scratch, Bench(Path(scratch)) as bench:
        found = tracing.traced(bench, malformed(count, seed, kinds), Path(scratch))
    print(f"{found.children} children behind their filter asked for:")
    print(*(f"  {name:16}{times:>10}" for name, times in found.calls.most_common()), sep="\n")
    print("on descriptors: " + ", ".join(map(str, sorted(found.descriptors))))
    print(*(f"BROKEN {one}" for one in found.outside), sep="\n")
    return 1 if found.outside or not found.children else 0


def by_format(reads: Sequence[Read]) -> dict[str, dict[str, Any]]:
    table = {}
    for kind in (*dict.fromkeys(one.kind for one in reads), "all"):
        those = [one for one in reads if kind in (one.kind, "all")]
        table[kind] = {
            "files": len(those),
            **{one.value: sum(read.outcome is one for read in those) for one in Outcome},
            "engine": sum(one.verdict != "" for one in those),
            "passed": sum(one.verdict == "pass" for one in those),
            "slowest s": round(max(one.seconds for one in those), 2),
            "most MiB": round(max(one.peak_bytes for one in those) / 2**20),
            "judged s": round(max(one.judged_seconds for one in those), 2),
        }
    return table


def show(table: dict[str, dict[str, Any]]) -> None:
    print(f"{'format':12}" + "".join(f"{name:>11}" for name in _COLUMNS))
    for kind, found in table.items():
        print(f"{kind:12}" + "".join(f"{found[name]:>11}" for name in _COLUMNS))


if __name__ == "__main__":
    sys.exit(main())
