"""How unequally a total is spread over units: Gini, Herfindahl, entropy, share of the largest.

Contributions are summed by entity first where there is one. A number computed over rows
instead is accepted as what it is, and judged by the units all the same.
"""

from typing import Any, Final

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.grouping import Grouping
from output_checker.disclosure.evidence.measured import Measured, unit_sql
from output_checker.disclosure.evidence.question import Key, Question
from output_checker.disclosure.evidence.source import Dataset

_FORMULAS: Final = {
    Statistic.GINI: "2 * sum(place * x) / (count(x) * sum(x)) - (count(x) + 1) / count(x)",
    Statistic.HERFINDAHL: "sum(x * x) / power(sum(x), 2)",
    Statistic.ENTROPY: (
        "(sum(x) FILTER (WHERE x > 0) * ln(sum(x)) - sum(x * ln(x)) FILTER (WHERE x > 0)) / sum(x)"
    ),
}


def concentrations(
    data: Dataset, question: Question, what: Measured, grouping: Grouping
) -> dict[Key, dict[str, Any]]:
    unit = unit_sql(data)
    found: dict[Key, tuple[float, ...]] = {}
    for by in dict.fromkeys((unit, None)):
        for key, row in grouping.keyed(_measure(data, question, what, grouping, by)):
            if row[-1] is not None:
                found[key] = (*found.get(key, ()), row[-1])
    return {key: {"expected": values} for key, values in found.items()}


def _measure(
    data: Dataset, question: Question, what: Measured, grouping: Grouping, unit: str | None
) -> list[tuple[Any, ...]]:
    if question.statistic is Statistic.TOP_SHARE:
        formula = f"list_sum(max(x, {int(question.level or 1)})) / nullif(sum(x), 0)"
    else:
        formula = _FORMULAS[question.statistic]
    # A row without an entity is nobody's: it has a number of its own here.
    who = "row_number() OVER ()" if unit is None else unit
    return data.query(
        f"SELECT {grouping.keys}, CASE WHEN sum(x) > 0 THEN {formula} END FROM (SELECT *, "  # noqa: S608
        f"row_number() OVER (PARTITION BY {grouping.keys} ORDER BY x) AS place FROM ("
        f"SELECT {grouping.grouped}, e, sum(v) AS x FROM "
        f"({grouping.rows(*what.picks, f'{who} AS e')}) WHERE p {grouping.by('e')})) "
        f"GROUP BY {grouping.keys}",
        grouping.parameters,
    )
