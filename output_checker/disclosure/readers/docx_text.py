"""The text of a Word document as it is printed, and apart from it what is deleted or not drawn."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from output_checker.disclosure.readers.artefacts import Part, Table, Text
from output_checker.disclosure.readers.grids import Grid
from output_checker.disclosure.readers.office_packages import is_telling
from output_checker.disclosure.readers.xml_words import Element, whole

SHOWN, DELETED, UNDRAWN, CODES = (
    "",
    "text that was deleted",
    "text that is not drawn",
    "field codes",
)
_MOST_SPAN: Final = 63
_TINY: Final = 4
_WORDS: Final = frozenset({"t", "delText"})
_CODES: Final = frozenset({"instrText", "delInstrText"})
_BLANKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}
_GONE: Final = frozenset({"del", "moveFrom"})
_CHANGED: Final = frozenset({"ins", "moveTo"})
_DESCRIBES: Final = frozenset({"descr", "title", "alt", "tooltip", "tag", "alias"})
_PAGE: Final = re.compile(
    r"(PAGE|NUMPAGES|SECTIONPAGES)( {1,3}\\\* {0,3}(MERGEFORMAT|Arabic|ArabicDash|roman)){0,2}",
    re.IGNORECASE,
)
_FORMATS: Final = frozenset({"pPr", "rPr", "tcPr", "tblPr", "tblGrid", "sectPr", "trPr"})


class Words:
    """Walks one part; `hidden_styles` are those whose text is not drawn.

    Attributes:
        lines: By why they are not seen, in order.
        inserted: How many changes are recorded as such.
    """

    def __init__(self, hidden_styles: frozenset[str]) -> None:
        self.tables: list[Table] = []
        self.lines: dict[str, list[str]] = {}
        self.described: list[str] = []
        self.authors: set[str] = set()
        self.inserted = 0
        self._hidden_styles = hidden_styles
        self._said: dict[str, list[str]] = {}
        self._cells: list[list[str]] = []
        self._why = SHOWN

    def parts(self, place: str) -> Iterator[Part]:
        """Text first, then the tables, then what is not seen."""
        for why in sorted(self.lines):
            text = "\n".join(self.lines[why])
            where = ", ".join(one for one in (place, why) if one)
            if text.strip():
                yield Part(artefact=Text(text=text), place=where, hidden=why)
        for number, table in enumerate(self.tables, start=1):
            where = f"table {number}" if place or len(self.tables) > 1 else ""
            named = ", ".join(one for one in (place, where) if one)
            yield Part(artefact=table, place=named)

    def walk(self, element: Element) -> None:
        for one in element.held:
            if isinstance(one, str):
                if one.strip() and is_telling(one.strip()):
                    self._say(one, UNDRAWN)
            else:
                self._met(one)

    def _met(self, one: Element) -> None:
        self._note(one)
        if one.name in _WORDS:
            self._say(one.text, DELETED if one.name == "delText" else self._why)
        elif one.name in _CODES:
            self._say_code(one.text)
        elif one.name in _BLANKS:
            self._say(_BLANKS[one.name], self._why)
        elif one.name == "tbl":
            self._table(one)
        elif one.name in _FORMATS:
            self._formats(one)
        else:
            with self._because(self._why or self._reason(one)):
                self.walk(one)
        if one.name == "p":
            self._end_line()

    def _reason(self, one: Element) -> str:
        if one.name in _GONE:
            return DELETED
        if one.name == "r" and self._is_undrawn(one.first("rPr")):
            return UNDRAWN
        style = one.first("pPr", "pStyle") if one.name == "p" else None
        return UNDRAWN if style and style.given.get("val") in self._hidden_styles else SHOWN

    def _is_undrawn(self, given: Element | None) -> bool:
        if given is None:
            return False
        said = {one.name: one.given.get("val") for one in given.children}
        return is_undrawn(said, self._hidden_styles, in_cell=bool(self._cells))

    def _formats(self, one: Element) -> None:
        """Recorded changes lie in the formats as well, and names of who made them."""
        for inner in one.all("ins", "del", "rPrChange", "pPrChange", "tblPrChange"):
            self._note(inner)

    def _note(self, one: Element) -> None:
        self.inserted += one.name in _CHANGED
        for key, value in one.given.items():
            if key == "author" and value.strip():
                self.authors.add(value.strip())
            elif key == "instr":
                self._say_code(value)
            elif key in _DESCRIBES and value.strip():
                self.described.append(value)
            elif is_telling(value, key):
                self._say(value, UNDRAWN)

    def _say(self, text: str, why: str) -> None:
        if why == SHOWN and self._cells:
            self._cells[-1].append(text)
        else:
            self._said.setdefault(why, []).append(text)

    def _say_code(self, code: str) -> None:
        if not is_usual_code(code):
            self._say(code, CODES)

    def _end_line(self) -> None:
        if self._cells:
            self._cells[-1].append("\n")
            return
        for why, said in self._said.items():
            self.lines.setdefault(why, []).append("".join(said))
        self._said = {}

    def _end_row(self) -> None:
        """What a row of a table does not show is one line, as a row."""
        for why, said in self._said.items():
            self.lines.setdefault(why, []).append("  ".join(one for one in said if one.strip()))
        self._said = {}

    def _table(self, element: Element) -> None:
        grid, above = Grid(), dict[int, str]()
        for row in _within(element, "tr"):
            given = row.first("trPr")
            said = {one.name for one in given.children} if given else set()
            gone = DELETED if "del" in said else UNDRAWN if "hidden" in said else self._why
            self.inserted += "ins" in said
            with self._because(gone):
                if gone == SHOWN:
                    grid.row()
                self._row(row, grid if gone == SHOWN else None, above, heads="tblHeader" in said)
            self._end_row()
        if table := grid.table():
            self.tables.append(table)

    def _row(self, row: Element, grid: Grid | None, above: dict[int, str], *, heads: bool) -> None:
        at = _number(row.first("trPr", "gridBefore"))
        if grid and at:
            grid.cell(across=at, down=1, heads=heads)
        for cell in _within(row, "tc"):
            across = max(_number(cell.first("tcPr", "gridSpan")), 1)
            merge = cell.first("tcPr", "vMerge")
            self._cells.append([])
            self.walk(cell)
            text = "".join(self._cells.pop()).strip()
            if merge is not None and merge.given.get("val") != "restart" and not text:
                text = above.get(at, "")
            above[at] = text
            at += across
            if grid:
                grid.cell(across=across, down=1, heads=heads)
                grid.say(text)

    @contextmanager
    def _because(self, why: str) -> Iterator[None]:
        before, self._why = self._why, why
        try:
            yield
        finally:
            self._why = before


def is_undrawn(
    said: Mapping[str, str | None], hidden_styles: Collection[str], *, in_cell: bool
) -> bool:
    """Whether a run of this format is not seen; white on a coloured cell is a heading."""
    if any(name in said and said[name] not in ("0", "false", "off")
           for name in ("vanish", "webHidden", "specVanish")):  # fmt: skip
        return True
    is_white = (said.get("color") or "").upper() == "FFFFFF"
    is_tiny = "sz" in said and (whole(said["sz"]) or 0) <= _TINY
    is_bare = not in_cell and "shd" not in said and "highlight" not in said
    return (is_white and is_bare) or is_tiny or said.get("rStyle") in hidden_styles


def is_usual_code(code: str) -> bool:
    """Whether a field prints the number of a page, and says nothing else."""
    return _PAGE.fullmatch(code.strip()) is not None


def _within(element: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, whatever controls are wrapped around them."""
    for child in element.children:
        if child.name == name:
            yield child
        elif child.name not in ("tbl", "tc", "p"):
            yield from _within(child, name)


def _number(element: Element | None) -> int:
    return min(whole(element.given.get("val")) or 0, _MOST_SPAN) if element else 0
