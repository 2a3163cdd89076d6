"""The seven people of Garfinkel, Abowd and Martindale (2018): found, and proved the only ones.

`haven audit --statistics` as a whole, and the search alone, beside the same statistics as one
programme in whole numbers for HiGHS, which finds the people and proves nothing yet: a column for
each age and labels, a choice of the two in the middle for each even median. One core; seconds are
the processor's, the fewest of the rounds. Writes `result.json` beside this file.

usage: python -m benchmarks.reconstruction.run [--rounds 5]
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from math import inf
from pathlib import Path
from typing import Any, Final

import highspy
import numpy as np

from output_checker.disclosure.reconstruction.search import Search
from output_checker.disclosure.reconstruction.statistics import Statistic, Told, parse

SEVEN: Final = (
    Path(__file__).parents[2] / "tests" / "unit" / "disclosure" / "statistics" / "seven_people.json"
)

Terms = dict[int, float]
Rows = Iterator[tuple[float, float, Terms]]


def by_search(told: Told) -> int:
    return len([*Search(told=told).populations()])


def by_programme(told: Told) -> int:
    """How many people it finds."""
    low, high = told.span
    people = [*product(told.kinds, range(low, high + 1))]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    rows = []
    columns = len(people)
    for one in told.statistics:
        rows += [*group_rows(one, people)]
        if one.double_median is not None and one.count[0] % 2 == 0:
            middles = [*range(low, one.double_median // 2 + 1)]
            rows += [*median_rows(one, people, {at: columns + n for n, at in enumerate(middles)})]
            columns += len(middles)
    for at in range(columns):
        solver.addVar(0.0, float(told.people) if at < len(people) else 1.0)
    for least, most, terms in rows:
        names = np.array([*terms], dtype=np.int32)
        solver.addRow(least, most, len(names), names, np.array([*terms.values()]))
    kinds = np.full(columns, 1, dtype=np.uint8)
    solver.changeColsIntegrality(columns, np.arange(columns, dtype=np.int32), kinds)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return round(sum(solver.getSolution().col_value[: len(people)]))


def group_rows(one: Statistic, people: list[Any]) -> Rows:
    within = [at for at, (kind, age) in enumerate(people)
              if kind in one.kinds and one.span[0] <= age <= one.span[1]]  # fmt: skip
    yield *map(float, one.count), dict.fromkeys(within, 1.0)
    if one.total is not None:
        yield *map(float, one.total), {at: float(people[at][1]) for at in within}
    if one.double_median is not None and one.count[0] % 2:
        half = float(one.count[0] // 2)
        for beyond in (
            [at for at in within if 2 * people[at][1] < one.double_median],
            [at for at in within if 2 * people[at][1] > one.double_median],
        ):
            yield 0.0, half, dict.fromkeys(beyond, 1.0)


def median_rows(one: Statistic, people: list[Any], lower: dict[int, int]) -> Rows:
    """The two in the middle are `at` and twice the median less `at`."""
    half, every = one.count[0] / 2, float(one.count[0])
    doubled = one.double_median or 0
    within = [(at, age) for at, (kind, age) in enumerate(people) if kind in one.kinds]
    yield 1.0, 1.0, dict.fromkeys(lower.values(), 1.0)
    for age in {*lower, *(doubled - at for at in lower)}:
        down = {at: 1.0 for at, own in within if own <= age}
        up = {at: 1.0 for at, own in within if own >= age}
        below = {at: 1.0 for at, own in within if own < age}
        above = {at: 1.0 for at, own in within if own > age}
        yield 0.0, inf, down | {z: -half for at, z in lower.items() if at <= age}
        yield 0.0, inf, up | {z: -half for at, z in lower.items() if doubled - at >= age}
        yield -inf, every, below | {z: half + 1 for at, z in lower.items() if at >= age}
        yield -inf, every, above | {z: half + 1 for at, z in lower.items() if doubled - at <= age}


def worked(act: Callable[[], Any]) -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)
    act()
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds) - before


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    told = parse(SEVEN.read_text())
    command = [sys.executable, "-m", "portal.cli.main", "audit", "--statistics", str(SEVEN)]

    def fewest(act: Callable[[], Any]) -> float:
        return min(worked(act) for _ in range(wanted.rounds))

    search, programme = fewest(lambda: by_search(told)), fewest(lambda: by_programme(told))
    result = {
        "machine": {"cores_used": 1, "python": platform.python_version()},
        "populations": by_search(told),
        "search_seconds": round(search, 3),
        "programme_seconds_without_proof": round(programme, 3),
        "search_of_programme": round(search / programme, 3),
        "command_seconds": round(
            fewest(lambda: subprocess.run(command, check=False, capture_output=True)), 3
        ),
    }
    print(json.dumps(result, indent=2))
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
