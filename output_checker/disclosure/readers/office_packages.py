"""What Office files have in common: members told of one by one, until none is left over."""

import hashlib
import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.readers import (
    kinds,
    nested,
    office_caches,
    office_properties,
    packages,
    xml_words,
)
from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind, Part, Text
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.xml_words import Element, Events

_PROPERTIES: Final = re.compile(r"docProps/(core|app|custom)\.xml")
_THUMBNAIL: Final = re.compile(r"(docProps|Thumbnails)/thumbnail\.(png|jpe?g)")
# Thumbnails of empty pages that come with the templates of programs: python-docx.
_OF_TEMPLATES: Final = frozenset({
    "96367138dc44ce09bf2c8f0f8e49348a1478d2c5c0af69bbc2bbc38b63cdcead",
})  # fmt: skip
_RELATIONS: Final = re.compile(r"(.*/)?_rels/[^/]*\.rels")
_PICTURES: Final = re.compile(r"(xl|word|ppt)/media/[^/]+|(.*/)?Pictures/[^/]+")
_CHARTS: Final = re.compile(r"(xl|word)/charts/chart[^/]*\.xml")
_CODE: Final = re.compile(
    r".*(vba|activeX|macrosheets|dialogsheets|attachedToolbars|Scripts/|Basic/|customUI).*",
    re.IGNORECASE,
)
_EXTERNAL: Final = re.compile(r".*/(externalLinks/|connections\.xml|queryTables/|webextensions/).*")
_XML: Final = re.compile(r".*\.(xml|rels|vml|rdf|xhtml)", re.IGNORECASE)
# Names that programs give: words and a number, and digests of pictures.
_PLAIN_NAME: Final = re.compile(
    r"(?:[A-Za-z\[\]_ -]{1,40}\d{0,4}/)*"
    r"(?:(?:[A-Za-z\[\]._-]| (?=\d)){0,40}\d{0,4}|[0-9A-Fa-f]{16,64})(?:\.[A-Za-z]{1,12}){0,2}"
)
PLAIN_ID: Final = re.compile(r"[A-Za-z]{0,12}\d{0,5}|[Rr]?[0-9a-f]{12,32}")
# Several values of which one is a large or broken number, or longer than any setting.
_SEVERAL: Final = re.compile(r"\d.*[\s,;|].*\d")
_LARGE: Final = re.compile(r"\d\.\d|\d{4}")
_LONGEST_SETTING: Final = 60
_FORMAL: Final = re.compile(r"(application/|https?://schemas\.|/|\{)[\w./+:{}-]{0,120}")
_SETTINGS: Final = frozenset({
    "formatCode", "sqref", "ref", "spans", "Ignorable", "style", "path", "coords", "adj", "from",
    "to", "coordsize", "ser", "pane", "Requires", "panose1", "panose", "color", "val2",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Attributes: `kind` is the last word of its type, `target` a member or an address."""

    kind: str
    target: str
    is_external: bool


class Office:
    """A package while it is read. What `take` never asked for is told of by `rest`."""

    def __init__(self, data: bytes) -> None:
        self._package = packages.opened(data)
        self._left = dict.fromkeys(self._package.members)
        self._asides: list[str] = []
        self._ids: list[str] = []
        self.parts: list[Part] = []
        self.notes: list[Note] = []

    @property
    def names(self) -> list[str]:
        """Of the members that have not been told of."""
        return [*self._left]

    def document(self) -> Document:
        strange = [name for name in self._package.members if not _PLAIN_NAME.fullmatch(name)]
        self.say(strange, "names of members", "names in the package that nobody sees")
        self.say(self._ids, "names of relations", "names in the package that nobody sees")
        self.say(self._asides, "inside the parts", "what no program shows of its parts")
        return Document(parts=tuple(self.parts), notes=tuple(self.notes))

    def take(self, name: str) -> bytes:
        """Raises: Refusal, where the package lacks it."""
        self._left.pop(name, None)
        try:
            return self._package.read(name)
        except KeyError:
            raise Refusal("a part that the file refers to is missing") from None

    def feed(self, name: str, events: Events) -> None:
        self._asides += xml_words.feed(self.take(name), events)

    def tree(self, name: str) -> Element:
        made = xml_words.tree(self.take(name))
        self._asides += made.asides
        return made.root

    def say(self, lines: Collection[str], place: str, hidden: str = "") -> None:
        text = "\n".join(line for line in lines if line.strip())
        if text:
            self.parts.append(Part(artefact=Text(text=text), place=place, hidden=hidden))

    def note(self, kind: NoteKind, reason: str, place: str = "") -> None:
        self.notes.append(Note(kind=kind, reason=reason, place=place))

    def relations(self, name: str = "") -> dict[str, Relation]:
        """What a member refers to, by the names that it uses."""
        folder, file = posixpath.split(name)
        member = posixpath.join(folder, "_rels", f"{file}.rels")
        if member not in self._package.members:
            return {}
        found = xml_words.tree(self._package.read(member)).root
        return {one.given.get("Id", ""): _relation(one, folder) for one in found.children}

    def main(self) -> str:
        """The member that the whole is about. Raises: Refusal."""
        found = [one.target for one in self.relations().values() if one.kind == "officeDocument"]
        if len(found) != 1:
            raise Refusal("this is a ZIP, and no Office file with one beginning")
        return found[0]

    def related(self, name: str, kind: str) -> list[str]:
        """Members of one kind that a member refers to."""
        found = (one for one in self.relations(name).values() if one.kind == kind)
        return [one.target for one in found if not one.is_external]

    def links(self) -> None:
        """Everything that the file refers to elsewhere; a link to click on is only a text."""
        addresses: list[str] = []
        fetched: list[str] = []
        for name in filter(_RELATIONS.fullmatch, self.names):
            for one in self.tree(name).children:
                relation = _relation(one, "")
                if not PLAIN_ID.fullmatch(one.given.get("Id", "")):
                    self._ids.append(one.given.get("Id", ""))
                if relation.is_external:
                    is_link = relation.kind == "hyperlink"
                    (addresses if is_link else fetched).append(relation.target)
        if fetched:
            reason = f"{len(fetched)} things are fetched from elsewhere when it is opened"
            self.note(NoteKind.EXTERNAL, reason)
        self.say(addresses, "addresses of links")
        self.say(fetched, "addresses of what is fetched", "an address that nobody sees")

    def properties(self, known: Collection[str] = ()) -> None:
        roots = [self.tree(name) for name in filter(_PROPERTIES.fullmatch, self.names)]
        parts, notes = office_properties.told(roots, known)
        self.parts += parts
        self.notes += notes

    def charts(self, names: Collection[str] | None = None) -> None:
        """Args: names: Of the sheets of a book."""
        for number, name in enumerate(filter(_CHARTS.fullmatch, self.names), start=1):
            self.parts += office_caches.chart(self.tree(name), f"chart {number}", names)

    def pictures(self) -> None:
        for number, name in enumerate(filter(_PICTURES.fullmatch, self.names), start=1):
            self._nest(name, f"picture {number}")
        for name in filter(_THUMBNAIL.fullmatch, self.names):
            if hashlib.sha256(self._package.read(name)).hexdigest() in _OF_TEMPLATES:
                self.take(name)
            else:
                self._nest(name, "thumbnail", "a picture of the file as it once was")

    def rest(self, usual: re.Pattern[str]) -> None:
        """Members that nothing above knows.

        Args: usual: Names of those that say how the file looks; they seldom hold words.
        """
        self.say_settings([self.tree(name) for name in filter(usual.fullmatch, self.names)])
        for number, name in enumerate(self.names, start=1):
            self._unknown(name, f"member {number} of those beside the text")

    def say_settings(self, roots: Collection[Element]) -> None:
        words = [word for root in roots for word in settings_words(root)]
        self.say(words, "settings", "kept among the settings, unshown")

    def _unknown(self, name: str, place: str) -> None:
        hidden = "kept in the file beside what it shows"
        if _CODE.fullmatch(name):
            self.note(NoteKind.CODE, "the file carries macros or other code", place)
        elif _EXTERNAL.fullmatch(name):
            self.note(NoteKind.EXTERNAL, "the file takes values from elsewhere", place)
        else:
            self.note(NoteKind.HIDDEN, "the file holds another part than such files do", place)
        if _XML.fullmatch(name):
            self.say(xml_words.lines(self.tree(name)), place, hidden)
        elif _kind(name):
            self._nest(name, place, hidden)
        else:
            self.take(name)

    def _nest(self, name: str, place: str, hidden: str = "") -> None:
        kind = _kind(name)
        if not kind:
            self.take(name)
            self.note(NoteKind.UNREAD, "a picture of a kind that cannot be read", place)
            return
        try:
            found = nested.read(kind, self.take(name), place)
        except Refusal as refused:
            self.note(NoteKind.HIDDEN, refused.reason, place)
            return
        self.notes += found.notes
        self.parts += (
            Part(artefact=one.artefact, place=one.place, hidden=one.hidden or hidden)
            for one in found.parts
        )


def settings_words(root: Element) -> list[str]:
    """What stands in a part of settings and is none."""
    told = ((name, value.strip()) for name, value in xml_words.values(root))
    return [value for name, value in told if is_telling(value, name)]


def is_telling(value: str, name: str = "") -> bool:
    """Whether a value, of an attribute of that name, is more than a setting."""
    if name in _SETTINGS or _FORMAL.fullmatch(value):
        return False
    if len(value) > _LONGEST_SETTING:
        return True
    return bool(_SEVERAL.search(value) and _LARGE.search(value))


def paragraphs(root: Element) -> list[str]:
    """A line each."""
    return [text for one in root.all("p") if (text := one.text.strip())]


def _relation(one: Element, folder: str) -> Relation:
    target = one.given.get("Target", "")
    is_external = one.given.get("TargetMode", "").lower() == "external"
    if not is_external:
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    kind = one.given.get("Type", "").rpartition("/")[2]
    return Relation(kind=kind, target=target, is_external=is_external)


def _kind(name: str) -> str:
    suffix = posixpath.splitext(name)[1].lower()
    return next((kind.name for kind in kinds.KINDS if suffix in kind.suffixes), "")
