"""Cells that come one by one, some over several places, made into a table."""

from collections import defaultdict
from typing import Final

from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.refusal import Refusal

MAX_CELLS: Final = 2_000_000


class Grid:
    """A table while it is read. A cell that spans several places is repeated in each."""

    def __init__(self) -> None:
        self._rows: list[dict[int, str]] = []
        self._headings: list[bool] = []
        self._below: dict[int, dict[int, str]] = defaultdict(dict)
        self._words: list[str] = []
        self._span = (1, 1)
        self._cells = 0
        self.in_cell = False

    def row(self) -> None:
        self._end_cell()
        self._rows.append(self._below.pop(len(self._rows), {}))
        self._headings.append(True)

    def cell(self, *, across: int, down: int, heads: bool) -> None:
        self._end_cell()
        if not self._rows:
            self.row()
        self._headings[-1] &= heads
        self._span = (across, down)
        self._words = []
        self.in_cell = True

    def say(self, text: str) -> None:
        self._words.append(text)

    def table(self) -> Table | None:
        """Rows of headings above the first other row are one header; None without any cell."""
        self._end_cell()
        width = max((max(row, default=-1) + 1 for row in self._rows), default=0)
        if not width:
            return None
        rows = [tuple(row.get(at, "") for at in range(width)) for row in self._rows]
        above = next((at for at, heads in enumerate(self._headings) if not heads), 0)
        above = max(above, 1)
        header = tuple(" ".join(dict.fromkeys(one for one in names if one))
                       for names in zip(*rows[:above], strict=True))  # fmt: skip
        return Table(header=header, rows=tuple(rows[above:]))

    def _end_cell(self) -> None:
        if not self.in_cell:
            return
        self.in_cell = False
        text = " ".join("".join(self._words).split())
        row, at = len(self._rows) - 1, 0
        while at in self._rows[row]:
            at += 1
        across, down = self._span
        self._cells += across * down
        if self._cells > MAX_CELLS:
            raise Refusal(f"more than {MAX_CELLS} cells; publish a smaller table")
        for place in range(at, at + across):
            self._rows[row][place] = text
            for below in range(1, down):
                self._below[row + below][place] = text
