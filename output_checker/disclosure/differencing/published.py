"""What one table says of a dataset, in a form that can be kept: which numbers, of which records."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.bands import Band
from output_checker.disclosure.evidence.cells import Cell, Statistic
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.groups import Group
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Key, Question
from output_checker.disclosure.evidence.rounding import Rounding

_TOTAL: Final = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that a table shows.

    Attributes:
        position: Its row and column in the file.
        value: What is printed, of a count that is rounded or perturbed; None for others.
    """

    key: Key
    position: tuple[int, int] | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One column of numbers, or a whole crosstab.

    Attributes:
        file: What its file is called.
        part: Which part of the file it is, from 0.
        source: Name of the dataset.
        version: Digest of the dataset's bytes; "" where nobody has held it against them.
        question: What the numbers are, and of which records.
        shown: The numbers that are printed; what is hidden or left out is not among them.
        base: What all printed counts are rounded to; 0 where they are not.
        is_midpoint: Whether they are middles of bands of as many counts.
        noise: By how much a printed count may have been changed by its cell key; 0 where not.
        is_sized: Whether the same file shows the counts behind these numbers.
    """

    file: str
    source: str
    question: Question
    shown: tuple[Number, ...]
    part: int = 0
    version: str = ""
    base: int = 0
    is_midpoint: bool = False
    noise: int = 0
    is_sized: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether its counts are printed as they are."""
        return not self.base and not self.noise

    @property
    def room(self) -> int:
        """How much room a printed count leaves for the true one."""
        return self.base or 2 * self.noise

    def as_json(self) -> dict[str, Any]:
        """Labels and what they are labels of, as the table prints them; nothing of the source."""
        question = asdict(replace(self.question, totals=frozenset()))
        del question["totals"]
        return {
            "file": self.file,
            "part": self.part,
            "source": self.source,
            "version": self.version,
            "question": {
                name: sorted(value) if isinstance(value, frozenset) else value
                for name, value in question.items()
            },
            # No label is `true`; a label that is missing is null.
            "shown": [[_TOTAL if one == TOTAL else one for one in n.key] for n in self.shown],
            "values": None if self.is_exact else [one.value for one in self.shown],
            "base": self.base,
            "is_midpoint": self.is_midpoint,
            "noise": self.noise,
            "is_sized": self.is_sized,
        }


def from_json(kept: Mapping[str, Any]) -> Published:
    """What `as_json` gave. Raises: KeyError, TypeError, ValueError, for anything else."""
    asked = dict(kept["question"])
    question = Question(
        **asked
        | {
            "statistic": Statistic(asked["statistic"]),
            "dimensions": tuple(_dimension(one) for one in asked["dimensions"]),
            "where": tuple(
                Condition(**one | {"values": tuple(one["values"])}) for one in asked["where"]
            ),
            "complete": frozenset(asked["complete"]),
            "of": frozenset(asked["of"]),
        }
    )
    shown = [tuple(TOTAL if one is _TOTAL else one for one in key) for key in kept["shown"]]
    values = kept.get("values") or [None] * len(shown)
    return Published(
        file=kept["file"],
        part=kept["part"],
        source=kept["source"],
        version=kept["version"],
        question=question,
        shown=tuple(Number(key=key, value=value) for key, value in zip(shown, values, strict=True)),
        base=kept["base"],
        # What was kept before these were.
        is_midpoint=kept.get("is_midpoint", False),
        noise=kept.get("noise", 0),
        is_sized=kept["is_sized"],
    )


def _dimension(kept: Mapping[str, Any]) -> Dimension:
    groups = tuple(
        Group(label=one["label"], members=tuple(one["members"])) for one in kept.get("groups", ())
    )
    bands = tuple(Band(**band) for band in kept["bands"])
    return Dimension(**{**kept, "bands": bands, "groups": groups})


def published_by(claimed: Claimed, *, file: str, part: int, version: str) -> list[Published]:
    """What a table that was held against the source says of it."""
    counted = {
        cell.key
        for one in claimed.matched
        for cell in _shown(one)
        if cell.statistic is Statistic.COUNT
    }
    found = []
    for one in claimed.matched:
        if one.question is None:
            continue
        rounding = _rounding(one, claimed.roundings)
        noise = claimed.noise if one.question.statistic is Statistic.COUNT else 0
        found.append(
            Published(
                file=file,
                part=part,
                source=claimed.source,
                version=version,
                question=one.question,
                shown=tuple(
                    _number(cell, is_exact=rounding is None and not noise) for cell in _shown(one)
                ),
                base=0 if rounding is None else rounding.base,
                is_midpoint=rounding is not None and rounding.is_midpoint,
                noise=noise,
                is_sized=all(cell.key in counted for cell in _shown(one)),
            )
        )
    tables = [one for one in claimed.matched if one.question is not None]
    return [
        *found,
        *(
            _as_count(said)
            for said, one in zip(found, tables, strict=True)
            if _counts_ones(said, one)
        ),
    ]


def _counts_ones(said: Published, table: Matched) -> bool:
    """Whether it is a sum of 0 and 1, or a mean of them beside the counts."""
    is_sum = said.question.statistic is Statistic.SUM
    is_mean = said.question.statistic is Statistic.MEAN and said.is_sized
    is_binary = all(cell.evidence.events is not None for cell in _shown(table))
    return (is_sum or is_mean) and is_binary and said.question.weight is None


def _as_count(said: Published) -> Published:
    """The count that it is as well: of those with a 1."""
    ones = Condition(column=said.question.variable or "", operator="=", values=(1,))
    question = replace(
        said.question,
        statistic=Statistic.COUNT,
        variable=None,
        where=(*said.question.where, ones),
    )
    return replace(said, question=question)


def _shown(table: Matched) -> list[Cell]:
    # That nobody is in a cell is a number as well.
    return [cell for cell in table.cells if cell.shows_number or cell.shows_nobody]


def _number(cell: Cell, *, is_exact: bool) -> Number:
    printed = None if is_exact else numbers.number(cell.text)
    value = None if printed is None else float(printed)
    return Number(key=cell.key, position=cell.position, value=value)


def _rounding(table: Matched, roundings: Sequence[Rounding]) -> Rounding | None:
    """Said to be rounded is not enough: every printed number must be."""
    printed = [numbers.number(cell.text) for cell in _shown(table) if cell.position is not None]
    for one in sorted(roundings, reverse=True):
        if all(number is not None and one.is_rounded(number) for number in printed):
            return one
    return None
