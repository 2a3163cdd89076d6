"""Cells and tables of cells, with what a test does not name set to something harmless."""

from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.question import TOTAL

S = Statistic


def a_cell(
    statistic=S.SUM, *, shows_number=True, text="5", level=None, key=(), where="row 1", **evidence
):
    return Cell(
        labels={"g": "a"}, where=where, statistic=statistic, text=text, level=level, key=key,
        evidence=CellEvidence(**{"units": 20} | evidence), shows_number=shows_number,
        position=(0, 0),
    )  # fmt: skip


def totals(*largest, total=100.0, **more):
    return {"largest": tuple(map(float, largest)), "total": float(total), **more}


def a_table(counts, *, statistic=S.COUNT, hidden=()):
    """Units by labels, a few of them hidden; each cell is found at its labels."""
    cells = [
        a_cell(
            statistic,
            units=count,
            key=key,
            where=" ".join(key),
            shows_number=key not in hidden,
            text="*" if key in hidden else str(count),
            expected=(count,),
            records=count,
            **({} if statistic is S.COUNT else totals(count, total=count)),
        )
        for key, count in counts.items()
    ]
    return Matched(cells=tuple(cells), dimensions=("row", "column", "layer")[: len(cells[0].key)])


def grid(*units, statistic=S.COUNT, hidden=(), total=None):
    """A table of one row, its columns called 0, 1, 2 and so on."""
    counts = {("r", str(at)): count for at, count in enumerate(units)}
    whole = {} if total is None else {("r", TOTAL): total}
    keys = {("r", str(at)) for at in hidden}
    return a_table(counts | whole, statistic=statistic, hidden=keys)
