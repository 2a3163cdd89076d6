"""Which column of the source each column of an output comes from, by name and by values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.index.columns import (
    Grouping,
    Groups,
    Index,
    Keys,
    as_single,
    rounding_range,
)
from output_checker.disclosure.index.printed import Printed

SCALES: Final = (1, 1_000, 1_000_000)
MAX_OUTPUT_COLUMNS: Final = 40
MAX_SOURCE_COLUMNS: Final = 300
SAMPLED_VALUES: Final = 200
_LEAST_CONTAINED: Final = 0.8
_LEAST_CONTAINED_BY_NAME: Final = 0.5
_SAMPLED_ROWS: Final = 50_000
_FEW_OF_SAMPLED: Final = 16
_DETERMINED: Final = 1.01
_MOST_UNLIKE: Final = 2.0
_MOST_COUNTED: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A column of the output that holds values of one of the source.

    Attributes:
        place: Zero-based column of the output.
        source: Column of the source.
        decimals: Digits after the point that the output has, below 0 for tens and more; None where
            text is compared.
        scale: What the source's numbers were divided by: 1000 where thousands are printed.
        fit: How well it fits, against other links.
    """

    place: int
    source: str
    decimals: int | None
    scale: int = 1
    fit: float = field(default=0.0, compare=False)

    @property
    def key(self) -> tuple[str, int | None, int]:
        """What it compares with, whichever column of an output does."""
        return self.source, self.decimals, self.scale

    def grouping(self, index: Index) -> Grouping:
        return index.grouping(*self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A table of an output beside a source.

    Attributes:
        header: Of the output.
        printed: Its columns, as the index compares them.
        rows: How many it has.
    """

    index: Index
    header: Sequence[str]
    printed: Sequence[Printed]
    rows: int
    _groups: dict[Link, Groups] = field(default_factory=dict)

    def groups(self, link: Link) -> Groups:
        """For each row of the output, which group of the linked column its value is of."""
        if link not in self._groups:
            printed = self.printed[link.place]
            of_text = link.grouping(self.index).find(printed.keys(link.decimals))
            self._groups[link] = of_text[printed.of_row]
        return self._groups[link]


def link_columns(beside: Beside) -> list[Link]:
    """At most one source column for each output column; none where values do not fit.

    What fits no column as it is may be one in thousands or millions.
    """
    samples = {place: _Sample.of(one) for place, one in enumerate(beside.printed)}
    found: dict[int, Link] = {}
    for scale in SCALES:
        left = {
            place: sample
            for place, sample in samples.items()
            if place not in found and len(sample.shares)
        }
        found |= _links(beside, left, scale)
    return [found[place] for place in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """The commonest values of an output's column. Attributes: `shares` add up to 1."""

    texts: Keys
    numbers: Keys
    shares: NDArray[np.float64]
    decimals: int | None

    @classmethod
    def of(cls, printed: Printed) -> "_Sample":
        there = np.flatnonzero(printed.texts)
        chosen = there[np.argsort(-printed.counts[there], kind="stable")[:SAMPLED_VALUES]]
        counts = printed.counts[chosen]
        return cls(
            texts=printed.texts[chosen],
            numbers=printed.numbers[chosen],
            shares=counts / max(int(counts.sum()), 1),
            decimals=printed.decimals,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Samples behind each other, so that a column of the source is asked for all at once.

    Attributes:
        places: Of each sample's column in the output.
        starts: Where each sample begins.
        least, most: Between what keys each value may lie.
    """

    places: Sequence[int]
    starts: NDArray[np.intp]
    least: Keys
    most: Keys
    shares: NDArray[np.float64]

    @classmethod
    def texts(cls, samples: Mapping[int, _Sample]) -> "_Asked":
        texts = {place: (one.texts, one.texts) for place, one in samples.items()}
        return cls._of(samples, texts)

    @classmethod
    def numbers(
        cls, samples: Mapping[int, _Sample], scale: int, *, is_single: bool = False
    ) -> "_Asked":
        ends = {
            place: tuple(
                end * scale
                for end in rounding_range(
                    as_single(one.numbers) if is_single else one.numbers, one.decimals
                )
            )
            for place, one in samples.items()
            if one.decimals is not None
        }
        return cls._of(samples, ends)

    @classmethod
    def _of(cls, samples: Mapping[int, _Sample], ends: Mapping[int, Sequence[Keys]]) -> "_Asked":
        places = [*ends]
        sizes = [len(samples[place].shares) for place in places]
        return cls(
            places=places,
            starts=np.cumsum([0, *sizes])[:-1],
            least=_joined([ends[place][0] for place in places]),
            most=_joined([ends[place][1] for place in places]),
            shares=_joined([samples[place].shares for place in places]),
        )

    def fits(self, index: Index, name: str) -> Iterator[tuple[int, float, float]]:
        """For each sample its place, the share of values that the column has, how unlike it is."""
        column = index.column(name)
        if not len(column.keys) or not self.places:
            return
        low = np.searchsorted(column.keys, self.least, "left")
        # A number lies below the end of its range, a text is its own.
        high = np.searchsorted(column.keys, self.most, "left" if column.is_numeric else "right")
        below = index.below(name)
        held = below[high] - below[low]
        sizes = np.diff(self.starts, append=len(held))
        contained = np.add.reduceat(held > 0, self.starts, dtype=np.int64) / sizes
        unlike = np.add.reduceat(np.abs(self.shares - held / index.size), self.starts)
        for at, place in enumerate(self.places):
            yield place, float(contained[at]), min(float(unlike[at]), _MOST_UNLIKE)


def _joined(arrays: Sequence[Keys]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.empty(0)


def _links(beside: Beside, samples: Mapping[int, _Sample], scale: int) -> dict[int, Link]:
    best: dict[int, Link] = {}
    texts, numbers = _Asked.texts(samples), _Asked.numbers(samples, scale)
    singles = _Asked.numbers(samples, scale, is_single=True) if scale == 1 else numbers
    for name in beside.index.names[:MAX_SOURCE_COLUMNS] if samples else ():
        is_numeric = beside.index.column(name).is_numeric
        if scale > 1 and not is_numeric:
            continue
        of_numbers = singles if beside.index.is_single(name) else numbers
        asked = of_numbers if is_numeric else texts
        for place, contained, unlike in asked.fits(beside.index, name):
            is_namesake = beside.header[place].strip().casefold() == name.casefold()
            least = _LEAST_CONTAINED_BY_NAME if is_namesake else _LEAST_CONTAINED
            fit = (2.0 if is_namesake else 0.0) + contained - unlike / 2
            if contained >= least and (place not in best or fit > best[place].fit):
                decimals = samples[place].decimals if is_numeric else None
                best[place] = Link(
                    place=place, source=name, decimals=decimals, scale=scale, fit=fit
                )
    return best


def is_akin(beside: Beside, place: int) -> bool:
    """Whether a column has numbers, and the name of a column of numbers."""
    name = beside.header[place].strip().casefold()
    akin = [one for one in beside.index.names[:MAX_SOURCE_COLUMNS] if one.casefold() == name]
    is_number = beside.printed[place].is_all_numbers
    return is_number and any(beside.index.column(one).is_numeric for one in akin)


def independent(index: Index, links: Sequence[Link]) -> list[Link]:
    """Leave out columns that another one determines: a ward tells its district and region.

    Otherwise one rare label would count once for each column that repeats it.
    """
    links = _distinct(links)
    rows = index.once(("sample",), lambda: index.sample(_SAMPLED_ROWS))

    @cache
    def groups(link: Link) -> Groups:
        return link.grouping(index).of_rows(rows)

    def different(link: Link) -> int:
        return index.once(("different", link.key), lambda: _different(groups(link)))

    def determines(one: Link, other: Link) -> bool:
        width = len(other.grouping(index).keys) + 1
        most = _DETERMINED * different(one)
        return index.once(
            ("determines", one.key, other.key),
            lambda: _determines(groups(one), groups(other), width, most),
        )

    kept: list[Link] = []
    for link in sorted(links, key=lambda one: -different(one)):
        # Where nearly all values differ, a column determines all others by accident.
        telling = [one for one in kept if 2 * different(one) <= len(rows)]
        if not any(determines(one, link) for one in telling):
            kept.append(link)
    return sorted(kept, key=lambda one: one.place)


def _determines(one: Groups, other: Groups, width: int, most: float) -> bool:
    """Whether there are at most so many different pairs. A few rows often say that there are more.

    Args: width: More than any of `other`.
    """
    return all(
        _different(one[::step].astype(np.int64) * width + other[::step]) <= most
        for step in (_FEW_OF_SAMPLED, 1)
    )


def _different(values: NDArray[np.integer]) -> int:
    if len(values) and int(values.max()) < _MOST_COUNTED:
        return int(np.count_nonzero(np.bincount(values)))
    return len(np.unique(values))


def _distinct(links: Sequence[Link]) -> list[Link]:
    """The best link for each column of the source: what an output repeats tells nothing more."""
    found: dict[tuple[str, int | None, int], Link] = {}
    for link in sorted(links, key=lambda one: -one.fit):
        found.setdefault(link.key, link)
    return sorted(found.values(), key=lambda one: one.place)
