"""One sheet of an Excel book: cells that are drawn, with values and without formulas."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from output_checker.disclosure.cleaning import markup, pruning
from output_checker.disclosure.cleaning.markup import Node, Step
from output_checker.disclosure.cleaning.office_parts import Relation
from output_checker.disclosure.cleaning.pruning import FORMULAS, HIDDEN, Pruning
from output_checker.disclosure.readers import xlsx_books
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.sheets import Sheet
from output_checker.disclosure.readers.xlsx_sheets import KNOWN, PLACE, column_of
from output_checker.disclosure.readers.xml_words import whole

_UNSEEN: Final = "cells that are drawn as if they were empty"
_SPACE: Final = frozenset({"xml:space"})
_CELL: Final = frozenset({"r", "s", "t"})
# Of a sheet, what shows in it or says how it is printed.
_KEPT: Final = frozenset({
    "sheetPr", "sheetViews", "sheetFormatPr", "cols", "autoFilter", "mergeCells",
    "conditionalFormatting", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "drawing", "picture", "tableParts",
})  # fmt: skip
_SILENT: Final = frozenset({"dimension", "phoneticPr", "sheetCalcPr"})
_SAYS: Final = frozenset({"display", "tooltip", "location", "text", "formula", "t", "oddHeader",
                          "oddFooter", "evenHeader", "evenFooter", "firstHeader",
                          "firstFooter"})  # fmt: skip
_OUT: Final = {"rPh": "how texts are pronounced", "phoneticPr": "how texts are pronounced"}
_BESIDE: Final = "settings and data of sheets that they do not show"


class Shared:
    """Numbers of the shared texts that cells still refer to, in the order of their use."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}

    def number(self, at: int) -> int:
        return self.numbers.setdefault(at, len(self.numbers))


class SheetEdits:
    """Attributes: `emptied` counts cells whose values are gone.

    Args:
        sheet: As it was read, for what is hidden.
        unseen: Styles of cells that are drawn as nothing.
        names: Of the sheets that stay.
    """

    def __init__(
        self,
        sheet: Sheet,
        *,
        shared: Shared,
        unseen: Collection[int],
        names: Collection[str],
        may: Mapping[str, Relation],
        taken: Counter[str],
    ) -> None:
        self.emptied = 0
        self.pruning = Pruning(may, taken, out=_OUT, says=_SAYS)
        self._sheet = sheet
        self._shared = shared
        self._unseen = unseen
        self._names = names
        self._taken = taken
        self._row = 0
        self._column = 0
        self._is_begun = False

    def begin(self, node: Node) -> Step:
        if not self._is_begun:
            self._is_begun = True
            node.given = {}
            return Step.INTO
        if node.name == "sheetData":
            node.given = {}
            return Step.INTO
        if node.name == "row" or node.name in _KEPT:
            return Step.WHOLE
        self._taken[_BESIDE] += node.name not in _SILENT
        return Step.OUT

    def end(self, name: str) -> None: ...

    def whole(self, node: Node) -> list[Node]:
        if node.name == "row":
            self._edit_row(node)
            return [node]
        return [node] if self._stays(node) and self.pruning.keeps(node) else []

    def _edit_row(self, row: Node) -> None:
        said = whole(row.get("r"))
        self._row = self._row + 1 if said is None else said
        self._column = -1
        self._only(row, KNOWN["row"])
        row.given["r"] = str(self._row)
        is_hidden = self._row - 1 in self._sheet.hidden_rows
        row.held = [cell for cell in row.children
                    if self._is_kept(cell, is_hidden=is_hidden)]  # fmt: skip

    def _only(self, node: Node, known: Collection[str]) -> None:
        self._taken[pruning.ASIDES] += sum(markup.local(key) not in known for key in node.given)
        _only(node, known)

    def _is_kept(self, cell: Node, *, is_hidden: bool) -> bool:
        """A cell that nobody sees loses its value and keeps its look."""
        if cell.name != "c":
            self._taken[_BESIDE] += 1
            return False
        found = PLACE.fullmatch(cell.get("r") or "")
        self._column = column_of(found[1]) if found else self._column + 1
        is_full = bool(cell.children)
        is_hidden = is_hidden or self._column in self._sheet.hidden_columns
        is_unseen = (whole(cell.get("s")) or 0) in self._unseen
        self._only(cell, KNOWN["c"])
        _only(cell, _CELL)
        cell.given["r"] = f"{letters(self._column)}{self._row}"
        if is_hidden or is_unseen:
            self.emptied += is_full
            self._taken[HIDDEN if is_hidden else _UNSEEN] += is_full
            cell.given.pop("t", None)
            cell.held = []
            return True
        self._edit_cell(cell)
        return True

    def _edit_cell(self, cell: Node) -> None:
        value, kind = cell.first("v"), cell.get("t")
        formula = cell.first("f")
        cell.held = [one for one in cell.children if one.name in ("v", "is")]
        if formula is not None:
            self._taken[FORMULAS] += 1
            if not cell.held or (not cell.text and kind != "str"):
                raise Refusal("a formula has no value yet; open the file in an office program, "
                              "save it there, and clean that")  # fmt: skip
        for one in cell.children:
            _only(one, _SPACE)
            self.pruning.keeps(one)
        if kind == "s" and value is not None and (at := whole(value.text.strip())) is not None:
            value.held = [str(self._shared.number(at))]

    def _stays(self, node: Node) -> bool:
        if node.name == "sheetPr":
            node.given = {}
        elif node.name == "sheetViews":
            _plain_views(node)
        elif node.name == "autoFilter":
            self._taken["filters"] += bool(node.held)
            node.held = []
        elif node.name == "tableParts":
            # A table whose heads are not in its cells is none that Excel opens.
            self._taken["forms of tables with hidden cells"] += bool(self.emptied)
            return not self.emptied
        elif node.name == "conditionalFormatting":
            is_far = any("!" in one.text or xlsx_books.REACHING.search(one.text)
                         for one in node.all("formula"))  # fmt: skip
            self._taken["rules for colours that look at other sheets"] += is_far
            return not is_far
        elif node.name == "hyperlinks":
            node.held = [one for one in node.children if self._leads(one)]
            return bool(node.held)
        return True

    def _leads(self, link: Node) -> bool:
        """Whether a link leads to a sheet that stays, or to an address."""
        place = link.get("location")
        if place is None:
            return bool(link.refers)
        sheet = place.rpartition("!")[0].strip("'").replace("''", "'")
        return not sheet or sheet in self._names


class Strings:
    """Shared texts: those that cells still refer to."""

    def __init__(self, shared: Shared, taken: Counter[str]) -> None:
        self._shared = shared
        self._taken = taken
        self._pruning = Pruning({}, taken, out=_OUT, says=_SAYS)
        self._root: Node | None = None
        self._kept: dict[int, str] = {}
        self._count = 0

    def written(self, content: bytes) -> bytes:
        _, asides = markup.rewritten(content, self)
        self._taken[pruning.ASIDES] += asides
        if self._root is None:
            raise Refusal("the texts of the book cannot be read")
        return markup.around(self._root, self._inner())

    def begin(self, node: Node) -> Step:
        if self._root is None:
            self._root, node.given = node, {}
            return Step.INTO
        return Step.WHOLE if node.name == "si" else Step.OUT

    def whole(self, node: Node) -> list[Node]:
        number = self._shared.numbers.get(self._count)
        self._count += 1
        if number is None:
            self._taken["texts that no shown cell holds"] += 1
        else:
            self._pruning.keeps(node)
            self._kept[number] = markup.printed(node)
        return []

    def end(self, name: str) -> None: ...

    def _inner(self) -> Iterable[str]:
        return (self._kept[number] for number in sorted(self._kept))


def _only(node: Node, known: Collection[str]) -> None:
    node.given = {key: one for key, one in node.given.items() if key in known}


def _plain_views(views: Node) -> None:
    """Which sheet was open last is gone: more than one open at once would be edited together."""
    for one in views.children:
        one.given = {key: said for key, said in one.given.items() if key != "tabSelected"}
        one.held = [inner for inner in one.children if inner.name in ("pane", "selection")]


def letters(column: int) -> str:
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said
