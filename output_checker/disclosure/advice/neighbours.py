"""Which more cells to hide where what is shown gives a hidden one back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from output_checker.disclosure.advice.drafts import Place
from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.claims import Claimed
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL, Key
from output_checker.disclosure.model import Finding
from output_checker.disclosure.suppression.additivity import LEFT_OUT


def beside(claimed: Claimed, findings: Sequence[Finding]) -> set[Place]:
    """For each hidden cell that is given back, shown cells of its lines with fewest people.

    Where it is the only hidden one of a line, one of that line; else one of all its lines.
    """
    found: set[Place] = set()
    for one in findings:
        for table in claimed.matched:
            for key in _keys(table, one):
                found |= _chosen(table, key)
    return found


def _keys(table: Matched, finding: Finding) -> Iterator[Key]:
    """Of the hidden cells that a finding is about; of labels that are left out, their total's."""
    if finding.position is not None:
        yield from (cell.key for cell in table.cells if cell.position == finding.position)
    elif finding.cell is not None and not _is_whole(finding.cell):
        for cell in table.cells:
            if _is_total_of(cell, finding.cell):
                yield cell.key


def _is_whole(labels: Mapping[str, str]) -> bool:
    return "(left out)" not in labels.values()


def _is_total_of(cell: Cell, labels: Mapping[str, str]) -> bool:
    return all(
        key == TOTAL if labels.get(name) == "(left out)" else labels.get(name) == label
        for (name, label), key in zip(cell.labels.items(), cell.key, strict=True)
    )


def _chosen(table: Matched, key: Key) -> set[Place]:
    lines = [*_lines(table, key)]
    alone = [line for line in lines if not any(_is_hidden(cell) for cell in line)]
    chosen = {place for line in alone if (place := _cheapest(line)) is not None}
    if chosen:
        return chosen
    everything = [cell for line in lines for cell in line]
    own = [cell for cell in table.cells if cell.key == key and not _is_hidden(cell)]
    for cells in (own, everything, table.cells):
        if (place := _cheapest(cells)) is not None:
            return {place}
    return set()


def _lines(table: Matched, key: Key) -> Iterator[list[Cell]]:
    """Other cells of each line through a cell: all labels alike but one, totals among them."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        different = [
            at for at, (mine, own) in enumerate(zip(cell.key, key, strict=True)) if mine != own
        ]
        if len(different) == 1 and LEFT_OUT not in cell.key:
            found[different[0]].append(cell)
    yield from found.values()


def _is_hidden(cell: Cell) -> bool:
    return cell.position is not None and not cell.shows_number


def _cheapest(cells: Sequence[Cell]) -> Place | None:
    """Somebody's, since a hidden zero protects nothing; else any."""
    shown = [cell for cell in cells if cell.position is not None and cell.shows_number]
    shown = [cell for cell in shown if cell.evidence.units] or shown
    best = min(shown, key=lambda cell: (cell.evidence.units, cell.position), default=None)
    return None if best is None else best.position
