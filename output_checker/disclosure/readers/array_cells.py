"""Arrays as rows of texts, bounded."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.artefacts import Array
from output_checker.disclosure.readers.number_forms import Form
from output_checker.disclosure.readers.refusal import Refusal

MAX_CELLS: Final = 2_000_000
_MOST_AXES: Final = 32
# Wider than that, nobody's table lies in the rows.
_MOST_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Columns of texts of one length, and the shape that they were given in.

    Attributes: `names` are those of the columns, where they are fields of records.
    """

    shape: tuple[int, ...]
    columns: tuple[Sequence[str], ...]
    names: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def is_vector(self) -> bool:
        return len(self.columns) == 1


class Budget:
    """How many cells one file may still have."""

    def __init__(self) -> None:
        self._left = MAX_CELLS

    def take(self, cells: int) -> None:
        """Raises: Refusal."""
        self._left -= cells
        if self._left < 0:
            raise Refusal(f"more than {MAX_CELLS} values; publish less")


def sized(shape: Any) -> tuple[int, ...]:
    """A shape that is one. Raises: Refusal."""
    if (
        not isinstance(shape, list | tuple)
        or len(shape) > _MOST_AXES
        or any(type(one) is not int or one < 0 for one in shape)
    ):
        raise Refusal("an array has a shape that none can have")
    return tuple(shape)


def of_bytes(
    form: Form, shape: tuple[int, ...], data: bytes, budget: Budget, *, is_turned: bool = False
) -> Grid:
    """An array as it lies in memory; `is_turned` where its first axis runs fastest.

    Raises: Refusal, where there are other bytes than the shape says.
    """
    count = math.prod(shape)
    if count * form.size != len(data) or (count and not form.size):
        raise Refusal("an array has other bytes than its shape says")
    budget.take(count * max(len(form.fields), 1))
    flat = number_forms.columns(form, data) if count else []
    if len(flat) != 1:
        names = tuple(name for name, _, _ in form.fields)
        return Grid(shape=shape, columns=tuple(flat), names=names)
    return of_items(shape, flat[0], is_turned=is_turned)


def of_items(shape: tuple[int, ...], items: Sequence[str], *, is_turned: bool = False) -> Grid:
    """One text an item, in the order in which they lie."""
    if math.prod(shape) != len(items):
        raise Refusal("an array has other values than its shape says")
    if not items:
        return Grid(shape=shape, columns=())
    width = shape[-1] if len(shape) > 1 else 1
    down = len(items) // width
    if is_turned:
        columns = tuple(items[at * down : (at + 1) * down] for at in range(width))
    else:
        columns = tuple(items[at::width] for at in range(width))
    return Grid(shape=shape, columns=columns)


def turned(grid: Grid) -> Grid:
    rows = tuple(zip(*grid.columns, strict=True))
    return Grid(shape=grid.shape, columns=rows)


def array_of(name: str, grid: Grid) -> Array | None:
    """None for what holds nothing; on its side where it is wider than any table."""
    if len(grid.columns) > max(grid.length, _MOST_COLUMNS) and not grid.names:
        grid = turned(grid)
    if not grid.length:
        return None
    rows = tuple(zip(*grid.columns, strict=True))
    return Array(name=name, shape=grid.shape, rows=rows)


def joined(grids: Iterable[Grid]) -> list[Grid]:
    """Vectors of one length side by side, as they may be columns of one table."""
    found: dict[int, list[Grid]] = {}
    for grid in grids:
        found.setdefault(grid.length, []).append(grid)
    return [
        Grid(shape=(length, sum(len(one.columns) for one in together)),
             columns=tuple(column for one in together for column in one.columns))
        for length, together in found.items()
        if length
    ]  # fmt: skip
