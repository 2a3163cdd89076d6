"""Excel books: what each sheet shows, and everything that lies in the file beside it."""

import re
from typing import Final

from output_checker.disclosure.readers import (
    nested,
    office_caches,
    packages,
    sheets,
    xlsx_styles,
    xml_words,
)
from output_checker.disclosure.readers.artefacts import Document, NoteKind
from output_checker.disclosure.readers.office_packages import Office, paragraphs, settings_words
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.xlsx_sheets import Cells, SharedTexts, in_lines
from output_checker.disclosure.readers.xml_words import Element

_USUAL: Final = re.compile(
    r"\[Content_Types\]\.xml|xl/(styles|calcChain|metadata)\.xml|xl/theme/theme\d*\.xml|"
    r"xl/tables/table\d+\.xml|xl/pivotTables/pivotTable\d+\.xml|xl/charts/(style|colors)\d+\.xml|"
    r"xl/drawings/\w+\.vml|xl/richData/rd\w+\.xml"
)
_PRINTER: Final = re.compile(r"xl/printerSettings/printerSettings\d+\.bin")
_DRAWING: Final = re.compile(r"xl/drawings/[^/]+\.xml")
_COMMENTS: Final = re.compile(r"xl/(comments\d*|comments/[^/]+|threadedComments/[^/]+)\.xml")
_UNLISTED: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_PEOPLE: Final = re.compile(r"xl/persons/[^/]+\.xml")
_PIVOT: Final = re.compile(r"xl/pivotCache/pivotCacheDefinition[^/]*\.xml")
REACHING: Final = re.compile(
    r"\b(WEBSERVICE|HYPERLINK|DDE|DDEAUTO|RTD|IMPORT\w*|IMAGE|CALL|REGISTER(\.ID)?|EXEC|SQL\.REQUEST)\s*\("
    r"|\[\d+\][^\[\]]*!|\[[^\[\]]+\.xl\w+\]|\w\s*\|\s*'|(https?|file|ftp):",
    re.IGNORECASE,
)
_BUILT_IN: Final = "_xlnm."


def warm() -> None:
    packages.warm()
    xml_words.warm()
    nested.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    office = Office(data)
    main = office.main()
    book = office.tree(main)
    if book.name != "workbook":
        raise Refusal("this is an Office file, and no book of sheets")
    names = _read_sheets(office, main, book)
    _read_names(office, book)
    _read_remarks(office)
    _read_pivots(office)
    office.charts(names)
    office.properties(known=names)
    office.pictures()
    office.links()
    for name in filter(_PRINTER.fullmatch, office.names):
        office.take(name)
        office.note(NoteKind.METADATA, "the settings of a printer, which name it")
    office.rest(_USUAL)
    return office.document()


def _read_sheets(office: Office, main: str, book: Element) -> list[str]:
    """The names of all sheets."""
    looks = [office.tree(one) for one in office.related(main, "styles")]
    office.say_settings(looks)
    style = xlsx_styles.styles(looks[0]) if looks else xlsx_styles.Styles()
    office.say(style.words, "words among the styles", "kept among the styles, unshown")
    properties = book.first("workbookPr")
    style.is_1904 = properties is not None and properties.given.get("date1904") in ("1", "true")
    texts = SharedTexts()
    for one in office.related(main, "sharedStrings"):
        office.feed(one, texts)
    read: list[Cells] = []
    names: list[str] = []
    relations = office.relations(main)
    for listed in book.all("sheet"):
        relation = relations.get(_relation_of(listed))
        if relation is None or relation.is_external:
            raise Refusal("the book lists a sheet that is not there")
        names.append(listed.given.get("name", ""))
        is_hidden = listed.given.get("state", "visible") != "visible"
        read.append(Cells(sheets.Sheet(is_hidden=is_hidden), texts.texts, style))
        if relation.kind == "worksheet":
            _read_cells(office, relation.target, read[-1])
        elif relation.kind == "chartsheet":
            read[-1].words += settings_words(office.tree(relation.target))
    for name in filter(_UNLISTED.fullmatch, office.names):
        office.note(NoteKind.HIDDEN, "the file holds a sheet that the book does not list")
        read.append(Cells(sheets.Sheet(is_hidden=True), texts.texts, style))
        _read_cells(office, name, read[-1])
    parts, notes = sheets.book([cells.sheet for cells in read], names)
    office.parts += parts
    office.notes += notes
    used = set[int]().union(*(cells.used for cells in read))
    unused = [text for at, text in enumerate(texts.texts) if at not in used]
    office.say(unused, "texts of no cell", "a text that no cell shows")
    drawn = sorted(set[str]().union(*(cells.drawn for cells in read)))
    office.say(drawn, "drawn beside numbers")
    office.say(
        [*texts.words, *(word for cells in read for word in cells.words)], "around the cells"
    )
    return names


def _relation_of(sheet: Element) -> str:
    """The name of its relation; an attribute `id` of another vocabulary than the sheet's own."""
    return next((value for key, value in sheet.given.items() if key.rpartition(" ")[2] == "id"), "")


def _read_cells(office: Office, name: str, cells: Cells) -> None:
    office.feed(name, cells)
    if cells.replaced:
        reason = f"{cells.replaced} cells hold numbers and draw words in their place"
        office.note(NoteKind.HIDDEN, reason)
    if cells.uncalculated:
        reason = f"{cells.uncalculated} formulas have no value yet"
        office.note(NoteKind.UNREAD, reason)
    reaching = sum(1 for one in cells.sheet.formulas if REACHING.search(one))
    if reaching:
        reason = f"{reaching} formulas take values from elsewhere, or send them there"
        office.note(NoteKind.EXTERNAL, reason)


def _read_names(office: Office, book: Element) -> None:
    said: list[str] = []
    hidden: list[str] = []
    for one in book.all("definedName"):
        name, text = one.given.get("name", ""), one.text
        if REACHING.search(text):
            office.note(NoteKind.EXTERNAL, "a defined name takes values from elsewhere")
        if not name.startswith(_BUILT_IN) or settings_words(one):
            is_hidden = one.given.get("hidden") in ("1", "true")
            (hidden if is_hidden else said).append(f"{name}  {in_lines(text)}")
    office.say(said, "defined names")
    office.say(hidden, "hidden defined names", "a hidden name")
    rest = [one for one in book.children if one.name not in ("definedNames", "sheets")]
    words = [word for one in rest for word in settings_words(one)]
    office.say(words, "settings of the book", "kept among the settings, unshown")


def _read_remarks(office: Office) -> None:
    said = [
        one.text.strip()
        for name in filter(_COMMENTS.fullmatch, office.names)
        for one in _remarks(office, name)
    ]
    office.say(said, "comments")
    people = [word for name in filter(_PEOPLE.fullmatch, office.names)
              for word in xml_words.lines(office.tree(name))]  # fmt: skip
    if people:
        office.note(NoteKind.METADATA, "the file names who wrote comments")
        office.say(people, "people who wrote comments")
    drawn: list[str] = []
    for name in filter(_DRAWING.fullmatch, office.names):
        root = office.tree(name)
        drawn += [*paragraphs(root), *settings_words(root)]
    office.say(list(dict.fromkeys(drawn)), "words on drawings")


def _remarks(office: Office, name: str) -> list[Element]:
    root = office.tree(name)
    return [*root.all("author"), *root.all("comment", "threadedComment")]


def _read_pivots(office: Office) -> None:
    for number, name in enumerate(filter(_PIVOT.fullmatch, office.names), start=1):
        definition = office.tree(name)
        names, shared = office_caches.fields(definition)
        records = office_caches.Records(shared)
        for member in office.related(name, "pivotCacheRecords"):
            office.feed(member, records)
        office.parts += office_caches.pivot(names, shared, records.rows, f"pivot table {number}")
        source = definition.first("cacheSource", "worksheetSource")
        if definition.first("cacheSource", "consolidation") or (source and "id" in source.given):
            office.note(NoteKind.EXTERNAL, "a pivot table takes its rows from another file")
