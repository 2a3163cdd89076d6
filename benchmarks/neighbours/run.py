"""What a person notices of a neighbour who goes wild: a cell's time, quiet and beside each deed.

usage: python -m benchmarks.neighbours.run [DEED ...]

Needs a running installation (`haven up` or `haven demo`), and makes three people with a project
each. All is measured in one run: one person's cells, one every PAUSE seconds, first while nothing
else goes on, and then as long beside a deed of another. Prints the 95th percentiles and their
ratios to the quiet one; without names of deeds, writes result.json beside this file.
"""

import json
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx2

from benchmarks.neighbours.wild import IN_A_CELL, PRINTED, SECONDS
from benchmarks.people import Person, with_people
from hub.client.kernel import Kernel
from infra import instance as instances
from infra.instance import Instance
from infra.probes.look_round import workspace_of

PAUSE = 0.05
FROZEN, HELD = "a server that stops answering", "16 websockets held open, and nothing read"


def p95_for(kernel: Kernel, seconds: float) -> tuple[int, float]:
    """Run cells for so long; how many, and the 95th percentile of their seconds."""
    taken: list[float] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        started = time.monotonic()
        kernel.run("print(1)", seconds=120)
        taken.append(time.monotonic() - started)
        time.sleep(PAUSE)
    return len(taken), statistics.quantiles(taken, n=20)[-1]


@contextmanager
def in_a_cell(program: str, wild: Person) -> Iterator[None]:
    with Kernel(wild.browser, wild.project) as theirs:
        theirs.begin(program)
        yield


@contextmanager
def held_open(wild: Person) -> Iterator[None]:
    with ExitStack() as held, Kernel(wild.browser, wild.project) as theirs:
        for _ in range(16):
            held.enter_context(theirs.connect())
        theirs.begin(PRINTED)
        yield


@contextmanager
def frozen(instance: Instance, wild: Person) -> Iterator[None]:
    """Its page is asked for all the while; whoever waits for a frozen server must not matter."""
    found = workspace_of(instance, wild.browser.username, wild.project)
    assert found is not None
    os.kill(found["State"]["Pid"], signal.SIGSTOP)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(_ask, wild) for _ in range(8)]
        yield
        wild.browser.close_workspace(wild.project)
        for one in waiting:
            one.result()


def _ask(wild: Person) -> None:
    with suppress(httpx2.HTTPError):
        wild.browser.http.get(wild.browser.workspace_path(wild.project, "lab"))


def main() -> None:
    instance = instances.from_environment()
    result: dict[str, dict[str, float]] = {}
    # Two go wild in turn: what the first one printed has used up their budget.
    with with_people(instance, 3) as (quiet, wild, second):
        deeds: dict[str, tuple[Person, Callable[[], AbstractContextManager[None]]]] = {
            name: (wild, partial(in_a_cell, program, wild)) for name, program in IN_A_CELL.items()
        }
        deeds[HELD] = second, partial(held_open, second)
        deeds[FROZEN] = second, partial(frozen, instance, second)
        quiet.browser.open_workspace(quiet.project)
        with Kernel(quiet.browser, quiet.project) as kernel:
            p95_for(kernel, 2)
            for name, (person, deed) in deeds.items():
                if sys.argv[1:] and name not in sys.argv[1:]:
                    continue
                person.browser.open_workspace(person.project)
                _, alone = p95_for(kernel, SECONDS)
                with deed():
                    cells, beside = p95_for(kernel, SECONDS)
                person.browser.close_workspace(person.project)
                result[name] = {
                    "cells": cells,
                    "quiet_p95_seconds": round(alone, 4),
                    "p95_seconds": round(beside, 4),
                    "ratio_to_quiet": round(beside / alone, 2),
                }
                print(f"{name}: p95 {beside:.3f} s, {beside / alone:.2f} x", flush=True)
    written = {"beside": result}
    if not sys.argv[1:]:
        Path(__file__).with_name("result.json").write_text(json.dumps(written, indent=2) + "\n")


if __name__ == "__main__":
    main()
