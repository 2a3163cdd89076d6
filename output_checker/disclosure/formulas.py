"""Cells that a spreadsheet program would run instead of showing."""

from collections.abc import Iterator
from typing import Final

from output_checker.disclosure.evidence.numbers import is_suppressed, number
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_LIKE: Final = r"^[=+@\t\r-]"


def find(table: Table) -> Iterator[Finding]:
    """One REVIEW finding for all of them, the header included."""
    places = table.cells.places_of(filter(is_formula, table.cells.others_like(_LIKE)))
    if places:
        first_line, first_column = places[0]
        yield Finding(
            rule="formula",
            verdict=Verdict.REVIEW,
            where=f"lines {few_of([line for line, _ in places])}",
            reason=f"{len(places)} cells begin as a formula does; a spreadsheet would run them",
            mend="write the text without a leading =, +, -, @ or tab",
            position=(first_line - 2, first_column) if first_line > 1 else None,
        )


def is_formula(text: str) -> bool:
    return text.startswith(_STARTS) and number(text) is None and not is_suppressed(text)
