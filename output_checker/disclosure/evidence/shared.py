"""How many units share a minimum, a maximum or a mode."""

from typing import Any, Final

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.grouping import Grouping
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.measured import Measured, unit_sql
from output_checker.disclosure.evidence.question import Key, Question
from output_checker.disclosure.evidence.source import Dataset

MAX_MODES: Final = 1_000

_ORDERS: Final = {Statistic.MIN: "v ASC", Statistic.MAX: "v DESC"}


def shared_values(
    data: Dataset, question: Question, what: Measured, grouping: Grouping
) -> dict[Key, dict[str, Any]]:
    """For each cell: the value or values that may be printed, and the units that have it."""
    if question.statistic is Statistic.RANGE:
        ends = [
            _shared(data, what, grouping, order=order) for order in (_ORDERS[Statistic.MIN],
                                                                    _ORDERS[Statistic.MAX])
        ]  # fmt: skip
        return {key: {"sharing": min(end[key][0][1] for end in ends)} for key in ends[0]}
    found: dict[Key, dict[str, Any]] = {}
    order = _ORDERS.get(question.statistic)
    for key, values in _shared(data, what, grouping, order=order).items():
        spelled = [value if question.is_number else canonical(value) or "" for value, _ in values]
        found[key] = {
            "expected": tuple(spelled),
            "sharing": min(sharing for _, sharing in values),
        }
    return found


def _shared(
    data: Dataset, what: Measured, grouping: Grouping, *, order: str | None
) -> dict[Key, list[tuple[Any, int]]]:
    unit = unit_sql(data) or "NULL"
    units = "count(*)" if unit == "NULL" else "count(DISTINCT e)"
    wanted = "c = top" if order is None else "place = 1"
    rows = data.query(
        f"SELECT {grouping.keys}, v, u FROM (SELECT *, "  # noqa: S608
        f"max(c) OVER (PARTITION BY {grouping.keys}) AS top, "
        f"row_number() OVER (PARTITION BY {grouping.keys} ORDER BY {order or 'c DESC, v'}) "
        f"AS place FROM (SELECT {grouping.grouped}, v, count(*) AS c, {units} AS u "
        f"FROM ({grouping.rows(*what.picks, f'{unit} AS e')}) WHERE p "
        f"{grouping.by('v')})) WHERE {wanted} AND place <= {MAX_MODES}",
        grouping.parameters,
    )
    found: dict[Key, list[tuple[Any, int]]] = {}
    width = len(grouping.labels) + 1
    for key, row in grouping.keyed(rows):
        found.setdefault(key, []).append((row[width], row[width + 1]))
    return found
