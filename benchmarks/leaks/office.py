"""Books and papers of Office programs, and the places in them that nobody sees."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from odf import dc, office, opendocument, style, table, text
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from benchmarks.leaks.made import Row
from benchmarks.leaks.shapes import PROSE, SHOWN, lines, padded, typed

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORDS: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEETS: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MOST_IN_A_NAME: Final = 8_000


def package(members: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def more(data: bytes, members: Mapping[str, str]) -> bytes:
    """The same package with more members, or others of the same names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {one: archive.read(one).decode() for one in archive.namelist()}
    return package({**held, **members})


def relations(*targets: tuple[str, str]) -> str:
    said = "".join(
        f'<Relationship Id="h{at}" Type="{_OFFICE}/{kind}" Target={quoteattr(target)}/>'
        for at, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{said}</Relationships>'


def _closed(book: openpyxl.Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _opened(*tables: Sequence[Row]) -> tuple[openpyxl.Workbook, Any]:
    """A book, and its last sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for at, rows in enumerate(tables):
        sheet = sheet if at == 0 else book.create_sheet()
        for row in rows:
            sheet.append([typed(cell) for cell in row])
    return book, sheet


def book(header: Row, rows: Sequence[Row], *, hidden: bool = False, said: str = "") -> bytes:
    shown = [("region", "n"), ("all", "250")]
    made, sheet = _opened(shown, [header, *rows]) if hidden else _opened([header, *rows])
    if hidden:
        sheet.sheet_state = "hidden"
    if said:
        sheet["A1"].comment = Comment(said, "made")
    return _closed(made)


def hidden_rows(header: Row, rows: Sequence[Row]) -> bytes:
    made, sheet = _opened([*SHOWN, header, *rows])
    for at in range(len(SHOWN) + 1, len(SHOWN) + len(rows) + 2):
        sheet.row_dimensions[at].hidden = True
    return _closed(made)


def hidden_columns(header: Row, rows: Sequence[Row]) -> bytes:
    made, sheet = _opened([("", *header), *(("x", *row) for row in rows)])
    for at in range(2, len(header) + 2):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].hidden = True
    return _closed(made)


def white(header: Row, rows: Sequence[Row]) -> bytes:
    made, sheet = _opened([*SHOWN, header, *rows])
    for line in sheet.iter_rows(min_row=len(SHOWN) + 1):
        for cell in line:
            cell.font = Font(color="FFFFFFFF")
    return _closed(made)


def defined_name(header: Row, rows: Sequence[Row]) -> bytes:
    made, _ = _opened(SHOWN)
    said = ";".join(",".join(f'"{cell}"' for cell in row) for row in (header, *rows))
    made.defined_names["kept"] = DefinedName("kept", attr_text=f"{{{said[:_MOST_IN_A_NAME]}}}")
    return _closed(made)


def properties(header: Row, rows: Sequence[Row]) -> bytes:
    made, _ = _opened(SHOWN)
    made.properties.description = lines(header, rows, ",")
    return _closed(made)


def _shown_book() -> bytes:
    return _closed(_opened(SHOWN)[0])


def pivot(header: Row, rows: Sequence[Row]) -> bytes:
    """What a pivot table was made of, kept behind it."""
    shared = [sorted({row[at] for row in rows}) for at in range(len(header))]
    fields = "".join(
        f"<cacheField name={quoteattr(name)}><sharedItems>"
        + "".join(f"<s v={quoteattr(one)}/>" for one in items) + "</sharedItems></cacheField>"
        for name, items in zip(header, shared, strict=True)
    )  # fmt: skip
    records = "".join(
        "<r>" + "".join(f'<x v="{items.index(cell)}"/>'
                        for cell, items in zip(row, shared, strict=True)) + "</r>"
        for row in rows
    )  # fmt: skip
    base = "xl/pivotCache/pivotCacheDefinition1.xml"
    return more(_shown_book(), {
        base: f'<pivotCacheDefinition xmlns="{_SHEETS}"><cacheFields>{fields}</cacheFields>'
              "</pivotCacheDefinition>",
        "xl/pivotCache/pivotCacheRecords1.xml":
            f'<pivotCacheRecords xmlns="{_SHEETS}">{records}</pivotCacheRecords>',
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels":
            relations(("pivotCacheRecords", "pivotCacheRecords1.xml")),
    })  # fmt: skip


def linked(header: Row, rows: Sequence[Row]) -> bytes:
    """Values of another book, as they were when it was last open."""
    cells = "".join(
        f'<row r="{at}">' + "".join(f"<cell><v>{escape(cell)}</v></cell>" for cell in row)
        + "</row>"
        for at, row in enumerate((header, *rows), start=1)
    )  # fmt: skip
    return more(_shown_book(), {"xl/externalLinks/externalLink1.xml":
        f'<externalLink xmlns="{_SHEETS}"><externalBook><sheetDataSet><sheetData sheetId="0">'
        f"{cells}</sheetData></sheetDataSet></externalBook></externalLink>"})  # fmt: skip


def _run(said: str, given: str = "", tag: str = "t") -> str:
    inside = "<w:tab/>".join(
        f'<w:{tag} xml:space="preserve">{escape(one)}</w:{tag}>' for one in said.split("\t")
    )
    return f"<w:r>{given and f'<w:rPr>{given}</w:rPr>'}{inside}</w:r>"


def paragraphs(said: str, given: str = "", wrap: str = "{}", tag: str = "t") -> str:
    return "".join(
        f"<w:p>{wrap.format(_run(line, given, tag))}</w:p>" for line in said.splitlines()
    )


def grid(header: Row, rows: Sequence[Row]) -> str:
    told = "".join("<w:tr>" + "".join(f"<w:tc>{paragraphs(cell or ' ')}</w:tc>" for cell in row)
                   + "</w:tr>" for row in (header, *rows))  # fmt: skip
    return f"<w:tbl>{told}</w:tbl>"


def paper(body: str, members: Mapping[str, str] | None = None,
          *targets: tuple[str, str]) -> bytes:  # fmt: skip
    """Prose and what else there is."""
    space = f'xmlns:w="{_WORDS}"'
    held = {
        "[Content_Types].xml":
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {space}><w:body>{paragraphs(chr(10).join(PROSE))}{body}"
                             "</w:body></w:document>",
    }  # fmt: skip
    if targets:
        held["word/_rels/document.xml.rels"] = relations(*targets)
    return package({**held, **(members or {})})


def _part(name: str, inside: str) -> str:
    return f'<w:{name} xmlns:w="{_WORDS}">{inside}</w:{name}>'


def commented(header: Row, rows: Sequence[Row]) -> bytes:
    said = paragraphs(lines(header, rows, "\t"))
    comment = f'<w:comment w:id="0" w:author="a">{said}</w:comment>'
    return paper(
        "", {"word/comments.xml": _part("comments", comment)}, ("comments", "comments.xml")
    )


def ods(*tables: tuple[Sequence[Row], str]) -> bytes:
    """Args: rows, and how they are hidden: `sheet`, `rows` or not at all."""
    made = opendocument.OpenDocumentSpreadsheet()
    unseen = style.Style(name="ta9", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    made.automaticstyles.addElement(unseen)
    for at, (rows, hidden) in enumerate(tables):
        given = {"stylename": unseen} if hidden == "sheet" else {}
        sheet = table.Table(name=f"Sheet{at}", **given)
        for row in rows:
            line = table.TableRow(**({"visibility": "collapse"} if hidden == "rows" else {}))
            for cell in row:
                line.addElement(_ods_cell(cell))
            sheet.addElement(line)
        made.spreadsheet.addElement(sheet)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def _ods_cell(cell: str, said: str = "") -> Any:
    value = typed(cell)
    kind = {"valuetype": "string"} if isinstance(value, str) else {
        "valuetype": "float", "value": cell}  # fmt: skip
    made = table.TableCell(**kind)
    if said:
        note = office.Annotation()
        note.addElement(dc.Creator(text="a"))
        for line in said.splitlines():
            note.addElement(text.P(text=line))
        made.addElement(note)
    made.addElement(text.P(text=cell))
    return made


def ods_noted(header: Row, rows: Sequence[Row]) -> bytes:
    made = opendocument.OpenDocumentSpreadsheet()
    sheet, line = table.Table(name="a"), table.TableRow()
    line.addElement(_ods_cell("North", lines(header, rows, " ")))
    sheet.addElement(line)
    made.spreadsheet.addElement(sheet)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


_GONE: Final = '<w:del w:id="1" w:author="a">{}</w:del>'

OFFICE: Final[dict[tuple[str, str], Callable[[Row, Sequence[Row]], bytes]]] = {
    ("xlsx", "sheet"): book,
    ("xlsx", "hidden sheet"): lambda h, r: book(h, r, hidden=True),
    ("xlsx", "comment"): lambda h, r: book(("a",), [("1",)], said=padded(h, r)),
    ("xlsx", "hidden rows"): hidden_rows,
    ("xlsx", "hidden columns"): hidden_columns,
    ("xlsx", "white text"): white,
    ("xlsx", "defined name"): defined_name,
    ("xlsx", "pivot cache"): pivot,
    ("xlsx", "external link"): linked,
    ("xlsx", "properties"): properties,
    ("docx", "table"): lambda h, r: paper(grid(h, r)),
    ("docx", "lines"): lambda h, r: paper(paragraphs(lines(h, r, "\t"))),
    ("docx", "deleted"): lambda h, r: paper(
        paragraphs(lines(h, r, "\t"), wrap=_GONE, tag="delText")),
    ("docx", "hidden text"): lambda h, r: paper(paragraphs(lines(h, r, "\t"), "<w:vanish/>")),
    ("docx", "white text"): lambda h, r: paper(
        paragraphs(lines(h, r, "\t"), '<w:color w:val="FFFFFF"/>')),
    ("docx", "comment"): commented,
    ("docx", "header"): lambda h, r: paper("", {"word/header1.xml": _part(
        "hdr", paragraphs(lines(h, r, "\t")))}, ("header", "header1.xml")),
    ("docx", "custom part"): lambda h, r: paper("", {
        "customXml/item1.xml": f"<kept>{escape(lines(h, r, ','))}</kept>"}),
    ("ods", "sheet"): lambda h, r: ods(([h, *r], "")),
    ("ods", "hidden sheet"): lambda h, r: ods((SHOWN, ""), ([h, *r], "sheet")),
    ("ods", "hidden rows"): lambda h, r: ods(([h, *r], "rows")),
    ("ods", "comment"): ods_noted,
}  # fmt: skip
