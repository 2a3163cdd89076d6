"""How alike two artefacts are: the same, the same but for what does not matter, or not."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isclose, prod
from typing import Final

import numpy as np

from output_checker.disclosure.readers.artefacts import (
    Array,
    Artefact,
    Document,
    Figure,
    Image,
    Session,
    Table,
    Text,
)
from output_checker.domain.rerun import Outcome

RELATIVE: Final = 1e-9
# Of an axis' unit on the page: nobody sees it, and programs print six digits.
ON_PAGE: Final = 1e-5
# Of 255. A letter or a bar that moved changes its pixels by far more than this.
SHADES: Final = 3

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_WHOLE: Final = re.compile(r"[+-]?\d+")
# What programs write anew each time: moments, random ids, addresses in memory.
_ANEW: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"
    r"|[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    r"|\b0x[0-9a-fA-F]{6,16}\b"
)
_RANK: Final = {Outcome.REPRODUCED: 0, Outcome.EQUIVALENT: 1, Outcome.DIFFERS: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Attributes: `different` is how many `units` differ."""

    outcome: Outcome
    different: int = 0
    units: str = ""


SAME: Final = Likeness(outcome=Outcome.REPRODUCED)
CLOSE: Final = Likeness(outcome=Outcome.EQUIVALENT)

Pixels = Callable[[bytes], bytes | None]


def likeness(was: Document, now: Document, pixels: Pixels) -> Likeness:
    """Part by part, in order; what cannot be compared differs.

    Args:
        pixels: Decodes a picture that lies within a file.
    """
    kinds = [[(type(one.artefact), one.place, one.hidden) for one in doc.parts]
             for doc in (was, now)]  # fmt: skip
    if kinds[0] != kinds[1] or was.notes != now.notes:
        return _different(max(1, abs(len(was.parts) - len(now.parts))), "parts")
    return _worst(
        _of_part(one.artefact, other.artefact, pixels)
        for one, other in zip(was.parts, now.parts, strict=True)
    )


def of_pixels(was: bytes | None, now: bytes | None) -> Likeness:
    """Args: red, green, blue and alpha of each pixel, of two pictures of one size."""
    if was is None or now is None or len(was) != len(now):
        return _different(1, "parts")
    pair = [np.frombuffer(one, dtype=np.uint8).reshape(-1, 4).astype(np.int16)
            for one in (was, now)]  # fmt: skip
    distance = np.abs(pair[0] - pair[1]).max(axis=1)
    if not distance.any():
        return SAME
    far = int((distance > SHADES).sum())
    return _different(far, "pixels") if far else CLOSE


def _of_part(was: Artefact, now: Artefact, pixels: Pixels) -> Likeness:
    """Of a model only some of what it holds is walked, so one that is not the same differs."""
    found = _different(1, "parts")
    match was, now:
        case Table(), Table():
            found = _grids([was.header, *was.rows], [now.header, *now.rows])
        case Text(), Text():
            found = _texts(was.text, now.text)
        case Array(), Array():
            found = _arrays(was, now)
        case Figure(), Figure():
            found = _figures(was, now)
        case Image(), Image():
            found = _images(was, now, pixels)
        case Session(), Session():
            found = SAME if was == now else found
        case _:
            pass
    return found


def _grids(was: Sequence[Sequence[str]], now: Sequence[Sequence[str]]) -> Likeness:
    found = [
        outcome
        for one, other in zip_longest(was, now, fillvalue=())
        if tuple(one) != tuple(other)
        for outcome in _row(one, other)
    ]
    different = sum(one is Outcome.DIFFERS for one in found)
    if different:
        return _different(different, "cells")
    return CLOSE if Outcome.EQUIVALENT in found else SAME


def _row(was: Sequence[str], now: Sequence[str]) -> list[Outcome]:
    return [_cell(one, other) for one, other in zip_longest(was, now, fillvalue=None)]


def _cell(was: str | None, now: str | None) -> Outcome:
    if was == now:
        return Outcome.REPRODUCED
    if was is None or now is None:
        return Outcome.DIFFERS
    if _WHOLE.fullmatch(was) and _WHOLE.fullmatch(now):
        return Outcome.DIFFERS
    if not (_NUMBER.fullmatch(was) and _NUMBER.fullmatch(now)):
        return Outcome.DIFFERS
    is_close = isclose(float(was), float(now), rel_tol=RELATIVE)
    return Outcome.EQUIVALENT if is_close else Outcome.DIFFERS


def _texts(was: str, now: str) -> Likeness:
    if was == now:
        return SAME
    lines = [_ANEW.sub("*", one).splitlines() for one in (was, now)]
    different = sum(one != other for one, other in zip_longest(*lines))
    return _different(different, "lines") if different else CLOSE


def _arrays(was: Array, now: Array) -> Likeness:
    if (was.name, was.shape) != (now.name, now.shape):
        return _different(1, "parts")
    if any(prod(one.shape) > sum(map(len, one.rows)) for one in (was, now)):
        # It holds more than was read.
        return _different(1, "parts")
    return _grids(was.rows, now.rows)


def _figures(was: Figure, now: Figure) -> Likeness:
    if was == now:
        return SAME
    points = [
        [*(tick.at for tick in (*one.x_ticks, *one.y_ticks)),
         *(value for line in one.series for point in line for value in point)]
        for one in (was, now)
    ]  # fmt: skip
    words = [[tick.label for tick in (*one.x_ticks, *one.y_ticks)] for one in (was, now)]
    shapes = [[len(line) for line in one.series] for one in (was, now)]
    if words[0] != words[1] or shapes[0] != shapes[1] or len(points[0]) != len(points[1]):
        return _different(1, "parts")
    far = sum(
        not isclose(one, other, rel_tol=RELATIVE, abs_tol=ON_PAGE)
        for one, other in zip(*points, strict=True)
    )
    return _different(far, "points") if far else CLOSE


def _images(was: Image, now: Image, pixels: Pixels) -> Likeness:
    if was == now:
        return SAME
    if (was.width, was.height, was.media) != (now.width, now.height, now.media):
        return _different(1, "parts")
    return of_pixels(pixels(was.content), pixels(now.content))


def _different(count: int, units: str) -> Likeness:
    return Likeness(outcome=Outcome.DIFFERS, different=count, units=units)


def _worst(found: Iterable[Likeness]) -> Likeness:
    return max(found, key=lambda one: (_RANK[one.outcome], one.different), default=SAME)
