"""A regression: refitted on the source, its numbers compared, its design judged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import ModelSpec
from output_checker.disclosure.studies.claims import (
    column_of,
    hold,
    place_of,
    printed_label,
    unmatched,
)
from output_checker.disclosure.studies.design import Column, Design, design_of
from output_checker.disclosure.studies.distributions import student_p
from output_checker.disclosure.studies.fit import Fit, fit
from output_checker.disclosure.studies.groups import outcomes
from output_checker.disclosure.studies.rows_of import fewest_of_two
from output_checker.disclosure.studies.subjects import Model, Part

MAX_GROUPS: Final = 2_000
_CONSTANTS: Final = ("const", "intercept", "(intercept)", "constant", "_cons")
_VALUES: Final = ("coef", "coef.", "coefficient", "estimate", "b", "beta", "params")
_ERRORS: Final = ("std err", "std. error", "std error", "se", "bse", "standard error", "std.err.")
_RATIOS: Final = ("t", "z", "t value", "z value", "tvalues", "statistic")
_CHANCES: Final = ("p>|t|", "p>|z|", "p", "p value", "p-value", "pvalues", "pr(>|t|)", "pr(>|z|)")
_LOWERS: Final = ("[0.025", "2.5 %", "ci low", "conf.low", "lower", "ci lower")
_UPPERS: Final = ("0.975]", "97.5 %", "ci high", "conf.high", "upper", "ci upper")
_BOUNDS: Final = (*_LOWERS, *_UPPERS)
_RECORD_WORDS: Final = ("resid", "fitted", "leverage", "influence", "cook", "hat", "dffits",
                        "predict", "yhat")  # fmt: skip
_LEAST_VECTOR: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Refitted:
    """Attributes: `model` is None where the file holds none of the model's own numbers."""

    model: Model
    findings: tuple[Finding, ...]


def refit(data: Dataset, table: Table, spec: ModelSpec, *, depth: int) -> Refitted:
    """Fit it again, and hold the file against that.

    Args:
        data: The source.
        table: As printed.
        spec: What the researcher says it is.
        depth: How many of a group's largest contributions its rules look at.

    Raises:
        BadSpec: A formula that cannot be refitted.
    """
    design = design_of(data, spec)
    found = fit(design, spec.model)
    groups, are_all = _groups(table, design, depth)
    kept = [design.columns[place] for place in found.kept]
    model = Model(
        units=found.units,
        rank=len(kept),
        is_saturated=are_all and len(groups) <= len(kept),
        groups=groups,
        dummies=(*_dummies(table, design, kept), *_references(design)),
        is_perfect=found.is_perfect,
        record_columns=_per_record(table, found),
    )
    return Refitted(model=model, findings=tuple(_compare(table, kept, found)))


def _groups(table: Table, design: Design, depth: int) -> tuple[tuple[Part, ...], bool]:
    """People alike in every regressor, where all are categories or have at most two values."""
    names = [one for one in design.columns if one.variable is not None]
    if any(one.label is None and not _is_coded(design, one) for one in names):
        return (), False
    found = outcomes(design, [one.sql for one in names], depth=depth, most=MAX_GROUPS)
    if len(found) > MAX_GROUPS:
        return (), False
    return tuple(
        _group(_labels(table, design, names, key), evidence) for key, evidence in found.items()
    ), True


def _group(labels: Mapping[str, str], evidence: CellEvidence) -> Part:
    where = "a group that has a mean of its own in the model"
    cell = Cell(labels=labels, where=where, statistic=Statistic.MEAN, evidence=evidence)
    return Part(
        labels=labels or None, where=where, units=evidence.units, statbarn=cell.statbarn, cell=cell
    )


def _labels(
    table: Table, design: Design, names: list[Column], row: tuple[Any, ...]
) -> dict[str, str]:
    labels = dict.fromkeys(design.categories, "the reference category")
    for one, value in zip(names, row, strict=True):
        if one.label is None:
            labels[one.variable or ""] = printed_label(table, f"{value:g}")
        elif value:
            labels[one.variable or ""] = printed_label(table, one.label)
    return labels


def _is_coded(design: Design, column: Column) -> bool:
    return bool(design.rows.query(f"count(DISTINCT ({column.sql})) <= 2")[0][0])


def _dummies(table: Table, design: Design, kept: list[Column]) -> Iterator[Part]:
    own = [one for one in kept if one.variable is not None]
    counts = fewest_of_two(design.rows, [one.sql for one in own])
    for one, units in zip(own, counts, strict=True):
        if units is not None:
            label = "one of two values" if one.label is None else printed_label(table, one.label)
            yield Part(
                labels={one.variable or "": label},
                where=f"a coefficient of {one.variable!r}",
                units=units,
            )


def _references(design: Design) -> Iterator[Part]:
    """Who is in no column of a category: the others' coefficients are differences from them."""
    for name in design.categories:
        coded = [one.sql for one in design.columns if one.variable == name]
        nowhere = " AND ".join(f"({sql}) = 0" for sql in coded) or "true"
        units = design.rows.query(design.rows.units_where(nowhere))[0][0]
        if units:
            yield Part(
                labels={name: "the reference category"},
                where=f"the coefficients of {name!r}",
                units=units,
            )


def _per_record(table: Table, found: Fit) -> tuple[str, ...]:
    """Columns of numbers as long as the sample, or named as what regressions give per record."""
    named = [
        title for title in table.header
        if any(word in title.casefold() for word in _RECORD_WORDS)
        and len(table.rows) >= _LEAST_VECTOR
    ]  # fmt: skip
    if len(table.rows) > max(_LEAST_VECTOR, len(found.kept)) and len(table.rows) == found.records:
        return table.header
    return tuple(named)


def _compare(table: Table, kept: list[Column], found: Fit) -> Iterator[Finding]:
    value, error = column_of(table, _VALUES), column_of(table, _ERRORS)
    known = {
        place for names in (_VALUES, _ERRORS, _RATIOS, _CHANCES, *((one,) for one in _BOUNDS))
        if (place := column_of(table, names)) is not None
    }  # fmt: skip
    if value is None or not found.is_refitted:
        why = "no column holds coefficients" if value is None else "a probit is not refitted"
        yield unmatched("the whole file", reason=f"{why}, so its numbers were not compared")
        return
    for place, title in enumerate(table.header):
        if place and place not in known:
            yield unmatched(f"column {title!r}", reason="nothing of the model accounts for it")
    by_name = {_plain(one): at for at, one in enumerate(kept)}
    for row, line in enumerate(table.rows):
        at = by_name.get(_canonical_term(line[0]))
        if at is None:
            yield unmatched(f"row {row + 1}", (row, 0), "the refitted model has no such term")
            continue
        yield from hold(line[value], found.coefficients[at], place_of(table, row, value),
                        (row, value))  # fmt: skip
        if error is not None:
            yield from hold(line[error], found.errors[at], place_of(table, row, error),
                            (row, error))  # fmt: skip
        yield from _derived(table, row, found, at)


def _derived(table: Table, row: int, found: Fit, at: int) -> Iterator[Finding]:
    """Numbers that follow from a coefficient and its error."""
    error = found.errors[at]
    if not error:
        return
    line, value = table.rows[row], found.coefficients[at]
    ratio = value / error
    place = column_of(table, _RATIOS)
    if place is not None:
        yield from hold(line[place], ratio, place_of(table, row, place), (row, place))
    place = column_of(table, _CHANCES)
    if place is not None:
        chance = student_p(ratio, found.freedom)
        yield from hold(line[place], chance, place_of(table, row, place), (row, place))
    for name in _BOUNDS:
        if (place := column_of(table, (name,))) is not None:
            if numbers.is_blank(line[place]) or numbers.is_suppressed(line[place]):
                continue
            printed = numbers.number(line[place])
            side = -1 if name in _LOWERS else 1
            reach = side * (float(printed) - value) / error if printed is not None else 0.0
            # Where a bound of 95 % lies for one degree of freedom and for very many.
            if not 1.9 <= reach <= 12.8:  # noqa: PLR2004
                yield unmatched(place_of(table, row, place), (row, place))


def _plain(column: Column) -> str:
    if column.variable is None:
        return "constant"
    if column.label is None:
        return column.variable.casefold()
    return f"{column.variable}[{column.label}]".casefold()


def _canonical_term(text: str) -> str:
    name = text.strip().casefold()
    if name in _CONSTANTS:
        return "constant"
    name = name.replace("[t.", "[")
    if name.startswith("c(") and ")[" in name:
        variable, _, label = name[2:].partition(")[")
        return f"{variable.strip()}[{label}"
    return name
