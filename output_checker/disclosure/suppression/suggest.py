"""Which cells of published tables to hide, so that the small ones among them stay unknown."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.equations import Equation
from output_checker.disclosure.suppression.linked import Sum, sums
from output_checker.disclosure.suppression.published import CannotAudit, Key, Published
from output_checker.disclosure.suppression.system import Setting
from output_checker.disclosure.suppression.task import Task

MARK: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What to hide.

    Attributes:
        small: Cells with fewer people than the threshold.
        added: Cells to hide so that those cannot be worked out.
        lost: People in the cells of `added`, totals included.
    """

    small: frozenset[Key]
    added: frozenset[Key]
    lost: int


def suggest(tables: Sequence[Published], setting: Setting) -> Suggestion:
    """Cells to hide in tables that show all of their counts.

    Raises: CannotAudit, also when the counts do not add up; TooHard.
    """
    values: dict[Key, int] = {}
    for table in tables:
        for cell in table.cells:
            if cell.value is None:
                raise CannotAudit(f"{table.name}: --suggest wants a table that hides nothing yet")
            if values.setdefault(cell.key, int(cell.value)) != cell.value:
                raise CannotAudit("the tables show different numbers for the same labels")
    index = {key: at for at, key in enumerate(values)}
    known = sums(tables, setting.hierarchies)
    if wrong := sum(_is_wrong(one, values) for one in known):
        raise CannotAudit(f"{wrong} totals are not the sum of what they are totals of")
    task = Task(
        equations=[_equation(one, index) for one in known],
        values=[*values.values()],
        threshold=setting.threshold,
    )
    added = solver.SHARED.protect(task) - task.small
    keys = [*values]
    return Suggestion(
        small=frozenset(keys[at] for at in task.small),
        added=frozenset(keys[at] for at in added),
        lost=task.lost(added),
    )


def _is_wrong(one: Sum, values: dict[Key, int]) -> bool:
    return values[one.total] != sum(values[part] for part in one.parts)


def _equation(one: Sum, index: dict[Key, int]) -> Equation:
    terms = {index[part]: 1.0 for part in one.parts}
    return Equation(terms=terms | {index[one.total]: -1.0}, total=0.0)


def with_hidden(table: Published, keys: Collection[Key]) -> Published:
    """The same table with these cells hidden."""
    cells = (replace(one, value=None) if one.key in keys else one for one in table.cells)
    return replace(table, cells=tuple(cells))


def as_csv(table: Table, published: Published) -> str:
    """The file with a mark wherever the published table hides a cell."""
    rows = [[*row] for row in table.rows]
    for cell in published.cells:
        if cell.value is None:
            rows[cell.row][cell.column] = MARK
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(rows)
    return written.getvalue()
