"""Refit a regression on the source: sums of products in the database, the rest in Python."""

from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.studies.design import Design
from output_checker.disclosure.studies.linear_algebra import (
    Matrix,
    independent_rows,
    inverse,
    product,
)

MAX_STEPS: Final = 30
_CONVERGED: Final = 1e-9
_PERFECT: Final = 1e-9
# A fitted probability this near to 0 or 1 is one: its logit, for about 3 in ten million.
_CERTAIN: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A refitted model.

    Attributes:
        records, units: Behind it.
        kept: Places in the design of the columns that are not sums of others.
        coefficients, errors: Of the columns kept; the errors are for equal variances.
        freedom: Residual degrees of freedom; infinite where a normal distribution is used.
        explained: Share of the outcome's variation that is explained (0-1), for least squares.
        is_perfect: Nothing is left, or a fitted probability is 0 or 1.
        is_refitted: Whether the coefficients are those of the model named, to be compared.
    """

    records: int
    units: int
    kept: tuple[int, ...]
    coefficients: tuple[float, ...]
    errors: tuple[float, ...]
    freedom: float
    explained: float | None = None
    is_perfect: bool = False
    is_refitted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """Averages over records of products of columns, each column divided by its size."""

    sizes: list[float]
    outer: Matrix
    inner: list[float]


def fit(design: Design, model: str) -> Fit:
    """Raises: BadSpec, where there is nothing to fit."""
    y = design.outcome_sql
    found = design.rows.query(f"count(*), {design.rows.units}, avg({y}), var_pop({y})")[0]
    records, units, mean, variance = found
    if not records:
        raise BadSpec("no row of the source has a value of every variable of the model")
    # Beside a constant, taking the mean away changes the constant alone, and saves digits.
    shift = mean if design.has_constant else 0.0
    moments = _moments(design, weight="1.0", residual=f"(({y}) - {shift!r})")
    kept = independent_rows(moments.outer)
    if model != "ols":
        return _likelihood(design, kept, records=records, units=units, model=model)
    total = variance + (mean - shift) ** 2
    inverted = inverse([[moments.outer[i][j] for j in kept] for i in kept])
    inner = [moments.inner[place] for place in kept]
    solved = product(inverted, inner)
    left = max(0.0, total - sum(a * b for a, b in zip(solved, inner, strict=True)))
    freedom = records - len(kept)
    scatter = left / freedom if freedom > 0 else 0.0
    shifts = [shift if design.columns[place].variable is None else 0.0 for place in kept]
    sizes = [moments.sizes[place] for place in kept]
    return Fit(
        records=records,
        units=units,
        kept=tuple(kept),
        coefficients=tuple(b / s + t for b, s, t in zip(solved, sizes, shifts, strict=True)),
        errors=tuple(sqrt(max(0.0, scatter * inverted[i][i])) / s for i, s in enumerate(sizes)),
        freedom=freedom,
        explained=1 - left / total if total else None,
        is_perfect=left <= _PERFECT * (variance or 1.0),
    )


def _moments(design: Design, *, weight: str, residual: str) -> _Moments:
    columns = [f"({one.sql})" for one in design.columns]
    count = len(columns)
    outer = [f"avg({weight} * {columns[i]} * {columns[j]})" for i in range(count)
             for j in range(i + 1)]  # fmt: skip
    inner = [f"avg({one} * {residual})" for one in columns]
    sums = list(design.rows.query(", ".join([*outer, *inner]))[0])
    raw = [[sums[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)] for j in range(count)]
           for i in range(count)]  # fmt: skip
    sizes = [sqrt(raw[i][i]) or 1.0 for i in range(count)]
    return _Moments(
        sizes=sizes,
        outer=[[raw[i][j] / (sizes[i] * sizes[j]) for j in range(count)] for i in range(count)],
        inner=[value / size for value, size in zip(sums[len(outer) :], sizes, strict=True)],
    )


def _likelihood(design: Design, kept: list[int], *, records: int, units: int, model: str) -> Fit:
    """Newton's method for a logit. A probit separates where a logit does, and is not refitted."""
    beta = [0.0] * len(kept)
    columns = [design.columns[place] for place in kept]
    errors = tuple(beta)
    is_certain = False
    for _ in range(MAX_STEPS):
        terms = [f"({value!r}) * ({one.sql})" for value, one in zip(beta, columns, strict=True)]
        logit = f"greatest(-30.0, least(30.0, {' + '.join(terms) or '0.0'}))"
        p = f"(1 / (1 + exp(-({logit}))))"
        moments = _moments(
            design, weight=f"({p} * (1 - {p}))", residual=f"(({design.outcome_sql}) - {p})"
        )
        extreme = design.rows.query(f"max(abs({logit}))")[0][0]
        is_certain = extreme >= _CERTAIN
        if is_certain:
            break
        inverted = inverse([[moments.outer[i][j] for j in kept] for i in kept])
        step = product(inverted, [moments.inner[place] for place in kept])
        sizes = [moments.sizes[place] for place in kept]
        errors = tuple(sqrt(inverted[i][i] / records) / size for i, size in enumerate(sizes))
        moved = [change / size for change, size in zip(step, sizes, strict=True)]
        beta = [value + change for value, change in zip(beta, moved, strict=True)]
        if max(abs(change) * size for change, size in zip(moved, sizes, strict=True)) < _CONVERGED:
            break
    return Fit(
        records=records,
        units=units,
        kept=tuple(kept),
        coefficients=tuple(beta),
        errors=errors,
        freedom=inf,
        is_perfect=is_certain,
        is_refitted=model == "logit",
    )
