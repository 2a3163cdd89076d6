"""The columns of a regression's design, from its formula or its coefficients' names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import is_numeric, variable
from output_checker.disclosure.spec import ModelSpec
from output_checker.disclosure.studies.rows_of import Rows, number_of, rows_with

MAX_COLUMNS: Final = 200
_CATEGORY: Final = re.compile(r"C\(\s*(?:Q\(['\"])?(.+?)(?:['\"]\))?\s*\)")
_COEFFICIENT: Final = re.compile(r"(?:C\((.+?)\)|(.+?))\[(?:T\.)?(.*)\]")
_CONSTANTS: Final = frozenset({"const", "intercept", "constant", "1", "(intercept)", "_cons"})
_MISSING_COLUMN: Final = "the formula names {}, which the source does not have"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the design.

    Attributes:
        name: As statsmodels prints its coefficient.
        sql: Its number for one row.
        variable: Source column it comes from; None for the constant.
        label: The category whose members have a 1; None where it is no category.
    """

    name: str
    sql: str
    variable: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Attributes: `categories` are the source columns that enter as categories."""

    outcome: str
    outcome_sql: str
    columns: tuple[Column, ...]
    categories: tuple[str, ...]
    rows: Rows

    @property
    def has_constant(self) -> bool:
        return any(one.variable is None for one in self.columns)


def design_of(data: Dataset, spec: ModelSpec) -> Design:
    """Raises: BadSpec, for a formula that cannot be refitted."""
    outcome, terms, has_constant = _terms(data, spec)
    names = [name for name, _ in terms]
    rows = rows_with(data, [outcome, *names], spec.where)
    columns = [Column(name="Intercept", sql="1.0")] if has_constant else []
    is_first = not has_constant
    for name, is_category in terms:
        if not is_category:
            columns.append(Column(name=name, sql=number_of(data, name), variable=name))
            continue
        columns += _dummies(rows, name, is_full=is_first)
        is_first = False
    if not 1 <= len(columns) <= MAX_COLUMNS:
        raise BadSpec(f"a model must have 1 to {MAX_COLUMNS} coefficients")
    return Design(
        outcome=outcome,
        outcome_sql=number_of(data, outcome),
        columns=tuple(columns),
        categories=tuple(name for name, is_category in terms if is_category),
        rows=rows,
    )


def _terms(data: Dataset, spec: ModelSpec) -> tuple[str, list[tuple[str, bool]], bool]:
    if not spec.formula:
        return spec.outcome, *_from_coefficients(data, spec.terms)
    left, tilde, right = spec.formula.partition("~")
    if not tilde:
        raise BadSpec("a formula is written `y ~ x + C(group)`")
    outcome = left.strip()
    _require(data, outcome)
    has_constant = True
    terms: list[tuple[str, bool]] = []
    for sign, word in re.findall(r"([+-]?)\s*((?:C\([^)]*\)+|[^+\-])+)", right):
        text = word.strip()
        if text in ("0", "1"):
            has_constant = (text == "1") != (sign == "-")
        elif sign == "-":
            raise BadSpec("only `- 1` may be taken out of a formula here")
        else:
            terms.append(_term(data, text))
    return outcome, list(dict.fromkeys(terms)), has_constant


def _term(data: Dataset, text: str) -> tuple[str, bool]:
    if found := _CATEGORY.fullmatch(text):
        _require(data, found[1])
        return found[1], True
    if text not in data.types:
        raise BadSpec(
            f"the term {text!r} is neither a column nor C(column); put what it computes into a "
            "column of the source, or let a checker look"
        )
    return text, not is_numeric(data, variable(data, text))


def _from_coefficients(data: Dataset, names: Sequence[str]) -> tuple[list[tuple[str, bool]], bool]:
    terms: list[tuple[str, bool]] = []
    has_constant = False
    for name in names:
        if name.casefold() in _CONSTANTS:
            has_constant = True
        elif name in data.types:
            terms.append((name, False))
        elif (found := _COEFFICIENT.fullmatch(name)) and (found[1] or found[2]) in data.types:
            terms.append((found[1] or found[2], True))
        else:
            raise BadSpec(f"the coefficient {name!r} is of no column of the source")
    return list(dict.fromkeys(terms)), has_constant


def _dummies(rows: Rows, name: str, *, is_full: bool) -> list[Column]:
    text = f"CAST({column(name)} AS VARCHAR)"
    found = rows.query(f"DISTINCT {column(name)}, {text}")
    levels = sorted({(canonical(value) or "", raw) for value, raw in found}, key=_in_order)
    coded = levels if is_full else levels[1:]
    mark = "" if is_full else "T."
    return [
        Column(
            name=f"C({name})[{mark}{label}]",
            sql=f"CASE WHEN {text} = {_literal(raw)} THEN 1.0 ELSE 0.0 END",
            variable=name,
            label=label,
        )
        for label, raw in coded
    ]


def _in_order(level: tuple[str, str]) -> tuple[bool, float, str]:
    try:
        return False, float(level[0]), ""
    except ValueError:
        return True, 0.0, level[0]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _require(data: Dataset, name: str) -> None:
    if name not in data.types:
        raise BadSpec(_MISSING_COLUMN.format(repr(name)))
