"""Tables of counts as they stand in files, rounded: the same labels are the same number in all."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from output_checker.disclosure.errors import DisclosureError
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.perturbation.controlled import controlled
from output_checker.disclosure.perturbation.conventional import conventional
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.suppression.equations import Equation
from output_checker.disclosure.suppression.hierarchies import Hierarchies
from output_checker.disclosure.suppression.linked import sums
from output_checker.disclosure.suppression.published import Key, Published

_MIDPOINT: Final = "midpoint"


class CannotRound(DisclosureError):
    """The tables cannot be rounded so; carries the reason in words."""


class Method(StrEnum):
    """How counts are rounded: each by itself, together, or to the middle of their bands."""

    CONVENTIONAL = "conventional"
    CONTROLLED = "controlled"
    MIDPOINT = "midpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """Tables after rounding.

    Attributes:
        tables: As they were given, with other numbers.
        changed: Counts that are printed as another number now.
        moved: Counts that went to neither multiple beside them, so that totals add up.
    """

    tables: tuple[Published, ...]
    changed: int
    moved: int = 0


def rounded_tables(
    tables: Sequence[Published],
    *,
    method: Method,
    base: int,
    hierarchies: Hierarchies | None = None,
) -> Rounded:
    """Round all counts of tables that are published together.

    Args:
        tables: A cell that they hide stays hidden; for controlled rounding they hide none.
        base: Counts become multiples of it, or middles of bands of as many counts.
        hierarchies: Labels that are made of others; for controlled rounding.

    Raises:
        CannotRound: Two tables show different numbers for one cell, a midpoint has no middle, or
            controlled rounding is asked of tables that hide cells or do not add up.
        CannotAudit: The totals are too many.
        TooHard: No way to round them together was found in the time.
    """
    counts = _counts(tables)
    moved = 0
    if method is Method.CONTROLLED:
        if any(cell.value is None for table in tables for cell in table.cells):
            raise CannotRound("controlled rounding wants tables that hide nothing")
        found = controlled(counts, _equations(tables, hierarchies or {}, counts), base)
        new, moved = found.counts, len(found.moved)
    else:
        new = conventional(counts, _rounding(method, base))
    changed = sum(new[key] != count for key, count in counts.items())
    return Rounded(
        tables=tuple(with_counts(one, new) for one in tables), changed=changed, moved=moved
    )


def with_counts(table: Published, counts: Mapping[Key, int]) -> Published:
    """The same table with these counts; what it hides stays hidden."""
    cells = (
        one if one.value is None else replace(one, value=float(counts[one.key]))
        for one in table.cells
    )
    return replace(table, cells=tuple(cells))


def as_csv(table: Table, published: Published) -> str:
    """The file with the numbers of the published table, and its own marks where that hides."""
    rows = [[*row] for row in table.rows]
    for cell in published.cells:
        if cell.value is not None:
            rows[cell.row][cell.column] = f"{cell.value:.0f}"
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(rows)
    return written.getvalue()


def _rounding(method: Method, base: int) -> Rounding:
    """Raises: CannotRound."""
    prefix = _MIDPOINT if method is Method.MIDPOINT else ""
    found = Rounding.read(f"{prefix}{base}")
    if found is None:
        wanted = "an even number" if method is Method.MIDPOINT else "a number of 1 to 999999"
        raise CannotRound(f"a base of {base} cannot be rounded to; {wanted} can")
    return found


def _counts(tables: Sequence[Published]) -> dict[Key, int]:
    """Raises: CannotRound."""
    found: dict[Key, int] = {}
    for table in tables:
        for cell in table.cells:
            if cell.value is not None and found.setdefault(cell.key, int(cell.value)) != cell.value:
                raise CannotRound("the tables show different numbers for the same labels")
    # In one order, so that the same cells are rounded the same, whichever table comes first.
    return dict(sorted(found.items()))


def _equations(
    tables: Sequence[Published], hierarchies: Hierarchies, counts: Mapping[Key, int]
) -> list[Equation]:
    """What adds up, between the places of the counts. Raises: CannotRound, CannotAudit."""
    place = {key: at for at, key in enumerate(counts)}
    known = sums(tables, hierarchies)
    if wrong := sum(counts[one.total] != sum(counts[at] for at in one.parts) for one in known):
        raise CannotRound(f"{wrong} totals are not the sum of what they are totals of")
    return [
        Equation(
            terms=dict.fromkeys((place[at] for at in one.parts), 1.0) | {place[one.total]: -1.0},
            total=0.0,
        )
        for one in known
    ]
