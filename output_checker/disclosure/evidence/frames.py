"""Records that a pandas data frame holds, as in a notebook.

The same answers as the database gives, cell by cell; a test holds the two against each other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.frame_cells import evidence_of
from output_checker.disclosure.evidence.frame_columns import Column
from output_checker.disclosure.evidence.labels import MISSING_WORDS, canonical
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Key, Question
from output_checker.disclosure.model import Source

_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": lambda series, value: series == value,
    "<>": lambda series, value: series.notna() & (series != value),
    "<": lambda series, value: series < value,
    "<=": lambda series, value: series <= value,
    ">": lambda series, value: series > value,
    ">=": lambda series, value: series >= value,
}


@dataclass(slots=True)
class FrameRecords:
    """Attributes: `frame` has one record a row; its columns are named by text."""

    frame: pd.DataFrame
    source: Source

    @property
    def types(self) -> Mapping[str, str]:
        return {str(name): _kind(self.frame[name]) for name in self.frame.columns}

    def is_numeric(self, column: str) -> bool:
        series = self.frame[column]
        if _kind(series) != "VARCHAR":
            return _kind(series) in ("DOUBLE", "BIGINT", "BOOLEAN")
        return bool((_present(series) <= _numbers(series).notna()).all())

    def labels(self, dimension: Dimension) -> Mapping[str | None, tuple[str | None, ...]]:
        if dimension.bands:
            return {band.label: (band.label,) for band in dimension.bands}
        found: dict[str | None, tuple[str | None, ...]] = {}
        for value in self.frame[dimension.column].drop_duplicates():
            label = dimension.label_of(canonical(_plain(value)))
            raw = None if _plain(value) is None else str(value)
            found[label] = (*found.get(label, ()), raw)
        return found

    def count_labels(self, column: str) -> int:
        return int(self.frame[column].nunique())

    def tabulate(self, question: Question) -> dict[Key, CellEvidence]:
        chosen = self._chosen(question)
        frame = self.frame[chosen]
        labels = [self._labelled(frame, one) for one in question.dimensions]
        for place in sorted(question.complete):
            is_there = labels[place].notna()
            frame, labels = frame[is_there], [one[is_there] for one in labels]
        column = self._column(frame, question)
        found: dict[Key, CellEvidence] = {}
        for kept in question.kept_positions:
            for key, places in _groups(labels, kept, len(frame)):
                found[key] = evidence_of(column.take(places), question)
        return found

    def _chosen(self, question: Question) -> pd.Series:
        chosen = pd.Series(True, index=self.frame.index)
        for condition in question.where:
            chosen &= _holds(self.frame[condition.column], condition)
        return chosen

    def _labelled(self, frame: pd.DataFrame, dimension: Dimension) -> pd.Series:
        series = frame[dimension.column]
        if dimension.bands:
            numbers = _numbers(series)
            found = pd.Series(None, index=series.index, dtype=object)
            for band in reversed(dimension.bands):
                found[numbers.map(band.holds).astype(bool)] = band.label
            return found
        spelled = {
            value: dimension.label_of(canonical(_plain(value)))
            for value in series.dropna().unique()
        }
        return series.map(spelled).astype(object).where(series.notna(), None)

    def _column(self, frame: pd.DataFrame, question: Question) -> Column:
        size = len(frame)
        weights = None if question.weight is None else _numbers(frame[question.weight])
        values = np.full(size, np.nan)
        texts: np.ndarray | None = None
        present = np.ones(size, dtype=bool)
        if question.variable is not None:
            series = frame[question.variable]
            if question.is_number:
                values = _numbers(series).to_numpy(dtype=float)
                present = ~np.isnan(values)
            else:
                present = _present(series).to_numpy()
                texts = series.to_numpy(dtype=object)
        units, holdings = self._owners(frame)
        return Column(
            numbers=values,
            texts=texts,
            present=present,
            weights=None if weights is None else weights.to_numpy(dtype=float),
            units=units,
            holdings=holdings,
        )

    def _owners(self, frame: pd.DataFrame) -> tuple[np.ndarray | None, np.ndarray | None]:
        """The unit and the holding of each record, None where a record names nobody."""
        entity, holding = self.source.entity, self.source.holding
        units = None if entity is None else _owner(frame[entity])
        if holding is None:
            return units, None
        owners = [None if one is None else f"h{one}" for one in _owner(frame[holding])]
        if units is not None:
            owners = [
                own if own is not None or unit is None else f"e{unit}"
                for own, unit in zip(owners, units, strict=True)
            ]
        return units, np.array(owners, dtype=object)


def _groups(
    labels: list[pd.Series], kept: tuple[int, ...], size: int
) -> Iterator[tuple[Key, np.ndarray]]:
    width = len(labels)
    if not kept:
        if size or not width:
            yield (TOTAL,) * width, np.arange(size)
        return
    # By number and not by text: no text stands for a missing label in every version of pandas.
    found = [pd.factorize(labels[place]) for place in kept]
    codes = [pd.Series(one) for one, _ in found]
    names = dict(zip(kept, (texts for _, texts in found), strict=True))
    for code, places in pd.Series(np.arange(size)).groupby(codes):
        parts = dict(zip(kept, code if isinstance(code, tuple) else (code,), strict=True))
        key = tuple(
            TOTAL if place not in parts
            else None if parts[place] < 0 else str(names[place][parts[place]])
            for place in range(width)
        )  # fmt: skip
        yield key, places.to_numpy()


def _kind(series: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(series):
        return "BOOLEAN"
    if pd.api.types.is_integer_dtype(series):
        return "BIGINT"
    if pd.api.types.is_float_dtype(series):
        return "DOUBLE"
    return "TIMESTAMP" if pd.api.types.is_datetime64_any_dtype(series) else "VARCHAR"


def _plain(value: Any) -> Any:
    """What a cell holds in Python's own types; None where it is missing."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        return None
    return value.item() if isinstance(value, np.generic) else value


def _numbers(series: pd.Series) -> pd.Series:
    return pd.to_numeric(series, errors="coerce").astype("float64")


def _present(series: pd.Series) -> pd.Series:
    if _kind(series) != "VARCHAR":
        return series.notna()
    return series.notna() & ~series.astype(str).str.strip(" ").isin(list(MISSING_WORDS))


def _owner(series: pd.Series) -> np.ndarray:
    return np.array([_plain(one) for one in series], dtype=object)


def _holds(series: pd.Series, condition: Condition) -> pd.Series:
    compare = _COMPARE[condition.operator]
    found = pd.Series(False, index=series.index)
    for value in condition.values:  # noqa: PD011 - a condition's
        if value is None:
            found |= series.notna() if condition.operator == "<>" else series.isna()
            continue
        is_text = _kind(series) == "VARCHAR"
        left = _numbers(series) if is_text and not isinstance(value, str) else series
        right = _alike(series, value) if isinstance(value, str) and not is_text else value
        if right is not None:
            found |= compare(left, right).fillna(False).astype(bool)
    return found


def _alike(series: pd.Series, value: str) -> Any:
    """A text as the type of the column; None where it cannot be one."""
    if _kind(series) == "TIMESTAMP":
        return _plain(pd.to_datetime(value, errors="coerce"))
    if _kind(series) == "BOOLEAN":
        return {"true": True, "false": False}.get(value.lower())
    return _plain(pd.to_numeric(value, errors="coerce"))
