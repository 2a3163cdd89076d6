"""What a person notices of a neighbour who goes wild: a cell's time, quiet and beside each deed.

usage: python -m benchmarks.neighbours.run [CELLS]

Needs a running installation (`haven up` or `haven demo`), and makes two people with a project each.
Both are measured in one run: CELLS cells (60) of one person while nothing else goes on, and as many
beside each deed of the other. Prints the 95th percentiles and their ratios to the quiet one, and
writes result.json beside this file.
"""

import json
import statistics
import sys
import time
from pathlib import Path

from benchmarks.neighbours.wild import IN_A_CELL, SECONDS
from benchmarks.people import with_people
from hub.client.kernel import Kernel
from infra import instance as instances

CELLS = 60


def seconds_of_a_cell(kernel: Kernel) -> float:
    started = time.monotonic()
    kernel.run("print(1)", seconds=120)
    return time.monotonic() - started


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def main() -> None:
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else CELLS
    result: dict[str, dict[str, float]] = {}
    with with_people(instances.from_environment(), 2) as (wild, quiet):
        quiet.browser.open_workspace(quiet.project)
        with Kernel(quiet.browser, quiet.project) as kernel:
            [seconds_of_a_cell(kernel) for _ in range(10)]
            alone = p95([seconds_of_a_cell(kernel) for _ in range(cells)])
            for deed, program in IN_A_CELL.items():
                wild.browser.open_workspace(wild.project)
                with Kernel(wild.browser, wild.project) as theirs:
                    theirs.begin(program)
                    time.sleep(0.5)
                    deadline = time.monotonic() + SECONDS
                    beside = [seconds_of_a_cell(kernel) for _ in range(5)]
                    while len(beside) < cells and time.monotonic() < deadline:
                        beside.append(seconds_of_a_cell(kernel))
                wild.browser.close_workspace(wild.project)
                result[deed] = {"cells": len(beside), "p95_seconds": round(p95(beside), 4),
                                "ratio_to_quiet": round(p95(beside) / alone, 2)}  # fmt: skip
                print(f"{deed}: p95 {p95(beside):.3f} s, {p95(beside) / alone:.2f} x", flush=True)
    written = {"quiet_p95_seconds": round(alone, 4), "beside": result}
    Path(__file__).with_name("result.json").write_text(json.dumps(written, indent=2) + "\n")


if __name__ == "__main__":
    main()
