"""Between which counts the true one lies, for whoever reads a rounded or perturbed number."""

from collections.abc import Sequence

from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.evidence.question import Key
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.suppression.equations import Room
from output_checker.disclosure.suppression.system import numbers_rounded_to


def rooms(table: Published, keys: Sequence[Key], counts: Sequence[float]) -> list[Room] | None:
    """For each printed count what it says of the true one; None where it says all.

    Args:
        keys: Of the printed counts.
        counts: The true ones, for what is no longer known of a table.
    """
    if table.is_exact:
        return None
    printed = {one.key: one.value for one in table.shown}
    pairs = [(printed.get(key), count) for key, count in zip(keys, counts, strict=True)]
    if table.noise:
        return [_changed(value, count, table.noise) for value, count in pairs]
    rounding = Rounding(base=table.base, is_midpoint=table.is_midpoint)
    values = [rounding.of(count) if value is None else value for value, count in pairs]
    # Where each is the nearest, a reader can take them for the nearest.
    is_nearest = all(
        abs(value - count) <= rounding.base / 2 for value, count in zip(values, counts, strict=True)
    )
    return [numbers_rounded_to(value, rounding, nearest=is_nearest) for value in values]


def _changed(value: float | None, count: float, most: int) -> Room:
    value = count if value is None else value
    return Room(low=max(0.0, value - most), high=value + most)
