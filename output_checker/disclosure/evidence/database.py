"""Records that DuckDB holds: Parquet in place, or CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Final

from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.columns import quoted
from output_checker.disclosure.evidence.grouping import spellings
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.question import Dimension, Key, Question
from output_checker.disclosure.evidence.source import Dataset, Labels
from output_checker.disclosure.evidence.tabulate import count_cells, tabulate
from output_checker.disclosure.evidence.variables import is_numeric, variable
from output_checker.disclosure.index.build import index_of
from output_checker.disclosure.index.joining import count_kinds
from output_checker.disclosure.model import Source

# Far more than any table of groups: each is kept in memory with its evidence.
MAX_CELLS: Final = 200_000
# Where these already make more, the others need not be asked.
_SAMPLED_ROWS: Final = 500_000


@dataclass(slots=True)
class DatabaseRecords:
    """Remembers what it was asked, since the columns of one table ask alike.

    What is small is remembered with the dataset, for the next table.
    """

    data: Dataset
    _tables: dict[Question, dict[Key, CellEvidence]] = field(default_factory=dict)
    _labels: dict[str, Labels] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        return self.data.source

    @property
    def types(self) -> Mapping[str, str]:
        return self.data.types

    def tabulate(self, question: Question) -> dict[Key, CellEvidence]:
        if question not in self._tables:
            self._tables[question] = self.data.cells.get(question, lambda: self._ask(question))
        return self._tables[question]

    def _ask(self, question: Question) -> dict[Key, CellEvidence]:
        self._learn_label_counts([one.column for one in question.dimensions if not one.bands])
        about = prod(len(one.bands) or self.count_labels(one.column) for one in question.dimensions)
        if about > MAX_CELLS and self._has_more_cells(question):
            raise NotThatTable(f"its labels make more than {MAX_CELLS} groups of the source")
        return tabulate(self.data, question)

    def _has_more_cells(self, question: Question) -> bool:
        plain = [one.column for one in question.dimensions if not one.bands and not one.groups]
        if plain and not question.where:
            index = index_of(self.data)
            held = [index.column(name) for name in plain]
            if count_kinds([one.codes[index.sample(_SAMPLED_ROWS)] for one in held]) > MAX_CELLS:
                return True
        return count_cells(self.data, question, MAX_CELLS) > MAX_CELLS

    def count_labels(self, column: str) -> int:
        if column not in self.data.label_counts:
            self._learn_label_counts([*self.types])
        return self.data.label_counts[column]

    def _learn_label_counts(self, columns: Sequence[str]) -> None:
        """In one pass over the source: those of one table, or all once one outside it is asked."""
        names = [one for one in columns if one not in self.data.label_counts]
        if not names:
            return
        asked = ", ".join(f"approx_count_distinct({quoted(name)})" for name in names)
        with self.data.budget.paused():
            (found,) = self.data.query(f"SELECT {asked} FROM haven_source")  # noqa: S608
        self.data.label_counts.update(zip(names, found, strict=True))

    def labels(self, dimension: Dimension) -> Labels:
        if dimension.bands:
            return {band.label: (band.label,) for band in dimension.bands}
        name = dimension.column
        if name not in self._labels:
            self._labels[name] = spellings(self.data, name)
        found: Labels = {}
        for label, raws in self._labels[name].items():
            shown = dimension.label_of(label)
            found[shown] = (*found.get(shown, ()), *raws)
        return found

    def is_numeric(self, column: str) -> bool:
        item = variable(self.data, column)
        if item.is_text:
            return index_of(self.data).column(column).is_numeric
        return is_numeric(self.data, item)
