"""Rows of the source in each place of books and papers in which they have been carried out."""

import base64
import io
import re
import struct
import zipfile
from xml.sax.saxutils import quoteattr

import openpyxl
import pandas as pd
import pytest

from output_checker.disclosure.readers import docx_papers, ods_books, packages, xlsx_books
from output_checker.disclosure.readers.artefacts import NoteKind, Table, Text
from output_checker.disclosure.readers.refusal import Refusal
from tests.unit.disclosure.conftest import rules
from tests.unit.disclosure.office_builders import (
    book,
    cell,
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

# Most go through the whole engine.
pytestmark = pytest.mark.slow

HEADER = ("region", "trade", "age", "pay")
MARKS = {"verbatim-rows", "near-verbatim-rows", "rare-values"}
PLAIN = [("region", "people", "share"), ("north", 210, 0.2625), ("south", 590, 0.7375)]
WHITE = ('<fonts><font/><font><color rgb="FFFFFFFF"/></font></fonts><fills><fill/></fills><cellXfs>'
         '<xf/><xf fontId="1"/><xf numFmtId="14"/></cellXfs>')  # fmt: skip


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


@pytest.fixture(scope="module")
def planted(people):
    """Eight people of the source, without their numbers."""
    return [row[1:] for row in people[1][20:28]]


def headed(rows):
    return [HEADER, *rows]


def as_lines(rows):
    return "\n".join("  ".join(map(str, row)) for row in rows)


def styled(rows, style):
    return rows_of(headed(rows)).replace("<c", f'<c s="{style}"')


def pivot(rows):
    """A cache whose first two fields refer to lists of values."""
    shared = [sorted({row[at] for row in rows}) for at in (0, 1)]
    items = [
        "<sharedItems>" + "".join(f'<s v="{one}"/>' for one in each) + "</sharedItems>"
        for each in shared
    ]
    fields = "".join(f'<cacheField name="{name}">{item}</cacheField>'
                     for name, item in zip(HEADER, [*items, "", ""], strict=True))  # fmt: skip
    records = "".join(
        f'<r><x v="{shared[0].index(a)}"/><x v="{shared[1].index(b)}"/><n v="{c}"/><n v="{d}"/></r>'
        for a, b, c, d in rows
    )
    return {
        "xl/pivotCache/pivotCacheDefinition1.xml": f"<pivotCacheDefinition><cacheFields>{fields}"
        "</cacheFields></pivotCacheDefinition>",
        "xl/pivotCache/pivotCacheRecords1.xml": f"<pivotCacheRecords>{records}</pivotCacheRecords>",
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels": relations(
            ("pivotCacheRecords", "pivotCacheRecords1.xml")
        ),
    }


def chart(rows):
    caches = "".join(
        f"<{kind}><strCache>"
        + "".join(f'<pt idx="{at}"><v>{row[column]}</v></pt>' for at, row in enumerate(rows))
        + f"</strCache></{kind}>"
        for column, kind in enumerate(("tx", "cat", "xVal", "yVal"))
    )
    return f"<chartSpace><chart><plotArea><ser>{caches}</ser></plotArea></chart></chartSpace>"


BOOKS = {
    "a sheet": lambda rows: book(headed(rows)),
    "a sheet beside another": lambda rows: book(PLAIN, headed(rows)),
    "below other cells": lambda rows: book([*PLAIN, (), *headed(rows)]),
    "rows out of order": lambda rows: book(worksheet("".join(
        f'<row r="{9 - at}">{"".join(map(cell, row))}</row>' for at, row in enumerate(rows)
    ))),
    "a hidden sheet": lambda rows: book(PLAIN, headed(rows), states=("visible", "veryHidden")),
    "hidden rows": lambda rows: book(
        worksheet(rows_of([HEADER]) + rows_of(rows, ' hidden="1"'))
    ),
    "rows of no height": lambda rows: book(worksheet(rows_of(PLAIN) + rows_of(rows, ' ht="0"'))),
    "hidden columns": lambda rows: book(
        worksheet(headed(rows), before='<cols><col min="2" max="4" hidden="1"/></cols>')
    ),
    "white cells": lambda rows: book(worksheet(styled(rows, 1)), styles=WHITE),
    "shared texts": lambda rows: book(
        worksheet("".join(
            "<row>" + "".join(f'<c t="s"><v>{at * 4 + k}</v></c>' for k in range(4)) + "</row>"
            for at in range(8)
        )),
        targets=[("sharedStrings", "sharedStrings.xml")],
        more={"xl/sharedStrings.xml": "<sst>" + "".join(
            f"<si><r><t>{value}</t></r></si>" for row in rows for value in row) + "</sst>"},
    ),
    "another office's names of elements": lambda rows: book(
        worksheet(headed(rows)).replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                                        "http://purl.oclc.org/ooxml/spreadsheetml/main")
    ),
    "comments": lambda rows: book(PLAIN, more={
        "xl/comments1.xml": "<comments><commentList><comment ref='A1'><text><r><t>"
        f"{as_lines(rows)}</t></r></text></comment></commentList></comments>"}),
    "threaded comments": lambda rows: book(PLAIN, more={
        "xl/threadedComments/threadedComment1.xml": "<ThreadedComments>" + "".join(
            f"<threadedComment ref='A1'><text>{line}</text></threadedComment>"
            for line in as_lines(rows).splitlines()) + "</ThreadedComments>"}),
    "a formula": lambda rows: book(worksheet(
        "<row><c><f>{" + ";".join(",".join(map(str, row)) for row in rows) + "}</f><v>1</v></c>"
        "</row>")),
    "a defined name": lambda rows: book(PLAIN, inside="<definedNames><definedName name='a'>{"
        + ";".join(",".join(map(str, row)) for row in rows) + "}</definedName></definedNames>"),
    "a pivot table": lambda rows: book(PLAIN, more=pivot(rows)),
    "a chart": lambda rows: book(PLAIN, more={"xl/charts/chart1.xml": chart(rows)}),
    "a drawing": lambda rows: book(PLAIN, more={"xl/drawings/drawing1.xml": "<wsDr>" + "".join(
        f"<p><t>{line}</t></p>" for line in as_lines(rows).splitlines()) + "</wsDr>"}),
    "another book's values": lambda rows: book(PLAIN, more={
        "xl/externalLinks/externalLink1.xml": "<externalLink><sheetData>" + "".join(
            "<row>" + "".join(f"<cell><v>{value}</v></cell>" for value in row) + "</row>"
            for row in rows) + "</sheetData></externalLink>"}),
    "a custom part": lambda rows: book(PLAIN, more={"customXml/item1.xml": "<a>" + "".join(
        f"<b>{line}</b>\n" for line in as_lines(rows).splitlines()) + "</a>"}),
    "texts that no cell shows": lambda rows: book(
        PLAIN, targets=[("sharedStrings", "sharedStrings.xml")],
        more={"xl/sharedStrings.xml": "<sst>" + "".join(
            f"<si><t>{line}</t></si>" for line in as_lines(rows).splitlines()) + "</sst>"}),
    "a sheet that no book lists": lambda rows: book(
        PLAIN, more={"xl/worksheets/sheet9.xml": worksheet("".join(
            "<row>" + "".join(f"<c t='str'><v>{value}</v></c>" for value in row) + "</row>"
            for row in rows))}),
    "a comment in the XML": lambda rows: book(
        worksheet(PLAIN, after=f"<!--\n{as_lines(rows)}\n-->")),
    "elements of one's own": lambda rows: book(worksheet(PLAIN, after=(
        f'<x:y xmlns:x="urn:mine">\n{as_lines(rows)}\n</x:y>'))),
    "attributes of one's own": lambda rows: book(worksheet("".join(
        f'<row mine="{line}"/>' for line in as_lines(rows).splitlines()))),
    "properties": lambda rows: book(PLAIN, more={
        "docProps/core.xml": f"<coreProperties><description>{as_lines(rows)}</description>"
        "</coreProperties>"}),
    "a book in a book": lambda rows: book(
        PLAIN, more={"xl/embeddings/book.xlsx": book(headed(rows))}),
    "a header on paper": lambda rows: book(worksheet(
        PLAIN, after=f"<headerFooter><oddHeader>{as_lines(rows)}</oddHeader></headerFooter>")),
}  # fmt: skip


@pytest.mark.parametrize("place", BOOKS)
def test_in_an_excel_book(judge, planted, place):
    assert rules(judge(BOOKS[place](planted), "book.xlsx")) & MARKS


HIDING = (
    "<style:style style:name='ta2' style:family='table'>"
    "<style:table-properties table:display='false'/></style:style>"
)
ODS = {
    "a sheet": lambda rows: ods(headed(rows)),
    "a second sheet": lambda rows: ods(PLAIN, headed(rows)),
    "a hidden sheet": lambda rows: ods(
        ods_table(PLAIN), ods_table(headed(rows), style="ta2"), styles=HIDING
    ),
    "hidden rows": lambda rows: ods(
        ods_table(ods_rows([HEADER]) + ods_rows(rows, ' table:visibility="filter"'))
    ),
    "hidden columns": lambda rows: ods(
        ods_table(headed(rows), before="<table:table-column/><table:table-column "
                  "table:visibility='collapse' table:number-columns-repeated='3'/>")
    ),
    "below a million blank rows": lambda rows: ods(ods_table(
        ods_rows([HEADER]) + "<table:table-row table:number-rows-repeated='1000000'>"
        "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
        + ods_rows(rows))),
    "a comment": lambda rows: ods(ods_table(
        "<table:table-row><table:table-cell><office:annotation>" + "".join(
            f"<text:p>{line}</text:p>" for line in as_lines(rows).splitlines())
        + "</office:annotation><text:p>x</text:p></table:table-cell></table:table-row>")),
    "a text box": lambda rows: ods(ods_table(
        "<table:shapes><draw:frame><draw:text-box>" + "".join(
            f"<text:p>{line}</text:p>" for line in as_lines(rows).splitlines())
        + "</draw:text-box></draw:frame></table:shapes>" + ods_rows(PLAIN))),
    "properties": lambda rows: ods(
        PLAIN, meta=f"<dc:description>{as_lines(rows)}</dc:description>"),
    "a chart": lambda rows: ods(PLAIN, more={"Object 1/content.xml": chart_of_ods(rows)}),
    "changes": lambda rows: ods(PLAIN, inside="<table:tracked-changes>" + "".join(
        f"<text:p>{line}</text:p>" for line in as_lines(rows).splitlines())
        + "</table:tracked-changes>"),
}  # fmt: skip


def chart_of_ods(rows):
    whole = zipfile.ZipFile(io.BytesIO(ods(headed(rows))))
    return whole.read("content.xml")


@pytest.mark.parametrize("place", ODS)
def test_in_an_open_document_book(judge, planted, place):
    assert rules(judge(ODS[place](planted), "book.ods")) & MARKS


def lines_as_paragraphs(rows, **given):
    return "".join(paragraph(line, **given) for line in as_lines(rows).splitlines())


def merged(rows):
    """The first column says each region once, over all its rows."""
    ordered = sorted(rows)
    told = ""
    for at, row in enumerate(ordered):
        begins = at == 0 or ordered[at - 1][0] != row[0]
        value = ' w:val="restart"' if begins else ""
        first = (f"<w:tc><w:tcPr><w:vMerge{value}/></w:tcPr>"
                 f"{paragraph(row[0] if begins else '')}</w:tc>")  # fmt: skip
        told += (
            f"<w:tr>{first}{''.join(f'<w:tc>{paragraph(one)}</w:tc>' for one in row[1:])}</w:tr>"
        )
    return f"<w:tbl>{told}</w:tbl>"


PAPERS = {
    "paragraphs": lines_as_paragraphs,
    "a table": lambda rows: grid(headed(rows)),
    "a table with merged cells": merged,
    "a table in a table": lambda rows: (
        f"<w:tbl><w:tr><w:tc>{grid(headed(rows))}</w:tc></w:tr></w:tbl>"
    ),
    "hidden text": lambda rows: lines_as_paragraphs(rows, given="<w:rPr><w:vanish/></w:rPr>"),
    "white text": lambda rows: lines_as_paragraphs(
        rows, given='<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
    ),
    "deleted text": lambda rows: lines_as_paragraphs(
        rows, wrap='<w:del w:author="">{}</w:del>'
    ).replace("w:t>", "w:delText>"),
    "deleted rows of a table": lambda rows: grid(headed(rows)).replace(
        "<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>"
    ),
    "inserted text": lambda rows: lines_as_paragraphs(rows, wrap="<w:ins>{}</w:ins>"),
    "field codes": lambda rows: lines_as_paragraphs(rows).replace("w:t>", "w:instrText>"),
    "a text box": lambda rows: (
        f"<w:p><w:r><w:pict><w:txbxContent>{lines_as_paragraphs(rows)}</w:txbxContent></w:pict>"
        "</w:r></w:p>"
    ),
    "a control": lambda rows: (
        f"<w:sdt><w:sdtContent>{lines_as_paragraphs(rows)}</w:sdtContent></w:sdt>"
    ),
    "descriptions of pictures": lambda rows: "".join(
        f'<w:p><w:r><w:docPr descr="{line}"/></w:r></w:p>' for line in as_lines(rows).splitlines()
    ),
}


@pytest.mark.parametrize("place", PAPERS)
def test_in_a_word_document(judge, planted, place):
    assert rules(judge(paper(PAPERS[place](planted)), "paper.docx")) & MARKS


BESIDE = {
    "footnotes": lambda rows: {
        "word/footnotes.xml": word_part(lines_as_paragraphs(rows), "footnotes")
    },
    "comments": lambda rows: {
        "word/comments.xml": word_part(lines_as_paragraphs(rows), "comments")
    },
    "a header": lambda rows: {"word/header1.xml": word_part(lines_as_paragraphs(rows), "hdr")},
    "a custom part": lambda rows: {
        "customXml/item1.xml": f"<a>\n{as_lines(rows)}\n</a>"
    },
    "a book behind a chart": lambda rows: {"word/embeddings/book.xlsx": book(headed(rows))},
    "a chart": lambda rows: {"word/charts/chart1.xml": chart(rows)},
    "settings": lambda rows: {
        "word/settings.xml": word_part("".join(
            f'<w:docVar w:name="a" w:val="{line}"/>' for line in as_lines(rows).splitlines()
        ), "settings")
    },
    "an older document": lambda rows: {
        "word/glossary/document.xml": word_part(lines_as_paragraphs(rows))
    },
}  # fmt: skip


@pytest.mark.parametrize("place", BESIDE)
def test_beside_the_text_of_a_word_document(judge, planted, place):
    targets = [("settings", "settings.xml")] if place == "settings" else ()
    document = paper(paragraph("Pay by region"), more=BESIDE[place](planted), targets=targets)

    assert rules(judge(document, "paper.docx")) & MARKS


HARMLESS = {
    "book.xlsx": book(PLAIN),
    "two.xlsx": book(PLAIN, PLAIN),
    "book.ods": ods(PLAIN, meta="<meta:generator>LibreOffice/24.2</meta:generator>"),
    "paper.docx": paper(paragraph("Pay by region") + grid(PLAIN)),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_file_holds_what_is_seen_and_nothing_else(name):
    reader = {"xlsx": xlsx_books, "ods": ods_books, "docx": docx_papers}[name.split(".")[1]]
    document = reader.read(HARMLESS[name])

    assert not document.notes
    assert not [part for part in document.parts if part.hidden]
    assert any(
        part.artefact == Table(header=PLAIN[0], rows=tuple(tuple(map(str, r)) for r in PLAIN[1:]))
        for part in document.parts
    )


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_file_fails_for_nothing_that_it_hides(judge, name):
    assert not rules(judge(HARMLESS[name], name)) & {
        "hidden-part",
        "unreadable",
        "polyglot",
        *MARKS,
    }


def test_a_book_that_pandas_wrote_holds_one_table(judge):
    held = io.BytesIO()
    pd.DataFrame(PLAIN[1:], columns=PLAIN[0]).to_excel(held, index=False)

    document = xlsx_books.read(held.getvalue())

    assert not document.notes
    assert [part.artefact.rows for part in document.parts] == [
        (("north", "210", "0.2625"), ("south", "590", "0.7375"))
    ]


def test_a_book_that_openpyxl_made_up_is_read_with_all_that_it_hides(judge, planted):
    made = openpyxl.Workbook()
    for row in PLAIN:
        made.active.append(row)
    secret = made.create_sheet("more")
    for row in headed(planted):
        secret.append(row)
    secret.sheet_state = "hidden"
    made.active["A1"].comment = openpyxl.comments.Comment("see below", "openpyxl")
    chart_made = openpyxl.chart.BarChart()
    chart_made.add_data(openpyxl.chart.Reference(made.active, min_col=2, min_row=1, max_row=3))
    made.active.add_chart(chart_made, "F5")
    held = io.BytesIO()
    made.save(held)

    document = xlsx_books.read(held.getvalue())

    assert {part.hidden for part in document.parts} == {"", "a hidden sheet"}
    assert rules(judge(held.getvalue(), "book.xlsx")) & MARKS


@pytest.mark.parametrize(
    ("cells", "printed"),
    [
        ("<c><v>12.0</v></c>", "12"),
        ("<c><v>0.30000000000000004</v></c>", "0.30000000000000004"),
        ("<c><v>1.5E3</v></c>", "1500"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="str"><v>text</v></c>', "text"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c s="2"><v>44000</v></c>', "2020-06-18"),
        ('<c s="2"><v>44000.5</v></c>', "2020-06-18 12:00:00"),
        ('<c s="2"><v>0.25</v></c>', "06:00:00"),
        ('<c s="2"><v>9999999999</v></c>', "9999999999"),
    ],
)
def test_values_are_printed_as_they_are(cells, printed):
    document = xlsx_books.read(book(worksheet(f"<row>{cells}</row>"), styles=WHITE))

    assert document.parts[0].artefact.header == (printed,)


def test_an_exact_value_is_read_where_a_rounded_one_is_printed():
    document = ods_books.read(ods([("pay",), (30211.57,)]))

    assert document.parts[0].artefact.rows == (("30211.57",),)


def test_words_above_a_table_are_no_header():
    document = xlsx_books.read(book([("Table 1. People by region",), (), *PLAIN]))

    assert [type(part.artefact) for part in document.parts] == [Text, Table]
    assert document.parts[1].artefact.header == PLAIN[0]


def test_blocks_of_a_sheet_that_have_names_of_their_own_are_tables_of_their_own():
    rows = [*PLAIN, (), ("total", 800), (), ("Table 2",), *PLAIN]
    document = xlsx_books.read(book(rows))

    tables = [part for part in document.parts if isinstance(part.artefact, Table)]
    assert [part.place for part in tables] == ["table 1", "table 2"]
    assert [len(part.artefact.rows) for part in tables] == [3, 2]


def test_a_sheet_of_many_blocks_is_read_in_time():
    rows = [one for at in range(4_000) for one in ((f"name {at}",), ())]

    assert len(xlsx_books.read(book(rows)).parts) == 1


def test_a_picture_that_is_refused_is_noted_and_the_rest_is_read():
    document = docx_papers.read(paper(paragraph("a"), more={"word/media/a.png": b"rows"}))

    assert [note.kind for note in document.notes] == [NoteKind.HIDDEN]
    assert document.parts


def test_a_thumbnail_is_a_picture_that_nobody_sees():
    more = {"docProps/thumbnail.png": PIXEL}

    assert [part.hidden for part in docx_papers.read(paper(paragraph("a"), more=more)).parts] == [
        "", "a picture of the file as it once was",
    ]  # fmt: skip


def test_the_list_of_sources_that_word_writes_before_there_is_any_is_no_hidden_part():
    document = docx_papers.read(paper(paragraph("a"), more={"customXml/item1.xml": "<Sources/>"}))

    assert not document.notes


def test_cells_far_from_the_first_one_are_read():
    xml = '<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'
    document = xlsx_books.read(book(worksheet(xml)))

    assert document.parts[0].artefact.header == ("7",)


NOTED = {
    "macros": (book(PLAIN, more={"xl/vbaProject.bin": b"\xd0\xcf"}), NoteKind.CODE),
    "an author": (
        book(PLAIN, more={"docProps/core.xml": "<a><creator>Jane Doe</creator></a>"}),
        NoteKind.METADATA,
    ),
    "a formula that asks elsewhere": (
        book(worksheet("<row><c><f>WEBSERVICE(A1)</f><v>1</v></c></row>")),
        NoteKind.EXTERNAL,
    ),
    "a formula about another book": (
        book(worksheet("<row><c><f>[1]Sheet1!A1</f><v>1</v></c></row>")),
        NoteKind.EXTERNAL,
    ),
    "a formula without a value": (
        book(worksheet("<row><c><v>1</v></c><c><f>A1+1</f></c></row>")),
        NoteKind.UNREAD,
    ),
    "white cells": (book(worksheet(styled([], 1)), styles=WHITE), NoteKind.HIDDEN),
    "cells of no format": (
        book(
            worksheet(styled([], 0)),
            styles='<numFmts><numFmt numFmtId="164" formatCode=";;;"/></numFmts>'
            '<cellXfs><xf numFmtId="164"/></cellXfs>',
        ),
        NoteKind.HIDDEN,
    ),
    "data of a model": (book(PLAIN, more={"xl/model/item.data": b"\0\1"}), NoteKind.HIDDEN),
    "a drawing that cannot be read": (book(PLAIN, more={"xl/media/a.emf": b"\1"}), NoteKind.UNREAD),
    "a connection": (book(PLAIN, more={"xl/connections.xml": "<a/>"}), NoteKind.EXTERNAL),
}


@pytest.mark.parametrize("what", NOTED)
def test_what_a_book_carries_is_noted(what):
    data, kind = NOTED[what]

    assert {note.kind for note in xlsx_books.read(data).notes} == {kind}


def formatted(code, *, used=True, names=""):
    cells = rows_of([(7, 0)]).replace("<c", '<c s="1"')
    number = 164 if used else 0
    return book(
        worksheet(rows_of(PLAIN) + cells),
        styles=f'<numFmts><numFmt numFmtId="164" formatCode={quoteattr(code)}/></numFmts>'
        f'<cellXfs><xf/><xf numFmtId="{number}"/></cellXfs>{names}',
    )


def said(data):
    """Words that are shown, and those that nobody sees."""
    parts = [one for one in xlsx_books.read(data).parts if isinstance(one.artefact, Text)]
    return [[one.artefact.text for one in parts if bool(one.hidden) is is_hidden]
            for is_hidden in (False, True)]  # fmt: skip


ROW = "north farm 34 23456.7"
UNSEEN = {
    "the address of a vocabulary": book(
        worksheet(PLAIN, after='<a xmlns:x="urn:north/34/23456.7"/>')),
    "the address of a known vocabulary": book(
        worksheet(PLAIN, after='<a xmlns:x="http://schemas.microsoft.com/north/34/23456.7"/>')),
    "the prefix of a vocabulary": book(worksheet(
        PLAIN, after='<a xmlns:north_34_23456.7="http://schemas.microsoft.com/office"/>')),
    "the name of a member": book(PLAIN, more={f"xl/media/{ROW}.png": PIXEL}),
    "the name of a folder": book(PLAIN, more={f"xl/{ROW}/image1.png": PIXEL}),
    "the name of a relation": book(PLAIN, more={
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("image", "../media/image1.png"))
        .replace('"r1"', f'"{ROW}"')}),
    "a format that no cell has": formatted(f'0"{ROW}"', used=False),
    "the name of a style": formatted(
        "0.0", names=f'<cellStyles><cellStyle name="{ROW}" xfId="0"/></cellStyles>'),
}  # fmt: skip


@pytest.mark.parametrize("place", UNSEEN)
def test_words_where_nobody_looks_are_told(place):
    _, unseen = said(UNSEEN[place])

    assert any("23456.7" in words for words in unseen)


@pytest.mark.parametrize(
    "code",
    [f'0"{ROW}"', "0" + "".join(f"\\{letter}" for letter in ROW), f"0[${ROW}-409]",
     '0" and 12"', r"0\123456"],
    ids=["quoted", "stroke by stroke", "a currency", "a number", "digits"],
)  # fmt: skip
def test_words_that_a_format_draws_are_among_what_is_shown(code):
    (shown,), unseen = said(formatted(code))

    assert re.search(r"23456|12", shown)
    assert not unseen


@pytest.mark.parametrize(
    "code",
    ['"£"#,##0.00', '0.0" kg"', '_-[$€-2]\\ * #,##0_-;-* "-"??_-', "# ?/16", "0.00E+00",
     '0;-0;"none"', "[h]:mm", "[$-F800]dddd\\,\\ mmmm\\ dd", '0.0,,"M"', "General", ";;@"],
)  # fmt: skip
def test_units_and_currencies_are_no_words(code):
    document = xlsx_books.read(formatted(code))

    assert not [one for one in document.parts if isinstance(one.artefact, Text)]
    assert not [one for one in document.notes if "in their place" in one.reason]


@pytest.mark.parametrize(
    "code", ['[<10]"under ten";0', '"Yes";"Yes";"No"', r"\n\o\r\t\h", '0;0;"12"']
)
def test_words_in_place_of_numbers_are_noted(code):
    notes = xlsx_books.read(formatted(code)).notes

    assert [(one.kind, one.reason) for one in notes] == [
        (NoteKind.HIDDEN, "2 cells hold numbers and draw words in their place")
    ]


@pytest.mark.parametrize(
    ("formula", "is_told"),
    [("Sheet1!$A$1:$B$3", False), ("'Sheet1'!$A$1,'Sheet1'!$A$3", False),
     (f"'{ROW}'!$A$1", True), (f'"{ROW}"', True)],
    ids=["cells", "several", "a sheet that is not there", "a text"],
)  # fmt: skip
def test_what_a_chart_calculates_is_told(formula, is_told):
    points = "<numCache><pt idx='0'><v>1</v></pt><pt idx='1'><v>2</v></pt></numCache>"
    drawn = (
        f"<chartSpace><ser><val><numRef><f>{formula}</f>{points}</numRef></val></ser></chartSpace>"
    )
    (shown,), _ = said(book(PLAIN, more={"xl/charts/chart1.xml": drawn}))

    assert ("23456.7" in shown) is is_told


def test_what_a_cell_prints_instead_of_its_value_is_told():
    told = "<table:table-cell office:value-type='string' office:string-value='a'><text:p>b</text:p>"
    document = ods_books.read(
        ods(ods_table(f"<table:table-row>{told}</table:table-cell></table:table-row>"))
    )

    assert [getattr(part.artefact, "text", "") for part in document.parts] == ["", "b"]


def test_text_that_a_style_hides_is_hidden():
    styles = '<w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = paragraph("seen") + paragraph("unseen").replace(
        "<w:p>", '<w:p><w:pPr><w:pStyle w:val="Ghost"/></w:pPr>'
    )
    data = paper(body, more={"word/styles.xml": word_part(styles, "styles")},
                 targets=[("styles", "styles.xml")])  # fmt: skip

    assert [(part.artefact.text, bool(part.hidden)) for part in docx_papers.read(data).parts] == [
        ("seen", False), ("unseen", True),
    ]  # fmt: skip


def test_fields_that_take_text_from_elsewhere_are_noted():
    fields = paragraph(' INCLUDETEXT "a.docx" ').replace("w:t>", "w:instrText>")

    assert NoteKind.EXTERNAL in {note.kind for note in docx_papers.read(paper(fields)).notes}


def test_a_document_that_is_made_from_a_template_elsewhere_is_noted():
    targets = [("attachedTemplate", "http://example.org/a.dotm", "External")]

    (note,) = docx_papers.read(paper(paragraph("a"), targets=targets)).notes
    assert note.kind is NoteKind.EXTERNAL


def test_a_link_in_a_document_is_a_text():
    targets = [("hyperlink", "http://example.org/", "External")]
    document = docx_papers.read(paper(paragraph("a"), targets=targets))

    assert not document.notes
    assert Text(text="http://example.org/") in [part.artefact for part in document.parts]


def test_who_changed_a_document_is_noted():
    inserted = paragraph("new", wrap='<w:ins w:author="Jane Doe">{}</w:ins>')
    document = docx_papers.read(paper(inserted))

    assert {note.kind for note in document.notes} == {NoteKind.METADATA}


def test_a_picture_in_a_document_is_read_as_pictures_are(judge):
    report = judge(paper(paragraph("a"), more={"word/media/image1.png": PIXEL}), "paper.docx")

    assert any(finding.rule == "figure" for finding in report.findings)


def test_macros_of_an_open_document_are_noted():
    data = ods(PLAIN, more={"Basic/Standard/Module1.xml": "<a>Shell 1</a>"})

    assert {note.kind for note in ods_books.read(data).notes} == {NoteKind.CODE}


def test_an_open_document_that_is_encrypted_is_refused():
    sealed = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"

    with pytest.raises(Refusal) as refused:
        ods_books.read(ods(PLAIN, manifest=sealed))

    assert refused.value.rule == NoteKind.ENCRYPTED


def repeated(rows, columns):
    return ods(ods_table(
        f'<table:table-row table:number-rows-repeated="{rows}">'
        + ods_cell(1, f' table:number-columns-repeated="{columns}"') + "</table:table-row>"
    ))  # fmt: skip


@pytest.mark.parametrize(("rows", "columns"), [(900_000, 100), (10**8, 1), (1, 10**8)])
def test_a_cell_repeated_too_often_is_refused(rows, columns):
    with pytest.raises(Refusal, match=r"cells|outside"):
        ods_books.read(repeated(rows, columns))


ENTITIES = '<!DOCTYPE a [<!ENTITY b "cc">]>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (book(ENTITIES + worksheet(PLAIN)), "DOCTYPE"),
        (book("<a>" * 300 + "</a>" * 300), "levels"),
        (book("<worksheet>"), "not XML"),
        (book("<?xml version='1.0' encoding='cp037'?><a/>"), "encoding"),
        (book(worksheet('<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')), "two values"),
        (book(worksheet('<row><c r="A2"><v>1</v></c></row>')), "another row"),
        (book(worksheet('<row><c t="s"><v>4</v></c></row>')), "not there"),
        (book(worksheet('<row r="9999999"><c><v>4</v></c></row>')), "outside"),
        (package({"a": "b"}), "no Office file"),
        (paper(paragraph("a")), "no book"),
    ],
)  # fmt: skip
def test_a_book_that_is_not_built_as_books_are_is_refused(data, words):
    with pytest.raises(Refusal, match=words):
        xlsx_books.read(data)


def test_a_book_through_the_sandbox_is_refused_in_the_same_words(judge):
    report = judge(book(ENTITIES + worksheet(PLAIN)), "book.xlsx")

    assert rules(report) == {"hidden-part"}


def edited(data, old, new, count=-1):
    assert old in data
    return data.replace(old, new, count)


def with_flag(data):
    return re.sub(
        rb"(PK\x03\x04..|PK\x01\x02....)(.)", lambda m: m[1] + bytes([m[2][0] | 1]), data,
        flags=re.DOTALL,
    )  # fmt: skip


def with_comment():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a", "b")
        archive.comment = b"rows"
    return held.getvalue()


def named(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "b")
    return held.getvalue()


def in_between():
    """Bytes that no member owns, with the directory moved behind them."""
    data = package({"a": "b"})
    at = data.index(b"PK\x01\x02")
    end = len(data) - 6
    moved = struct.pack("<I", at + 4)
    return data[:at] + b"rows" + data[at:end] + moved + data[end + 4 :]


def bomb():
    """One that unpacks to far more than it says."""
    data = bytearray(package({"a": b"\0" * 10**6}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


PACKAGES = {
    "cut off": (package({"a": "b"})[:-30], "unreadable"),
    "cut off in the middle": (package({"a": "b"})[:20], "unreadable"),
    "something before it": (b"GIF89a" + package({"a": "b"}), "polyglot"),
    "a header before it": (b"PK" + package({"a": "b"}), "unreadable"),
    "something behind it": (package({"a": "b"}) + b"x", "polyglot"),
    "something between": (in_between(), "hidden-part"),
    "a comment": (with_comment(), "hidden-part"),
    "encrypted": (with_flag(package({"a": "b"})), "encrypted"),
    "a name outside": (named("../a"), "misleading-name"),
    "a name from the root": (named("/a"), "misleading-name"),
    "a name that turns around": (named("a\u202etxt"), "misleading-name"),
    "a name twice": (named("a", "A"), "misleading-name"),
    "more than it says": (bomb(), "unreadable"),
    "too many members": (named(*(f"a{at}" for at in range(2_001))), "unreadable"),
    "damaged": (edited(named("a"), b"ab", b"ac"), "unreadable"),
}


def read_all(data):
    found = packages.opened(data)
    return {name: found.read(name) for name in found.members}


@pytest.mark.parametrize("what", PACKAGES)
def test_a_package_that_is_not_plain_is_refused(what):
    data, rule = PACKAGES[what]

    with pytest.raises(Refusal) as refused:
        read_all(data)

    assert refused.value.rule == rule


def test_packages_that_are_written_as_a_stream_are_read():
    class Stream(io.RawIOBase):
        data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/a", "b" * 100)

    assert read_all(stream.data) == {"folder/a": b"b" * 100}


def test_a_book_that_unpacks_to_too_much_is_refused():
    with pytest.raises(Refusal, match="256 MB"):
        packages.opened(package({f"a{at}": b"\0" * 2**25 for at in range(9)}))
