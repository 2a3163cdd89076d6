"""Excel books of the sheets that are shown, with the values that their formulas last had."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from output_checker.disclosure.cleaning import charts, markup, packed, pruning
from output_checker.disclosure.cleaning.excel_sheets import Shared, SheetEdits, Strings, letters
from output_checker.disclosure.cleaning.markup import Node
from output_checker.disclosure.cleaning.office_parts import Edited, Parts, Relation, Sort
from output_checker.disclosure.cleaning.pruning import FORMULAS, Pruning
from output_checker.disclosure.readers import sheets, xlsx_sheets, xlsx_styles, xml_words
from output_checker.disclosure.readers.refusal import Refusal

_FORM: Final = "application/vnd.openxmlformats-officedocument."
_BOOK: Final = f"{_FORM}spreadsheetml.sheet.main+xml"
_WITH_MACROS: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_STRANGE: Final = frozenset({"chartEx", "diagramData", "diagramLayout"})
SORTS: Final = {
    "officeDocument": Sort(
        place="xl/workbook.xml", media=_BOOK, named=frozenset({"worksheet", "chartsheet"}),
        always=frozenset({"styles", "theme", "sharedStrings"}),
    ),
    "worksheet": Sort(
        place="xl/worksheets/sheet{}.xml", media=f"{_FORM}spreadsheetml.worksheet+xml",
        named=frozenset({"drawing", "hyperlink", "table", "image"}),
    ),
    "chartsheet": Sort(
        place="xl/chartsheets/sheet{}.xml", media=f"{_FORM}spreadsheetml.chartsheet+xml",
        named=frozenset({"drawing", "image"}),
    ),
    "styles": Sort(place="xl/styles.xml", media=f"{_FORM}spreadsheetml.styles+xml"),
    "theme": Sort(place="xl/theme/theme{}.xml", media=f"{_FORM}theme+xml",
                  named=frozenset({"image"})),
    "sharedStrings": Sort(
        place="xl/sharedStrings.xml", media=f"{_FORM}spreadsheetml.sharedStrings+xml"
    ),
    "table": Sort(place="xl/tables/table{}.xml", media=f"{_FORM}spreadsheetml.table+xml"),
    "drawing": Sort(
        place="xl/drawings/drawing{}.xml", media=f"{_FORM}drawing+xml",
        named=frozenset({"image", "chart", "hyperlink"}), refused=_STRANGE,
    ),
    "chart": Sort(place="xl/charts/chart{}.xml", media=f"{_FORM}drawingml.chart+xml",
                  named=frozenset({"image", "hyperlink"})),
    "image": Sort(place="xl/media/image{}", media=""),
}  # fmt: skip
_OUT: Final = {
    "drawing": {"AlternateContent": "controls on sheets"},
    "table": {"calculatedColumnFormula": FORMULAS, "totalsRowFormula": FORMULAS,
              "filterColumn": "filters", "sortState": "filters"},
    "chartsheet": {"customSheetViews": "views of people"},
    "chart": charts.OUT,
}  # fmt: skip
_SAYS: Final = frozenset({"t", "descr", "title", "name", "displayName", "totalsRowLabel",
                          "oddHeader", "oddFooter"})  # fmt: skip
# What formulas call sheets: in quotes with any character, else without blanks and signs.
_SHEET: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^\s!'(),;:+*/&=<>-]+))!")
_PLAIN: Final = re.compile(r"(?:(?:'(?:[^']|'')+'|[\w.]+)!\$?[A-Z]*\$?\d*(?::\$?[A-Z]*\$?\d*)?,?)+")
_USUAL: Final = frozenset({"fileVersion", "calcPr", "workbookProtection"})
_PRINTED: Final = frozenset({"_xlnm.Print_Area", "_xlnm.Print_Titles"})


def clean(data: bytes) -> tuple[bytes, list[str]]:
    """Raises: Refusal, in words."""
    parts = Parts(members=packed.unpacked(data), sorts=SORTS)
    main = parts.main()
    book = _Book(parts, main)
    parts.follow(book, main)
    listed = parts.members.get("[Content_Types].xml", b"")
    content = parts.packed(_WITH_MACROS if b"macroEnabled.main" in listed else _BOOK)
    if not packed.is_plain(data):
        parts.taken["bytes of the package beside its members"] += 1
    return content, pruning.told(parts.taken)


class _Book:
    def __init__(self, parts: Parts, main: str) -> None:
        self._parts = parts
        self._taken = parts.taken
        root = markup.tree(parts.members.get(main, b""))
        if root.name != "workbook":
            raise Refusal("this is an Office file, and no book of sheets")
        relations = {one.id: one for one in parts.relations(main)}
        self._listed = [*root.all("sheet")]
        self._shown = [at for at, one in enumerate(self._listed) if _is_shown(one, relations)]
        if not self._shown:
            raise Refusal("no sheet of the book is shown")
        self._names = {self._listed[at].get("name") or "" for at in self._shown}
        # Sheets that charts may no longer take their points from.
        self._touched: set[str] = set()
        self._by_target = {relations[_relation_of(one)].target: one.get("name") or ""
                           for one in (self._listed[at] for at in self._shown)}  # fmt: skip
        self._style = xlsx_styles.Styles()
        for content in parts.related(main, "styles"):
            self._style = xlsx_styles.styles(xml_words.tree(content).root)
        self._texts = xlsx_sheets.SharedTexts()
        for content in parts.related(main, "sharedStrings"):
            xml_words.feed(content, self._texts)
        self._shared = Shared()

    def edit(
        self, kind: str, name: str, content: bytes, relations: Mapping[str, Relation]
    ) -> Edited:
        if kind == "worksheet":
            return self._sheet(name, content, relations)
        if kind == "sharedStrings":
            strings = Strings(self._shared, self._taken)
            return Edited(content=strings.written(content), used=frozenset())
        says = charts.SAYS if kind == "chart" else _SAYS
        pruned = Pruning(relations, self._taken, out=_OUT.get(kind), says=says)
        edits = {"officeDocument": self._book, "chart": self._chart, "table": _table,
                 "drawing": _drawing, "styles": self._styles}  # fmt: skip
        edit = edits.get(kind, lambda _: None)
        return Edited(content=pruning.whole(content, pruned, self._taken, edit),
                      used=frozenset(pruned.used))  # fmt: skip

    def _sheet(self, name: str, content: bytes, relations: Mapping[str, Relation]) -> Edited:
        cells = xlsx_sheets.Cells(sheets.Sheet(), self._texts.texts, self._style)
        xml_words.feed(content, cells)
        edits = SheetEdits(
            cells.sheet,
            shared=self._shared,
            unseen=self._style.unseen,
            names=self._names,
            may=relations,
            taken=self._taken,
        )
        written, asides = markup.rewritten(content, edits)
        self._taken[pruning.ASIDES] += asides
        if edits.emptied:
            self._touched.add(self._by_target[name])
        return Edited(content=written, used=frozenset(edits.pruning.used))

    def _book(self, root: Node) -> None:
        kept: list[Node | str] = []
        for one in root.children:
            if one.name == "workbookPr":
                is_1904 = one.get("date1904")
                one.given = {} if is_1904 is None else {"date1904": is_1904}
                one.held = []
                kept.append(one)
            elif one.name == "bookViews":
                one.held = [view.copy() for view in one.children[:1]]
                for view in one.children:
                    view.given = {}
                kept.append(one)
            elif one.name == "sheets":
                one.held = [_listed(one.children[at]) for at in self._shown]
                kept.append(one)
            elif one.name == "definedNames" and self._defined(one):
                kept.append(one)
            elif one.name not in ("definedNames", *_USUAL):
                self._taken["settings of the book"] += 1
        root.given, root.held = {}, kept

    def _defined(self, names: Node) -> bool:
        """Whether any stays: those that say what is printed of a sheet that stays."""
        numbers = {str(at): str(number) for number, at in enumerate(self._shown)}
        kept = [one for one in names.children
                if one.get("name") in _PRINTED and one.get("localSheetId") in numbers
                and _PLAIN.fullmatch(one.text)
                and sheets_named(one.text) <= self._names]  # fmt: skip
        self._taken["defined names"] += len(names.children) - len(kept)
        for one in kept:
            one.given = {"name": one.get("name") or "",
                         "localSheetId": numbers[one.get("localSheetId") or ""]}  # fmt: skip
        names.held = [*kept]
        return bool(kept)

    def _styles(self, root: Node) -> None:
        """Numbers are drawn as numbers, and styles are called by theirs."""
        for one in root.all("numFmt"):
            code = one.get("formatCode") or ""
            if xlsx_styles.telling(code) or xlsx_styles.is_replacing(code):
                one.given["formatCode"] = "General"
                self._taken["words that numbers are drawn with"] += 1
        for number, one in enumerate(root.all("cellStyle")):
            name = "Normal" if one.get("builtinId") == "0" else f"Style {letters(number)}"
            self._taken["names of styles"] += xlsx_styles.is_odd(one.get("name") or "")
            one.given["name"] = name

    def _chart(self, root: Node) -> None:
        drawn = root.first("chart", "plotVisOnly")
        only_shown = drawn is not None and drawn.get("val") in (None, "1", "true")
        may = self._names if only_shown else self._names - self._touched
        self._taken["references of charts to cells that nobody sees"] += charts.settle(
            root, lambda text: bool(_PLAIN.fullmatch(text)) and sheets_named(text) <= may
        )


def sheets_named(formula: str) -> set[str]:
    return {(one[1] or "").replace("''", "'") or one[2] for one in _SHEET.finditer(formula)}


def _is_shown(sheet: Node, relations: Mapping[str, Relation]) -> bool:
    relation = relations.get(_relation_of(sheet))
    is_sheet = relation is not None and relation.kind in SORTS["officeDocument"].named
    return is_sheet and (sheet.get("state") or "visible") == "visible"


def _relation_of(sheet: Node) -> str:
    return next((sheet.given[key] for key in sheet.refers), "")


def _listed(sheet: Node) -> Node:
    known: Collection[str] = ("name", "sheetId", *sheet.refers)
    sheet.given = {key: one for key, one in sheet.given.items() if key in known}
    return sheet


def _table(root: Node) -> None:
    """Columns are no longer fetched or calculated."""
    for one in (root, *root.all("tableColumn")):
        for name in ("tableType", "connectionId", "queryTableFieldId", "totalsRowFunction",
                     "dataCellStyle", "comment", "uniqueName"):  # fmt: skip
            one.given.pop(name, None)


def _drawing(root: Node) -> None:
    """What is anchored and hidden is not drawn."""
    root.held = [one for one in root.held if not (isinstance(one, Node) and _is_hidden(one))]


def _is_hidden(anchor: Node) -> bool:
    return any(one.get("hidden") in ("1", "true") for one in anchor.all("cNvPr"))
