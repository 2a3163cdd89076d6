"""Make the index of a dataset: one question for a column's values, one pass over its rows."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import is_numeric, variable
from output_checker.disclosure.index.columns import MISSING, Codes, Column, Index, Keys
from output_checker.disclosure.index.recent import Recent
from output_checker.disclosure.index.spelling import hash_sql, number_sql, plain_sql, text_sql

_WIDTHS: Final = (np.uint8, np.uint16, np.uint32)


class Keeper(Protocol):
    """Where arrays are kept that take long to make, and whole indexes for a while."""

    @property
    def recent(self) -> Recent: ...

    def arrays(
        self, version: str, name: str, make: Callable[[], Sequence[NDArray[Any]]]
    ) -> list[NDArray[Any]]: ...


def index_of(data: Dataset) -> Index:
    """The index of an open dataset; columns are read when they are first asked for."""
    if data.index is None:
        data.index = build(data)
    return data.index


def build(data: Dataset, keeper: Keeper | None = None) -> Index:
    """Args: keeper: Used where the dataset says which version of itself it is."""
    version = data.source.version

    def arrays(name: str, make: Callable[[], Sequence[NDArray[Any]]]) -> Sequence[NDArray[Any]]:
        with data.budget.paused():
            return make() if keeper is None or not version else keeper.arrays(version, name, make)

    def column(name: str) -> Column:
        keys, codes = arrays(f"column {name}", lambda: _column(data, name))
        return Column(keys=keys, codes=codes, keep=lambda make: arrays(f"order {name}", make))

    made = Index(
        count=data.count_rows,
        names=tuple(data.types),
        make=column,
        make_plain=lambda name: arrays(f"plain {name}", lambda: [_plain(data, name)])[0],
    )
    recent = keeper.recent.get(version) if keeper is not None and version else None
    # What is missing from it is asked of the dataset as it is open now.
    return made if recent is None else recent.asking(made)


def keep(data: Dataset, keeper: Keeper | None) -> None:
    """For the next check of an output of the same version."""
    if keeper is not None and data.source.version and data.index is not None:
        keeper.recent.put(data.source.version, data.index)


def _column(data: Dataset, name: str) -> tuple[Keys, Codes]:
    """The `keys` and `codes` of a column."""
    item = variable(data, name)
    if not item.is_text and is_numeric(data, item):
        # Of a zero with a sign and one without, both are the same number.
        key = f"coalesce({item.number} + 0.0, 'nan'::DOUBLE)"
        every = f"SELECT {key} AS k FROM haven_source"  # noqa: S608
        keys = _joined(
            data.runs(f"SELECT DISTINCT k FROM ({every}) WHERE NOT isnan(k) ORDER BY k")  # noqa: S608
        )
        return keys, _joined(_code(keys, run) for run in data.runs(every))
    return _spelled(data, f"CAST({item.raw} AS VARCHAR)")


def _spelled(data: Dataset, text: str) -> tuple[Keys, Codes]:
    """Each different text is looked at once, however many rows have it."""
    raw = f"SELECT hash({text}) AS h, {text} AS t FROM haven_source"  # noqa: S608
    # A missing text has a hash as well, and is spelled as one of the words for it.
    some = "any_value(coalesce(t, '')) AS t"
    different = data.table(f"SELECT h, {some} FROM ({raw}) GROUP BY h ORDER BY h")  # noqa: S608
    hashes = different.column("h").to_numpy()
    spelled = pc.utf8_trim_whitespace(different.column("t"))
    texts, numbers = data.work_out(spelled, (hash_sql(text_sql("t")), number_sql("t")))
    is_there = texts != MISSING
    values = texts if np.isnan(numbers[is_there]).any() else numbers
    keys = np.unique(values[is_there])
    of_text = np.where(is_there, _code(keys, values), MISSING)
    every = data.runs(f"SELECT h FROM ({raw})")  # noqa: S608
    return keys, _joined(of_text[np.searchsorted(hashes, run)] for run in every)


def _code(keys: NDArray[Any], values: NDArray[Any]) -> Codes:
    """One more than the place of each value; 0 for what marks a missing one."""
    narrow = next(one for one in _WIDTHS if len(keys) <= np.iinfo(one).max)
    if not len(keys):
        return np.zeros(len(values), dtype=narrow)
    at = np.searchsorted(keys, values).clip(max=len(keys) - 1)
    return np.where(keys[at] == values, at + 1, MISSING).astype(narrow)


def _plain(data: Dataset, name: str) -> NDArray[np.uint64]:
    key = hash_sql(f"nullif({plain_sql(data, name)}, '')")
    asked = f"SELECT DISTINCT k FROM (SELECT {key} AS k FROM haven_source) WHERE k <> 0 ORDER BY k"  # noqa: S608
    return _joined(data.runs(asked))


def _joined(runs: Iterable[NDArray[Any]]) -> NDArray[Any]:
    found = [*runs]
    return np.concatenate(found) if len(found) > 1 else found[0]
