"""Evidence for one cell from the arrays of its records."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.frame_columns import Column
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.question import Question

_FORMULAS: Final[dict[Statistic, Callable[[Any], float]]] = {
    Statistic.SUM: np.sum,
    Statistic.RATIO: np.sum,
    Statistic.MEAN: np.mean,
    Statistic.MEDIAN: np.median,
    Statistic.STD: lambda v: np.std(v, ddof=1),
    Statistic.VAR: lambda v: np.var(v, ddof=1),
    Statistic.SEM: lambda v: np.std(v, ddof=1) / np.sqrt(len(v)),
    Statistic.SKEW: lambda v: pd.Series(v).skew(),
    Statistic.KURT: lambda v: pd.Series(v).kurt(),
    Statistic.RANGE: np.ptp,
    Statistic.IQR: lambda v: np.subtract(*np.quantile(v, [0.75, 0.25])),
}
_LEAST: Final = {
    Statistic.STD: 2, Statistic.VAR: 2, Statistic.SEM: 2, Statistic.SKEW: 3, Statistic.KURT: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What each owner contributes, in absolute value, and its weight."""

    owners: int
    events: int
    amounts: np.ndarray
    weights: np.ndarray


def evidence_of(column: Column, question: Question) -> CellEvidence:
    """As the database gives it for the same records."""
    found = _evidence_of(column, question)
    # How many there are is a number, however great they are.
    is_of_values = question.is_number and not question.statistic.is_frequency
    return found.without_statistic() if is_of_values and column.is_beyond_numbers else found


@np.errstate(all="ignore")
def _evidence_of(column: Column, question: Question) -> CellEvidence:
    records, count = len(column.present), int(column.present.sum())
    held = _held(column, column.units)
    shown = held
    holdings = None
    if column.holdings is not None and (found := _held(column, column.holdings)) is not None:
        shown, holdings = found, max(found.owners, min(1, count))
    elif column.holdings is not None:
        holdings = min(1, count)
    if shown is None:
        shown = _by_record(column)
    # Records that name nobody are still somebody's: never fewer than one, never counted as many.
    named = count if column.units is None else 0 if held is None else held.owners
    units = max(named, min(1, count))
    largest, weights = _largest(shown, question)
    weighted = _weighted_total(column, question)
    return CellEvidence(
        units=units,
        largest=largest,
        total=float(shown.amounts.sum()) if question.is_number and len(shown.amounts) else 0.0,
        is_constant=_is_constant(column, question),
        sharing=_sharing(column, question),
        expected=_expected(column, question, count, None if held is None else units),
        records=records,
        missing=records - count,
        holdings=holdings,
        events=_events(column, held, question),
        split=_split(column, question),
        beyond=_beyond(column, question),
        weights=weights if question.weight is not None else (),
        weighted_total=weighted,
    )


def _held(column: Column, owners: np.ndarray | None) -> _Held | None:
    """By owner; None where no record names one."""
    if owners is None or not any(one is not None for one in owners):
        return None
    has = np.array([one is not None for one in owners], dtype=bool)
    mine = pd.DataFrame(
        {
            "owner": owners[has],
            "amount": np.abs(column.numbers[has]),
            "present": column.present[has],
            "event": np.nan_to_num(column.numbers[has]) != 0,
            "weighted": np.abs(column.numbers[has])
            * (np.nan if column.weights is None else column.weights[has]),
        }
    )
    by = mine.groupby("owner", sort=False)
    amounts = by["amount"].sum(min_count=1)
    weighted = by["weighted"].sum(min_count=1) / amounts
    kept = amounts.notna()
    return _Held(
        owners=int(by["present"].any().sum()),
        events=int(by["event"].any().sum()),
        amounts=amounts[kept].to_numpy(),
        weights=weighted[kept].fillna(0.0).to_numpy(),
    )


def _by_record(column: Column) -> _Held:
    kept = ~np.isnan(column.numbers)
    amounts = np.abs(column.numbers[kept])
    weights = np.zeros(len(amounts)) if column.weights is None else column.weights[kept]
    return _Held(owners=0, events=0, amounts=amounts, weights=np.nan_to_num(weights))


def _largest(held: _Held, question: Question) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if not question.is_number:
        return (), ()
    order = np.lexsort((held.weights, held.amounts))[::-1][: question.depth]
    return (
        tuple(float(one) for one in held.amounts[order]),
        tuple(float(one) for one in held.weights[order]),
    )


def _weighted_total(column: Column, question: Question) -> float | None:
    if column.weights is None:
        return None
    if question.variable is None:
        return 0.0
    return float(np.nansum(np.abs(column.numbers) * column.weights))


def _is_constant(column: Column, question: Question) -> bool:
    if question.variable is None or not column.present.any():
        return False
    return len(_distinct(column)) == 1


def _distinct(column: Column) -> set[Any]:
    held = column.numbers if column.texts is None else column.texts
    return set(held[column.present])


def _events(column: Column, held: _Held | None, question: Question) -> int | None:
    values = column.numbers[column.present]
    if question.variable is None or not question.is_number or not question.statistic.is_total:
        return None
    is_binary = len(values) > 0 and bool(np.isin(values, (0.0, 1.0)).all())
    if question.statistic is not Statistic.RATIO and not is_binary:
        return None
    records = int((values != 0).sum())
    if column.units is None:
        return records
    return max(0 if held is None else held.events, min(1, records))


def _split(column: Column, question: Question) -> tuple[int, int] | None:
    if not question.statistic.tells_split or question.variable is None or not question.is_number:
        return None
    ends = np.unique(column.numbers[column.present])
    if len(ends) != 2:  # noqa: PLR2004 - the one value and the other
        return None
    low, high = (max(_units_at(column, column.numbers == end), 1) for end in ends)
    return low, high


def _units_at(column: Column, chosen: np.ndarray) -> int:
    if column.units is None:
        return int(chosen.sum())
    return len({one for one in column.units[chosen] if one is not None})


def _beyond(column: Column, question: Question) -> int | None:
    values = column.numbers[column.present]
    if not question.statistic.is_position or not len(values):
        return None
    levels = {Statistic.MEDIAN: (0.5,), Statistic.IQR: (0.25, 0.75)}.get(
        question.statistic, (question.level,)
    )
    places = np.quantile(values, np.array(levels, dtype=float))
    with np.errstate(invalid="ignore"):
        return min(
            min(_units_at(column, column.numbers <= at), _units_at(column, column.numbers >= at))
            for at in places
        )


def _sharing(column: Column, question: Question) -> int | None:
    statistic = question.statistic
    if statistic in (Statistic.MEDIAN, Statistic.QUANTILE):
        return _sharing_an_end(column, question)
    if not column.present.any() or not (statistic.is_endpoint or statistic is Statistic.MODE):
        return None
    held = column.numbers if column.texts is None else column.texts
    return min(
        _units_at(column, column.present & (held == value)) for value in _shared(column, statistic)
    )


def _sharing_an_end(column: Column, question: Question) -> int | None:
    values = column.numbers[column.present]
    if not len(values):
        return None
    ends = {float(values.min()), float(values.max())} & set(_of_values(column, question))
    return min((_units_at(column, column.numbers == end) for end in ends), default=None)


def _shared(column: Column, statistic: Statistic) -> list[Any]:
    held = column.numbers if column.texts is None else column.texts
    counts = Counter(held[column.present])
    if statistic is Statistic.MODE:
        most = max(counts.values())
        return sorted(value for value, count in counts.items() if count == most)
    ends = {Statistic.MIN: [min(counts)], Statistic.MAX: [max(counts)]}
    return ends.get(statistic, [min(counts), max(counts)])


def _expected(
    column: Column, question: Question, count: int, units: int | None
) -> tuple[float | str, ...]:
    statistic = question.statistic
    if column.weights is not None:
        return _weighted(column, question)
    if statistic is Statistic.COUNT:
        return (count,) if units is None else (count, units)
    if statistic is Statistic.NUNIQUE:
        return (len(_distinct(column)),)
    if not count or count < _LEAST.get(statistic, 1):
        return ()
    return _of_values(column, question)


def _of_values(column: Column, question: Question) -> tuple[float | str, ...]:
    statistic, values = question.statistic, column.numbers[column.present]
    if statistic in (Statistic.MIN, Statistic.MAX, Statistic.MODE):
        found = _shared(column, statistic)
        if column.texts is None:
            return tuple(float(one) for one in found)
        return tuple(canonical(one) or "" for one in found)
    if statistic is Statistic.QUANTILE:
        level = question.level or 0.5
        return (float(np.quantile(values, level)),
                float(np.quantile(values, level, method="inverted_cdf")))  # fmt: skip
    if statistic.is_concentration:
        return _concentrations(column, question)
    return (float(_FORMULAS[statistic](values)),)


def _weighted(column: Column, question: Question) -> tuple[float, ...]:
    assert column.weights is not None
    known = column.present & ~np.isnan(column.weights)
    weights = column.weights[known]
    if not len(weights):
        return ()
    if question.statistic is Statistic.COUNT:
        return (float(weights.sum()),)
    total = float((column.numbers[known] * weights).sum())
    if question.statistic is Statistic.MEAN:
        return (total / float(weights.sum()),) if weights.sum() else ()
    return (total,)


def _concentrations(column: Column, question: Question) -> tuple[float, ...]:
    values = column.numbers[column.present]
    found = [_concentration(values, question)]
    if column.units is not None:
        by_unit: defaultdict[Any, float] = defaultdict(float)
        for unit, value in zip(column.units[column.present], values, strict=True):
            by_unit[unit] += float(value)
        found = [_concentration(np.array(list(by_unit.values())), question), *found]
    return tuple(one for one in found if one is not None)


def _concentration(amounts: np.ndarray, question: Question) -> float | None:
    total, size = float(amounts.sum()), len(amounts)
    if total <= 0:
        return None
    ordered = np.sort(amounts)
    if question.statistic is Statistic.GINI:
        ranks = np.arange(1, size + 1)
        return float(2 * (ranks * ordered).sum() / (size * total) - (size + 1) / size)
    if question.statistic is Statistic.HERFINDAHL:
        return float(((ordered / total) ** 2).sum())
    if question.statistic is Statistic.TOP_SHARE:
        return float(ordered[::-1][: int(question.level or 1)].sum() / total)
    shares = ordered[ordered > 0] / total
    return float(-(shares * np.log(shares)).sum())
