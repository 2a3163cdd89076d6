"""Audit hidden cells of tables with all margins, and choose them, beside other ways to do it.

Made tables: counts of people by two or three dimensions, log-normal with a median of 60, every
margin printed, 10 people the fewest. Haven chooses the cells to hide, and audits the table that is
left: the rank test, then one HiGHS model asked for every cell's least and greatest, its process
started anew each round. Rivals, in the same run on the same equations: a HiGHS model built anew for
each question (what one writes with a modelling library), and Haven's earlier simplex in Python.
Last, `haven audit` as a whole, from the file to the report. One core; seconds are the processor's,
the fewest of the rounds. With `--tau-argus`, the Python of an environment with
requirements/oracles.txt: the people that its optimum of the same problem loses, if found in time.
Controlled rounding of the same tables to base 5, beside each count rounded by itself.
Writes `result.json` beside this file.

usage: python -m benchmarks.suppression.run [--rounds 5] [--quick] [--tau-argus PYTHON]
"""

import argparse
import csv
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import product
from math import inf
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.perturbation.tables import Method, rounded_tables
from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.audit import audit
from output_checker.disclosure.suppression.equations import (
    ANY_COUNT,
    Equation,
    TooHard,
    blocks,
)
from output_checker.disclosure.suppression.highs import Model
from output_checker.disclosure.suppression.linked import sums
from output_checker.disclosure.suppression.published import Printed, Published
from output_checker.disclosure.suppression.simplex import Simplex
from output_checker.disclosure.suppression.suggest import Suggestion, suggest, with_hidden
from output_checker.disclosure.suppression.system import Setting, system

SEED: Final = 20_261_123
SHAPES: Final = (
    (10, 10), (30, 30), (60, 60), (4, 4, 4), (6, 6, 6), (8, 8, 8), (12, 12, 12),
)  # fmt: skip
QUICK: Final = ((10, 10), (8, 8, 8))
MEDIAN_LOG, SPREAD = 4.094, 1.25
SETTING: Final = Setting()
# The rivals would take minutes: they are asked about so many cells, and the time is scaled.
_ASKED: Final = 40
_MOST_FOR_SIMPLEX: Final = 200
_TOTAL: Final = "Total"
ORACLE: Final = Path(__file__).parents[2] / "tests" / "oracles" / "by_pytauargus.py"
MINUTES: Final = 1
BASE: Final = 5


def made(shape: tuple[int, ...]) -> Published:
    draw = random.Random(SEED)
    cells: Counter[tuple[str, ...]] = Counter()
    for at in product(*(range(size) for size in shape)):
        count = int(draw.lognormvariate(MEDIAN_LOG, SPREAD))
        for summed in product((False, True), repeat=len(shape)):
            pairs = zip(at, summed, strict=True)
            cells[tuple(_TOTAL if one else f"l{label}" for label, one in pairs)] += count
    printed = tuple(
        Printed(
            key=tuple((f"d{at}", label) for at, label in enumerate(key) if label != _TOTAL),
            row=row, column=len(shape), value=float(count),
        )
        for row, (key, count) in enumerate(sorted(cells.items()))
    )  # fmt: skip
    labels = {
        f"d{at}": tuple(f"l{label}" for label in range(size)) for at, size in enumerate(shape)
    }
    return Published(name="made", cells=printed, labels=labels)


def measured(shape: tuple[int, ...], rounds: int, tau_argus: str | None) -> dict[str, Any]:
    table = made(shape)
    found, suggesting = suggested(table)
    hidden = with_hidden(table, found.small | found.added)
    known = system([hidden], sums([hidden], {}), SETTING, strict=True).equations
    solver.SHARED.close()
    taken = [worked(lambda: started_anew(hidden)) for _ in range(rounds)]
    states = Counter(cell.state.value for cell in audit([hidden], SETTING).cells)
    audits = min(taken)
    anew = per_cell(list(known), one_model_each)
    before = per_cell(list(known), one_simplex)
    return {
        "cells": len(table.cells),
        "small": len(found.small),
        "added": len(found.added),
        "people_in_added": found.lost,
        "suggest_seconds": round(suggesting, 2),
        **({} if tau_argus is None else optimum(table, found, tau_argus)),
        **rounding(table),
        "states_after": dict(states),
        "audit_seconds": round(audits, 3),
        "model_each_seconds": anew,
        "audit_of_model_each": None if anew is None else round(audits / anew, 3),
        "python_simplex_seconds": before,
        "command_seconds": round(min(whole_command(hidden, rounds)), 3),
    }


def suggested(table: Published) -> tuple[Suggestion, float]:
    begun = _worked()
    found = suggest([table], SETTING)
    solver.SHARED.close()
    return found, _worked() - begun


def optimum(table: Published, found: Suggestion, python: str) -> dict[str, Any]:
    """What tau-Argus loses; None where it does not prove its answer in the time."""
    keys = [cell.key for cell in table.cells]
    place = {key: at for at, key in enumerate(keys)}
    values = [int(cell.value or 0) for cell in table.cells]
    question = {
        "values": values,
        "small": [place[key] for key in found.small],
        "threshold": SETTING.threshold,
        "equations": [
            [[place[part] for part in one.parts], place[one.total]] for one in sums([table], {})
        ],
        "minutes": MINUTES,
    }
    try:
        done = subprocess.run(
            [python, str(ORACLE)], input=json.dumps(question), text=True, capture_output=True,
            check=True, timeout=60 * (MINUTES + 1), cwd=tempfile.gettempdir(),
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return {"tau_argus_people": None}
    said = json.loads(done.stdout)
    lost = sum(values[int(at)] for at in said["answer"].split())
    return {
        "tau_argus_people": lost,
        "tau_argus_has_proof": said["code"] == 0,
        "tau_argus_seconds": round(said["seconds"], 2),
        "people_of_tau_argus": round(found.lost / lost, 3) if lost else None,
    }


def rounding(table: Published) -> dict[str, Any]:
    begun = _worked()
    try:
        found = rounded_tables([table], method=Method.CONTROLLED, base=BASE)
    except TooHard:
        return {"controlled_seconds": None}
    finally:
        solver.SHARED.close()
    seconds = _worked() - begun
    alone = rounded_tables([table], method=Method.CONVENTIONAL, base=BASE)
    return {
        "controlled_seconds": round(seconds, 2),
        "controlled_moved": found.moved,
        "controlled_distance": distance(table, found.tables[0]),
        "conventional_distance": distance(table, alone.tables[0]),
    }


def distance(table: Published, other: Published) -> int:
    pairs = zip(table.cells, other.cells, strict=True)
    return sum(abs(int((one.value or 0) - (new.value or 0))) for one, new in pairs)


def started_anew(hidden: Published) -> None:
    audit([hidden], SETTING)
    solver.SHARED.close()


def worked(act: Callable[[], Any]) -> float:
    """Seconds of the processor, those of ended processes included: others use the machine, too."""
    begun = _worked()
    act()
    return _worked() - begun


def _worked() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)


def per_cell(
    equations: list[Equation], rival: Callable[[list[Equation], list[int]], None]
) -> float | None:
    """Seconds for all hidden cells, from a sample of them; None where it gives up."""
    total = 0.0
    for block in blocks(equations):
        names = sorted({name for one in block for name in one.terms})
        if rival is one_simplex and len(names) > _MOST_FOR_SIMPLEX:
            return None
        asked = names[:: max(1, len(names) // _ASKED)]
        try:
            seconds = worked(lambda block=block, asked=asked: rival(block, asked))
        except TooHard:
            return None
        total += seconds if rival is one_simplex else seconds * len(names) / len(asked)
    return round(total, 3)


def one_model_each(block: list[Equation], asked: list[int]) -> None:
    for at in asked:
        for greatest in (False, True):
            Model(block, {}).ends(at, greatest=greatest)


def one_simplex(block: list[Equation], _asked: list[int]) -> None:
    """Of every cell, since its start takes most of the time."""
    simplex = Simplex(block)
    for at in {name for one in block for name in one.terms}:
        low, high = simplex.of(at)
        assert ANY_COUNT.low <= low <= high <= inf


def whole_command(hidden: Published, rounds: int) -> list[float]:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "made.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*hidden.labels, "n"])
            for cell in hidden.cells:
                labels = dict(cell.key)
                text = "" if cell.value is None else int(cell.value)
                writer.writerow([*(labels.get(one, _TOTAL) for one in hidden.labels), text])
        command = [sys.executable, "-m", "portal.cli.main", "audit", str(path)]
        return [
            worked(lambda: subprocess.run(command, check=True, capture_output=True))
            for _ in range(rounds)
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="the small tables only")
    parser.add_argument("--tau-argus", metavar="PYTHON", help="of an environment with pytauargus")
    wanted = parser.parse_args()
    # What follows, and the processes that it starts, have one core between them.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    shapes = QUICK if wanted.quick else SHAPES
    result = {
        "machine": {"cores_used": 1, "python": platform.python_version()},
        "threshold": SETTING.threshold,
        "tables": {
            " x ".join(map(str, shape)): measured(shape, wanted.rounds, wanted.tau_argus)
            for shape in shapes
        },
    }
    print(json.dumps(result, indent=2))
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
