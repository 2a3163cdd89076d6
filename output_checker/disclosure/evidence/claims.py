"""What each column of a table is: as the spec says, or as its name and the source allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.filters import condition
from output_checker.disclosure.evidence.match import Matched, match
from output_checker.disclosure.evidence.measures import split_name, statistic_named, statistic_of
from output_checker.disclosure.evidence.printed import (
    NotThatTable,
    PrintedTable,
    lay_out,
)
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.tabulate import Question
from output_checker.disclosure.evidence.variables import is_numeric, variable
from output_checker.disclosure.model import TableSpec
from output_checker.disclosure.readers.artefacts import Table

MAX_CANDIDATES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Attributes: `unexplained` names columns that no statistic of the source accounts for."""

    matched: tuple[Matched, ...]
    unexplained: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        return not self.unexplained and all(item.is_proven for item in self.matched)


def unknown_columns(spec: TableSpec, data: Dataset) -> list[str]:
    named = (*spec.rows, *spec.columns, spec.values, *spec.where)
    return [name for name in named if name is not None and name not in data.types]


def as_specified(data: Dataset, table: Table, spec: TableSpec, depth: int) -> Claimed:
    """Hold a table against what its spec says.

    Raises:
        NotThatTable: The file is not laid out so.
        BadSpec: The spec asks for something that cannot be computed.
    """
    printed = lay_out(table, spec)
    question = _question(data, spec, statistic_of(spec.aggregate), spec.values, depth)
    measure = _measure_of(printed, spec)
    matched = [match(data, printed, measure, question)]
    unexplained = []
    for name in printed.measures:
        if name != measure:
            found = _explain(data, printed, name, spec=spec, depth=depth, hints=[spec.values])
            if found is None:
                unexplained.append(name)
            else:
                matched.append(found[0])
    return Claimed(matched=tuple(matched), unexplained=tuple(unexplained))


def as_inferred(data: Dataset, table: Table, depth: int) -> Claimed | None:
    """Find out what a table is without a spec; None unless every number is accounted for."""
    names = [name.strip() for name in table.header]
    dimensions = tuple(name for name in names if name in data.types)
    measures = [name for name in names if name not in data.types]
    if not dimensions or not measures or not table.rows:
        return None
    spec = TableSpec(rows=dimensions)
    try:
        printed = lay_out(table, spec)
    except NotThatTable:
        return None
    hints: list[str | None] = []
    matched = []
    # Counts last: which variable's missing values they leave out is known by then.
    for name in sorted(measures, key=lambda one: statistic_named(one) is Statistic.COUNT):
        found = _explain(data, printed, name, spec=spec, depth=depth, hints=hints)
        if found is None:
            return None
        matched.append(found[0])
        hints.append(found[1])
    return Claimed(matched=tuple(matched))


def _measure_of(printed: PrintedTable, spec: TableSpec) -> str:
    names = list(printed.measures)
    if len(names) == 1:
        return names[0]
    wanted = statistic_of(spec.aggregate)
    tests = (
        lambda name: name == spec.aggregate,
        lambda name: split_name(name, [spec.values or ""]) == (wanted, spec.values),
        lambda name: statistic_named(name) is wanted,
        lambda name: name == spec.values,
    )
    for test in tests:
        found = [name for name in names if test(name)]
        if len(found) == 1:
            return found[0]
    raise NotThatTable(f"no column holds {spec.aggregate!r}; name it so")


def _explain(
    data: Dataset,
    printed: PrintedTable,
    name: str,
    *,
    spec: TableSpec,
    depth: int,
    hints: Sequence[str | None],
) -> tuple[Matched, str | None] | None:
    for statistic, values in _candidates(data, printed, name, hints):
        try:
            question = _question(data, spec, statistic, values, depth)
        except BadSpec:
            continue
        found = match(data, printed, name, question)
        if found.is_proven:
            return found, values
    return None


def _candidates(
    data: Dataset, printed: PrintedTable, name: str, hints: Sequence[str | None]
) -> Iterator[tuple[Statistic, str | None]]:
    columns = [column for column in data.types if column not in printed.dimensions]
    if split := split_name(name, columns):
        yield split
        return
    statistic = statistic_named(name)
    if statistic is None:
        return
    if statistic is Statistic.COUNT:
        yield statistic, None
        yield from ((statistic, hint) for hint in hints if hint is not None)
        return
    order = dict.fromkeys([*(hint for hint in hints if hint is not None), *columns])
    yield from ((statistic, column) for column in list(order)[:MAX_CANDIDATES])


def _question(
    data: Dataset, spec: TableSpec, statistic: Statistic, values: str | None, depth: int
) -> Question:
    where, parameters = condition(spec.where, data.types)
    item = None if values is None else variable(data, values)
    if item is None and statistic is not Statistic.COUNT:
        raise BadSpec(f"{statistic.value} needs a column in `values`")
    is_number = item is None or is_numeric(data, item)
    if not is_number and (statistic.is_total or statistic.is_spread):
        raise BadSpec(f"column {values!r} is not a number; {statistic.value} needs one")
    if not is_number and statistic is Statistic.MEDIAN:
        raise BadSpec(f"column {values!r} is not a number; {statistic.value} needs one")
    return Question(
        dimensions=(*spec.rows, *spec.columns),
        statistic=statistic,
        variable=item,
        is_number=is_number,
        where=where,
        parameters=parameters,
        depth=depth,
    )
