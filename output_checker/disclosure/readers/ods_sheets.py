"""The sheets of an OpenDocument book, each value as it is kept and not as it is printed."""

from typing import Final

from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.sheets import MAX_COLUMNS, MAX_ROWS, Sheet
from output_checker.disclosure.readers.xlsx_sheets import in_lines, number
from output_checker.disclosure.readers.xml_words import whole

CELLS: Final = ("table-cell", "covered-table-cell")
UNDRAWN: Final = ("collapse", "filter")
_NUMBERS: Final = ("float", "percentage", "currency")
KNOWN: Final = frozenset({
    "formula", "value", "value-type", "date-value", "time-value", "boolean-value", "string-value",
    "currency", "style-name", "number-columns-repeated", "number-columns-spanned",
    "number-rows-spanned", "number-matrix-columns-spanned", "number-matrix-rows-spanned",
    "content-validation-name", "protect", "protected", "number-rows-repeated", "visibility",
    "default-cell-style-name", "name", "print", "print-ranges", "id", "display", "protection-key",
    "protection-key-digest-algorithm",
})  # fmt: skip
# Elements whose attributes are words that somebody chose, and what is fetched or run.
_SAYS: Final = frozenset({"named-expression", "named-range", "content-validation", "error-message",
                          "help-message", "filter-condition", "filter-set-item", "title", "desc",
                          "data-pilot-member", "scenario"})  # fmt: skip
_FETCHES: Final = frozenset({"table-source", "cell-range-source", "dde-source", "dde-link",
                             "database-source-sql", "database-source-query",
                             "database-source-table", "source-service"})  # fmt: skip
_RUNS: Final = frozenset({"event-listener", "script", "library-embedded", "library-linked"})
_ASIDE: Final = {"annotation": "comments", "frame": "drawings", "custom-shape": "drawings",
                 "shapes": "drawings", "tracked-changes": "changes", "rect": "drawings",
                 "deletion": "changes", "forms": "drawings", "header": "pages",
                 "footer": "pages"}  # fmt: skip
_LONGEST_NUMBER: Final = 40


class Content:
    """One member with content, style by style and cell by cell.

    Attributes:
        aside: Lines that do not stand in cells: comments, drawings, changes, pages, names.
        fetched, code: How many things are taken from elsewhere, or run.
    """

    def __init__(self, hidden_styles: set[str]) -> None:
        self.sheets: list[Sheet] = []
        self.names: list[str] = []
        self.aside: dict[str, list[str]] = {}
        self.addresses: list[str] = []
        self.fetched = 0
        self.code = 0
        self.hidden_styles = hidden_styles
        self._style = ""
        self._open: list[str] = []
        self._tables = 0
        self._groups = 0
        self._row, self._column, self._drawn_column = 0, 0, 0
        self._rows, self._is_undrawn = 1, False
        self._cells: list[tuple[int, int, str]] = []
        self._cell: dict[str, str] | None = None
        self._printed: list[str] = []
        self._said: list[str] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        self._note(name, given)
        if name in _ASIDE:
            self._open.append(_ASIDE[name])
        elif name == "s":
            self.say(" " * min(whole(given.get("c")) or 1, 100))
        elif name in ("tab", "line-break"):
            self.say("\t" if name == "tab" else "\n")
        elif name == "style":
            self._style = given.get("name", "")
        elif name == "table-properties" and given.get("display") == "false":
            self.hidden_styles.add(self._style)
        elif not self._open:
            self._begin(name, given)

    def say(self, text: str) -> None:
        (self._said if self._open or self._cell is None else self._printed).append(text)

    def end(self, name: str) -> None:
        if name in _ASIDE:
            self._open.pop()
        elif self._open or self._cell is None:
            self._end_aside(name)
        elif name == "p":
            self._printed.append("\n")
        if self._open:
            return
        if name in CELLS and self._cell is not None:
            self._end_cell(self._cell)
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self._tables -= 1
        elif name in ("table-row-group", "table-column-group"):
            self._groups -= bool(self._groups)

    def _begin(self, name: str, given: dict[str, str]) -> None:
        if name == "table":
            self._begin_table(given)
        elif name in ("table-row-group", "table-column-group"):
            self._groups += given.get("display") == "false" or bool(self._groups)
        elif name == "table-column" and self.sheets:
            count = whole(given.get("number-columns-repeated")) or 1
            if self._is_hidden(given):
                last = min(self._drawn_column + count, MAX_COLUMNS)
                self.sheets[-1].hidden_columns.update(range(self._drawn_column, last))
            self._drawn_column += count
        elif name == "table-row":
            self._rows = whole(given.get("number-rows-repeated")) or 1
            self._is_undrawn = self._is_hidden(given)
            self._column, self._cells = 0, []
        elif name in CELLS:
            self._cell, self._printed = given, []

    def _begin_table(self, given: dict[str, str]) -> None:
        self._tables += 1
        if self._tables > 1:
            raise Refusal("a table lies in a cell of another; save it as two")
        self.sheets.append(Sheet(is_hidden=given.get("style-name") in self.hidden_styles))
        self.names.append(given.get("name", ""))
        self._row = self._drawn_column = self._groups = 0

    def _is_hidden(self, given: dict[str, str]) -> bool:
        return given.get("visibility") in UNDRAWN or bool(self._groups)

    def _end_aside(self, name: str) -> None:
        if name in ("p", "h", "span", "a") and name != "p":
            return
        text, self._said = "".join(self._said), []
        if text.strip():
            where = self._open[-1] if self._open else "other words"
            self.aside.setdefault(where, []).append(text)

    def _end_cell(self, given: dict[str, str]) -> None:
        self._cell = None
        printed = "".join(self._printed).strip("\n")
        text = _value(given, printed)
        count = whole(given.get("number-columns-repeated")) or 1
        if text:
            self._cells.append((self._column, count, text))
        self._column += count
        is_text = given.get("value-type") == "string"
        if printed != text and (is_text or len(printed) > _LONGEST_NUMBER):
            self.aside.setdefault("what cells print instead of what they hold", []).append(printed)
        if formula := given.get("formula"):
            self.sheets[-1].formulas.append(in_lines(formula))

    def _end_row(self) -> None:
        if not self.sheets:
            return
        sheet = self.sheets[-1]
        first, self._row = self._row, self._row + self._rows
        if not self._cells:
            return
        if self._row > MAX_ROWS or self._column > MAX_COLUMNS:
            raise Refusal("a cell lies outside of the sheet")
        for row in range(first, self._row):
            if self._is_undrawn:
                sheet.hidden_rows.add(row)
            for column, count, text in self._cells:
                for at in range(column, column + count):
                    sheet.put(row, at, text)
        self._cells = []

    def _note(self, name: str, given: dict[str, str]) -> None:
        """What an element says beside what it holds."""
        if name in _FETCHES:
            self.fetched += 1
        if name in _RUNS:
            self.code += 1
        address = given.get("href", "")
        if ":" in address or address.startswith("/"):
            self.fetched += name != "a"
            self.addresses.append(address)
        told: list[str] = []
        if name in _SAYS or name in _FETCHES:
            told = [*given.values()]
        elif name in (*CELLS, "table-row", "table-column", "table"):
            told = [one for key, one in given.items() if key.rpartition(" ")[2] not in KNOWN]
        if told := [one for one in told if one.strip()]:
            self.aside.setdefault("names and conditions", []).append("  ".join(told))


def _value(given: dict[str, str], printed: str) -> str:
    kind = given.get("value-type", "")
    if kind in _NUMBERS:
        return number(given.get("value", printed))
    if kind == "date":
        return given.get("date-value", printed).removesuffix("T00:00:00").replace("T", " ")
    if kind == "boolean":
        return given.get("boolean-value", printed)
    if kind == "string":
        return given.get("string-value", printed)
    return printed or given.get("time-value", "") or given.get("value", "")
