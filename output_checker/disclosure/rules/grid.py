"""Lines of a table: the cells that have all labels alike but one."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Attributes: `total` is the cell that adds the others up, where the table prints it."""

    dimension: str
    cells: tuple[Cell, ...]
    total: Cell | None


def lines(table: Matched, *, least: int = 2) -> Iterator[Line]:
    """Every line of a table along each of its dimensions, with `least` cells or more."""
    for place, dimension in enumerate(table.dimensions):
        parts: dict[tuple[str | None, ...], list[Cell]] = defaultdict(list)
        totals: dict[tuple[str | None, ...], Cell] = {}
        for cell in table.cells:
            if not cell.key:
                continue
            rest = (*cell.key[:place], *cell.key[place + 1 :])
            if cell.key[place] == TOTAL:
                totals[rest] = cell
            else:
                parts[rest].append(cell)
        for rest, cells in parts.items():
            if len(cells) >= least:
                yield Line(dimension=dimension, cells=tuple(cells), total=totals.get(rest))
