"""Tail probabilities, from the incomplete beta and gamma functions by continued fractions.

Source: Press et al., Numerical Recipes (2007), ch. 6.2 and 6.4.
"""

from math import exp, inf, lgamma, log
from typing import Final

_TINY: Final = 1e-300
_STEPS: Final = 500


def student_p(statistic: float, freedom: float) -> float:
    """Two-sided p of Student's t; of the normal for infinite degrees of freedom."""
    if freedom == inf:
        return chi2_p(statistic**2, 1)
    x = freedom / (freedom + statistic**2)
    return _incomplete_beta(freedom / 2, 0.5, x)


def chi2_p(statistic: float, freedom: float) -> float:
    """Upper tail of the chi-squared distribution."""
    shape, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    scale = exp(-x + shape * log(x) - lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for step in range(1, _STEPS):
            term *= x / (shape + step)
            total += term
        return 1 - total * scale
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    value = d
    for step in range(1, _STEPS):
        an = -step * (step - shape)
        b += 2
        d = 1 / _away_from_zero(an * d + b)
        c = _away_from_zero(b + an / c)
        value *= d * c
    return value * scale


def _incomplete_beta(a: float, b: float, x: float) -> float:
    if x <= 0 or x >= 1:
        return float(x >= 1)
    scale = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return scale * _beta_fraction(a, b, x) / a
    return 1 - scale * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + factor * d)
            c = _away_from_zero(1 + factor / c)
            value *= c * d
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
