"""A sheet of a book as it is read cell by cell, and the parts that it becomes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.readers.artefacts import Note, NoteKind, Part, Table, Text
from output_checker.disclosure.readers.refusal import Refusal

MAX_CELLS: Final = 1_000_000
MAX_PRINTED: Final = 4_000_000
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
_HIDDEN_LINES: Final = "hidden rows and columns"
_HIDDEN_SHEET: Final = "a hidden sheet"


@dataclass(slots=True, kw_only=True)
class Sheet:
    """What is told of one sheet.

    Attributes:
        cells: Text by row and column; blank cells are not in it.
        hidden_rows, hidden_columns: Numbers of those that are not drawn.
        unseen: How many cells hold something that is drawn as nothing.
    """

    is_hidden: bool = False
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unseen: int = 0
    formulas: list[str] = field(default_factory=list)
    count: int = 0
    printed: int = 0

    def put(self, row: int, column: int, text: str) -> None:
        """Raises: Refusal, for a second value in one place and for too many."""
        if not text:
            return
        if not (0 <= row < MAX_ROWS and 0 <= column < MAX_COLUMNS):
            raise Refusal("a cell lies outside of the sheet")
        cells = self.cells.setdefault(row, {})
        if column in cells:
            raise Refusal("a sheet has two values in one cell", NoteKind.HIDDEN)
        cells[column] = text
        self.count += 1
        if self.count > MAX_CELLS:
            raise Refusal(f"more than {MAX_CELLS} cells; publish a smaller table")

    def parts(self, place: str) -> list[Part]:
        """What is drawn as a table, the words above it, and the whole where something is not."""
        every = {column for cells in self.cells.values() for column in cells}
        if not every:
            return []
        rows = sorted(row for row in self.cells if self.cells[row])
        hidden = _HIDDEN_SHEET if self.is_hidden else ""
        shown = [row for row in rows if row not in self.hidden_rows]
        seen = every - self.hidden_columns
        parts = self._table(shown, seen, place, hidden)
        if len(shown) < len(rows) or len(seen) < len(every):
            # With what stands beside it, for it is rows that are looked for.
            which = rows
            if len(seen) == len(every):
                which = [*shown[:1], *(row for row in rows if row in self.hidden_rows)]
            parts += self._table(which, every, place, _HIDDEN_LINES)
        return parts

    def notes(self, place: str) -> list[Note]:
        if not self.unseen:
            return []
        reason = f"{self.unseen} cells hold something and are drawn as if they were empty"
        return [Note(kind=NoteKind.HIDDEN, reason=reason, place=place)]

    def _table(
        self, rows: list[int], columns: Collection[int], place: str, hidden: str
    ) -> list[Part]:
        blocks = [*self._blocks(rows, columns)]
        parts = []
        for number, block in enumerate(blocks, start=1):
            named = f"table {number}" if len(blocks) > 1 else ""
            where = ", ".join(one for one in (place, named) if one)
            parts += self._block(block, columns, where, hidden)
        return parts

    def _blocks(self, rows: list[int], columns: Collection[int]) -> Iterator[list[int]]:
        """Rows up to a blank one below which there are names again."""
        block: list[int] = []
        is_table = False
        for at, row in enumerate(rows):
            is_apart = is_table and row > block[-1] + 1 and not self.cells.get(row - 1)
            if is_apart and self._is_headed(rows[at : at + _MOST_TITLES], columns):
                yield block
                block, is_table = [], False
            block.append(row)
            is_table |= len(self.cells[row]) > 1
        yield block

    def _is_headed(self, rows: list[int], columns: Collection[int]) -> bool:
        """Whether the first row has names and no numbers, or does so below some titles."""
        first = min(columns)
        for row in rows:
            cells = self.cells[row]
            if any(numbers.number(text) is not None for text in cells.values()):
                return False
            if [*cells] != [first]:
                return True
        return False

    def _block(
        self, rows: list[int], columns: Collection[int], place: str, hidden: str
    ) -> list[Part]:
        """Rows of one value in the first column, above the first other row, are words."""
        order = sorted({column for row in rows for column in self.cells[row]} & {*columns})
        if not order:
            return []
        self.printed += len(rows) * len(order)
        if self.printed > MAX_PRINTED:
            raise Refusal(f"more than {MAX_PRINTED} places for cells; publish a smaller table")
        printed = [tuple(self.cells[row].get(column, "") for column in order) for row in rows]
        above = 0
        if len(order) > 1 and len(printed) > 1:
            is_title = [bool(row[0]) and not any(row[1:]) for row in printed]
            above = is_title.index(False) if False in is_title else 0
        parts = []
        if above:
            text = Text(text="\n".join(row[0] for row in printed[:above]))
            where = ", ".join(one for one in (place, "above the table") if one)
            parts.append(Part(artefact=text, place=where, hidden=hidden))
        header, *body = printed[above:]
        table = Table(header=header, rows=tuple(body))
        return [*parts, Part(artefact=table, place=place, hidden=hidden)]


def book(sheets: list[Sheet], names: list[str]) -> tuple[list[Part], list[Note]]:
    """The parts of all sheets; the names that sheets have been given are words like others."""
    parts: list[Part] = []
    notes: list[Note] = []
    numbered = len(sheets) > 1
    for number, sheet in enumerate(sheets, start=1):
        place = f"sheet {number}" if numbered else ""
        parts += sheet.parts(place)
        notes += sheet.notes(place)
        if sheet.formulas:
            text = Text(text="\n".join(sheet.formulas))
            hidden = _HIDDEN_SHEET if sheet.is_hidden else ""
            parts.append(Part(artefact=text, place=f"formulas of sheet {number}", hidden=hidden))
    given = [name for name in names if not _is_usual(name)]
    if given:
        parts.append(Part(artefact=Text(text="\n".join(given)), place="names of sheets"))
    return parts, notes


def _is_usual(name: str) -> bool:
    """Such as programs give: a word for a sheet and a small number."""
    word = name.strip().rstrip("0123456789").strip().lower()
    return word in _WORDS and len(name) <= _MOST_USUAL


_WORDS: Final = frozenset({
    "sheet", "chart", "tabelle", "feuil", "feuille", "hoja", "foglio", "blad", "planilha", "ark",
    "table",
})  # fmt: skip
_MOST_USUAL: Final = 10
_MOST_TITLES: Final = 6
