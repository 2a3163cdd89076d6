"""Which rows of a dataset an application asks for, as a form says it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from registry.domain.applications.asked import AskedDataset
from registry.domain.dataset import DatasetVersion, Field
from registry.domain.view_problems import NUMBERS, names_a_person
from registry.domain.view_spec import Comparison, Condition, Value

FEWEST: Final = 3
MOST: Final = 10
MOST_VALUES: Final = 200
_MOST_LETTERS: Final = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow:
    """A line of the form. Attributes: `said` holds one value a line."""

    index: int
    source: str = ""
    comparison: str = ""
    said: str = ""


def condition_rows(asked: AskedDataset) -> tuple[ConditionRow, ...]:
    """What is asked for, and empty lines for more."""
    filled = [
        ConditionRow(
            index=index,
            source=one.source,
            comparison=one.comparison.value,
            said="\n".join(map(str, one.values)),
        )
        for index, one in enumerate(asked.where)
    ]
    lines = max(FEWEST, min(MOST, len(filled) + 1), len(filled))
    return (*filled, *(ConditionRow(index=index) for index in range(len(filled), lines)))


def may_choose_by(dataset: DatasetVersion) -> tuple[str, ...]:
    """The fields by which rows can be chosen."""
    return tuple(
        field.name
        for field in dataset.fields
        if not field.is_never_in_view
        and field.name != dataset.entity
        and not names_a_person(field, dataset)
    )


def read_conditions(
    typed: Mapping[str, str], asked: AskedDataset, dataset: DatasetVersion
) -> tuple[Condition, ...]:
    """What the form says; a line without a column is none. What is wrong is told by the linter."""
    fields = {field.name: field for field in dataset.fields}
    comparisons = {one.value: one for one in Comparison}
    found = []
    for row in condition_rows(asked):
        field = fields.get(typed.get(f"row-source-{row.index}", ""))
        comparison = comparisons.get(typed.get(f"row-comparison-{row.index}", ""), Comparison.IN)
        if field is not None:
            said = typed.get(f"row-values-{row.index}", "")[:_MOST_LETTERS]
            values = [_value(one, field) for line in said.splitlines() if (one := line.strip())]
            found.append(
                Condition(
                    source=field.name, comparison=comparison, values=tuple(values[:MOST_VALUES])
                )
            )
    return tuple(found)


def percent_of(sample: float) -> str:
    return f"{sample * 100:g}"


def read_sample(typed: Mapping[str, str], asked: AskedDataset) -> float:
    """The share that the form asks for as a percentage; 0, which nobody is given, for no number."""
    said = typed.get("sample")
    if said is None:
        return asked.sample
    try:
        percent = float(said.strip() or "100")
    except ValueError:
        return 0.0
    return percent / 100 if 0 < percent <= 100 else 0.0  # noqa: PLR2004


def _value(said: str, field: Field) -> Value:
    """As the column has it; where it cannot be that, as it was typed."""
    if field.type == "boolean":
        return {"true": True, "false": False}.get(said.casefold(), said)
    if field.type in NUMBERS:
        with suppress(ValueError):
            number = float(said)
            return int(number) if number.is_integer() else number
    return said
