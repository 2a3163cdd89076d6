"""Leave out a variable that spans the table, or a column of numbers."""

from collections.abc import Iterator, Sequence

from output_checker.disclosure.advice.drafts import Kind, Plan, Step
from output_checker.disclosure.advice.original import Measure, Original
from output_checker.disclosure.model import Finding


def without_variable(original: Original) -> Iterator[tuple[Plan, Step]]:
    """Each of the dimensions in turn, where another is left."""
    if len(original.names) > 1:
        for name in original.names:
            words = f"leave out the variable {name!r}"
            yield Plan(dropped=frozenset({name})), Step(kind=Kind.DROP_VARIABLE, words=words)


def without_column(original: Original, bad: Sequence[Finding]) -> Iterator[tuple[Plan, Step]]:
    """Each column of numbers that a finding is about, then all of them; never the last one."""
    places = {one.position for one in bad}
    about = [one for one in original.measures if _has(one, places)]
    choices = [[one] for one in about] + ([about] if len(about) > 1 else [])
    for chosen in choices:
        if len(chosen) < len(original.measures):
            names = [one.name for one in chosen]
            words = f"leave out the column{'s' if len(names) > 1 else ''} {_listed(names)}"
            yield Plan(left_out=frozenset(names)), Step(kind=Kind.DROP_COLUMN, words=words)


def _has(measure: Measure, places: set[tuple[int, int] | None]) -> bool:
    return any(cell.position in places for cell in measure.printed)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
