"""A histogram: its bins recounted, its outer edges looked at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
_END: Final = re.compile(r"\d[\d,]*(?:\.\d*)?(?:[eE][+-]?\d{1,3})?")
# As in: from -1 to under 2.
_MOST_MARKS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """Attributes: `bins` in units, `counts` in records, and one more of `edges`, ascending."""

    bins: Sequence[Bin]
    counts: Sequence[int]
    edges: Sequence[float]


def recount(data: Dataset, spec: HistogramSpec) -> Recount:
    """Count the values in bins.

    An outer edge of a program's own is the least or greatest value; one that a researcher chose
    is somebody's only where a single unit has it.

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
        fewest = min(sharing, default=None)
        is_chosen = bool(spec.edges) and fewest != 1
        bins.append(
            Bin(
                labels={spec.values: _label(edges, place)},
                where=f"bin {place + 1}",
                units=units,
                edge_units=None if is_chosen else fewest,
            )
        )
    return Recount(bins=bins, counts=[records for _, records in counted], edges=edges)


def compare(table: Table, spec: HistogramSpec, found: Recount) -> Iterator[Finding]:
    """Hold a table of bins and counts against the source, line by line."""
    place = column_of(table, _COUNTS)
    if place is None or len(table.rows) != len(found.bins):
        yield unmatched("the whole file", reason="the table has not one counted line for each bin")
        return
    named = (_LOWS, _HIGHS, (spec.values.casefold(),))
    labels = {at for names in named if (at := column_of(table, names)) is not None} - {place}
    for at, title in enumerate(table.header):
        if at != place and at not in labels:
            yield unmatched(f"column {title!r}", reason="a histogram has no such column")
    for row, count in enumerate(found.counts):
        where = place_of(table, row, place)
        yield from hold(table.rows[row][place], float(count), where, (row, place))
        for at in sorted(labels):
            text = table.rows[row][at].strip()
            is_number = text in (str(row), str(row + 1))
            if not is_number and not _names_bin(text, found.edges[row : row + 2]):
                yield unmatched(place_of(table, row, at), (row, at))


def _names_bin(text: str, ends: Sequence[float]) -> bool:
    """Whether a label holds nothing but the ends of its bin, to the digits it prints."""
    found = [numbers.number(one) for one in _END.findall(text)]
    printed = [one for one in found if one is not None]
    is_short = len(_END.sub("", text)) <= _MOST_MARKS
    return (
        is_short
        and bool(printed)
        and all(
            any(abs(float(one) - abs(end)) <= numbers.half_a_digit(one) for end in ends)
            for one in printed
        )
    )


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
