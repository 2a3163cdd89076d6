"""Small symmetric systems, in plain Python."""

from collections.abc import Sequence
from typing import Final

Matrix = list[list[float]]

_NEGLIGIBLE: Final = 1e-11


def independent_rows(matrix: Sequence[Sequence[float]]) -> list[int]:
    """Places of rows that none of the chosen ones before them adds up to.

    Args:
        matrix: Positive semidefinite and symmetric, p x p, with ones on its diagonal or zeros.
    """
    kept: list[int] = []
    reduced: Matrix = []
    for at in range(len(matrix)):
        row = [float(value) for value in matrix[at]]
        for basis, pivot in zip(reduced, kept, strict=True):
            if basis[pivot]:
                factor = row[pivot] / basis[pivot]
                row = [one - factor * other for one, other in zip(row, basis, strict=True)]
        if row[at] > _NEGLIGIBLE:
            kept.append(at)
            reduced.append(row)
    return kept


def inverse(matrix: Sequence[Sequence[float]]) -> Matrix:
    """By Gauss and Jordan with pivots. Raises: ZeroDivisionError, for a singular matrix."""
    size = len(matrix)
    work = [
        [float(value) for value in row] + [float(at == place) for place in range(size)]
        for at, row in enumerate(matrix)
    ]
    for at in range(size):
        best = max(range(at, size), key=lambda place: abs(work[place][at]))
        work[at], work[best] = work[best], work[at]
        pivot = work[at][at]
        work[at] = [value / pivot for value in work[at]]
        for place in range(size):
            if place != at and (factor := work[place][at]):
                pairs = zip(work[place], work[at], strict=True)
                work[place] = [value - factor * other for value, other in pairs]
    return [row[size:] for row in work]


def product(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]
