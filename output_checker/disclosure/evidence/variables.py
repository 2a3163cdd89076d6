"""A column of the source as SQL: when a value is there, and what number it is."""

from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.evidence.columns import column as source_column
from output_checker.disclosure.evidence.labels import MISSING_WORDS
from output_checker.disclosure.evidence.source import Dataset

_FRACTIONAL: Final = ("FLOAT", "DOUBLE")
_WHOLE: Final = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "BOOLEAN",
)  # fmt: skip
_MISSING_LIST: Final = ", ".join("'" + word + "'" for word in sorted(MISSING_WORDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """`present` and `number` are SQL over one row; `number` is NULL where none is held."""

    column: str
    kind: str

    @property
    def raw(self) -> str:
        return source_column(self.column)

    @property
    def is_text(self) -> bool:
        return self.kind == "VARCHAR"

    @property
    def present(self) -> str:
        if self.is_text:
            return f"({self.raw} IS NOT NULL AND trim({self.raw}) NOT IN ({_MISSING_LIST}))"
        if self.kind in _FRACTIONAL:
            return f"({self.raw} IS NOT NULL AND NOT isnan({self.raw}))"
        return f"({self.raw} IS NOT NULL)"

    @property
    def number(self) -> str:
        if self.kind in _WHOLE or self.kind.startswith("DECIMAL"):
            return f"CAST({self.raw} AS DOUBLE)"
        if self.kind in _FRACTIONAL or self.is_text:
            return f"nullif(TRY_CAST({self.raw} AS DOUBLE), 'nan'::DOUBLE)"
        return "NULL::DOUBLE"


def variable(data: Dataset, column: str) -> Variable:
    return Variable(column=column, kind=data.types[column])


def is_numeric(data: Dataset, item: Variable) -> bool:
    """Whether every value that is there is a number. Text columns are looked through, once."""
    if not item.is_text:
        return item.number != "NULL::DOUBLE"
    if item.column not in data.numeric:
        others = f"{item.present} AND {item.number} IS NULL"
        sql = f"SELECT count(*) FILTER (WHERE {others}) FROM haven_source"  # noqa: S608
        data.numeric[item.column] = int(data.query(sql)[0][0]) == 0
    return data.numeric[item.column]
