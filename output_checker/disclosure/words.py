"""Positions in words."""

from collections.abc import Iterable, Sequence


def few_of(numbers: Iterable[int], most: int = 8) -> str:
    """`1-3, 7, 9 and 12 more`: ranges of consecutive numbers, the first few of them."""
    ranges: list[list[int]] = []
    ordered = sorted(set(numbers))
    for number in ordered:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(low) if low == high else f"{low}-{high}" for low, high in ranges[:most]]
    left = sum(high - low + 1 for low, high in ranges[most:])
    return ", ".join(shown) + (f" and {left} more" if left else "")


def few_names(names: Sequence[str], most: int = 5) -> str:
    """`'a', 'b' and 12 more`."""
    left = len(names) - most
    return ", ".join(map(repr, names[:most])) + (f" and {left} more" if left > 0 else "")
