"""Everything that a PDF holds beside what its pages draw, by following each reference."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from output_checker.disclosure.readers.artefacts import NoteKind
from output_checker.disclosure.readers.pdf_values import value
from output_checker.disclosure.readers.refusal import Refusal

MAX_OBJECTS: Final = 200_000
_ACTS: Final = {
    "/JavaScript": NoteKind.CODE, "/Launch": NoteKind.CODE, "/ImportData": NoteKind.CODE,
    "/Rendition": NoteKind.CODE, "/RichMediaExecute": NoteKind.CODE,
    "/SubmitForm": NoteKind.EXTERNAL, "/GoToR": NoteKind.EXTERNAL, "/GoToE": NoteKind.EXTERNAL,
}  # fmt: skip
_PLAYS: Final = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
# Texts that programs write for programs.
_FORMAL: Final = frozenset({
    "/ID", "/CreationDate", "/ModDate", "/M", "/Registry", "/Ordering", "/Lang", "/DA", "/Lookup",
    "/CharSet", "/Panose", "/CheckSum", "/Creator", "/Producer",
})  # fmt: skip
_NAMES: Final = frozenset({"/Names", "/Limits", "/D", "/Dest"})
_NAME: Final = re.compile(r"[A-Za-z][\w.*:@-]{0,39}")
# Lists of numbers that say where something is, how wide or in which colour.
_NUMBERED: Final = frozenset({
    "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rect", "/RD", "/BE", "/BBox",
    "/FontBBox", "/Matrix", "/FontMatrix", "/Widths", "/W", "/W2", "/DW2", "/Decode", "/C", "/C0",
    "/C1", "/Domain", "/Range", "/Bounds", "/Encode", "/Coords", "/D", "/Border", "/QuadPoints",
    "/Vertices", "/InkList", "/L", "/Dest", "/Kids", "/Nums", "/ByteRange", "/Differences",
    "/Gamma", "/WhitePoint", "/BlackPoint", "/ColorSpace", "/BG", "/BC", "/IC", "/Index", "/Size",
    "/K", "/Background", "/XStep", "/Mask", "/Separation", "/DeviceN", "/Indexed", "/CalRGB",
    "/StemSnapH", "/StemSnapV", "/ParentTree",
})  # fmt: skip
_OF_TRAILERS: Final = frozenset({
    "/Size", "/Root", "/Info", "/ID", "/Prev", "/XRefStm", "/Type", "/Index", "/W", "/Length",
    "/Filter", "/DecodeParms", "/DocChecksum",
})  # fmt: skip
_FEW: Final = 7
_SETTINGS: Final = frozenset({"/FunctionType", "/ShadingType", "/PatternType", "/CMapName"})
_USUAL: Final = frozenset({
    "/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode", "/CIDToGIDMap", "/CIDSet", "/CharProcs",
    "/ICCBased", "/Lookup", "/SMask", "/DestOutputProfile", "/EF", "/Encoding",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    name: str
    stream: StreamObject


@dataclass(slots=True)
class Held:
    """What was met.

    Attributes:
        said: Kinds of notes, and their reasons.
        words: Texts that stand beside the pages, such as titles of bookmarks.
        numbers: Lists of numbers that nothing draws, a line each.
        streams: By number, those that a page should draw.
    """

    numbers_met: set[int] = field(default_factory=set)
    said: dict[tuple[NoteKind, str], int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    streams: dict[int, StreamObject] = field(default_factory=dict)
    metadata: list[StreamObject] = field(default_factory=list)

    def say(self, kind: NoteKind, reason: str) -> None:
        self.said[kind, reason] = self.said.get((kind, reason), 0) + 1


def held(reader: PdfReader) -> Held:
    """Raises: Refusal."""
    met = Held()
    for name in reader.trailer:
        one = reader.trailer.raw_get(name)
        if name == "/Info":
            _information(met, one)
        elif name == "/Root":
            _follow(met, one)
        elif name not in _OF_TRAILERS:
            met.say(NoteKind.HIDDEN, "things beside the root of the file")
            _follow(met, one)
    others = {number for entries in reader.xref.values() for number in entries}
    for number in sorted({*others, *reader.xref_objStm} - met.numbers_met - {0}):
        one = reader.get_object(number)
        if isinstance(one, DictionaryObject) and value(one, "/Type") in ("/XRef", "/ObjStm"):
            continue
        # How long a stream is may stand by itself, and is no longer asked for.
        is_length = isinstance(one, int) and not isinstance(one, bool)
        if number not in met.numbers_met and one is not None and not is_length:
            met.say(NoteKind.HIDDEN, "things in the file that nothing refers to")
            _follow(met, IndirectObject(number, 0, reader))
    return met


def _information(met: Held, one: Any) -> None:
    """The texts of it are metadata; it has no other things."""
    if isinstance(one, IndirectObject):
        met.numbers_met.add(one.idnum)
    told = one.get_object()
    for name in told if isinstance(told, DictionaryObject) else ():
        if not isinstance(told[name], str):
            _follow(met, told.raw_get(name))


def _follow(met: Held, start: Any) -> None:
    left: list[tuple[Any, str]] = [(start, "")]
    looked = 0
    while left:
        one, name = left.pop()
        number = 0
        if isinstance(one, IndirectObject):
            number = one.idnum
            if number in met.numbers_met:
                continue
            met.numbers_met.add(number)
            one = one.get_object()
        looked += 1
        if looked > MAX_OBJECTS:
            raise Refusal(f"more than {MAX_OBJECTS} objects")
        if isinstance(one, DictionaryObject):
            _look(met, one, name)
            if isinstance(one, StreamObject):
                _stream(met, one, name, number)
            inner = name if name in ("/CharProcs", "/EF") else ""
            left += [(one.raw_get(key), inner or str(key)) for key in one]
        elif isinstance(one, ArrayObject):
            left += _listed(met, one, name)
        elif isinstance(one, str | bytes) and not hasattr(one, "renumber"):
            _text(met, one, name)


def _listed(met: Held, one: ArrayObject, name: str) -> Iterator[tuple[Any, str]]:
    inside = [*list.__iter__(one)]
    kind = str(inside[0]) if inside and isinstance(inside[0], str) else ""
    if kind == "/Indexed":
        name = "/Lookup"
    elif kind in ("/ICCBased", "/Separation", "/DeviceN", "/CalRGB"):
        name = kind
    numbers = [str(cell) for cell in inside if isinstance(cell, int | float)]
    if len(numbers) > _FEW and name not in _NUMBERED:
        met.numbers.append("  ".join(numbers))
    return ((cell, name) for cell in inside)


def _look(met: Held, found: DictionaryObject, name: str) -> None:
    action = value(found, "/S")
    if isinstance(action, str) and action in _ACTS:
        met.say(_ACTS[action], "things happen when it is opened or clicked on")
    elif "/JS" in found or name == "/JavaScript":
        met.say(NoteKind.CODE, "scripts")
    if "/XFA" in found:
        met.say(NoteKind.CODE, "forms of their own (XFA)")
    if "/PieceInfo" in found:
        met.say(NoteKind.HIDDEN, "data of another program")
    if value(found, "/Subtype") in _PLAYS:
        met.say(NoteKind.HIDDEN, "films, sounds or models, which no page shows")
    if value(found, "/OFF") or value(found, "/BaseState") == "/OFF":
        met.say(NoteKind.HIDDEN, "layers that are switched off")
    inside = value(found, "/EF")
    if isinstance(inside, DictionaryObject):
        met.say(NoteKind.HIDDEN, "attached files")
        called = str(value(found, "/UF", value(found, "/F", "")))
        each = [inside[name] for name in inside]
        streams = {id(one): one for one in each if isinstance(one, StreamObject)}
        met.attached += (Attached(name=called, stream=one) for one in streams.values())
    elif value(found, "/Type") == "/Filespec" or "/FS" in found or "/Ref" in found:
        met.say(NoteKind.EXTERNAL, "other files are referred to")


def _stream(met: Held, one: StreamObject, name: str, number: int) -> None:
    if "/F" in one:
        met.say(NoteKind.EXTERNAL, "streams lie in other files")
    if value(one, "/Type") == "/Metadata":
        met.metadata.append(one)
    elif name not in _USUAL and not _SETTINGS & one.keys():
        met.streams[number] = one


def _text(met: Held, one: str | bytes, name: str) -> None:
    if isinstance(one, str) and one.startswith("/") and type(one).__name__ == "NameObject":
        return
    if name in _FORMAL:
        return
    text = one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
    if text.strip() and not (name in _NAMES and _NAME.fullmatch(text)):
        met.words.append(text.strip())
