"""How files write what is done to a column: `year_of`, or with its figures `{band: [16, 25]}`."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import (
    AllowInfNan,
    BeforeValidator,
    StrictFloat,
    StrictInt,
    TypeAdapter,
    ValidationError,
)

from registry.adapters.fields import Bound
from registry.domain.view_spec import Transform, TransformKind

_PLAIN: Final = frozenset(
    (
        TransformKind.KEEP,
        TransformKind.YEAR_OF,
        TransformKind.FLAG,
        TransformKind.TRUNCATE_POSTCODE,
        TransformKind.HASH,
    )
)
_NUMBER: Final = TypeAdapter(Bound)
_NUMBERS: Final = TypeAdapter(tuple[StrictInt | Annotated[StrictFloat, AllowInfNan(False)], ...])
_WORDS: Final = (
    "must be keep, year_of, flag, truncate_postcode or hash, or one of {band: [16, 25]}, "
    "{topcode: 100000} and {round: 10}"
)


def _read(value: object) -> Transform:
    if isinstance(value, Transform):
        return value
    if isinstance(value, str) and value in _PLAIN:
        return Transform(kind=TransformKind(value))
    if isinstance(value, Mapping) and len(value) == 1:
        ((kind, figures),) = value.items()
        return _with_figures(kind, figures)
    raise ValueError(_WORDS)


def _with_figures(kind: object, figures: object) -> Transform:
    try:
        if kind == TransformKind.BAND:
            return Transform(kind=TransformKind.BAND, edges=_edges(figures))
        number = _NUMBER.validate_python(figures, strict=False)
    except ValidationError:
        raise ValueError(_WORDS) from None
    if kind == TransformKind.TOPCODE:
        return Transform(kind=TransformKind.TOPCODE, limit=number)
    if kind == TransformKind.ROUND and number > 0:
        return Transform(kind=TransformKind.ROUND, unit=number)
    raise ValueError(_WORDS)


def _edges(figures: object) -> tuple[float, ...]:
    edges = _NUMBERS.validate_python(figures)
    rising = all(low < high for low, high in pairwise(edges))
    if not edges or not rising:
        raise ValueError("a band's edges must be one or more numbers, each above the one before")
    try:
        return tuple(map(float, edges))
    except OverflowError:
        raise ValueError("a band's edges must be numbers that a computer can hold") from None


TransformInFile = Annotated[Any, BeforeValidator(_read)]
