"""What adds up to what in one table: its hidden cells as unknowns, its lines as equations."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL, Key
from output_checker.disclosure.rules.grid import Line, lines
from output_checker.disclosure.suppression.equations import Equation

# No output holds NUL, so no label can be taken for this.
LEFT_OUT: Final = "\0left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Attributes: `cells` are the unknowns of the equations, in their order."""

    cells: tuple[Cell, ...]
    equations: tuple[Equation, ...]

    def without(self, known: Collection[int]) -> list[Equation]:
        """The equations that are left when some unknowns are known."""
        left = []
        for one in self.equations:
            terms = {at: factor for at, factor in one.terms.items() if at not in known}
            total = sum(factor * _value(self.cells[at]) for at, factor in terms.items())
            left += [Equation(terms=terms, total=total)] if terms else []
        return left


def hidden(table: Matched) -> Hidden:
    """The equations that a reader of the table has.

    Constants are computed from the source, so that they always agree with each other.
    """
    every = [line for line in _additive(table) if line.total is not None]
    outside = [cell for line in every if (cell := _left_out(line)) is not None]
    if outside:
        wider = replace(table, cells=(*table.cells, *_distinct(outside)))
        every = [line for line in _additive(wider) if line.total is not None]
    cells = _distinct(
        cell for line in every for cell in (*line.cells, line.total) if cell and is_hidden(cell)
    )
    index = {cell.key: at for at, cell in enumerate(cells)}
    equations = [_equation(line, index) for line in every]
    return Hidden(cells=tuple(cells), equations=tuple(one for one in equations if one.terms))


def is_hidden(cell: Cell) -> bool:
    return not cell.shows_number and not cell.shows_nobody


def _distinct(cells: Iterable[Cell]) -> list[Cell]:
    return list({cell.key: cell for cell in cells}.values())


def _additive(table: Matched) -> Iterator[Line]:
    if not table.cells:
        return
    statistic = table.cells[0].statistic
    if statistic in (Statistic.COUNT, Statistic.SUM):
        yield from _lines(table)
    elif statistic is Statistic.MEAN:
        # Means times the counts beside them are sums.
        for line in _lines(table):
            if line.total and {one.key for one in (*line.cells, line.total)} <= table.sized:
                yield line
    elif statistic is Statistic.SHARE and table.of is not None:
        yield from _shares(table, table.of)


def _lines(table: Matched) -> Iterator[Line]:
    """Along one dimension, and along several at once: pandas prints totals of all rows only."""
    yield from lines(table, least=1)
    totals = [cell for cell in table.cells if sum(label == TOTAL for label in cell.key) > 1]
    rolled = {_places(cell.key, TOTAL) for cell in totals}
    for places in sorted({part for whole in rolled for part in _parts(whole)}):
        cells: dict[Key, list[Cell]] = {}
        for cell in table.cells:
            if cell.key and not any(cell.key[place] == TOTAL for place in places):
                cells.setdefault(_over(cell.key, places, TOTAL), []).append(cell)
        names = " and ".join(table.dimensions[place] for place in places)
        for total in totals:
            if found := cells.get(total.key):
                yield Line(dimension=names, cells=tuple(found), total=total)


def _parts(whole: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for size in range(2, len(whole) + 1):
        yield from combinations(whole, size)


def _places(key: Key, wanted: str) -> tuple[int, ...]:
    return tuple(at for at, label in enumerate(key) if label == wanted)


def _over(key: Key, places: Collection[int], label: str) -> Key:
    return tuple(label if at in places else one for at, one in enumerate(key))


def _shares(table: Matched, of: frozenset[int]) -> Iterator[Line]:
    """Shares of one whole add up to it, whether or not the table prints 100 %."""
    if not of:
        yield from _lines(table)
    parts: dict[Key, list[Cell]] = {}
    for cell in table.cells:
        if all(label != TOTAL for at, label in enumerate(cell.key) if at not in of):
            beneath = [at for at in range(len(cell.key)) if at not in of]
            parts.setdefault(_over(cell.key, beneath, TOTAL), []).append(cell)
    for key, cells in parts.items():
        counts = next((one.evidence.counts for one in cells if one.evidence.counts), None)
        if counts is not None:
            total = replace(
                cells[0],
                key=key,
                shows_number=True,
                evidence=CellEvidence(units=counts[1], expected=(counts[1],), records=counts[1]),
            )
            yield Line(dimension=" and ".join(table.dimensions), cells=tuple(cells), total=total)


def _left_out(line: Line) -> Cell | None:
    """What a total holds beyond the cells of its line: labels that the table does not print."""
    assert line.total is not None
    if line.total.statistic is Statistic.MEAN:
        return None
    ends = (line.total, line.cells)
    people = _beyond(*ends, lambda found: found.units)
    rows = _beyond(*ends, lambda found: found.records - found.missing)
    if rows <= 0:
        return None
    rest = _value(line.total) - sum(_value(cell) for cell in line.cells)
    beyond = [
        at for at in _places(line.total.key, TOTAL) if all(c.key[at] != TOTAL for c in line.cells)
    ]
    return replace(
        line.total,
        key=_over(line.total.key, beyond, LEFT_OUT),
        labels=_labels(line),
        where="labels that the table leaves out",
        position=None,
        text="",
        # One person in several cells is none beyond them.
        evidence=CellEvidence(units=people if people > 0 else rows, records=rows, expected=(rest,)),
        shows_number=False,
        shows_nobody=False,
    )


def _beyond(total: Cell, cells: Iterable[Cell], count: Callable[[CellEvidence], int]) -> int:
    return count(total.evidence) - sum(count(cell.evidence) for cell in cells)


def _labels(line: Line) -> dict[str, str]:
    labels = dict(line.cells[0].labels)
    return labels | dict.fromkeys(line.dimension.split(" and "), "(left out)")


def _value(cell: Cell) -> float:
    if cell.statistic is Statistic.SHARE:
        return float(cell.evidence.units)
    found = cell.evidence.expected[:1]
    return float(found[0]) if found else 0.0


def _equation(line: Line, index: Mapping[Key, int]) -> Equation:
    assert line.total is not None
    terms = {index[cell.key]: _factor(cell) for cell in line.cells if is_hidden(cell)}
    total = sum(_factor(cell) * _value(cell) for cell in line.cells if is_hidden(cell))
    if is_hidden(line.total):
        factor = _factor(line.total)
        terms[index[line.total.key]] = -factor
        total -= factor * _value(line.total)
    return Equation(terms=terms, total=total)


def _factor(cell: Cell) -> float:
    """What a number is worth in a sum: a mean as many times as it has values, others once."""
    counted = cell.evidence.records - cell.evidence.missing
    return float(counted or 1) if cell.statistic is Statistic.MEAN else 1.0
