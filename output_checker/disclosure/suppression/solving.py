"""Inside the solver's process: one question a line on standard input, one answer a line back.

It sees numbers only, no labels and no file: nothing of what it reads was written by somebody else.
So it is bounded in memory and CPU time and can open no file, but has no filter of system calls: in
whole numbers the library asks the machine how many processors it has.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from output_checker.disclosure.readers.child import limit
from output_checker.disclosure.suppression import highs
from output_checker.disclosure.suppression.equations import (
    Contradiction,
    Equation,
    Room,
    TooHard,
)
from output_checker.disclosure.suppression.least import least
from output_checker.disclosure.suppression.programme import Programme
from output_checker.disclosure.suppression.protect import protect
from output_checker.disclosure.suppression.task import Task

_STDOUT: Final = 1
_WORN: Final = 0.25


def main(memory_bytes: int, cpu_seconds: int) -> None:
    """Serve until the other side hangs up."""
    limit(memory_bytes, cpu_seconds)
    while line := sys.stdin.readline():
        said = _answer(**json.loads(line))
        # Its successor has all of the time again.
        said["is_last"] = time.process_time() > cpu_seconds * _WORN
        answer = json.dumps(said).encode() + b"\n"
        while answer:
            answer = answer[os.write(_STDOUT, answer) :]


def _answer(kind: str, equations: list[list[Any]], **said: Any) -> dict[str, Any]:
    try:
        return _ANSWERS[kind](_system(equations), **said)
    except Contradiction:
        return {"error": "contradiction"}
    except (TooHard, MemoryError):
        return {"error": "too hard"}


def _bounds(
    system: list[Equation], *, asked: list[int], rooms: dict[str, list[float]], counts: bool
) -> dict[str, Any]:
    known = {int(at): Room(low=low, high=high) for at, (low, high) in rooms.items()}
    found = highs.bounds(system, asked, known, counts=counts)
    return {"rooms": {at: [room.low, room.high] for at, room in found.items()}}


def _protect(
    system: list[Equation], *, values: list[int], threshold: int, seconds: float
) -> dict[str, Any]:
    task = Task(equations=system, values=values, threshold=threshold)
    return {"hidden": sorted(protect(task, time.monotonic() + seconds))}


def _least(
    system: list[Equation],
    *,
    at_least: list[list[Any]],
    costs: list[float],
    rooms: list[list[float]],
    constant: float,
    near: float,
    seconds: float,
) -> dict[str, Any]:
    programme = Programme(
        costs=costs,
        rooms=[Room(low=low, high=high) for low, high in rooms],
        equations=system,
        at_least=_system(at_least),
        constant=constant,
        near=near,
    )
    found = least(programme, seconds)
    return {"values": found.values, "is_proven": found.is_proven}


def _system(equations: list[list[Any]]) -> list[Equation]:
    return [
        Equation(terms=dict(zip(names, factors, strict=True)), total=total)
        for names, factors, total in equations
    ]


_ANSWERS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "bounds": _bounds,
    "protect": _protect,
    "least": _least,
}
