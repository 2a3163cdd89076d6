"""What `haven clean` takes out of office files, and that what they show stays as it was."""

import io
import re
import zipfile
from contextlib import suppress
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf import opendocument
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from output_checker.disclosure.cleaning.clean import CannotClean, clean
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers import docx_papers, ods_books, xlsx_books
from output_checker.disclosure.readers.artefacts import Image, Table
from tests.unit.disclosure import test_office_files as planting
from tests.unit.disclosure import test_png_pictures as png
from tests.unit.disclosure.conftest import rules
from tests.unit.disclosure.office_builders import (
    book,
    grid,
    ods,
    ods_cell,
    ods_rows,
    ods_table,
    package,
    paper,
    paragraph,
    relations,
    rows_of,
    word_part,
    worksheet,
)
from tests.unit.disclosure.test_office_files import HIDING, PLAIN, WHITE

READERS = {"xlsx": xlsx_books, "ods": ods_books, "docx": docx_papers}
PLANTED = [("planted", f"person {at}", 70_101 + at, 30_211.57 + at) for at in range(8)]
SHOWN = Table(header=PLAIN[0], rows=tuple(tuple(map(str, row)) for row in PLAIN[1:]))
MARK = re.compile(r"planted|person \d|701\d\d|302\d\d\.57")


def text_of(data):
    """Everything in a package: names, packed and unpacked bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return "\n".join(f"{name}\n{held.read(name).decode(errors='replace')}"
                         for name in held.namelist())  # fmt: skip


def read(data, kind):
    return READERS[kind].read(data)


def tables(data, kind):
    return [one.artefact for one in read(data, kind).parts if isinstance(one.artefact, Table)]


def unseen(document):
    return [*document.notes, *(part for part in document.parts if part.hidden)]


def seen(document):
    """What is shown, but for the bytes of pictures."""
    return [
        part.artefact.media if isinstance(part.artefact, Image) else part.artefact
        for part in document.parts
        if not part.hidden
    ]


LOOKS = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="{0}"/></numFmts><fonts><font/></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill></fills><borders><border/></borders>'
    "<cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs><xf xfId="0"/><xf numFmtId="164" xfId="0"/></cellXfs>'
    '<cellStyles><cellStyle name="{1}" xfId="0"/></cellStyles>'
)
# Where nobody looks: each builder makes a file that shows PLAIN and hides the rows.
BOOKS = {
    name: planting.BOOKS[name]
    for name in (
        "a hidden sheet", "rows of no height", "comments", "threaded comments", "a defined name",
        "a pivot table", "a chart", "a drawing", "another book's values", "a custom part",
        "texts that no cell shows", "a sheet that no book lists", "a comment in the XML",
        "elements of one's own", "properties", "a book in a book",
    )
} | {
    "hidden columns": lambda rows: book(worksheet(
        "".join(f"<row>{rows_of([a])[5:-6]}{rows_of([b])[5:-6]}</row>"
                for a, b in zip(PLAIN, rows, strict=False)),
        before='<cols><col min="4" max="9" hidden="1"/></cols>')),
    "white cells": lambda rows: book(
        worksheet(rows_of(PLAIN) + rows_of(rows).replace("<c", '<c s="1"')), styles=WHITE),
    "attributes of one's own": lambda rows: book(worksheet(
        rows_of(PLAIN) + "".join(f'<row mine="{row}"/>' for row in rows))),
    "a formula": lambda rows: book(worksheet(
        rows_of(PLAIN).replace("<v>210</v>", f"<f>SUM({rows[0][3]},{rows[1][3]})</f><v>210</v>"))),
    "a list to choose from": lambda rows: book(worksheet(PLAIN, after="<dataValidations>"
        f"<dataValidation><formula1>{rows}</formula1></dataValidation></dataValidations>")),
    "scenarios": lambda rows: book(worksheet(PLAIN, after="<scenarios><scenario>"
        f"<inputCells r='A1' val='{rows[0][1]}'/></scenario></scenarios>")),
    "a remark on the package": lambda rows: remarked(book(PLAIN), str(rows)),
    "bytes behind the package": lambda rows: book(PLAIN) + str(rows).encode(),
    "bytes before the package": lambda rows: str(rows).encode() + book(PLAIN),
    "a name of a member": lambda rows: book(PLAIN, more={f"xl/media/{rows[0][1]}.png": "x"}),
    "the name of a relation": lambda rows: renamed(book(PLAIN), rows[0][0]),
    "the address of a vocabulary": lambda rows: book(
        worksheet(PLAIN, before=f'<cols xmlns:x="urn:{rows[0][0]}"/>')),
    "words of a number format": lambda rows: book(
        worksheet(rows_of(PLAIN).replace("<c><v>210<", '<c s="1"><v>210<')),
        styles=LOOKS.format(f"0&quot;{rows[0][1]}{rows[0][2]}&quot;", "Normal")),
    "words in place of a number": lambda _: book(
        worksheet(rows_of(PLAIN).replace("<c><v>210<", '<c s="1"><v>210<')),
        styles=LOOKS.format("&quot;planted&quot;", "Normal")),
    "the name of a style": lambda rows: book(
        PLAIN, styles=LOOKS.format("0.0", f"{rows[0][1]} {rows[0][2]}")),
    "settings of the book": lambda rows: book(
        PLAIN, inside=f"<fileSharing userName='{rows[0][1]}'/>"),
    "settings of a printer": lambda rows: book(
        PLAIN, more={"xl/printerSettings/printerSettings1.bin": str(rows)}),
    "macros": lambda rows: book(PLAIN, more={"xl/vbaProject.bin": str(rows)}),
    "a connection": lambda rows: book(PLAIN, more={"xl/connections.xml": f"<a>{rows}</a>"}),
}  # fmt: skip


def renamed(data, name):
    """With another name of each relation to a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        members = {one: held.read(one).decode() for one in held.namelist()}
    for one in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        members[one] = members[one].replace('"r1"', f'"{name}.34.70101"')
    return package(members)


def remarked(data, remark):
    held = io.BytesIO(data)
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = remark.encode()
    return held.getvalue()


@pytest.mark.parametrize("place", BOOKS)
def test_a_cleaned_excel_book_shows_the_same_table_and_hides_nothing(place):
    dirty = BOOKS[place](PLANTED)

    cleaned = clean("book.xlsx", dirty)

    assert cleaned.taken
    assert not MARK.search(text_of(cleaned.content))
    assert tables(cleaned.content, "xlsx") == [SHOWN]
    assert not unseen(read(cleaned.content, "xlsx"))


# The styles of the one with white cells are too few for openpyxl.
@pytest.mark.parametrize("place", BOOKS.keys() - {"white cells"})
def test_a_cleaned_excel_book_opens_in_another_program(place):
    opened = openpyxl.load_workbook(io.BytesIO(clean("book.xlsx", BOOKS[place](PLANTED)).content))

    values = [row[:3] for row in opened.active.iter_rows(max_row=3, values_only=True)]
    assert values == PLAIN


ODS = {
    "a hidden sheet": lambda rows: ods(
        ods_table(PLAIN), ods_table(rows, style="ta2"), styles=HIDING),
    "hidden rows": lambda rows: ods(
        ods_table(ods_rows(PLAIN) + ods_rows(rows, ' table:visibility="collapse"'))),
    "rows of a closed group": lambda rows: ods(ods_table(
        ods_rows(PLAIN) + f'<table:table-row-group table:display="false">{ods_rows(rows)}'
        "</table:table-row-group>")),
    "hidden columns": lambda rows: ods(ods_table(
        "".join(ods_rows([(*a, *b)]) for a, b in zip(PLAIN, rows, strict=False)),
        before='<table:table-column table:number-columns-repeated="3"/><table:table-column '
        'table:visibility="collapse" table:number-columns-repeated="9"/>')),
    "a comment": lambda rows: ods(ods_table(ods_rows(PLAIN).replace(
        "<text:p>region", f"<office:annotation><text:p>{rows}</text:p></office:annotation>"
        "<text:p>region"))),
    "properties": lambda rows: ods(PLAIN, meta=f"<dc:description>{rows}</dc:description>"),
    "changes": lambda rows: ods(
        PLAIN, inside=f"<table:tracked-changes><text:p>{rows}</text:p></table:tracked-changes>"),
    "names": lambda rows: ods(ods_table(PLAIN), inside="<table:named-expressions>"
        f'<table:named-expression table:name="a" table:expression="{rows}"/>'
        "</table:named-expressions>"),
    "an object that is no chart": lambda rows: ods(
        PLAIN, more={"Object 1/content.xml": planting.chart_of_ods(rows)}),
    "macros": lambda rows: ods(PLAIN, more={"Basic/Standard/Module1.xml": f"<a>{rows}</a>"}),
    "attributes of one's own": lambda rows: ods(ods_table(
        ods_rows(PLAIN[:2]) + ods_rows(PLAIN[2:], f' table:mine="{rows[0]}"'))),
    "a source elsewhere": lambda rows: ods(ods_table(
        PLAIN, before=f'<table:table-source xlink:href="file:///{rows[0][1]}"/>')),
    "bytes behind the package": lambda rows: ods(PLAIN) + str(rows).encode(),
    "a thumbnail": lambda rows: ods(PLAIN, more={"Thumbnails/thumbnail.png": str(rows)}),
}  # fmt: skip


@pytest.mark.parametrize("place", ODS)
def test_a_cleaned_open_document_book_shows_the_same_table_and_hides_nothing(place):
    cleaned = clean("book.ods", ODS[place](PLANTED))

    assert cleaned.taken
    assert not MARK.search(text_of(cleaned.content))
    assert tables(cleaned.content, "ods") == [SHOWN]
    assert not unseen(read(cleaned.content, "ods"))


def test_a_cleaned_open_document_book_opens_in_another_program():
    cleaned = clean("book.ods", ODS["a hidden sheet"](PLANTED)).content

    opened = opendocument.load(io.BytesIO(cleaned))

    assert "590" in str(opened.spreadsheet)
    with zipfile.ZipFile(io.BytesIO(cleaned)) as held:
        first = held.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_a_repeated_cell_loses_the_value_of_hidden_columns_only():
    repeated = ods_cell(7_001, ' table:number-columns-repeated="4"')
    rows = f"<table:table-row>{repeated}{ods_cell(1)}</table:table-row>"
    columns = ('<table:table-column/><table:table-column table:visibility="collapse" '
               'table:number-columns-repeated="2"/><table:table-column/>')  # fmt: skip

    cleaned = clean("book.ods", ods(ods_table(rows, before=columns))).content

    assert [one.header for one in tables(cleaned, "ods")] == [("7001", "7001", "1")]


LINES = "planted person 1 7001 30211.57"
SAID = paragraph("Pay by region")
PAPERS = {
    "deleted text": paper(SAID + f"<w:p><w:del w:author='planted'><w:r><w:delText>{LINES}"
                          "</w:delText></w:r></w:del></w:p>"),
    "moved text": paper(SAID + paragraph(LINES, wrap="<w:moveFrom>{}</w:moveFrom>")),
    "a deleted row": paper(SAID + grid([[LINES]]).replace(
        "<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>")),
    "hidden text": paper(SAID + paragraph(LINES, given="<w:rPr><w:vanish/></w:rPr>")),
    "white text": paper(SAID + paragraph(LINES, given='<w:rPr><w:color w:val="FFFFFF"/></w:rPr>')),
    "text of a hidden style": paper(
        SAID + paragraph(LINES).replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="Ghost"/></w:pPr>'),
        more={"word/styles.xml": word_part(
            '<w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>', "styles")},
        targets=[("styles", "styles.xml")]),
    "who wrote it": paper(paragraph("Pay by region", wrap="<w:ins w:author='planted'>{}</w:ins>")),
    "how it looked before": paper(SAID.replace("<w:r>", "<w:r><w:rPr><w:rPrChange w:author="
                                  "'planted'/></w:rPr>")),
    "field codes": paper(SAID + paragraph(LINES).replace("w:t>", "w:instrText>")),
    "a field that reaches elsewhere": paper(
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT {LINES}'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Pay by '
        'region</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'),
    "comments": paper(SAID, more={"word/comments.xml": word_part(paragraph(LINES), "comments")},
                      targets=[("comments", "comments.xml")]),
    "a note that deleted text refers to": paper(
        SAID + "<w:p><w:del><w:r><w:footnoteReference w:id='2'/></w:r></w:del></w:p>",
        more={"word/footnotes.xml": word_part(
            f"<w:footnote w:id='2'>{paragraph(LINES)}</w:footnote>", "footnotes")},
        targets=[("footnotes", "footnotes.xml")]),
    "variables": paper(SAID, more={"word/settings.xml": word_part(
        f'<w:docVar w:name="a" w:val="{LINES}"/>', "settings")},
        targets=[("settings", "settings.xml")]),
    "a template elsewhere": paper(SAID, targets=[
        ("attachedTemplate", "http://example.org/planted.dotm", "External")]),
    "a custom part": paper(SAID, more={"customXml/item1.xml": f"<a>{LINES}</a>"}),
    "an embedded book": paper(SAID, more={"word/embeddings/book.xlsx": book([[LINES]])},
                              targets=[("package", "embeddings/book.xlsx")]),
    "marks of sessions": paper(SAID.replace("<w:p>", "<w:p w:rsidR='planted'>")),
    "properties": paper(SAID, more={"docProps/core.xml": "<a><creator>planted</creator></a>"}),
    "a thumbnail": paper(SAID, more={"docProps/thumbnail.jpeg": LINES}),
}  # fmt: skip


@pytest.mark.parametrize("place", PAPERS)
def test_a_cleaned_word_document_says_the_same_and_hides_nothing(place):
    cleaned = clean("paper.docx", PAPERS[place])

    document = read(cleaned.content, "docx")
    assert cleaned.taken
    assert not MARK.search(text_of(cleaned.content))
    assert [part.artefact.text for part in document.parts] == ["Pay by region"]
    assert not unseen(document)


def test_what_a_word_document_shows_beside_its_text_stays():
    body = (SAID + grid(PLAIN) + '<w:p><w:hyperlink r:id="r2"><w:r><w:t>source</w:t></w:r>'
            '</w:hyperlink><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/'
            'drawingml/2006/main" r:embed="r3"/></w:drawing></w:r></w:p><w:sectPr>'
            '<w:headerReference r:id="r1"/></w:sectPr>')  # fmt: skip
    picture = png.picture(png.chunk(b"tEXt", b"Comment\0planted"))
    page = word_part(paragraph("Page ") + paragraph(" PAGE ").replace("w:t>", "w:instrText>"),
                     "hdr")  # fmt: skip
    dirty, plain = (
        paper(body, more={"word/header1.xml": page, "word/media/planted.png": one},
              targets=[("header", "header1.xml"), ("hyperlink", "http://example.org/",
              "External"), ("image", "media/planted.png")])
        for one in (picture, png.picture())
    )  # fmt: skip

    cleaned = clean("paper.docx", dirty).content

    before, after = read(plain, "docx"), read(cleaned, "docx")
    assert seen(after) == seen(before)
    assert SHOWN in [part.artefact for part in after.parts]
    assert not unseen(after)
    assert "planted" not in text_of(cleaned)
    assert "PAGE" in text_of(cleaned)


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    deleted = paragraph("Pay by ").replace("<w:p>", "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>")

    cleaned = clean("paper.docx", paper(deleted + paragraph("region"))).content

    assert [part.artefact.text for part in read(cleaned, "docx").parts] == ["Pay by region"]


def test_a_cell_whose_text_is_gone_still_holds_a_paragraph():
    body = grid([["seen", "x"]]).replace(paragraph("x"), "<w:sdt><w:sdtPr/></w:sdt>")

    root = clean("paper.docx", paper(body)).content

    with zipfile.ZipFile(io.BytesIO(root)) as held:
        document = ET.fromstring(held.read("word/document.xml"))
    cells = [one for one in document.iter() if one.tag.endswith("}tc")]
    assert [one[-1].tag.rpartition("}")[2] for one in cells] == ["p", "p"]


def real_book():
    """As openpyxl writes it, with all that it can hide."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in [*PLAIN, PLANTED[0]]:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    sheet["F1"] = "planted"
    sheet.column_dimensions["F"].hidden = True
    sheet.column_dimensions["B"].width = 33
    sheet["A1"].font = Font(bold=True)
    sheet["A1"].comment = Comment("planted", "Jane Doe")
    sheet["C2"].number_format = "0.0%"
    sheet["A6"] = "a note"
    sheet.merge_cells("A6:C6")
    sheet.print_area = "A1:C6"
    sheet.freeze_panes = "A2"
    drawn = BarChart()
    drawn.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(drawn, "H5")
    more = made.create_sheet("planted")
    for row in PLANTED:
        more.append(row)
    more.sheet_state = "veryHidden"
    made.defined_names["planted"] = DefinedName("planted", attr_text="planted!$A$1:$D$8")
    made.properties.creator = "Jane Doe"
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def test_a_real_book_opens_again_and_looks_as_it_did():
    cleaned = clean("book.xlsx", real_book()).content

    opened = openpyxl.load_workbook(io.BytesIO(cleaned))
    (sheet,) = opened.worksheets
    assert [row[:3] for row in sheet.iter_rows(max_row=3, values_only=True)] == PLAIN
    assert sheet["A1"].font.bold
    assert sheet["C2"].number_format == "0.0%"
    assert sheet.column_dimensions["B"].width == 33
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A6:C6"]
    assert sheet.print_area == "'Sheet'!$A$1:$C$6"
    assert sheet.freeze_panes == "A2"
    assert sheet.row_dimensions[4].hidden
    assert len(sheet._charts) == 1
    assert not opened.defined_names
    assert not MARK.search(text_of(cleaned))
    assert "Jane Doe" not in text_of(cleaned)


@pytest.mark.slow
def test_a_book_that_failed_for_what_it_hides_does_not_when_it_is_cleaned(judge, people):
    rows = [row[1:] for row in people[1][20:28]]
    made = openpyxl.Workbook()
    for row in PLAIN:
        made.active.append(row)
    hidden = made.create_sheet("more")
    for row in [planting.HEADER, *rows]:
        hidden.append(row)
    hidden.sheet_state = "hidden"
    held = io.BytesIO()
    made.save(held)
    cleaned = clean("book.xlsx", held.getvalue()).content

    before, after = judge(held.getvalue(), "book.xlsx"), judge(cleaned, "clean.xlsx")

    assert {"hidden-part", "verbatim-rows"} <= rules(before)
    assert not rules(after)
    assert after.verdict is not Verdict.FAIL
    assert not any(str(row[3]) in text_of(cleaned) for row in rows)


def test_a_copy_has_nothing_left_to_take_out():
    for name, data in (("a.xlsx", real_book()), ("a.docx", PAPERS["deleted text"]),
                       ("a.ods", ODS["hidden rows"](PLANTED))):  # fmt: skip
        copy = clean(name, data).content

        assert clean(name, copy).taken == ()
        assert clean(name, copy).content == copy


def test_only_texts_that_are_still_shown_are_kept():
    shared = "".join(f"<si><t>{one}</t></si>" for one in ("planted", "north", "south"))
    rows = ('<row hidden="1"><c t="s"><v>0</v></c></row><row><c t="s"><v>2</v></c>'
            '<c t="s"><v>1</v></c></row>')  # fmt: skip
    data = book(worksheet(rows), targets=[("sharedStrings", "sharedStrings.xml")],
                more={"xl/sharedStrings.xml": f"<sst>{shared}</sst>"})  # fmt: skip

    cleaned = clean("book.xlsx", data).content

    assert [one.header for one in tables(cleaned, "xlsx")] == [("south", "north")]
    assert "planted" not in text_of(cleaned)


def charted(formula, *, cache=True, visible=True):
    """A book whose chart is drawn from cells; the second sheet is hidden."""
    points = "".join(f'<c:pt idx="{at}"><c:v>{one}</c:v></c:pt>' for at, one in enumerate((5, 8)))
    held = f"<c:numCache>{points}</c:numCache>" if cache else ""
    chart = (
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart>'
        f"<c:plotArea><c:ser><c:tx><c:strRef><c:f>{formula}</c:f><c:strCache><c:pt idx='0'><c:v>"
        "Pay</c:v></c:pt></c:strCache></c:strRef></c:tx><c:val><c:numRef><c:f>"
        f"{formula}</c:f>{held}</c:numRef></c:val></c:ser></c:plotArea>"
        f'<c:plotVisOnly val="{int(visible)}"/></c:chart></c:chartSpace>'
    )
    drawing = ('<wsDr xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
               '><graphicFrame><chart r:id="r1"/></graphicFrame></wsDr>')  # fmt: skip
    sheet = worksheet(rows_of(PLAIN) + rows_of(PLANTED, ' hidden="1"'),
                      after='<drawing r:id="r1"/>')  # fmt: skip
    return book(sheet, PLANTED, states=("visible", "hidden"), more={
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("drawing", "../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": drawing,
        "xl/drawings/_rels/drawing1.xml.rels": relations(("chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": chart,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "visible", "stays"),
    [("Sheet1!$A$1:$A$2", True, True), ("Sheet1!$A$1:$A$2", False, False),
     ("Sheet2!$A$1:$A$2", True, False), ("planted", True, False)],
)  # fmt: skip
def test_a_chart_keeps_its_points_and_forgets_cells_that_are_gone(formula, visible, stays):
    cleaned = clean("book.xlsx", charted(formula, visible=visible)).content

    parts = {part.place: part.artefact for part in read(cleaned, "xlsx").parts}
    assert parts["chart 1"].text.split() == ["5", "8", "Pay"]
    assert (formula in text_of(cleaned)) is stays


def test_a_chart_of_hidden_cells_without_points_of_its_own_cannot_be_cleaned():
    with pytest.raises(CannotClean, match="put a picture in its place"):
        clean("book.xlsx", charted("Sheet2!$A$1:$A$2", cache=False))


def test_a_cell_with_a_formula_keeps_its_value_and_a_formula_without_one_is_refused():
    cell = "<row><c r='A1' t='str'><f>Sheet2!B3</f><v>north</v></c><c r='B1'><f>1+1</f>{}</c></row>"

    cleaned = clean("book.xlsx", book(worksheet(cell.format("<v>2</v>")))).content

    assert [one.header for one in tables(cleaned, "xlsx")] == [("north", "2")]
    with pytest.raises(CannotClean, match="no value yet"):
        clean("book.xlsx", book(worksheet(cell.format(""))))


def test_a_book_with_macros_stays_of_the_type_that_its_name_says():
    types = ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Override PartName="/xl/workbook.xml" ContentType='
             '"application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>')  # fmt: skip
    data = book(PLAIN, more={"[Content_Types].xml": types, "xl/vbaProject.bin": "planted"})

    cleaned = clean("book.xlsm", data).content

    assert "macroEnabled.main" in text_of(cleaned)
    assert not unseen(read(cleaned, "xlsx"))


def claiming(size):
    """A member that says it unpacks to more than any bound."""
    data = bytearray(book(PLAIN))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = size.to_bytes(4, "little")
    return bytes(data)


def encrypted(data):
    return re.sub(rb"(PK\x01\x02....)(.)", lambda m: m[1] + bytes([m[2][0] | 1]), data,
                  flags=re.DOTALL)  # fmt: skip


ENTITIES = '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>'
CHUNK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"
MALFORMED = {
    "nothing.xlsx": b"",
    "text.xlsx": b"region,n\n",
    "old.docx": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "cut.xlsx": book(PLAIN)[:200],
    "bomb.xlsx": claiming(2**31),
    "sealed.xlsx": encrypted(book(PLAIN)),
    "empty.xlsx": package({"a": "b"}),
    "paper.xlsx": paper(SAID),
    "book.docx": book(PLAIN),
    "book.ods": book(PLAIN),
    "entities.xlsx": book(ENTITIES),
    "entities.docx": paper(SAID, more={"word/document.xml": ENTITIES}),
    "entities.ods": ods(PLAIN, more={"content.xml": ENTITIES}),
    "deep.xlsx": book("<a>" * 300 + "</a>" * 300),
    "deep.docx": paper("<w:p>" * 300 + "</w:p>" * 300),
    "unclosed.docx": paper("<w:p>"),
    "missing.xlsx": book(worksheet("<row><c t='s'><v>4</v></c></row>")),
    "columns.xlsx": book(worksheet("<row/>", before="<cols><col min='a'/></cols>")),
    "hidden.xlsx": book(PLAIN, states=("hidden",)),
    "hidden.ods": ods(ods_table(PLAIN, style="ta2"), styles=HIDING),
    "sealed.ods": ods(
        PLAIN, manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    ),
    "repeated.ods": ods(ods_table(ods_rows([(1,)], ' table:number-rows-repeated="99999999"'))),
    "chunk.docx": paper(SAID, more={"word/a.html": "x"}, targets=[("aFChunk", "a.html")]),
    "smart.docx": paper(SAID, more={"word/d.xml": "<a/>"}, targets=[("diagramData", "d.xml")]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_cannot_be_cleaned_is_said_in_words(name):
    with pytest.raises(CannotClean) as refused:
        clean(name, MALFORMED[name])

    assert str(refused.value)


SAMPLES = (("a.xlsx", real_book()), ("a.docx", PAPERS["comments"]), ("a.ods", ods(PLAIN)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_cleaned_or_refused_and_nothing_else(sample, at, noise):
    name, data = sample
    place = at % len(data)

    with suppress(CannotClean):
        clean(name, data[:place] + noise + data[place + len(noise) :])
