"""What each column of a table is: as its spec says, or as its name and the source allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.candidates import (
    Candidate,
    Reading,
    candidates,
    question_for,
)
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.filters import parse
from output_checker.disclosure.evidence.labels import is_margin_word
from output_checker.disclosure.evidence.match import Matched, match
from output_checker.disclosure.evidence.measures import Named, named, split_name, statistic_of
from output_checker.disclosure.evidence.printed import NotThatTable, PrintedTable, lay_out
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

MANY_COMBINATIONS: Final = 2_000
# Of a single record all these are its value: where one is not the number, none is.
_SAME_OF_ONE: Final = frozenset(
    {Statistic.MEAN, Statistic.SUM, Statistic.MEDIAN, Statistic.MIN, Statistic.MAX}
)
# Of a table that is still to be made.
_NOTHING: Final = PrintedTable(dimensions=(), header=(), measures={}, spellings=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A table, as far as the source accounts for it.

    Attributes:
        source: Name of the dataset.
        unexplained: Names of columns that no statistic of it accounts for.
        roundings: Which the policy or the spec names.
    """

    matched: tuple[Matched, ...]
    source: str
    unexplained: tuple[str, ...] = ()
    roundings: tuple[Rounding, ...] = ()

    @property
    def is_proven(self) -> bool:
        return not self.unexplained and all(item.is_proven for item in self.matched)


def unknown_columns(spec: TableSpec, records: Records) -> list[str]:
    """Names in a spec that the source does not have."""
    spanning = [spec.bands.get(name, name) for name in (*spec.rows, *spec.columns)]
    others = (spec.values, spec.weight, spec.denominator, *spec.where)
    named_columns = [*spanning, *(name for name in others if name is not None)]
    return [name for name in named_columns if name not in records.types]


def plan_for(records: Records, spec: TableSpec, *, depth: int) -> Question:
    """The question that a spec asks, for whoever makes the table; its dimensions are columns.

    Raises:
        BadSpec: The spec asks for something that cannot be computed.
    """
    names = (*spec.rows, *spec.columns)
    reading = Reading(
        printed=_NOTHING,
        dimensions=tuple(Dimension.plain(name) for name in names),
        where=parse(spec.where, records.types),
        weight=spec.weight,
        depth=depth,
    )
    return question_for(records, reading, _wanted(spec, names))


def _wanted(spec: TableSpec, dimensions: Sequence[str]) -> Candidate:
    return Candidate(
        what=statistic_of(spec.aggregate, spec.level),
        variable=spec.values,
        of=_kept(spec, dimensions),
        denominator=spec.denominator,
        per=spec.per,
    )


def as_specified(
    records: Records,
    table: Table,
    spec: TableSpec,
    *,
    depth: int,
    roundings: Sequence[Rounding] = (),
) -> Claimed:
    """Hold a table against what its spec says.

    Raises:
        NotThatTable: The file is not laid out so.
        BadSpec: The spec asks for something that cannot be computed.
    """
    printed = lay_out(table, spec.rows, spec.columns, spec.aggregate)
    reading = _as_read(records, printed, spec, depth=depth, roundings=roundings)
    wanted = _wanted(spec, printed.dimensions)
    measure = _measure_of(printed, spec, wanted.what)
    matched = [match(records, printed, measure, question_for(records, reading, wanted),
                     reading.roundings)]  # fmt: skip
    unexplained = []
    for name in printed.measures:
        if name != measure:
            found = explain(records, reading, name)
            if found is None:
                unexplained.append(name)
            else:
                matched.append(found)
    return Claimed(
        matched=tuple(matched),
        source=records.source.name,
        unexplained=tuple(unexplained),
        roundings=reading.roundings,
    )


def _as_read(
    records: Records,
    printed: PrintedTable,
    spec: TableSpec,
    *,
    depth: int,
    roundings: Sequence[Rounding],
) -> Reading:
    declared = Rounding.read(spec.rounding)
    return Reading(
        printed=printed,
        dimensions=tuple(
            _dimension(records, spec, name, printed.spellings[place])
            for place, name in enumerate(printed.dimensions)
        ),
        where=parse(spec.where, records.types),
        weight=spec.weight,
        roundings=(*roundings, *([declared] if declared else [])),
        depth=depth,
        hints=[spec.values] if spec.values else [],
    )


def _dimension(
    records: Records, spec: TableSpec, name: str, spelling: Mapping[str | None, str]
) -> Dimension:
    column = spec.bands.get(name)
    if column is None:
        return Dimension.plain(name)
    labels = [text for label, text in spelling.items() if label and not is_margin_word(label)]
    bands = read_bands(labels)
    if bands is None:
        raise NotThatTable(f"the labels of {name!r} are not bands such as 16-24, 65+ or [0, 10)")
    if not records.is_numeric(column):
        raise BadSpec(f"column {column!r} is not a number, so it has no bands")
    return Dimension(name=name, column=column, bands=bands)


def _kept(spec: TableSpec, dimensions: Sequence[str]) -> frozenset[int]:
    names: Sequence[str]
    if isinstance(spec.of, tuple):
        names = spec.of
    else:
        names = {"row": spec.rows, "column": spec.columns, "all": ()}[spec.of]
    return frozenset(place for place, name in enumerate(dimensions) if name in names)


def _measure_of(printed: PrintedTable, spec: TableSpec, what: Named) -> str:
    names = list(printed.measures)
    if len(names) == 1:
        return names[0]
    tests = (
        lambda name: name == spec.aggregate,
        lambda name: split_name(name, [spec.values or ""]) == (what, spec.values),
        lambda name: named(name) == what,
        lambda name: name == spec.values,
    )
    for test in tests:
        found = [name for name in names if test(name)]
        if len(found) == 1:
            return found[0]
    raise NotThatTable(f"no column holds {spec.aggregate!r}; name it so")


def explain(records: Records, reading: Reading, name: str) -> Matched | None:
    """The first statistic that gives every number of a column; None when none does."""
    refuted: set[str | None] = set()
    for candidate in candidates(records, reading, name):
        is_of_one = candidate.what.statistic in _SAME_OF_ONE
        if is_of_one and candidate.variable in refuted:
            continue
        try:
            question = question_for(records, reading, candidate)
        except BadSpec:
            continue
        try:
            found = match(records, reading.printed, name, question, reading.roundings)
        except NotThatTable:
            return None
        if not found.is_proven and _is_excerpt(found):
            return None
        if is_of_one and any(cell.problem and cell.evidence.is_of_one for cell in found.cells):
            refuted.add(candidate.variable)
        if found.is_proven:
            if candidate.variable is not None:
                reading.hints.append(candidate.variable)
            return found
    return None


def _is_excerpt(found: Matched) -> bool:
    """Whether it shows few of very many combinations; each further statistic takes a second."""
    return found.combinations > max(MANY_COMBINATIONS, 10 * len(found.cells))
