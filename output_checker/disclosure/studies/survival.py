"""A life table or Kaplan-Meier curve, recomputed from times and events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import sqrt
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import SurvivalSpec
from output_checker.disclosure.studies.claims import column_of, hold, place_of, unmatched
from output_checker.disclosure.studies.rows_of import number_of, rows_with
from output_checker.disclosure.studies.subjects import Step

_TIMES: Final = ("time", "t", "timeline", "duration", "")
_KNOWN: Final = {
    "at_risk": ("num at risk", "at risk", "n.risk", "n at risk", "number at risk", "n risk"),
    "events": ("num events", "events", "n.event", "n event", "observed", "deaths"),
    "survival": ("surv prob", "survival", "km estimate", "surv", "survival probability", "s(t)"),
    "error": ("surv prob se", "std.err", "se", "std err"),
}

# A time, the records that leave at it and those with the event, and the units of both.
_Line = tuple[float, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What happens at one time: records and units leaving, and those still observed before it."""

    time: float
    events: int
    exits: int
    at_risk: int
    unit_exits: int
    unit_events: int
    survival: float
    error: float


def recompute(data: Dataset, table: Table, spec: SurvivalSpec) -> tuple[list[Step], list[Finding]]:
    """Raises: BadSpec, when the file has no column of times."""
    place = column_of(table, (spec.time.casefold(), *_TIMES))
    if place is None:
        raise BadSpec("the table has no column of times")
    group = None if spec.group is None else column_of(table, (spec.group.casefold(),))
    curves = _curves(data, spec)
    steps: list[Step] = []
    findings: list[Finding] = []
    taken = {place, *([group] if group is not None else [])}
    for name, at in enumerate(table.header):
        if name not in taken and not any(column_of(table, one) == name for one in _KNOWN.values()):
            findings.append(unmatched(f"column {at!r}", reason="the curve has no such number"))
    for label, rows in _by_group(table, group).items():
        curve = curves.get(label if group is not None else None)
        if curve is None:
            findings.append(unmatched("a group of lines", reason="the source has no such group"))
            continue
        lines = [(row, _time(table.rows[row][place])) for row in rows]
        firsts = {time: row for row, time in reversed(lines) if time is not None}
        of_group = {spec.group: label or "nan"} if spec.group else {}
        steps += _steps(table, sorted(firsts.items()), curve, {spec.time: place}, of_group)
        for row, time in lines:
            findings += _compare(table, row, time, curve)
            if time is not None and firsts[time] != row:
                why = "the time is printed on an earlier line as well"
                findings.append(unmatched(f"row {row + 1}", (row, place), why))
    return steps, findings


def _curves(data: Dataset, spec: SurvivalSpec) -> dict[str | None, list[_Moment]]:
    names = [spec.time, spec.event, *([spec.group] if spec.group else [])]
    rows = rows_with(data, names, spec.where)
    time, event = number_of(data, spec.time), number_of(data, spec.event)
    group = column(spec.group) if spec.group else "NULL"
    found = rows.query(
        f"{group}, {time}, count(*), count(*) FILTER (WHERE {event} = 1), {rows.units}, "
        f"{rows.units_where(f'{event} = 1')}",
        "GROUP BY 1, 2 ORDER BY 1, 2",
    )
    by_group: dict[str | None, list[_Line]] = {}
    for label, *line in found:
        by_group.setdefault(canonical(label), []).append(tuple(line))
    return {label: _curve(lines) for label, lines in by_group.items()}


def _curve(lines: Sequence[_Line]) -> list[_Moment]:
    left = sum(exits for _, exits, *_ in lines)
    survival, spread = 1.0, 0.0
    moments = []
    for time, exits, events, units, unit_events in lines:
        survival *= 1 - events / left
        spread += events / (left * (left - events)) if left > events else 0.0
        moments.append(
            _Moment(time=time, events=events, exits=exits, at_risk=left, unit_exits=units,
                    unit_events=unit_events, survival=survival, error=survival * sqrt(spread))
        )  # fmt: skip
        left -= exits
    return moments


def _by_group(table: Table, group: int | None) -> dict[str | None, list[int]]:
    found: dict[str | None, list[int]] = {}
    for row, line in enumerate(table.rows):
        found.setdefault(None if group is None else canonical(line[group]), []).append(row)
    return found


def _time(text: str) -> float | None:
    printed = numbers.number(text)
    return None if printed is None else float(printed)


def _steps(
    table: Table,
    lines: Sequence[tuple[float, int]],
    curve: Sequence[_Moment],
    place: Mapping[str, int],
    labels: Mapping[str, str],
) -> Iterator[Step]:
    """From the beginning to the first printed time, then from each to the next.

    Args:
        table: As printed.
        lines: Each printed time and its row, in the order of time.
        curve: As the source gives it.
        place: The source's column of times to the table's.
        labels: Of the group.
    """
    if not lines:
        return
    (name, column), shown = *place.items(), column_of(table, _KNOWN["events"])
    (first, row), everyone = lines[0], sum(one.unit_exits for one in curve)
    early = sum(one.unit_exits for one in curve if one.time < first)
    yield Step(labels={**labels, name: table.rows[row][column]}, position=(row, column),
               where=f"before row {row + 1}", at_risk=everyone, leaving=early)  # fmt: skip
    for (time, row), following in zip_longest(lines, lines[1:]):
        at_risk = sum(one.unit_exits for one in curve if one.time >= time)
        leaving, events = None, None
        if following is not None:
            leaving = sum(one.unit_exits for one in curve if time <= one.time < following[0])
        if shown is not None and numbers.number(table.rows[row][shown]) is not None:
            events = sum(one.unit_events for one in curve if one.time == time)
        yield Step(labels={**labels, name: table.rows[row][column]}, position=(row, column),
                   where=f"row {row + 1}", at_risk=at_risk, leaving=leaving,
                   events=events)  # fmt: skip


def _compare(
    table: Table, row: int, time: float | None, curve: Sequence[_Moment]
) -> Iterator[Finding]:
    if time is None:
        yield unmatched(f"row {row + 1}", (row, 0), "the time is no number")
        return
    at = [one for one in curve if one.time == time]
    before = [one for one in curve if one.time <= time]
    expected = {
        "at_risk": float(sum(one.exits for one in curve if one.time >= time)),
        "events": float(sum(one.events for one in at)),
        "survival": before[-1].survival if before else 1.0,
        "error": before[-1].error if before else 0.0,
    }
    for key, names in _KNOWN.items():
        place = column_of(table, names)
        if place is not None:
            text, where = table.rows[row][place], place_of(table, row, place)
            yield from hold(text, expected[key], where, (row, place))
