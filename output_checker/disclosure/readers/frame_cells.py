"""Columns of frames as texts, whatever library has read them."""

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.artefacts import Part, Table, Text
from output_checker.disclosure.readers.refusal import Refusal

MAX_CELLS: Final = 2_000_000


def require_size(rows: int, columns: int) -> None:
    """Raises: Refusal, for a frame that is not worth unfolding."""
    if rows * columns > MAX_CELLS:
        raise Refusal(f"more than {MAX_CELLS} cells; publish a smaller table")


def texts(values: Sequence[Any]) -> list[str]:
    """Each value as it would be printed; nothing where it is missing."""
    if values and all(type(one) is float for one in values):
        return number_forms.floats(values)
    return [text(one) for one in values]


def text(value: Any) -> str:
    found = str(value)
    if value is None or value != value:  # noqa: PLR0124 - NaN, and its likes, differ from themselves
        found = ""
    elif isinstance(value, bool):
        found = "true" if value else "false"
    elif isinstance(value, float):
        found = number_forms.floats([value])[0] if math.isfinite(value) else found
    elif isinstance(value, bytes):
        found = value.decode(errors="replace")
    elif isinstance(value, dt.datetime):
        found = number_forms.moment(value)
    elif isinstance(value, Decimal):
        found = f"{value:f}"
    return found


def parts(header: Sequence[str], columns: Sequence[Sequence[str]], lines: Sequence[str]) -> tuple[
    Part, ...
]:  # fmt: skip
    """The table, then whatever else the file says, a line each."""
    rows = tuple(zip(*columns, strict=True)) if columns else ()
    found = [Part(artefact=Table(header=tuple(header), rows=rows))]
    if lines:
        said = Text(text="\n".join(lines))
        found.append(Part(artefact=said, place="labels", hidden=""))
    return tuple(found)
