"""Word documents: text and tables as they are printed, and everything that is kept beside them."""

import re
from typing import Final

from output_checker.disclosure.readers import nested, packages, xml_words
from output_checker.disclosure.readers.artefacts import Document, NoteKind
from output_checker.disclosure.readers.docx_text import CODES, Words
from output_checker.disclosure.readers.office_packages import Office
from output_checker.disclosure.readers.refusal import Refusal

_USUAL: Final = re.compile(
    r"\[Content_Types\]\.xml|word/(glossary/)?(styles|stylesWithEffects|settings|webSettings|"
    r"fontTable|numbering|commentsExtended|commentsIds|commentsExtensible)\.xml|"
    r"word/theme/theme\d*\.xml|word/charts/(style|colors)\d+\.xml|customXml/itemProps\d+\.xml"
)
_BESIDE: Final = re.compile(
    r"word/(footnotes|endnotes|comments|header\d*|footer\d*)\.xml|word/(diagrams)/data\d+\.xml"
)
_PEOPLE: Final = re.compile(r"word/people\.xml")
_CUSTOM: Final = re.compile(r"customXml/item\d+\.xml")
_REACHING: Final = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|DATABASE|IMPORT)\b")
# Beginnings of lists of sources that Word writes before there is any source.
_EMPTY: Final = frozenset({"Sources"})


def warm() -> None:
    packages.warm()
    xml_words.warm()
    nested.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    office = Office(data)
    main = office.main()
    hidden = frozenset(name for one in office.related(main, "styles")
                       for name in hidden_styles(office.tree(one)))  # fmt: skip
    root = office.tree(main)
    if root.name != "document":
        raise Refusal("this is an Office file, and no document of text")
    read = [_read_words(office, root, "", hidden)]
    for name in filter(_BESIDE.fullmatch, office.names):
        place = name.rpartition("/")[2].removesuffix(".xml")
        read.append(_read_words(office, office.tree(name), place, hidden))
    _note_changes(office, read)
    _read_settings(office, main)
    _read_custom(office)
    office.charts()
    office.properties()
    office.pictures()
    office.links()
    office.rest(_USUAL)
    return office.document()


def _read_words(
    office: Office, root: xml_words.Element, place: str, hidden: frozenset[str]
) -> Words:
    words = Words(hidden)
    words.walk(root)
    office.parts += words.parts(place)
    where = ", ".join(one for one in (place, "descriptions") if one)
    office.say(words.described, where)
    reaching = sum(1 for line in words.lines.get(CODES, ()) if _REACHING.search(line))
    if reaching:
        office.note(NoteKind.EXTERNAL, f"{reaching} fields take text from elsewhere", place)
    return words


def _note_changes(office: Office, read: list[Words]) -> None:
    inserted = sum(one.inserted for one in read)
    if inserted:
        reason = f"{inserted} insertions are recorded with who made them, and not yet accepted"
        office.note(NoteKind.METADATA, reason)
    authors = set[str]().union(*(one.authors for one in read))
    for name in filter(_PEOPLE.fullmatch, office.names):
        authors.update(xml_words.lines(office.tree(name)))
    if authors:
        office.note(NoteKind.METADATA, "the file names who changed it or wrote comments")
        office.say(sorted(authors), "people who changed it or wrote comments")


def hidden_styles(root: xml_words.Element) -> list[str]:
    return [
        one.given.get("styleId", "")
        for one in root.all("style")
        if one.first("rPr", "vanish") is not None
    ]


def _read_settings(office: Office, main: str) -> None:
    for name in office.related(main, "settings"):
        root = office.tree(name)
        said = ["  ".join(one.given.values()) for one in root.all("docVar")]
        office.say(said, "variables of the document", "a variable that nobody sees")
        if any(True for _ in root.all("mailMerge")):
            office.note(NoteKind.EXTERNAL, "the document takes addresses from a list elsewhere")
        office.say_settings([root])


def _read_custom(office: Office) -> None:
    for name in filter(_CUSTOM.fullmatch, office.names):
        root = office.tree(name)
        if root.name in _EMPTY and not root.children and not root.text.strip():
            continue
        place = f"custom part {name.rpartition('/')[2].removesuffix('.xml')}"
        office.note(NoteKind.HIDDEN, "the file keeps data of another program", place)
        office.say(xml_words.lines(root), place, "data of another program, unshown")
