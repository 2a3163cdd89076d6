"""An Office package of those parts only that the shown file is made of, under plain names.

Parts are followed from the main one by what they refer to; whatever nothing kept refers to is left
behind, and so are the names that parts had.
"""

import posixpath
import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Protocol
from xml.sax.saxutils import quoteattr

from output_checker.disclosure.cleaning import markup, packed, pictures
from output_checker.disclosure.readers.office_packages import PLAIN_ID
from output_checker.disclosure.readers.refusal import Refusal

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "officeDocument"
_OUTSIDE: Final = ' TargetMode="External"'
_ID: Final = re.compile(r"[\w.-]{1,64}")
IMAGES: Final = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".emf": "image/x-emf", ".wmf": "image/x-wmf", ".svg": "image/svg+xml", ".bmp": "image/bmp",
    ".tif": "image/tiff", ".tiff": "image/tiff",
}  # fmt: skip
_PICTURES: Final = {".png": pictures.clean_png, ".jpg": pictures.clean_jpeg,
                    ".jpeg": pictures.clean_jpeg}  # fmt: skip
# What left behind members are called, by the first that fits.
_WORDS: Final = (
    (r"docProps/(core|app|custom)\.xml|meta\.xml", "properties of the file"),
    (r".*[Tt]humbnail.*", "a picture of the file as it once was"),
    (r".*(comments|threadedComments|persons?|people).*", "comments and who wrote them"),
    (r".*pivot(Cache|Tables)/.*", "parts of pivot tables and the data behind them"),
    (r".*(externalLinks/|connections|queryTables/).*", "links to elsewhere"),
    (r".*(vba|macro|activeX|Basic/|Scripts/|ctrlProps/|customUI).*", "macros and controls"),
    (r"ObjectReplacements/.*", "pictures of charts, which are drawn anew"),
    (r".*(embeddings/|Object).*", "embedded objects"),
    (r".*printerSettings.*", "settings of printers"),
    (r"customXml/.*", "data of other programs"),
    (r"xl/worksheets/.*|xl/chartsheets/.*", "sheets that are hidden or not listed"),
)  # fmt: skip
OTHER: Final = "other parts that the file does not show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One sort of part, by the relation that leads to it.

    Attributes:
        place: Its name here, with the place of a number.
        media: What packages call it.
        named: Relations that are followed where its markup names them.
        always: Relations that are followed without being named.
        refused: Relations that what is shown depends on, and that cannot be kept.
    """

    place: str
    media: str
    named: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Attributes: `id` is its name in the file, `new` the one in the copy."""

    id: str
    new: str
    kind: str
    target: str
    is_external: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Attributes: `used` are the relations that the part still names."""

    content: bytes
    used: frozenset[str]


class Editor(Protocol):
    def edit(
        self, kind: str, name: str, content: bytes, relations: Mapping[str, Relation]
    ) -> Edited: ...


@dataclass(slots=True, kw_only=True)
class Parts:
    """Attributes: `sorts` by relation, `taken` counts what was left out, in words."""

    members: dict[str, bytes]
    sorts: Mapping[str, Sort]
    taken: Counter[str] = field(default_factory=Counter)
    _named: dict[str, str] = field(default_factory=dict)
    _made: dict[str, bytes] = field(default_factory=dict)
    _media: dict[str, str] = field(default_factory=dict)
    _related: dict[str, list[Relation]] = field(default_factory=dict)
    _is_strict: bool = False

    def main(self) -> str:
        """Raises: Refusal."""
        found = [one for one in self.relations("") if one.kind == _MAIN]
        if len(found) != 1:
            raise Refusal("this is no Office file with one beginning")
        return found[0].target

    def relations(self, name: str) -> list[Relation]:
        folder, file = posixpath.split(name)
        member = posixpath.join(folder, "_rels", f"{file}.rels")
        if member not in self.members:
            return []
        told = markup.tree(self.members[member]).children
        names = {one.get("Id") for one in told}
        free = (name for number in count(1) if (name := f"rId{number}") not in names)
        return [self._relation(one, folder, free) for one in told]

    def related(self, name: str, kind: str) -> list[bytes]:
        """The members of one kind that a member refers to."""
        return [self.members[one.target] for one in self.relations(name)
                if one.kind == kind and one.target in self.members]  # fmt: skip

    def follow(self, editor: Editor, main: str) -> None:
        """Every part that is to be kept, edited; shared texts after all that refer to them."""
        self._name(main, _MAIN)
        level = [(main, _MAIN)]
        while level:
            level.sort(key=lambda one: one[1] == "sharedStrings")
            level = [found for name, kind in level for found in self._follow(editor, name, kind)]

    def _follow(self, editor: Editor, name: str, kind: str) -> list[tuple[str, str]]:
        """Keep a part, and say which are to be followed from it."""
        sort, new = self.sorts[kind], self._named[name]
        told = self.relations(name)
        if any(one.kind in sort.refused for one in told):
            raise Refusal("there is a drawing or an inserted file of a kind that cannot be cleaned;"
                          " put a picture in its place")  # fmt: skip
        may = {one.id: one for one in told
               if one.kind in sort.named | sort.always and self._is_there(one)}  # fmt: skip
        if kind == "image":
            content, used = drawn(name, self.members[name], self.taken), frozenset[str]()
        else:
            edited = editor.edit(kind, name, self.members[name], may)
            content, used = edited.content, edited.used
        kept = [one for one in may.values() if one.kind in sort.always or one.id in used]
        self._made[new], self._related[new] = content, kept
        self.taken["names of relations"] += sum(not PLAIN_ID.fullmatch(one.id) for one in kept)
        self.taken["links to elsewhere"] += sum(one.is_external for one in told) - sum(
            one.is_external for one in kept
        )
        found = {one.target: one.kind for one in kept
                 if not one.is_external and one.target not in self._named}  # fmt: skip
        for target, sort_of_it in found.items():
            self._name(target, sort_of_it)
        return [*found.items()]

    def _is_there(self, one: Relation) -> bool:
        """A link to click on may lead elsewhere; anything else would be fetched."""
        if one.is_external:
            return one.kind == "hyperlink"
        return one.target in self.members

    def _name(self, name: str, kind: str) -> None:
        sort = self.sorts[kind]
        suffix = suffix_of(name) if kind == "image" else ""
        numbered = (sort.place.format(number) + suffix for number in count(1))
        new = next(one for one in numbered if one not in self._media or "{" not in sort.place)
        self._named[name] = new
        self._media[new] = IMAGES[suffix] if kind == "image" else sort.media

    def packed(self, main_media: str) -> bytes:
        """Args: main_media: What the main part is called, which tells whether it has macros."""
        main = self._named[self.main()]
        self._media[main] = main_media
        members = {"[Content_Types].xml": _types(self._media)}
        members |= self._written("", [Relation(id="rId1", new="rId1", kind=_MAIN,
                                               target=self.main(), is_external=False)])  # fmt: skip
        for name, content in self._made.items():
            members[name] = content
            members |= self._written(name, self._related[name])
        self._count_left()
        return packed.packed(members)

    def _count_left(self) -> None:
        for name in self.members:
            is_listing = name == "[Content_Types].xml" or name.endswith(".rels")
            if name not in self._named and not is_listing:
                self.taken[words_of(name)] += 1

    def _written(self, name: str, relations: list[Relation]) -> dict[str, bytes]:
        if not relations:
            return {}
        folder, file = posixpath.split(name)
        form = _STRICT if self._is_strict else _OFFICE
        lines = "".join(
            f'<Relationship Id="{one.new}" Type="{form}/{one.kind}" '
            f"Target={quoteattr(self._target(one))}{_OUTSIDE if one.is_external else ''}/>"
            for one in relations
        )
        said = f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'
        return {posixpath.join(folder, "_rels", f"{file}.rels"): said.encode()}

    def _target(self, one: Relation) -> str:
        return one.target if one.is_external else f"/{self._named[one.target]}"

    def _relation(self, one: markup.Node, folder: str, free: Iterator[str]) -> Relation:
        target, kind = one.get("Target") or "", one.get("Type") or ""
        self._is_strict |= kind.startswith(_STRICT)
        is_external = (one.get("TargetMode") or "").lower() == "external"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        name = one.get("Id") or ""
        if not _ID.fullmatch(name):
            raise Refusal("a part is referred to by a name that is none")
        new = name if PLAIN_ID.fullmatch(name) else next(free)
        return Relation(id=name, new=new, kind=kind.rpartition("/")[2], target=target,
                        is_external=is_external)  # fmt: skip


def suffix_of(picture: str) -> str:
    """Raises: Refusal."""
    suffix = posixpath.splitext(picture)[1].lower()
    if suffix not in IMAGES:
        raise Refusal("there is a picture of a kind that cannot be cleaned")
    return suffix


def drawn(name: str, picture: bytes, taken: Counter[str]) -> bytes:
    """A picture without what is not drawn, where its kind can be cleaned."""
    cleaner = _PICTURES.get(posixpath.splitext(name)[1].lower())
    if cleaner is None:
        return picture
    try:
        cleaned, words = cleaner(picture)
    except (ValueError, IndexError, struct.error):
        return picture
    taken["parts of pictures that are not drawn"] += len(words)
    return cleaned


def words_of(name: str) -> str:
    return next((words for form, words in _WORDS if re.fullmatch(form, name)), OTHER)


def _types(media: Mapping[str, str]) -> bytes:
    pictures_ = {posixpath.splitext(name)[1][1:]: one
                 for name, one in media.items() if one.startswith("image/")}  # fmt: skip
    given = {"rels": "application/vnd.openxmlformats-package.relationships+xml",
             "xml": "application/xml", **pictures_}  # fmt: skip
    lines = [f'<Default Extension="{one}" ContentType="{two}"/>' for one, two in given.items()]
    lines += [f'<Override PartName="/{name}" ContentType="{one}"/>'
              for name, one in media.items() if not one.startswith("image/")]  # fmt: skip
    return f'<Types xmlns="{_PACKAGE}/content-types">{"".join(lines)}</Types>'.encode()
