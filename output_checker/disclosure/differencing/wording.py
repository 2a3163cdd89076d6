"""What is said of a difference: which numbers of which tables, where, and how many people."""

from collections.abc import Sequence

from output_checker.disclosure.differencing import together
from output_checker.disclosure.differencing.exactness import SUMS, is_known
from output_checker.disclosure.differencing.partition import Remainder
from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.differencing.sides import Side
from output_checker.disclosure.differencing.subjects import Difference
from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.question import TOTAL, Key
from output_checker.disclosure.suppression.states import State


def difference(
    left: Remainder, evidence: CellEvidence, *, mine: Side, whole: Side, part: Side
) -> Difference:
    new = mine.table
    key = (left.wholes if whole is mine else left.parts)[0]
    position = mine.positions.get(key)
    is_sum = new.question.statistic in SUMS
    return Difference(
        left=Cell(
            labels=_labels(mine, key),
            where=_place(position),
            position=position,
            key=key,
            statistic=Statistic.SUM if is_sum else Statistic.COUNT,
            evidence=evidence,
        ),
        words=(
            f"{_numbers(left.wholes, whole, new)} minus "
            f"{_numbers(left.parts, part, new)} is about {evidence.units} "
            f"{'unit' if evidence.units == 1 else 'units'}"
        ),
        is_exact=is_known(whole.table, part.table),
    )


def few(found: together.Known, mine: Side, tables: int) -> Difference:
    key = mine.printed(found.cell)
    units = f"{found.people} {'unit' if found.people == 1 else 'units'}"
    said = {
        State.EXACT: f"{tables} tables together tell of {units}",
        State.NARROW: f"{tables} tables together leave little room for a number of {units}",
    }.get(found.state, f"what {tables} tables together tell of {units} could not be worked out")
    return Difference(
        left=Cell(
            labels=_labels(mine, mine.labels(found.cell)),
            where=_place(mine.positions.get(key)),
            position=mine.positions.get(key),
            key=key,
            statistic=Statistic.COUNT,
            evidence=CellEvidence(units=found.people, records=found.people),
        ),
        words=said,
        is_exact=found.state is State.EXACT,
    )


def _labels(side: Side, key: Key) -> dict[str, str]:
    names = [one.name for one in side.table.question.dimensions]
    return dict(zip(names, map(_label, side.said(key)), strict=True))


def _numbers(keys: Sequence[Key], side: Side, new: Published) -> str:
    """Which numbers of which file."""
    if len(keys) == 1:
        cell = ", ".join(map(_label, side.said(keys[0]))) or "the total"
        return f"{cell!r} {_of(side.table, new)}"
    return f"{len(keys)} numbers {_of(side.table, new)}"


def _of(table: Published, new: Published) -> str:
    return "here" if table is new else f"of {table.file!r}"


def _label(label: str | None) -> str:
    return "(missing)" if label is None else "all" if label == TOTAL else label


def _place(position: tuple[int, int] | None) -> str:
    if position is None:
        return "a combination of labels that the table leaves out"
    return f"row {position[0] + 1}, column {position[1] + 1}"
