"""The sheets of an OpenDocument book: cells that are drawn, with values and without formulas."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import Final

from output_checker.disclosure.cleaning import markup
from output_checker.disclosure.cleaning.markup import Node, Step
from output_checker.disclosure.cleaning.pruning import ASIDES, FORMULAS, HIDDEN, Pruning
from output_checker.disclosure.readers.ods_sheets import CELLS, KNOWN, UNDRAWN
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.sheets import MAX_CELLS, Sheet
from output_checker.disclosure.readers.xml_words import whole

_INTO: Final = frozenset({
    "document-content", "body", "spreadsheet", "table-columns", "table-header-columns",
    "table-column-group", "table-header-rows", "table-rows", "table-row-group",
})  # fmt: skip
_KEPT: Final = frozenset({"font-face-decls", "automatic-styles", "calculation-settings", "shapes",
                          "conditional-formats"})  # fmt: skip
_GROUPS: Final = ("table-row-group", "table-column-group")
_CALCULATED: Final = frozenset({
    "formula", "content-validation-name", "number-matrix-columns-spanned",
    "number-matrix-rows-spanned", "protect", "protected", "protection-key",
    "protection-key-digest-algorithm",
})  # fmt: skip
_VALUES: Final = ("value", "date-value", "time-value", "boolean-value", "string-value")
_LOOKS: Final = ("style-name", "number-columns-spanned", "number-rows-spanned")
OUT: Final = {
    "annotation": "comments and who wrote them", "annotation-end": "comments and who wrote them",
    "forms": "macros and controls", "event-listeners": "macros and controls",
    "script": "macros and controls", "control": "macros and controls",
    "object-ole": "embedded objects", "applet": "embedded objects", "plugin": "embedded objects",
    "floating-frame": "links to elsewhere", "dde-source": "links to elsewhere",
    "cell-range-source": "links to elsewhere", "table-source": "links to elsewhere",
    "hidden-text": "texts that are not drawn", "hidden-paragraph": "texts that are not drawn",
    "tracked-changes": "recorded changes", "named-expressions": "defined names",
    "database-ranges": "filters", "content-validations": "what may be typed into cells",
    "data-pilot-tables": "parts of pivot tables and the data behind them",
    "detective": "marks beside cells",
}  # fmt: skip
SAYS: Final = frozenset({
    "p", "h", "span", "a", "href", "title", "desc", "currency-symbol", "text", "d", "points",
    "viewBox", "enhanced-path", "date-string", "binary-data", "name", "string-value",
    "font-family", "transform",
})  # fmt: skip


class Drawn(Pruning):
    """Keeps pictures and charts that are kept, and nothing else that is referred to.

    Args: place: Where a member is kept by its address; None where it is not.
    """

    def __init__(self, place: Callable[[str], str | None], taken: Counter[str]) -> None:
        super().__init__({}, taken, out=OUT, says=SAYS)
        self._place = place

    def keeps(self, node: Node) -> bool:
        key = next((one for one in node.given if markup.local(one) == "href"), None)
        if key is not None and node.name != "a":
            place = self._place(node.given[key])
            if place is None:
                return False
            node.given[key] = place
        was_full = bool(node.children)
        return super().keeps(node) and not (
            node.name == "frame" and was_full and not any(_draws(one) for one in node.children)
        )


class ContentEdits:
    """Edits the content of a book.

    Args:
        sheets: As they were read, in order.
        touched: Is given the names of sheets that lose values.
    """

    def __init__(
        self, sheets: Collection[Sheet], drawn: Drawn, touched: set[str], taken: Counter[str]
    ) -> None:
        self._sheets: Iterator[Sheet] = iter(sheets)
        self._sheet = Sheet()
        self._name = ""
        self._drawn = drawn
        self._touched = touched
        self._taken = taken
        self._groups = 0
        # Where columns begin to be hidden, and where they end to be.
        self._turns: list[int] = []
        self._made = 0

    def begin(self, node: Node) -> Step:
        if node.name == "table":
            return self._begin_table(node)
        if node.name in _INTO:
            if node.name in _GROUPS:
                self._groups += node.get("display") == "false" or bool(self._groups)
            return Step.INTO
        return Step.WHOLE

    def end(self, name: str) -> None:
        if name in _GROUPS:
            self._groups -= bool(self._groups)

    def whole(self, node: Node) -> list[Node]:
        if node.name == "table-row":
            self._edit_row(node)
            return [node]
        if node.name == "table-column":
            self._only(node, KNOWN)
            return [node]
        if node.name in _KEPT and self._drawn.keeps(node):
            return [node]
        if node.held:
            self._taken[
                OUT.get(node.name, "settings and data of sheets that they do not show")
            ] += 1
        return []

    def _begin_table(self, table: Node) -> Step:
        self._sheet = next(self._sheets, Sheet())
        self._name = table.get("name") or ""
        self._groups = 0
        if self._sheet.is_hidden:
            self._taken["sheets that are hidden or not listed"] += 1
            return Step.OUT
        hidden = self._sheet.hidden_columns
        self._turns = sorted(hidden ^ {column + 1 for column in hidden})
        self._only(table, KNOWN - _CALCULATED)
        return Step.INTO

    def _edit_row(self, row: Node) -> None:
        self._only(row, KNOWN)
        is_hidden = row.get("visibility") in UNDRAWN or bool(self._groups)
        column, cells = 0, list[Node | str]()
        for cell in row.children:
            if cell.name not in CELLS:
                self._taken[ASIDES] += 1
                continue
            count = max(whole(cell.get("number-columns-repeated")) or 1, 1)
            cells += self._cells(cell, column, count, is_hidden=is_hidden)
            column += count
        row.held = cells

    def _cells(self, cell: Node, first: int, count: int, *, is_hidden: bool) -> list[Node]:
        """One, or several where some of the columns that it repeats over are hidden."""
        begins = bisect_right(self._turns, first)
        turns = self._turns[begins : bisect_left(self._turns, first + count)]
        self._made += 1 + len(turns)
        if self._made > MAX_CELLS:
            raise Refusal(f"more than {MAX_CELLS} cells; publish a smaller table")
        key = next((one for one in cell.given if markup.local(one) == _REPEATED), _REPEATED)
        made: list[Node] = []
        for start, end in pairwise((first, *turns, first + count)):
            one = cell.copy(**{key: str(end - start)} if turns else {})
            one.held = [*cell.held]
            is_out = is_hidden or bisect_right(self._turns, start) % 2 == 1
            self._edit_cell(one, is_hidden=is_out)
            made.append(one)
        return made

    def _edit_cell(self, cell: Node, *, is_hidden: bool) -> None:
        values = [cell.get(name) for name in _VALUES]
        is_full = bool(cell.children) or any(values)
        if is_hidden:
            self._taken[HIDDEN] += is_full
            if is_full:
                self._touched.add(self._name)
            self._only(cell, (*_LOOKS, _REPEATED), silent=True)
            cell.held = []
            return
        if cell.get("formula") is not None:
            self._taken[FORMULAS] += 1
            if not is_full:
                raise Refusal("a formula has no value yet; open the file in an office program, "
                              "save it there, and clean that")  # fmt: skip
        self._only(cell, KNOWN)
        self._only(cell, KNOWN - _CALCULATED, silent=True)
        self._drawn.keeps(cell)

    def _only(self, node: Node, known: Collection[str], *, silent: bool = False) -> None:
        kept = {key: one for key, one in node.given.items() if markup.local(key) in known}
        self._taken[ASIDES] += 0 if silent else len(node.given) - len(kept)
        node.given = kept


_REPEATED: Final = "number-columns-repeated"


def _draws(node: Node) -> bool:
    return node.name not in ("title", "desc")


def names_sheet(text: str, names: Collection[str]) -> bool:
    """Whether an address of cells is in one of these sheets."""
    return any(
        re.search(rf"(^|[\s$'\[:]){re.escape(name.replace(chr(39), chr(39) * 2))}'?\.", text)
        for name in names
    )
