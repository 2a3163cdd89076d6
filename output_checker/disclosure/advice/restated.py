"""A table made anew from the source: with merged labels, with fewer dimensions or columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Final

from output_checker.disclosure.advice.drafts import Draft, Plan, Step
from output_checker.disclosure.advice.numbers_written import written
from output_checker.disclosure.advice.original import (
    MISSING,
    Measure,
    Original,
    in_order,
    with_statistic,
)
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.cells import NOBODY, CellEvidence, Statistic
from output_checker.disclosure.evidence.groups import Group
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.question import TOTAL, Dimension, Key, Question
from output_checker.disclosure.evidence.ratios import evidence_for
from output_checker.disclosure.evidence.records import Records
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

MAX_LINES: Final = 5_000


def restated(
    original: Original,
    plan: Plan,
    records: Records,
    rounding: Rounding | None,
    *steps: Step,
    every_line: bool = False,
) -> Draft:
    """The table that a plan asks for, each number asked of the source again.

    Args:
        rounding: Of counts and shares; None where they are not rounded.
        every_line: One line for every combination of labels, also for those of nobody, in an
            order that has nothing to do with the numbers.

    Raises:
        NotThatTable: No such table can be made, or it would be too long.
    """
    kept = [at for at, name in enumerate(original.names) if name not in plan.dropped]
    measures = [one for one in original.measures if one.name not in plan.left_out]
    if not kept or not measures or len({one.name for one in measures}) < len(measures):
        raise NotThatTable("nothing would be left, or two columns of one name")
    dimensions = tuple(_dimension(original, at, plan) for at in kept)
    spelled = _spelled(original, kept, plan)
    keys = [*dict.fromkeys(
        plan.key(original.names, cell.key) for one in measures for cell in one.printed
    )]  # fmt: skip
    if every_line:
        keys = _every(keys, dimensions)
    spec = _spec(original, plan, kept, dimensions, measures, is_long=every_line)
    numbers = {
        measure.name: _numbers(measure, dimensions, kept, keys, records) for measure in measures
    }
    texts = {}
    for one in measures:
        was = _unchanged(original, one, plan)
        for key in keys:
            found = numbers[one.name].get(key, NOBODY)
            texts[one.name, key] = written(one, found, rounding, was.get(key, ""))
    if rounding is not None:
        spec = replace(spec, rounding=str(rounding))
    labelled = {key: [spelled[at][label] for at, label in enumerate(key)] for key in keys}
    make = _wide if spec.columns else _long
    return Draft(
        table=make(spec, labelled, measures, texts),
        spec=spec,
        plan=plan,
        steps=(*original.steps, *steps),
    )


def _unchanged(original: Original, measure: Measure, plan: Plan) -> dict[Key, str]:
    """What the original prints for numbers that stand for themselves in the new table."""
    found: dict[Key, list[str]] = {}
    for cell in measure.printed:
        if cell.shows_number:
            found.setdefault(plan.key(original.names, cell.key), []).append(cell.text.strip())
    return {key: texts[0] for key, texts in found.items() if len(texts) == 1}


def _dimension(original: Original, at: int, plan: Plan) -> Dimension:
    """Raises: NotThatTable, where merged bands are none."""
    one, name = original.dimensions[at], original.names[at]
    merged = plan.merged.get(name, {})
    if not merged:
        return replace(one, name=name)
    labels = dict.fromkeys(merged.get(label, label) for label in original.labels(at))
    if one.bands:
        bands = read_bands(labels)
        if bands is None:
            raise NotThatTable("these bands cannot be merged")
        return replace(one, name=name, bands=bands)
    members = {group.label: group.members for group in one.groups}
    groups: dict[str, list[str]] = {}
    for label in original.labels(at):
        shown = merged.get(label, label)
        if shown != label or label in members:
            groups.setdefault(shown, []).extend(members.get(label, (label,)))
    found = tuple(Group(label=label, members=tuple(own)) for label, own in groups.items())
    return replace(one, name=name, groups=found)


def _spelled(original: Original, kept: Sequence[int], plan: Plan) -> list[Mapping[str | None, str]]:
    found: list[Mapping[str | None, str]] = []
    for at in kept:
        own: dict[str | None, str] = {
            label: text or MISSING for label, text in original.spelled[at].items()
        }
        new = plan.merged.get(original.names[at], {}).values()
        found.append({**{label: label for label in new}, **own})
    return found


def _every(keys: Sequence[Key], dimensions: Sequence[Dimension]) -> list[Key]:
    """Raises: NotThatTable, when they are too many."""
    width = len(dimensions)
    plain = [key for key in keys if TOTAL not in key]
    axes = [in_label_order({key[at] for key in plain}) for at in range(width)]
    if prod(len(axis) for axis in axes) > MAX_LINES:
        raise NotThatTable(f"it would have more than {MAX_LINES} lines")
    totals = [key for key in keys if TOTAL in key]
    places = [{label: at for at, label in enumerate(axis)} for axis in axes]
    totals.sort(key=lambda key: [places[at].get(key[at], len(axes[at])) for at in range(width)])
    return [*product(*axes), *totals]


def in_label_order(labels: Iterable[str | None]) -> list[str | None]:
    """In an order that no number decides: by bands, numbers or texts; totals, then missing last."""
    found = set(labels)
    last = [one for one in (TOTAL, None) if one in found]
    return [*in_order([one for one in found if one is not None and one != TOTAL])[0], *last]


def _spec(
    original: Original,
    plan: Plan,
    kept: Sequence[int],
    dimensions: Sequence[Dimension],
    measures: Sequence[Measure],
    *,
    is_long: bool,
) -> TableSpec:
    names = tuple(one.name for one in dimensions)
    rows = tuple(name for name in original.spec.rows if name not in plan.dropped)
    columns = tuple(name for name in original.spec.columns if name not in plan.dropped)
    if is_long or not (original.is_wide and rows and columns):
        rows, columns = names, ()
    # What the spec declares is held against the source first.
    question = replace(measures[0].question, of=_moved(measures[0].question.of, kept))
    return replace(
        with_statistic(original.spec, question, names),
        rows=rows,
        columns=columns,
        bands={one.name: one.column for one in dimensions if one.bands},
        groups={
            one.name: {group.label: group.members for group in one.groups}
            for one in dimensions
            if one.groups
        },
    )


def _moved(places: frozenset[int], kept: Sequence[int]) -> frozenset[int]:
    return frozenset(new for new, at in enumerate(kept) if at in places)


def _numbers(
    measure: Measure,
    dimensions: tuple[Dimension, ...],
    kept: Sequence[int],
    keys: Sequence[Key],
    records: Records,
) -> Mapping[Key, CellEvidence]:
    """Of the keys, asked as the engine will ask when it holds the new table against the source."""
    rolled = {frozenset(at for at, label in enumerate(key) if label == TOTAL) for key in keys}
    everything = range(len(dimensions))
    labelled = frozenset(at for at in everything if all(key[at] is not None for key in keys))
    has_totals = any(rolled) or measure.question.statistic is Statistic.SHARE
    question: Question = replace(
        measure.question,
        dimensions=dimensions,
        totals=frozenset(one for one in rolled if one),
        complete=labelled if has_totals else frozenset(),
        of=_moved(measure.question.of, kept),
    )
    return evidence_for(records, question)


def _long(
    spec: TableSpec,
    labelled: Mapping[Key, list[str]],
    measures: Sequence[Measure],
    texts: Mapping[tuple[str, Key], str],
) -> Table:
    names = [one.name for one in sorted(measures, key=lambda one: one.column)]
    lines = [(*labels, *(texts[name, key] for name in names)) for key, labels in labelled.items()]
    return Table(header=(*spec.rows, *names), rows=lines)


def _wide(
    spec: TableSpec,
    labelled: Mapping[Key, list[str]],
    measures: Sequence[Measure],
    texts: Mapping[tuple[str, Key], str],
) -> Table:
    """Only of one column of numbers, with the labels of the last dimension across."""
    name = measures[0].name
    across = dict.fromkeys(labels[-1] for labels in labelled.values())
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for key, labels in labelled.items():
        lines.setdefault(tuple(labels[:-1]), {})[labels[-1]] = texts[name, key]
    rows = [(*labels, *(cells.get(one, "") for one in across)) for labels, cells in lines.items()]
    return Table(header=(*spec.rows, *across), rows=rows)
