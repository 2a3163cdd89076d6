"""The distribution of a whole number that says least beyond its mean of 0 and its variance.

Of all distributions on the values that a number may take, with this mean and variance, it has the
greatest entropy: the probability of v is proportional to exp(a v + b v^2). The dual, convex in a
and b, is solved by Newton's method with step halving.
"""

from collections.abc import Sequence
from math import exp, log
from typing import Final

_STEPS: Final = 200
_HALVINGS: Final = 60
_CLOSE: Final = 1e-12
# So near to the least or the greatest variance, two values have nearly all of the probability.
_EDGE: Final = 1e-6


def max_entropy(values: Sequence[int], variance: float) -> dict[int, float]:
    """Value to probability; the nearest variance that the values allow, if not this one.

    Args:
        values: Ascending, some of them 0 or below and some 0 or above.

    Raises:
        ValueError: No distribution on them has a mean of 0.
    """
    if not values or values[0] > 0 or values[-1] < 0:
        raise ValueError("some values must be 0 or below, and some 0 or above")
    least = _of_two(max(one for one in values if one <= 0), min(one for one in values if one >= 0))
    greatest = _of_two(values[0], values[-1])
    room = _EDGE * max(1.0, variance)
    if variance >= _variance(greatest) - room:
        return {one: greatest.get(one, 0.0) for one in values}
    if variance <= _variance(least) + room:
        return {one: least.get(one, 0.0) for one in values}
    return _solved(values, variance)


def _of_two(below: int, above: int) -> dict[int, float]:
    """The distribution on two values with a mean of 0."""
    if below == above:
        return {below: 1.0}
    return {below: above / (above - below), above: -below / (above - below)}


def _variance(found: dict[int, float]) -> float:
    return sum(share * value * value for value, share in found.items())


def _solved(values: Sequence[int], variance: float) -> dict[int, float]:
    at = (0.0, -0.5 / max(variance, 1.0))
    for _ in range(_STEPS):
        step = _newton(_shares(values, *at), variance)
        if step is None:
            break
        height = _dual(values, variance, *at)
        for _ in range(_HALVINGS):
            if _dual(values, variance, at[0] - step[0], at[1] - step[1]) <= height:
                break
            step = (step[0] / 2, step[1] / 2)
        at = (at[0] - step[0], at[1] - step[1])
    return _shares(values, *at)


def _newton(found: dict[int, float], variance: float) -> tuple[float, float] | None:
    """The step to take back; None where the mean and the variance are as wanted."""
    first, second, third, fourth = (
        sum(share * value**power for value, share in found.items()) for power in (1, 2, 3, 4)
    )
    slope = (first, second - variance)
    if max(map(abs, slope)) < _CLOSE:
        return None
    # The curvature is the covariance of v and v^2, never singular for three values or more.
    aa, ab, bb = second - first * first, third - first * second, fourth - second * second
    size = aa * bb - ab * ab
    return (bb * slope[0] - ab * slope[1]) / size, (aa * slope[1] - ab * slope[0]) / size


def _dual(values: Sequence[int], variance: float, a: float, b: float) -> float:
    top = max(a * one + b * one * one for one in values)
    return top + log(sum(exp(a * one + b * one * one - top) for one in values)) - b * variance


def _shares(values: Sequence[int], a: float, b: float) -> dict[int, float]:
    top = max(a * one + b * one * one for one in values)
    weights = {one: exp(a * one + b * one * one - top) for one in values}
    whole = sum(weights.values())
    return {one: weight / whole for one, weight in weights.items()}
