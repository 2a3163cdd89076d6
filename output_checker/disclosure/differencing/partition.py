"""Two tables of the same records: what is left of a cell when cells of the other lie within it.

Whoever has both subtracts. Sets only, and exact: no number is looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.differencing.record_sets import NONE, Sets
from output_checker.disclosure.evidence.question import TOTAL, Key

_MOST_COUNTED: Final = 1 << 22

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Printed cells of a table that are told apart by the same dimensions: no two overlap.

    Attributes:
        keys: Of the cells.
        of_fine: For each finest cell of the table, which of these it is in, or `NONE`.
    """

    keys: Sequence[Key]
    of_fine: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """What numbers of one table tell beyond numbers of the other that lie within them.

    Attributes:
        wholes: Keys of the numbers that the others lie within, one as a rule.
        parts: Keys of the others.
    """

    wholes: tuple[Key, ...]
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainders:
    """Attributes: `of_kind` says which of `found` each kind of record is left in, or `NONE`."""

    found: Sequence[Remainder]
    of_kind: Codes


def levels(table: Published, sets: Sets) -> list[Level]:
    """The printed cells, by which dimensions they are totals over."""
    places = [{label: at for at, label in enumerate(axis)} for axis in sets.axes]
    by_totals: dict[tuple[bool, ...], dict[tuple[int, ...], Key]] = {}
    for one in table.shown:
        is_total = tuple(label == TOTAL for label in one.key)
        known = [
            NONE if total else places[at].get(label, NONE)
            for at, (label, total) in enumerate(zip(one.key, is_total, strict=True))
        ]
        if all(total or place != NONE for total, place in zip(is_total, known, strict=True)):
            by_totals.setdefault(is_total, {})[tuple(known)] = one.key
    return [_level(is_total, found, sets) for is_total, found in by_totals.items()]


def _level(is_total: Sequence[bool], found: dict[tuple[int, ...], Key], sets: Sets) -> Level:
    labels = np.where(np.array(is_total, dtype=np.bool_), NONE, sets.cells)
    numbers = {place: at for at, place in enumerate(found)}
    of_fine = [numbers.get(tuple(one), NONE) for one in labels.tolist()]
    return Level(keys=[*found.values()], of_fine=np.asarray(of_fine, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Two tables crossed: which pairs of finest cells some record is in, and how many are.

    Attributes:
        mine, theirs: The finest cells of each pair, `NONE` where the records are in none.
        counts: Records of each pair.
        codes: A number for each pair, ascending.
        code_of_kind: That of the pair which each kind of record is in.
    """

    mine: Codes
    theirs: Codes
    counts: Codes
    codes: Codes
    code_of_kind: Codes

    @property
    def turned(self) -> "Joint":
        return replace(self, mine=self.theirs, theirs=self.mine)

    def kinds(self, of_pair: Codes) -> Codes:
        """For each kind of record what is said of its pair."""
        return np.asarray(of_pair[np.searchsorted(self.codes, self.code_of_kind)])


def crossed(mine: Sets, theirs: Sets) -> Joint:
    width = len(theirs.cells) + 1
    code_of_kind = (mine.of_kind.astype(np.int64) + 1) * width + theirs.of_kind + 1
    if (len(mine.cells) + 1) * width <= _MOST_COUNTED:
        every = np.bincount(code_of_kind, weights=mine.sizes)
        codes = np.flatnonzero(every)
        counts = every[codes]
    else:
        codes, places = np.unique(code_of_kind, return_inverse=True)
        counts = np.bincount(places, weights=mine.sizes, minlength=len(codes))
    return Joint(
        mine=codes // width - 1,
        theirs=codes % width - 1,
        counts=counts.astype(np.int64),
        codes=codes,
        code_of_kind=code_of_kind,
    )


def remainders(
    joint: Joint, mine: Level, theirs: Level, *, most: int | None
) -> Iterator[Remainders]:
    """For each of my cells with some of theirs within it: who is left, if anybody is.

    Where cells overlap, so that none lies within another, all that hang together are one cell.

    Args:
        most: Records that are of interest; None for any number of them.
    """
    if not mine.keys or not theirs.keys:
        return
    whole, part = _in(mine, joint.mine), _in(theirs, joint.theirs)
    crossing = _Crossing(joint=joint, mine=mine, theirs=theirs, whole=whole, part=part)
    within = _within(whole, part, len(theirs.keys))
    if within.any():
        yield crossing.left_of(whole, (part != NONE) & within[part], most)
    together = _together(whole, part, len(mine.keys), len(theirs.keys))
    is_shared = np.bincount(together, minlength=len(mine.keys))[together] > 1
    if not is_shared.any():
        return
    # A part that reaches beyond the wholes tells of people whom these do not count.
    spills = np.zeros(len(theirs.keys), dtype=np.bool_)
    spills[part[(part != NONE) & (whole == NONE)]] = True
    groups = np.where((whole != NONE) & is_shared[whole], together[whole], NONE)
    yield crossing.left_of(groups, (part != NONE) & ~spills[part], most)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crossing:
    """Attributes: `whole` and `part` are the printed cells that each pair of the joint is in."""

    joint: Joint
    mine: Level
    theirs: Level
    whole: Codes
    part: Codes

    def left_of(self, groups: Codes, is_part: NDArray[np.bool_], most: int | None) -> Remainders:
        """Args: groups: Which wholes each pair is of; is_part: Whether it is subtracted."""
        count = int(groups.max(initial=NONE)) + 1
        is_in = groups != NONE
        is_left = is_in & ~is_part
        has_parts = np.zeros(count, dtype=np.bool_)
        has_parts[groups[is_in & is_part]] = True
        left = np.bincount(groups[is_left], weights=self.joint.counts[is_left], minlength=count)
        wanted = np.flatnonzero(has_parts & (left > 0) & (left <= (most or np.inf)))
        places = np.full(count + 1, NONE)
        places[wanted] = np.arange(len(wanted))
        of_pair = np.where(is_left, places[groups], NONE)
        return Remainders(
            found=[self._remainder(groups == group, is_part) for group in wanted],
            of_kind=self.joint.kinds(of_pair) if len(wanted) else of_pair[:0],
        )

    def _remainder(self, here: NDArray[np.bool_], is_part: NDArray[np.bool_]) -> Remainder:
        return Remainder(
            wholes=tuple(self.mine.keys[at] for at in np.unique(self.whole[here])),
            parts=tuple(self.theirs.keys[at] for at in np.unique(self.part[here & is_part])),
        )


def _in(level: Level, fine: Codes) -> Codes:
    return np.where(fine == NONE, NONE, level.of_fine[fine])


def _within(whole: Codes, part: Codes, count: int) -> NDArray[np.bool_]:
    """Which parts have all their records in one and the same whole."""
    there = part != NONE
    lowest = np.full(count, np.iinfo(np.int64).max)
    highest = np.full(count, NONE)
    np.minimum.at(lowest, part[there], whole[there])
    np.maximum.at(highest, part[there], whole[there])
    return np.asarray((lowest == highest) & (highest != NONE))


def _together(whole: Codes, part: Codes, wholes: int, parts: int) -> Codes:
    """For each whole a number that those share which overlap the same parts, however indirectly."""
    of_whole, of_part = np.arange(wholes), np.full(parts, wholes)
    both = (whole != NONE) & (part != NONE)
    before = -1
    while before != (before := int(of_whole.sum() + of_part.sum())):
        np.minimum.at(of_part, part[both], of_whole[whole[both]])
        np.minimum.at(of_whole, whole[both], of_part[part[both]])
    return of_whole
