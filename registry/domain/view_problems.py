"""What a view may not say, given the fields of the dataset version that it is made from.

Rows are not chosen by what names somebody: that would write the names into the view.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from math import isfinite
from typing import Final

from registry.domain.dataset import DatasetVersion, Field, FieldRole
from registry.domain.errors import Problem
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
)

MAX_NAME: Final = 250
RESERVED: Final = "haven_"
NUMBERS: Final = frozenset(("integer", "number", "year"))
_WHOLE: Final = frozenset(("integer", "year"))
_DATES: Final = frozenset(("date", "datetime"))
_FITS: Final[Mapping[TransformKind, frozenset[str]]] = {
    TransformKind.YEAR_OF: _DATES,
    TransformKind.BAND: NUMBERS,
    TransformKind.FLAG: frozenset(("boolean", "integer", "number", "string")),
    TransformKind.TRUNCATE_POSTCODE: frozenset(("string",)),
    TransformKind.TOPCODE: frozenset(("integer", "number")),
    TransformKind.ROUND: frozenset(("integer", "number")),
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def view_problems(view: ViewSpec, dataset: DatasetVersion, *, path: str) -> Iterator[Problem]:
    """Everything that keeps a view from being made, each with its path.

    Args:
        path: Where the view stands, such as `project.grants[0].view`.
    """
    fields = {field.name: field for field in dataset.fields}
    if not view.columns:
        yield Problem(path=f"{path}.columns", message="must hold one column or more")
    folded = Counter(name.casefold() for name in fields)
    yield from _names(view, fields, folded, path)
    for index, column in enumerate(view.columns):
        where = f"{path}.columns[{index}]"
        if field := fields.get(column.source):
            yield from _twin(field, folded, f"{where}.source")
        yield from _column(column, dataset, fields, where)
    for index, condition in enumerate(view.where):
        where = f"{path}.where[{index}]"
        if field := fields.get(condition.source):
            yield from _twin(field, folded, f"{where}.source")
        yield from _condition(condition, dataset, fields, where)
    if not 0 < view.sample <= 1:
        yield Problem(path=f"{path}.sample", message="must be above 0 and at most 1")


def whole_version_problems(dataset: DatasetVersion, *, path: str) -> Iterator[Problem]:
    """Why nobody can be given the whole of a dataset version."""
    hidden = sorted(field.name for field in dataset.fields if field.is_never_in_view)
    if hidden:
        message = f"needs a view: nobody is given {', '.join(hidden)} of {dataset.version_id}"
        yield Problem(path=path, message=message)


def names_a_person(field: Field, dataset: DatasetVersion) -> bool:
    return field.role is FieldRole.DIRECT_IDENTIFIER or field.name in dataset.identifiers


def _names(
    view: ViewSpec, fields: Mapping[str, Field], folded: Mapping[str, int], path: str
) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, column in enumerate(view.columns):
        where = f"{path}.columns[{index}].name"
        name = column.name
        if not name.strip() or len(name) > MAX_NAME or _CONTROL.search(name):
            message = f"must be 1 to {MAX_NAME} printable characters"
            yield Problem(path=where, message=message)
        if name.casefold().startswith(RESERVED):
            yield Problem(path=where, message=f"may not start with {RESERVED}")
        # What reads the file may not tell capitals from small letters.
        first = seen.setdefault(name.casefold(), index)
        if first != index:
            message = f"is the name of a column already, at {path}.columns[{first}].name"
            yield Problem(path=where, message=message)
        own = column.source in fields and column.source.casefold() == name.casefold()
        if name != column.source and folded.get(name.casefold(), 0) > own:
            yield Problem(path=where, message="is the name of another column of the dataset")


def _column(
    column: ViewColumn, dataset: DatasetVersion, fields: Mapping[str, Field], path: str
) -> Iterator[Problem]:
    field = fields.get(column.source)
    if field is None:
        yield Problem(path=f"{path}.source", message=_unknown(dataset))
        return
    if field.is_never_in_view:
        yield Problem(path=f"{path}.source", message="is given to nobody in any form")
    transform, where = column.transform, f"{path}.transform"
    if names_a_person(field, dataset) and transform.kind is not TransformKind.HASH:
        yield Problem(path=where, message="must be hash, or left out: the column names somebody")
    fits = _FITS.get(transform.kind)
    if fits is not None and field.type not in fits:
        message = f"{transform.kind} does not fit a column of type {field.type}"
        yield Problem(path=where, message=message)
    if words := _wrong_figures(transform):
        yield Problem(path=where, message=words)


def _twin(field: Field, folded: Mapping[str, int], path: str) -> Iterator[Problem]:
    if folded[field.name.casefold()] > 1:
        message = "is the name of another column too but for capitals, so no view is made of it"
        yield Problem(path=path, message=message)


def _wrong_figures(transform: Transform) -> str | None:
    edges, kind = transform.edges, transform.kind
    numbers = [*edges, *(one for one in (transform.limit, transform.unit) if one is not None)]
    if not all(map(_is_finite, numbers)):
        return "must have finite numbers"
    rising = bool(edges) and all(low < high for low, high in pairwise(edges))
    if kind is TransformKind.BAND and not rising:
        return "a band's edges must be one or more numbers, each above the one before"
    if kind is TransformKind.TOPCODE and transform.limit is None:
        return "topcode needs the number that any larger one becomes"
    if kind is TransformKind.ROUND and (transform.unit is None or transform.unit <= 0):
        return "round needs a number above 0"
    return None


def _condition(
    condition: Condition, dataset: DatasetVersion, fields: Mapping[str, Field], path: str
) -> Iterator[Problem]:
    field = fields.get(condition.source)
    if field is None:
        yield Problem(path=f"{path}.source", message=_unknown(dataset))
        return
    if field.is_never_in_view or names_a_person(field, dataset) or field.name == dataset.entity:
        message = "names somebody or is given to nobody, so rows are not chosen by it"
        yield Problem(path=f"{path}.source", message=message)
    where = f"{path}.{condition.comparison}"
    if not condition.values:
        yield Problem(path=where, message="must hold one value or more")
    elif not all(_is_of(field.type, value) for value in condition.values):
        message = f"must hold values of the column's type, {field.type}"
        yield Problem(path=where, message=message)
    is_an_end = condition.comparison in (Comparison.AT_LEAST, Comparison.BELOW)
    if not is_an_end and field.type in _WHOLE and any(map(_is_fraction, condition.values)):
        yield Problem(path=where, message="must hold whole numbers")
    if is_an_end and (len(condition.values) != 1 or field.type not in NUMBERS | _DATES):
        message = "must be one number of a column of numbers, or one date of a column of dates"
        yield Problem(path=where, message=message)


def _is_of(kind: str, value: str | float | bool) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in NUMBERS:
        return not isinstance(value, bool | str) and _is_finite(value)
    if kind in _DATES:
        return isinstance(value, str) and _is_a_day(value)
    return isinstance(value, str)


def _is_finite(number: float) -> bool:
    """Whether it is one that a computer's number can be: whole ones have no end in a file."""
    try:
        return isfinite(number)
    except OverflowError:
        return False


def _is_fraction(value: str | float | bool) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _is_a_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _unknown(dataset: DatasetVersion) -> str:
    return f"is no column of {dataset.version_id}"
