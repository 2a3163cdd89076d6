"""Which records of a dataset each number of a table is about."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.cells import flags
from output_checker.disclosure.evidence.filters import Condition, Scalar, as_sql
from output_checker.disclosure.evidence.grouping import label_sql
from output_checker.disclosure.evidence.kept import Kept
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.measured import holding_sql, measured, unit_sql
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import variable

NONE: Final = -1
# Of 64 tables of a million records, together some 300 MB.
_MOST_REMEMBERED: Final = 64_000_000
_MOST_COUNTED: Final = 1 << 22
_MOST_CODES: Final = 1 << 31
# Fewer records a kind than this are not worth taking together.
LEAST_OF_KIND: Final = 8

Places = NDArray[np.int32]


class TooManyCells(Exception):
    """The labels of a table make more combinations than can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A dimension of a table. Attributes: `of_row` is each record's place in `labels`."""

    labels: tuple[str | None, ...]
    of_row: Places

    def __len__(self) -> int:
        return len(self.of_row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """The finest cells of a table, and who is in each.

    Attributes:
        axes: The labels of each dimension.
        cells: For each cell the places of its labels: cells x dimensions.
        of_kind: The cell of each kind of record, or `NONE` where the table is not about it.
        sizes: Records of each kind.
    """

    axes: tuple[tuple[str | None, ...], ...]
    cells: NDArray[np.int64]
    of_kind: Places
    sizes: Places

    def __len__(self) -> int:
        return len(self.of_kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Attributes: the kind of each record, a record of each kind, and how many each has.

    None where every record is a kind of its own.
    """

    of_row: Places | None = None
    one_of: NDArray[np.int64] | None = None
    sizes: Places | None = None

    def picked(self, of_row: NDArray[Any]) -> NDArray[Any]:
        """What is said of each record, for each kind."""
        return of_row if self.one_of is None else of_row[self.one_of]

    def spread(self, of_kind: NDArray[Any]) -> NDArray[Any]:
        """What is said of each kind, for each record."""
        return of_kind if self.of_row is None else of_kind[self.of_row]


@dataclass(slots=True)
class RecordSets:
    """Of one open dataset. Remembers what tables have in common: their dimensions and filters.

    Attributes:
        kinds: Records that none of the tables tells apart; each is one of its own until `group`.
    """

    data: Dataset
    kinds: Kinds = field(default_factory=Kinds)
    _axes: Kept[Axis] = field(default_factory=lambda: Kept(_MOST_REMEMBERED))
    _sets: Kept[Sets] = field(default_factory=lambda: Kept(_MOST_REMEMBERED))
    _arrays: Kept[NDArray[Any]] = field(default_factory=lambda: Kept(_MOST_REMEMBERED))

    def of(self, question: Question) -> Sets:
        """Raises: TooManyCells."""
        key = (question.dimensions, question.where, question.complete, question.variable,
               question.is_number)  # fmt: skip
        return self._sets.get(key, lambda: self._make(question))

    def group(self, questions: Iterable[Question]) -> None:
        """Take records together that none of these tables tells apart, where they are few kinds.

        No other table may be asked of afterwards.
        """
        size = self._size()
        try:
            codes, count = combined(size, self._told_apart(questions), most=size // LEAST_OF_KIND)
        except TooManyCells:
            return
        self.kinds = Kinds(
            of_row=codes,
            one_of=one_of_each(codes, count),
            sizes=np.bincount(codes, minlength=count).astype(np.int32),
        )

    def _told_apart(self, questions: Iterable[Question]) -> Iterator[tuple[Places, int]]:
        """All that any of the tables asks of a record, each with how many answers there are."""
        asked = [*questions]
        for dimension in dict.fromkeys(d for one in asked for d in one.dimensions):
            axis = self._dimension(dimension)
            yield axis.of_row, len(axis.labels)
        for condition in dict.fromkeys(c for one in asked for c in one.where):
            yield self._meets(condition).astype(np.int32), 2
        for name, is_number in dict.fromkeys((one.variable, one.is_number) for one in asked):
            if name is not None:
                yield self._has_value(name, is_number=is_number).astype(np.int32), 2

    def _make(self, question: Question) -> Sets:
        axes = [self._dimension(one) for one in question.dimensions]
        places = [self.kinds.picked(axis.of_row) for axis in axes]
        widths = [len(axis.labels) for axis in axes]
        is_about = self.kinds.picked(self._rows(question))
        codes, count = combined(len(is_about), zip(places, widths, strict=True), most=_MOST_CODES)
        someone = one_of_each(codes, count)
        cells = np.array([one[someone] for one in places], dtype=np.int64)
        sizes = self.kinds.sizes
        return Sets(
            axes=tuple(axis.labels for axis in axes),
            cells=cells.reshape(len(axes), count).T,
            of_kind=np.where(is_about, codes, NONE),
            sizes=np.ones(len(codes), dtype=np.int32) if sizes is None else sizes,
        )

    def owners(self, sql: str | None) -> Places | None:
        """Whose each record is, `NONE` for nobody's; None where there is nothing to tell.

        Args:
            sql: Over one row, as `unit_sql` and `holding_sql` give it.
        """
        axis = self.axis_of(sql)
        if axis is None:
            return None
        return np.where(self._has_label(axis), axis.of_row, NONE).astype(np.int32)

    def axis_of(self, sql: str | None) -> Axis | None:
        """Whose each record is, by name."""
        return None if sql is None else self._axis(f"CAST({sql} AS VARCHAR)")

    def most_of_one(self) -> int:
        """Records of whoever has most of them."""
        return int(self._arrays.get("most of one", self._count_most)[0])

    def _count_most(self) -> NDArray[Any]:
        every = [self.owners(sql(self.data)) for sql in (unit_sql, holding_sql)]
        counts = [
            np.bincount(one[one != NONE], minlength=1).max() for one in every if one is not None
        ]
        return np.array([max([1, *counts])])

    def values(self, question: Question) -> NDArray[np.float64]:
        """The published variable of each record; NaN where it has none."""
        value = measured(self.data, question).value
        sql = f"SELECT coalesce({value}, 'nan'::DOUBLE) AS v FROM haven_source"  # noqa: S608
        return self._arrays.get(value, lambda: np.concatenate([*self.data.runs(sql)]))

    def _size(self) -> int:
        return len(self._holds("TRUE", ()))

    def _rows(self, question: Question) -> NDArray[np.bool_]:
        """Records that the table is about, and that have a value of its variable."""
        chosen = np.ones(self._size(), dtype=np.bool_)
        for condition in question.where:
            chosen &= self._meets(condition)
        for place in question.complete:
            chosen &= self._has_label(self._dimension(question.dimensions[place]))
        if question.variable is not None:
            chosen &= self._has_value(question.variable, is_number=question.is_number)
        return chosen

    def _meets(self, condition: Condition) -> NDArray[np.bool_]:
        each = [
            self._holds(*as_sql([replace(condition, values=(value,))], self.data.types))
            for value in condition.values
        ]
        return np.asarray(np.logical_or.reduce(each))

    def _has_value(self, name: str, *, is_number: bool) -> NDArray[np.bool_]:
        item = variable(self.data, name)
        if is_number:
            return self._holds(f"({item.number}) IS NOT NULL", ())
        return self._has_label(self._axis(f"CAST({item.raw} AS VARCHAR)"))

    def _holds(self, test: str, parameters: Sequence[Scalar]) -> NDArray[np.bool_]:
        """Args: test: Of one value, so that it is no join: a join does not keep the order."""
        sql = f"SELECT ({test}) IS TRUE AS p FROM haven_source"  # noqa: S608

        def ask() -> NDArray[np.bool_]:
            return flags(self.data.table(sql, parameters).column("p").combine_chunks())

        return self._arrays.get((test, tuple(parameters)), ask)

    @staticmethod
    def _has_label(axis: Axis) -> NDArray[np.bool_]:
        if None not in axis.labels:
            return np.ones(len(axis), dtype=np.bool_)
        return np.asarray(axis.of_row != axis.labels.index(None))

    def _dimension(self, dimension: Dimension) -> Axis:
        return self._axis(f"CAST({label_sql(self.data, dimension)} AS VARCHAR)")

    def _axis(self, text: str) -> Axis:
        return self._axes.get(text, lambda: self._ask(text))

    def _ask(self, text: str) -> Axis:
        found = self.data.table(f"SELECT {text} AS t FROM haven_source")  # noqa: S608
        coded = pc.dictionary_encode(found.column("t").combine_chunks(), null_encoding="encode")
        raw = np.frombuffer(coded.indices.buffers()[1], dtype=np.int32, count=len(coded))
        return _spelled(coded.dictionary.to_pylist(), raw)


def _spelled(texts: Sequence[str | None], of_row: Places) -> Axis:
    """With what the source spells in several ways under one label."""
    places: dict[str | None, int] = {}
    of_text = [places.setdefault(canonical(text), len(places)) for text in texts]
    return Axis(labels=tuple(places), of_row=np.asarray(of_text, dtype=np.int32)[of_row])


def combined(size: int, parts: Iterable[tuple[Places, int]], *, most: int) -> tuple[Places, int]:
    """A number for each combination of codes that is there, in order, and how many there are.

    Args:
        size: How many things are told apart.
        parts: Codes of all of them, and how many codes there are.

    Raises:
        TooManyCells: More than `most` combinations.
    """
    codes, width = np.zeros(size, dtype=np.int32), 1
    for part, count in parts:
        if width * count > min(most, _MOST_COUNTED):
            codes, width = numbered(codes)
        if width > most or width * count > _MOST_CODES:
            raise TooManyCells
        codes, width = codes * count + part, width * count
    codes, width = numbered(codes)
    if width > most:
        raise TooManyCells
    return codes, width


def one_of_each(codes: Places, count: int) -> NDArray[np.int64]:
    found = np.zeros(count, dtype=np.int64)
    found[codes] = np.arange(len(codes))
    return found


def numbered(codes: Places) -> tuple[Places, int]:
    """Codes without gaps, in the same order, and how many different ones there are."""
    if len(codes) and int(codes.max()) >= _MOST_COUNTED:
        found, places = np.unique(codes, return_inverse=True)
        return places.astype(np.int32), len(found)
    is_there = np.bincount(codes) > 0
    return (np.cumsum(is_there, dtype=np.int32) - 1)[codes], int(is_there.sum())
