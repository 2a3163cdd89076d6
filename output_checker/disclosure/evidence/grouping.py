"""The cells of a question as SQL: which rows, under which labels, with which totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from output_checker.disclosure.evidence.bands import Band
from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.filters import Scalar, as_sql
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Key, Question
from output_checker.disclosure.evidence.source import Dataset, Labels
from output_checker.disclosure.evidence.variables import variable

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Attributes: `labels` is SQL for each dimension; `kept` has a tuple of places a total."""

    labels: tuple[str, ...]
    where: str
    parameters: tuple[Scalar, ...]
    kept: tuple[tuple[int, ...], ...]
    origin: str = "haven_source"

    def rows(self, *picks: str) -> str:
        """One row a record: its labels and what else is picked."""
        chosen = [f"{label} AS d{place}" for place, label in enumerate(self.labels)]
        return f"SELECT {', '.join([*chosen, *picks])} FROM {self.origin} WHERE {self.where}"  # noqa: S608

    @property
    def keys(self) -> str:
        """The labels and `g`, which says over which of them a line is a total."""
        return "".join(f"d{place}, " for place in range(len(self.labels))) + "g"

    @property
    def grouped(self) -> str:
        """As `keys`, for the query that groups records."""
        names = "".join(f"d{place}, " for place in range(len(self.labels)))
        if len(self.kept) == 1:
            return f"{names}0 AS g"
        return f"{names}GROUPING({names.rstrip(', ')}) AS g"

    def by(self, *more: str) -> str:
        sets = [[*(f"d{place}" for place in kept), *more] for kept in self.kept]
        if len(sets) == 1:
            return f"GROUP BY {', '.join(sets[0])}" if sets[0] else ""
        written = [f"({', '.join(one)})" for one in sets]
        return f"GROUP BY GROUPING SETS ({', '.join(written)})"

    def keyed(self, rows: Sequence[Row]) -> list[tuple[Key, Row]]:
        """Each row with its labels, of which each is brought to its one spelling once."""
        width = len(self.labels)
        spelled = [
            {value: canonical(value) for value in {row[place] for row in rows}}
            for place in range(width)
        ]
        places = [(place, width - 1 - place, spelled[place]) for place in range(width)]
        return [
            (
                tuple(
                    TOTAL if row[width] >> bit & 1 else labels[row[place]]
                    for place, bit, labels in places
                ),
                row,
            )
            for row in rows
        ]


def as_stored(data: Dataset, question: Question) -> Grouping:
    labels = tuple(label_sql(data, dimension) for dimension in question.dimensions)
    where, parameters = as_sql(question.where, data.types)
    complete = [_is_there(data, question.dimensions[place]) for place in sorted(question.complete)]
    return Grouping(
        labels=labels,
        where=" AND ".join([f"({where})", *complete]),
        parameters=parameters,
        kept=question.kept_positions,
    )


def spelled_alike(data: Dataset, question: Question, stored: Grouping) -> Grouping:
    """Group by canonical labels where the source spells one label in several ways."""
    origin, labels = "haven_source", []
    for place, dimension in enumerate(question.dimensions):
        if dimension.bands:
            labels.append(stored.labels[place])
            continue
        text = f"CAST({column(dimension.column)} AS VARCHAR)"
        found = [row[0] for row in data.query(f"SELECT DISTINCT {text} FROM haven_source")]  # noqa: S608
        spelled = [dimension.label_of(canonical(raw)) for raw in found]
        kept = data.keep(("raw", "label"), (found, spelled))
        origin += f" LEFT JOIN {kept} AS m{place} ON {text} = m{place}.raw"
        labels.append(f"m{place}.label")
    return Grouping(
        labels=tuple(labels),
        where=stored.where,
        parameters=stored.parameters,
        kept=stored.kept,
        origin=origin,
    )


def label_sql(data: Dataset, dimension: Dimension) -> str:
    """The label of a row; NULL where it has none."""
    if dimension.groups:
        return _grouped_sql(data, dimension)
    if not dimension.bands:
        return column(dimension.column)
    number = variable(data, dimension.column).number
    cases = " ".join(
        f"WHEN {_holds(number, band)} THEN {_literal(band.label)}" for band in dimension.bands
    )
    return f"CASE {cases} END"


def _grouped_sql(data: Dataset, dimension: Dimension) -> str:
    """As text. Each spelling is asked for alone: of many `IN` makes a join, which has no order."""
    text = f"CAST({column(dimension.column)} AS VARCHAR)"
    spelled = spellings(data, dimension.column)
    cases = " ".join(
        f"WHEN {text} = {_literal(raw)} THEN {_literal(group.label)}"
        for group in dimension.groups
        for member in group.members
        for raw in spelled.get(member, ())
        if raw is not None
    )
    return f"CASE {cases} ELSE {text} END" if cases else text


def spellings(data: Dataset, name: str) -> Labels:
    """Every label of a column, with the spellings that the rows use for it."""
    return data.labels.get(name, lambda: _ask_spellings(data, name))


def _ask_spellings(data: Dataset, name: str) -> Labels:
    text = f"CAST({column(name)} AS VARCHAR)"
    found: Labels = {}
    for raw, value in data.query(f"SELECT DISTINCT {text}, {column(name)} FROM haven_source"):  # noqa: S608
        label = canonical(value)
        found[label] = (*found.get(label, ()), raw)
    return found


def _holds(number: str, band: Band) -> str:
    tests = []
    if band.low is not None:
        tests.append(f"{number} {'>=' if band.has_low else '>'} {band.low!r}")
    if band.high is not None:
        tests.append(f"{number} {'<=' if band.has_high else '<'} {band.high!r}")
    return " AND ".join([*tests, f"{number} IS NOT NULL"])


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _is_there(data: Dataset, dimension: Dimension) -> str:
    if dimension.bands:
        return f"({label_sql(data, dimension)}) IS NOT NULL"
    return variable(data, dimension.column).present
