"""A histogram: its bins recounted, its outer edges looked at."""

from collections.abc import Iterator, Sequence
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import HistogramSpec
from output_checker.disclosure.studies.claims import column_of, hold, place_of, unmatched
from output_checker.disclosure.studies.rows_of import Rows, number_of, rows_with
from output_checker.disclosure.studies.subjects import Bin

_COUNTS: Final = ("count", "n", "frequency", "counts", "freq")
_LOWS: Final = ("low", "left", "from", "lower", "bin", "edge")
_HIGHS: Final = ("high", "right", "to", "upper")


def recount(data: Dataset, spec: HistogramSpec) -> tuple[list[Bin], list[int]]:
    """The bins in units, and their counts in records.

    Raises:
        BadSpec: The variable is no number, or has no value.
    """
    rows = rows_with(data, [spec.values], spec.where)
    value = number_of(data, spec.values)
    lowest, highest = rows.query(f"min({value}), max({value})")[0]
    if lowest is None:
        raise BadSpec(f"column {spec.values!r} has no value")
    edges = spec.edges or _equal(lowest, highest, spec.bins)
    counted = _count(rows, value, edges)
    last = len(edges) - 2
    bins = []
    for place, (units, _) in enumerate(counted):
        outer = []
        if place == 0 and edges[0] == lowest:
            outer.append(lowest)
        if place == last and edges[-1] == highest:
            outer.append(highest)
        sharing = [rows.query(rows.units_where(f"{value} = {end!r}"))[0][0] for end in outer]
        bins.append(
            Bin(
                labels={spec.values: _label(edges, place)},
                where=f"bin {place + 1}",
                units=units,
                edge_units=min(sharing) if sharing else None,
            )
        )
    return bins, [records for _, records in counted]


def compare(
    table: Table, spec: HistogramSpec, counts: Sequence[int], bins: Sequence[Bin]
) -> Iterator[Finding]:
    """Hold a table of bins and counts against the source, line by line."""
    place = column_of(table, _COUNTS)
    if place is None or len(table.rows) != len(bins):
        yield unmatched("the whole file", reason="the table has not one counted line for each bin")
        return
    known = {place, column_of(table, _LOWS), column_of(table, _HIGHS), column_of(table, (
        spec.values.casefold(),))}  # fmt: skip
    for at, title in enumerate(table.header):
        if at not in known:
            yield unmatched(f"column {title!r}", reason="a histogram has no such column")
    for row, count in enumerate(counts):
        where = place_of(table, row, place)
        yield from hold(table.rows[row][place], float(count), where, (row, place))
    yield from _compare_edges(table, spec)


def _compare_edges(table: Table, spec: HistogramSpec) -> Iterator[Finding]:
    if not spec.edges:
        return
    for names, ends in ((_LOWS, spec.edges[:-1]), (_HIGHS, spec.edges[1:])):
        place = column_of(table, names)
        for row, end in enumerate(ends):
            printed = None if place is None else numbers.number(table.rows[row][place])
            if printed is not None and place is not None and float(printed) != end:
                yield unmatched(place_of(table, row, place), (row, place))


def _equal(lowest: float, highest: float, bins: int) -> tuple[float, ...]:
    if lowest == highest:
        lowest, highest = lowest - 0.5, highest + 0.5
    width = (highest - lowest) / bins
    return (*(lowest + place * width for place in range(bins)), highest)


def _count(rows: Rows, value: str, edges: Sequence[float]) -> list[tuple[int, int]]:
    last = len(edges) - 2
    tests = [
        f"{value} >= {edges[place]!r} AND {value} {'<=' if place == last else '<'} "
        f"{edges[place + 1]!r}"
        for place in range(last + 1)
    ]
    picks = [pick for test in tests for pick in (
        rows.units_where(test), f"count(*) FILTER (WHERE {test})")]  # fmt: skip
    found = rows.query(", ".join(picks))[0]
    return list(zip(found[::2], found[1::2], strict=True))


def _label(edges: Sequence[float], place: int) -> str:
    end = "]" if place == len(edges) - 2 else ")"
    return f"bin {place + 1} of {len(edges) - 1}, [..{end}"
