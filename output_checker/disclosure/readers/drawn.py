"""Where SVG draws: transforms, and the points that a path goes through."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

Point = tuple[float, float]

_CALL: Final = re.compile(r"(\w+)\s*\(([^)]*)\)")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TOKEN: Final = re.compile(rf"[MmLlHhVvCcSsQqTtAaZz]|{_NUMBER.pattern}")
# How many numbers each command of a path takes; its last two are where it ends.
_TAKES: Final = {"M": 2, "L": 2, "T": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7, "Z": 0}


@dataclass(frozen=True, slots=True)
class Matrix:
    """x' = a x + c y + e and y' = b x + d y + f, in the order in which SVG writes them."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def then(self, inner: "Matrix") -> "Matrix":
        """What draws `inner` within this."""
        return Matrix(
            self.a * inner.a + self.c * inner.b, self.b * inner.a + self.d * inner.b,
            self.a * inner.c + self.c * inner.d, self.b * inner.c + self.d * inner.d,
            *self.at(inner.e, inner.f),
        )  # fmt: skip


def transform(text: str) -> Matrix:
    """Of an attribute; what it does not understand changes nothing."""
    whole = Matrix()
    for name, inside in _CALL.findall(text):
        whole = whole.then(_one(name, numbers(inside)))
    return whole


def _one(name: str, given: list[float]) -> Matrix:
    match name, given:
        case "translate", [x, *rest]:
            return Matrix(e=x, f=rest[0] if rest else 0.0)
        case "scale", [x, *rest]:
            return Matrix(a=x, d=rest[0] if rest else x)
        case "matrix", [a, b, c, d, e, f]:
            return Matrix(a, b, c, d, e, f)
        case "rotate", [angle, *rest]:
            turn = math.radians(angle)
            x, y = (*rest, 0.0, 0.0)[:2]
            around = Matrix(math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn))
            return Matrix(e=x, f=y).then(around).then(Matrix(e=-x, f=-y))
        case _:
            return Matrix()


def numbers(text: str) -> list[float]:
    return [float(one) for one in _NUMBER.findall(text)]


def pairs_of(given: list[float]) -> list[Point]:
    return [*zip(given[::2], given[1::2], strict=False)]


def path(text: str) -> list[Point]:
    """The points that a path's `d` goes through; curves by where they end."""
    return [*_path(_TOKEN.findall(text))]


def _path(tokens: list[str]) -> Iterator[Point]:
    x = y = 0.0
    start = (x, y)
    command = ""
    at = 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command = tokens[at]
            at += 1
        takes = _TAKES.get(command.upper(), 0)
        given = [float(one) for one in islice(tokens, at, at + takes) if not one.isalpha()]
        if not command or len(given) < takes:
            return
        at += takes
        x, y = _end(command, given, (x, y), start)
        if command in "Mm":
            start = (x, y)
            # What follows a move without a command is a line.
            command = "L" if command == "M" else "l"
        if command not in "Zz":
            yield x, y
        elif at < len(tokens) and not tokens[at].isalpha():
            return


def _end(command: str, given: list[float], now: Point, start: Point) -> Point:
    x, y = now if command.islower() else (0.0, 0.0)
    match command.upper():
        case "Z":
            return start
        case "H":
            return x + given[0], now[1]
        case "V":
            return now[0], y + given[0]
        case _:
            return x + given[-2], y + given[-1]


def given_as(given: Mapping[str, str], *names: str) -> list[float]:
    """Attributes as numbers, 0 where there is none."""
    return [(numbers(given.get(name, "")) or [0.0])[0] for name in names]


def _spot(*names: str) -> Callable[[Mapping[str, str]], list[Point]]:
    return lambda given: pairs_of(given_as(given, *names))


def _rectangle(given: Mapping[str, str]) -> list[Point]:
    x, y, width, height = given_as(given, "x", "y", "width", "height")
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _corners(given: Mapping[str, str]) -> list[Point]:
    return pairs_of(numbers(given.get("points", "")))


# The points of an element by its attributes.
SHAPES: Final[Mapping[str, Callable[[Mapping[str, str]], list[Point]]]] = {
    "circle": _spot("cx", "cy"), "ellipse": _spot("cx", "cy"), "use": _spot("x", "y"),
    "line": _spot("x1", "y1", "x2", "y2"), "rect": _rectangle, "polyline": _corners,
    "polygon": _corners, "path": lambda given: path(given.get("d", "")),
}  # fmt: skip
