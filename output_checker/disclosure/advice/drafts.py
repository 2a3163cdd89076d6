"""A version of a table that may be offered, and what was done to make it: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from output_checker.disclosure.evidence.question import TOTAL, Key
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

# Row and column of a cell, zero-based, among the data rows and the columns.
Place = tuple[int, int]


class Kind(StrEnum):
    """What is done to a table; in the order in which equal losses are listed."""

    ROUND = "round"
    MERGE = "merge"
    DROP_COLUMN = "drop-column"
    DROP_VARIABLE = "drop-variable"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Attributes: `words` say it to the researcher, with names and labels of the table only."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which numbers a table shows instead of those of the original.

    Attributes:
        merged: Name of a dimension to its labels, in one spelling, with what each becomes.
        dropped: Names of dimensions that no longer span the table.
        left_out: Names of columns of numbers that are gone.
    """

    merged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()

    def key(self, names: tuple[str, ...], key: Key) -> Key:
        """Which cell of the new table a cell of the original has become part of."""
        return tuple(
            label if label in (None, TOTAL) else self.merged.get(name, {}).get(label, label)
            for name, label in zip(names, key, strict=True)
            if name not in self.dropped
        )


NOTHING_NEW = Plan()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Attributes: `steps` are what was done to the original, in order."""

    table: Table
    spec: TableSpec
    plan: Plan = NOTHING_NEW
    steps: tuple[Step, ...] = ()

    def with_texts(self, texts: Mapping[Place, str], *steps: Step) -> "Draft":
        """The same with other texts in some cells."""
        rows = [list(row) for row in self.table.rows]
        for (row, column), text in texts.items():
            rows[row][column] = text
        table = Table(header=self.table.header, rows=[tuple(row) for row in rows])
        return replace(self, table=table, steps=(*self.steps, *steps))
