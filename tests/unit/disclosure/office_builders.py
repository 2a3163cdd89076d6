"""Office files of the fewest members, written by hand."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"


def package(members, **options):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def relations(*targets):
    """Args: each a kind and a target, and a third word for what lies elsewhere."""
    said = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target={quoteattr(target)}'
        f"{' TargetMode=' + quoteattr(mode[0]) if mode else ''}/>"
        for at, (kind, target, *mode) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{said}</Relationships>'


def cell(value):
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def rows_of(rows, given=""):
    return "".join(f"<row{given}>{''.join(map(cell, row))}</row>" for row in rows)


def worksheet(rows, *, before="", after="", given=""):
    return (
        f'<worksheet xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">{before}'
        f"<sheetData>{rows if isinstance(rows, str) else rows_of(rows, given)}</sheetData>{after}"
        "</worksheet>"
    )


def book(*sheets, states=(), inside="", more=None, targets=(), styles=""):
    """An .xlsx file. Args: sheets: Rows, or the XML of a worksheet."""
    listed = "".join(
        f'<sheet name="Sheet{at}" sheetId="{at}" state="{state}" r:id="r{at}"/>'
        for at, (_, state) in enumerate(
            zip(sheets, [*states, *["visible"] * len(sheets)], strict=False), start=1
        )
    )
    style = [("styles", "styles.xml")] if styles else []
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}">'
        f"<sheets>{listed}</sheets>{inside}</workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)),
            *style, *targets,
        ),
    }  # fmt: skip
    for at, sheet in enumerate(sheets, start=1):
        xml = sheet if isinstance(sheet, str) else worksheet(sheet)
        members[f"xl/worksheets/sheet{at}.xml"] = xml
    if styles:
        members["xl/styles.xml"] = f'<styleSheet xmlns="{_SHEETS}">{styles}</styleSheet>'
    return package(members | (more or {}))


def paragraph(text, *, wrap="{}", given=""):
    run = f"<w:r>{given}<w:t>{escape(str(text))}</w:t></w:r>"
    return f"<w:p>{wrap.format(run)}</w:p>"


def grid(rows):
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(value)}</w:tc>" for value in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def word_part(body, name="document"):
    inner = f"<w:body>{body}</w:body>" if name == "document" else body
    return f'<w:{name} xmlns:w="{_WORDS}" xmlns:r="{_OFFICE}">{inner}</w:{name}>'


def paper(body, *, more=None, targets=()):
    """A .docx file."""
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": word_part(body),
    }
    if targets:
        members["word/_rels/document.xml.rels"] = relations(*targets)
    return package(members | (more or {}))


def ods_cell(value, given=""):
    if isinstance(value, int | float):
        return (f'<table:table-cell office:value-type="float" office:value="{value}"{given}>'
                f"<text:p>{round(value)}</text:p></table:table-cell>")  # fmt: skip
    return (f'<table:table-cell office:value-type="string"{given}>'
            f"<text:p>{escape(str(value))}</text:p></table:table-cell>")  # fmt: skip


def ods_rows(rows, given=""):
    return "".join(
        f"<table:table-row{given}>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )


def ods_table(rows, *, style="", before=""):
    inner = rows if isinstance(rows, str) else ods_rows(rows)
    return (
        f'<table:table table:name="Sheet1" table:style-name="{style}">{before}{inner}</table:table>'
    )


def _odf(name, inner):
    spaces = "".join(
        f' xmlns:{one}="{_ODF.format(two)}"'
        for one, two in (("office", "office"), ("table", "table"), ("text", "text"),
                         ("style", "style"), ("draw", "drawing"), ("meta", "meta"),
                         ("manifest", "manifest"), ("script", "script"))
    )  # fmt: skip
    other = ('xmlns:dc="http://purl.org/dc/elements/1.1/" '
             'xmlns:xlink="http://www.w3.org/1999/xlink"')  # fmt: skip
    return f"<office:{name}{spaces} {other}>{inner}</office:{name}>"


def ods(*tables, styles="", inside="", meta="", more=None, manifest=""):
    body = "".join(one if isinstance(one, str) else ods_table(one) for one in tables)
    members = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": _odf(
            "document-content",
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{inside}{body}</office:spreadsheet></office:body>",
        ),
        "meta.xml": _odf("document-meta", f"<office:meta>{meta}</office:meta>"),
        "META-INF/manifest.xml": _odf("manifest", manifest),
    }
    return package(members | (more or {}))
