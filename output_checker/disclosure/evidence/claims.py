"""What each column of a table is: as its spec says, or as its name and the source allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.candidates import (
    Candidate,
    Reading,
    question_for,
)
from output_checker.disclosure.evidence.explain import explain
from output_checker.disclosure.evidence.filters import parse
from output_checker.disclosure.evidence.groups import Group, checked
from output_checker.disclosure.evidence.labels import is_margin_word
from output_checker.disclosure.evidence.match import Matched, match
from output_checker.disclosure.evidence.measures import Named, named, split_name, statistic_of
from output_checker.disclosure.evidence.printed import NotThatTable, PrintedTable, lay_out
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.evidence.shapes import Shape, shapes
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

# Of a table that is still to be made.
_NOTHING: Final = PrintedTable(dimensions=(), header=(), measures={}, spellings=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A table, as far as the source accounts for it.

    Attributes:
        source: Name of the dataset.
        unexplained: Names of columns that no statistic of it accounts for.
        roundings: Which the policy or the spec names.
        noise: By how much counts were changed by their cell keys, at the most; 0 where not.
    """

    matched: tuple[Matched, ...]
    source: str
    unexplained: tuple[str, ...] = ()
    roundings: tuple[Rounding, ...] = ()
    noise: int = 0

    @property
    def is_proven(self) -> bool:
        return not self.unexplained and all(item.is_proven for item in self.matched)

    @property
    def groups(self) -> frozenset[Group]:
        """Labels that the spec takes together, by names of its own that are not the source's."""
        asked = [one.question for one in self.matched if one.question is not None]
        every = [dimension for question in asked for dimension in question.dimensions]
        return frozenset(group for dimension in every for group in dimension.groups)


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
        dimensions=tuple(_with_groups(records, spec, name) for name in names),
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
    first: Claimed | None = None
    refused: NotThatTable | None = None
    others = (one for one in shapes(table, records.types) if one.table is not table)
    for shape in chain([Shape(table=table)], others):
        try:
            claimed = _held(records, shape.table, spec, depth=depth, roundings=roundings)
        except NotThatTable as error:
            refused = refused or error
            continue
        first = first or moved(claimed, shape, table)
        if claimed.is_proven:
            return moved(claimed, shape, table)
    if first is None:
        assert refused is not None
        raise refused
    return first


def _held(
    records: Records,
    table: Table,
    spec: TableSpec,
    *,
    depth: int,
    roundings: Sequence[Rounding],
) -> Claimed:
    """Raises: NotThatTable, BadSpec."""
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


def moved(claimed: Claimed, shape: Shape, printed: Table) -> Claimed:
    """What a table is, said of the cells as the file prints them."""
    matched = [
        replace(one, cells=tuple(shape.moved(cell, printed) for cell in one.cells))
        for one in claimed.matched
    ]
    return replace(claimed, matched=tuple(matched))


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
        return _with_groups(records, spec, name)
    labels = [text for label, text in spelling.items() if label and not is_margin_word(label)]
    bands = read_bands(labels)
    if bands is None:
        raise NotThatTable(f"the labels of {name!r} are not bands such as 16-24, 65+ or [0, 10)")
    if not records.is_numeric(column):
        raise BadSpec(f"column {column!r} is not a number, so it has no bands")
    return Dimension(name=name, column=column, bands=bands)


def _with_groups(records: Records, spec: TableSpec, name: str) -> Dimension:
    """Raises: BadSpec."""
    plain = Dimension.plain(name)
    wanted = spec.groups.get(name)
    if not wanted:
        return plain
    return replace(plain, groups=checked(name, wanted, records.labels(plain)))


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
