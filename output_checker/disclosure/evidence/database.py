"""Records that DuckDB holds: Parquet in place, or CSV."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.question import Dimension, Key, Question
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.tabulate import tabulate
from output_checker.disclosure.evidence.variables import is_numeric, variable
from output_checker.disclosure.model import Source

Labels = dict[str | None, tuple[str | None, ...]]


@dataclass(slots=True)
class DatabaseRecords:
    """Remembers what it was asked, since the columns of one table ask alike."""

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
            self._tables[question] = tabulate(self.data, question)
        return self._tables[question]

    def labels(self, dimension: Dimension) -> Labels:
        if dimension.bands:
            return {band.label: (band.label,) for band in dimension.bands}
        name = dimension.column
        if name not in self._labels:
            text = f"CAST({column(name)} AS VARCHAR)"
            found: Labels = {}
            for raw, value in self.data.query(
                f"SELECT DISTINCT {text}, {column(name)} FROM haven_source"  # noqa: S608
            ):
                label = canonical(value)
                found[label] = (*found.get(label, ()), raw)
            self._labels[name] = found
        return self._labels[name]

    def is_numeric(self, column: str) -> bool:
        return is_numeric(self.data, variable(self.data, column))
