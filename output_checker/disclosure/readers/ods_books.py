"""OpenDocument books: what each sheet shows, and everything that lies in the file beside it."""

import re
from typing import Final

from output_checker.disclosure.readers import (
    nested,
    office_properties,
    packages,
    sheets,
    xml_words,
)
from output_checker.disclosure.readers.artefacts import Document, NoteKind
from output_checker.disclosure.readers.ods_sheets import Content
from output_checker.disclosure.readers.office_packages import Office
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.xlsx_books import REACHING

_TYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST: Final = "META-INF/manifest.xml"
_USUAL: Final = re.compile(
    r"META-INF/manifest\.xml|settings\.xml|manifest\.rdf|Configurations2/.*\.xml|"
    r"Object \d+/(styles|meta|settings)\.xml"
)
_CHART: Final = re.compile(r"Object \d+/content\.xml")
_REPLACEMENT: Final = re.compile(r"ObjectReplacements/Object \d+")
_ASIDE: Final = {
    "changes": "text that was changed or deleted",
    "names and conditions": "",
    "what cells print instead of what they hold": "",
}


def warm() -> None:
    packages.warm()
    xml_words.warm()
    nested.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    office = Office(data)
    if "mimetype" not in office.names or office.take("mimetype").strip() != _TYPE:
        raise Refusal("this is a ZIP, and no OpenDocument book")
    if _MANIFEST in office.names:
        _require_plain(office.tree(_MANIFEST))
    _read_content(office)
    _read_charts(office)
    roots = [office.tree(name) for name in office.names if name == "meta.xml"]
    parts, notes = office_properties.told(roots)
    office.parts += parts
    office.notes += notes
    office.pictures()
    office.rest(_USUAL)
    return office.document()


def _require_plain(manifest: xml_words.Element) -> None:
    """Raises: Refusal, for members that are encrypted within the package."""
    if any(True for _ in manifest.all("encryption-data", "keyinfo")):
        raise Refusal("the file is encrypted", NoteKind.ENCRYPTED)


def _read_content(office: Office) -> None:
    pages = Content(set())
    if "styles.xml" in office.names:
        office.feed("styles.xml", pages)
    content = Content(pages.hidden_styles)
    office.feed("content.xml", content)
    parts, notes = sheets.book(content.sheets, content.names)
    office.parts += parts
    office.notes += notes
    formulas = sum(1 for one in content.sheets for two in one.formulas if REACHING.search(two))
    if fetched := content.fetched + pages.fetched + formulas:
        reason = f"{fetched} things are fetched from elsewhere when it is opened"
        office.note(NoteKind.EXTERNAL, reason)
    if content.code + pages.code:
        office.note(NoteKind.CODE, "the file carries macros or runs some")
    office.say(content.addresses, "addresses of links")
    for place, lines in content.aside.items():
        office.say(lines, place, _ASIDE.get(place, ""))
    office.say([one for one in _words(pages) if not _PAGE.fullmatch(one)], "heads of pages")


def _words(pages: Content) -> list[str]:
    return [line.strip() for lines in pages.aside.values() for line in lines]


# What the page styles of LibreOffice say before anybody changes them.
_PAGE: Final = re.compile(
    r"[?() ]*|(Page|Seite|Pagina|Página)? ?\d* ?(/ ?\d+)?|[\d/.:, -]*\d{2}:\d{2}:\d{2}|Sheet\d*"
)


def _read_charts(office: Office) -> None:
    for number, name in enumerate(filter(_CHART.fullmatch, office.names), start=1):
        chart = Content(set())
        office.feed(name, chart)
        rows = [
            "  ".join(text for _, text in sorted(cells.items()))
            for sheet in chart.sheets
            for _, cells in sorted(sheet.cells.items())
        ]
        words = [line for lines in chart.aside.values() for line in lines]
        office.say([*rows, *words], f"chart {number}")
        if chart.fetched:
            office.note(NoteKind.EXTERNAL, "a chart takes its values from elsewhere")
    for number, name in enumerate(filter(_REPLACEMENT.fullmatch, office.names), start=1):
        office.take(name)
        reason = "the picture of an object, of a kind that cannot be read"
        office.note(NoteKind.UNREAD, reason, f"object {number}")
