"""Whether a hidden number has room enough: what a reader of the table can say of it."""

from enum import StrEnum
from math import ceil, inf
from typing import Final

from output_checker.disclosure.suppression.equations import Room

_SLACK: Final = 1e-6


class State(StrEnum):
    """What the rest of the tables tells of a hidden number; `wide` is the one that is safe."""

    EXACT = "exact"
    NARROW = "too narrow"
    WIDE = "wide"
    UNKNOWN = "not worked out"


def whole(room: Room) -> Room:
    """The whole numbers in it; of an error of the arithmetic's, the nearer end."""
    low, high = _up(room.low), _down(room.high)
    return Room(low=low, high=max(low, high))


def _up(value: float) -> float:
    return value if abs(value) == inf else float(ceil(value - _SLACK * max(1.0, abs(value) / 1e3)))


def _down(value: float) -> float:
    return -_up(-value)


def of_count(found: Room, before: Room, threshold: int) -> State:
    """A count with room is wide: t - 1 of room, and at least one number that is t or more.

    What is known to be t or more says nothing of a few people, however near it is known. What a
    mark such as `<10` or a rounding says by itself (`before`) is no more than its policy allows.

    Args:
        found: What it can be, in whole numbers.
        before: What it could be if nothing else were published.
        threshold: Fewest units that a published cell may rest on (t).
    """
    if found.low >= found.high:
        return State.EXACT
    if found.low >= threshold:
        return State.WIDE
    wanted = min(threshold - 1.0, before.high - max(before.low, 1.0))
    if before.high >= threshold > found.high or found.high - found.low < wanted:
        return State.NARROW
    return State.WIDE


def of_magnitude(found: Room, percent: float) -> State:
    """Narrow is where the middle of the room is nearer to both ends than so many percent."""
    width = found.high - found.low
    largest = max(abs(found.low), abs(found.high))
    if width <= _SLACK * max(1.0, largest):
        return State.EXACT
    if width < inf and width < percent / 100 * abs(found.low + found.high):
        return State.NARROW
    return State.WIDE
