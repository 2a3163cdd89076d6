"""Printed numbers of a study, held against what the source gives."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table

# An iterative fit stops a little short of where another one does.
_RELATIVE = 1e-5


def agrees(printed: Decimal, expected: float, *, relative: float = _RELATIVE) -> bool:
    """Whether a number is the expected one at the precision it is printed with."""
    slack = numbers.half_a_digit(printed) + relative * abs(expected) + 1e-9
    return abs(float(printed) - expected) <= slack


def unmatched(where: str, position: tuple[int, int] | None = None, reason: str = "") -> Finding:
    return Finding(
        rule="source-match",
        verdict=Verdict.REVIEW,
        where=where,
        reason=reason or "the number does not match what the source gives",
        mend="say in the spec which rows it rests on, or explain how the number was made",
        position=position,
    )


def hold(
    text: str, expected: float | Iterable[float] | None, where: str, position: tuple[int, int]
) -> Iterator[Finding]:
    """A finding unless the text is (one of) the expected, or is withheld."""
    if numbers.is_blank(text) or numbers.is_suppressed(text):
        return
    printed = numbers.number(text)
    wanted = [] if expected is None else [expected] if isinstance(expected, float | int) else (
        list(expected)
    )  # fmt: skip
    if printed is None or not any(agrees(printed, one) for one in wanted):
        yield unmatched(where, position)


def column_of(table: Table, names: Sequence[str]) -> int | None:
    """The first column that has one of the names, however it is capitalised."""
    titles = [" ".join(title.casefold().replace("_", " ").split()) for title in table.header]
    return next((titles.index(name) for name in names if name in titles), None)


def place_of(table: Table, row: int, column: int) -> str:
    return f"row {row + 1}, column {table.header[column]!r}"


def printed_label(table: Table, label: str) -> str:
    """A label of the source, only where the file prints it itself."""
    is_printed = any(label in text for line in (table.header, *table.rows) for text in line)
    return label if is_printed else "a category that the file does not name"
