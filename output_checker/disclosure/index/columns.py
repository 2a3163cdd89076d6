"""A dataset as the search for leaks asks it: who has which value, column by column.

Values are numbers in code, not text: a column is its different values in order, and for each row
the place of its value among them.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.unsignedinteger[Any]]
Groups = NDArray[np.int32]
Keys = NDArray[np.float64] | NDArray[np.uint64]

MISSING: Final = 0
UNKNOWN: Final = -1
BLOCK: Final = 1 << 22
_MOST_GROUPINGS: Final = 24
_MANY: Final = 10_000
# Bytes that a key and a number under it take.
_SMALL: Final = 1_024

T = TypeVar("T")


def _make(make: Callable[[], Sequence[NDArray[Any]]]) -> Sequence[NDArray[Any]]:
    return make()


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the source.

    Attributes:
        keys: Its different values in ascending order: numbers as they are, texts as hashes.
        codes: For each row, one more than the place of its value in `keys`; 0 where it has none.
        keep: What keeps its order, which takes a while to make.
    """

    keys: Keys
    codes: Codes
    keep: Callable[[Callable[[], Sequence[NDArray[Any]]]], Sequence[NDArray[Any]]] = _make

    @cached_property
    def order(self) -> NDArray[np.uint32]:
        """Rows in the order of their codes."""
        # Narrow numbers are sorted quickest digit by digit.
        is_wide = self.codes.itemsize == np.dtype(np.uint32).itemsize
        (found,) = self.keep(
            lambda: [np.argsort(self.codes, kind=None if is_wide else "stable").astype(np.uint32)]
        )
        return found

    @property
    def is_numeric(self) -> bool:
        return self.keys.dtype == np.float64

    def counts(self) -> NDArray[np.int64]:
        """Rows that have each code."""
        return np.bincount(self.codes, minlength=len(self.keys) + 1)

    def count_bytes(self) -> int:
        order = self.order.nbytes if "order" in vars(self) else 0
        return self.keys.nbytes + self.codes.nbytes + order


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """The values of a column as far as an output tells them apart. Group 0 has no value.

    Attributes:
        column: Whose values.
        of_code: Group of each code.
        keys: Of each group but the first, in ascending order.
        counts: Rows in each group.
        decimals: Digits after the point that are told apart; None for texts.
        is_single: Whether the values are of single precision.
    """

    column: Column
    of_code: Groups
    keys: Keys
    counts: NDArray[np.int64]
    decimals: int | None
    is_single: bool = False

    def of_rows(self, rows: slice | NDArray[np.int64]) -> Groups:
        return self.of_code[self.column.codes[rows]]

    def count_bytes(self) -> int:
        """Without its column."""
        return self.of_code.nbytes + self.keys.nbytes + 2 * self.counts.nbytes

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where in the column's order the rows of each group end."""
        return np.cumsum(self.counts)

    def rows_of(self, groups: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Rows of the source in each of some groups, one group behind the other."""
        many = self.counts[groups]
        behind = np.cumsum(many)
        places = np.repeat(self.ends[groups] - behind, many) + np.arange(many.sum())
        rows: NDArray[np.int64] = self.column.order[places].astype(np.int64)
        return rows

    def comparable(self, values: Keys) -> Keys:
        """Printed values as `keys` has them."""
        if self.decimals is None:
            return values
        return rounded(as_single(values) if self.is_single else values, self.decimals)

    def find(self, values: Keys) -> Groups:
        """The group of each value: MISSING where it is none, UNKNOWN where no row has it."""
        sought = self.comparable(values)
        found = np.full(len(values), UNKNOWN, dtype=np.int32)
        if len(self.keys):
            at = np.minimum(places_in(self.keys, sought), len(self.keys) - 1)
            is_known = self.keys[at] == sought
            found[is_known] = at[is_known] + 1
        found[is_missing(values)] = MISSING
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """All columns of one dataset, each made or loaded when it is first asked for.

    Safe to use from several threads.

    Attributes:
        count: How many rows there are.
        names: Columns, in the order of the dataset.
        make: The column of a name.
        make_plain: Hashes of the values of a column in letters and digits alone, in ascending
            order.
    """

    count: Callable[[], int]
    names: Sequence[str]
    make: Callable[[str], Column]
    make_plain: Callable[[str], NDArray[np.uint64]]
    _kept: dict[tuple[Hashable, ...], Any] = field(default_factory=dict)
    _groupings: OrderedDict[Any, Grouping] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def asking(self, other: "Index") -> "Index":
        """The same with all that it holds, and what it does not hold yet from another one."""
        return replace(self, count=other.count, make=other.make, make_plain=other.make_plain)

    @property
    def size(self) -> int:
        """Rows."""
        return self.once(("size", ""), self.count)

    def column(self, name: str) -> Column:
        return self.once(("column", name), lambda: self.make(name))

    def is_single(self, name: str) -> bool:
        """Whether a column's numbers are of single precision, which prints them with few digits."""
        return self.once(("single", name), lambda: _is_single(self.column(name)))

    def counts(self, name: str) -> NDArray[np.int64]:
        return self.once(("counts", name), self.column(name).counts)

    def below(self, name: str) -> NDArray[np.int64]:
        """Rows with a value that comes before each of the column's, and at last with any."""
        return self.once(
            ("below", name), lambda: np.cumsum(np.append(0, self.counts(name)[1:]), dtype=np.int64)
        )

    def plain(self, name: str) -> NDArray[np.uint64]:
        return self.once(("plain", name), lambda: self.make_plain(name))

    def grouping(self, name: str, decimals: int | None, scale: int = 1) -> Grouping:
        """Of values divided by `scale` and rounded to `decimals`; of texts where that is None."""
        key = (name, decimals, scale)
        found = self._groupings.get(key)
        if found is None:
            made = _group(self.column(name), self.counts(name), decimals, scale)
            is_single = scale == 1 and decimals is not None and self.is_single(name)
            found = replace(made, is_single=is_single)
        with self._lock:
            self._groupings[key] = found
            self._groupings.move_to_end(key)
            while len(self._groupings) > _MOST_GROUPINGS:
                self._groupings.popitem(last=False)
        return found

    def blocks(self) -> Iterator[slice]:
        """Rows in bounded runs, so that a large dataset needs no more memory than a small one."""
        for first in range(0, self.size, BLOCK):
            yield slice(first, min(first + BLOCK, self.size))

    def sample(self, most: int) -> NDArray[np.int64]:
        """Rows from all over, in order, at most so many: one from each of as many runs.

        Not at equal distances: twelve months a person may follow each other throughout.
        """
        step = -(-self.size // most) or 1
        first = np.arange(0, self.size, step)
        # Not a secret: the same file must get the same answer every time.
        first += np.random.default_rng(20_261_122).integers(0, step, size=len(first))
        return first.clip(max=self.size - 1)

    def count_bytes(self) -> int:
        """What it takes in memory by now, or a little more."""
        sized = [*self._kept.values()]
        held = sum(one.nbytes for one in sized if isinstance(one, np.ndarray))
        columns = sum(one.count_bytes() for one in sized if isinstance(one, Column))
        with self._lock:
            groupings = sum(one.count_bytes() for one in self._groupings.values())
        return held + columns + groupings + _SMALL * len(sized)

    def once(self, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """What was made under a key, made when it is first asked for."""
        found: T = self._kept[key] if key in self._kept else make()
        self._kept[key] = found
        return found


def _group(column: Column, counts: NDArray[np.int64], decimals: int | None, scale: int) -> Grouping:
    if decimals is None:
        every = np.arange(len(counts), dtype=np.int32)
        return Grouping(
            column=column, of_code=every, keys=column.keys, counts=counts, decimals=None
        )
    values = rounded(column.keys / scale, decimals)
    begins = np.empty(len(values), dtype=np.bool_)
    begins[:1] = True
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    of_code = np.zeros(len(counts), dtype=np.int32)
    np.cumsum(begins, out=of_code[1:])
    keys = values[begins]
    grouped = np.bincount(of_code, weights=counts, minlength=len(keys) + 1).astype(np.int64)
    return Grouping(column=column, of_code=of_code, keys=keys, counts=grouped, decimals=decimals)


def places_in(keys: Keys, values: Keys) -> NDArray[np.int64]:
    """What `np.searchsorted` gives; many values are looked up in their order, which is quicker."""
    if len(values) < _MANY:
        return np.searchsorted(keys, values)
    order = np.argsort(values)
    found = np.empty(len(values), dtype=np.int64)
    found[order] = np.searchsorted(keys, values[order])
    return found


def rounded(values: Keys, decimals: int) -> NDArray[np.float64]:
    """In units of the last digit kept, halves away from zero: equal where they print alike."""
    scaled = values * 10.0**decimals if decimals >= 0 else values / 10.0**-decimals
    return np.copysign(np.floor(np.abs(scaled) + 0.5), scaled) + 0.0


def as_single(values: Keys) -> NDArray[np.float64]:
    """What a number printed from single precision was: 0.1 stands for 0.10000000149."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(np.float64)


def _is_single(column: Column) -> bool:
    if not column.is_numeric:
        return False
    is_whole = bool((np.floor(column.keys) == column.keys).all())
    return not is_whole and bool((as_single(column.keys) == column.keys).all())


def rounding_range(values: Keys, decimals: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Between what numbers lie those that print like these.

    Never narrower than how far two doubles of that size are apart: long numbers have no room for
    halves of their last digit.
    """
    units = rounded(values, decimals)
    digit = 10.0**-decimals
    apart = np.abs(np.spacing(np.where(np.isfinite(values), values, 0.0)))
    least = np.minimum((units - 0.5) * digit, values - apart)
    return least, np.maximum((units + 0.5) * digit, values + apart)


def is_missing(values: Keys) -> NDArray[np.bool_]:
    return np.isnan(values) if values.dtype == np.float64 else values == MISSING
