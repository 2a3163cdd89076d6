"""Room in the spelling of cells: what a reader does not see can hold what nobody checked.

Blanks around a text, and digits far beyond what any number needs, change nothing that is compared
with the source.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

RULE: Final = "hidden-part"
# A double needs 17, and a few zeros before or after them are how some programs print.
MOST_DIGITS: Final = 24
_LIKE_A_NUMBER: Final = rf"^[0-9.,eE+% -]{{{MOST_DIGITS + 1},}}$"
# What no text without blanks around it begins or ends with, and more.
_LIKE_PADDED: Final = r"^[^!-~]|[^!-~]$"


def find(table: Table) -> Iterator[Finding]:
    """At most two FAIL findings: for blanks, and for digits."""
    cells = table.cells
    padded = cells.lines_with(filter(_is_padded, cells.others_like(_LIKE_PADDED)))
    if padded and not _is_even(table):
        yield _finding(padded, "have cells with blanks around their text, not the same in each")
    long = cells.lines_with(filter(_is_long, cells.others_like(_LIKE_A_NUMBER)))
    if long:
        reason = f"have numbers of more than {MOST_DIGITS} digits, which no source can confirm"
        yield _finding(long, reason)


def _is_padded(text: str) -> bool:
    return text != text.strip()


def _is_even(table: Table) -> bool:
    """Whether blanks only set columns in line, or follow each comma."""
    cells = table.cells
    columns = [
        (name, *one.texts.to_pylist())
        for name, one in zip(cells.header, cells.columns, strict=True)
    ]
    return all(_is_justified(column) or _is_after_commas(column) for column in columns)


def _is_justified(column: Sequence[str]) -> bool:
    width = max(len(text) for text in column)
    left = all(text == text.strip().ljust(width) for text in column)
    return left or all(text == text.strip().rjust(width) for text in column)


def _is_after_commas(column: Sequence[str]) -> bool:
    return all(text == f" {text.strip()}" for text in column) or not any(map(_is_padded, column))


def _is_long(text: str) -> bool:
    return sum(character.isdigit() for character in text) > MOST_DIGITS


def _finding(places: list[int], reason: str) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"lines {few_of(places)}",
        reason=f"{len(places)} lines {reason}",
        mend="write each text and number as it is, as `DataFrame.to_csv` does",
    )
