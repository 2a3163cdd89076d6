"""Whether each byte of a PDF belongs to something that a reader of the file is led to."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

from output_checker.disclosure.readers.artefacts import Note, NoteKind
from output_checker.disclosure.readers.pdf_values import value
from output_checker.disclosure.readers.refusal import Refusal

_OBJECT: Final = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_ENDSTREAM: Final = re.compile(rb"\s*endstream\s*endobj")
_ENDOBJ: Final = re.compile(rb"\bendobj\b")
# Tables of places, what stands below them, and where they begin.
_STRUCTURE: Final = re.compile(
    rb"\bxref\s+(?:\d+\s+\d+\s+(?:\d{10} \d{5} [fn]\s*)*)+"
    rb"|\btrailer\s*<<.*?>>\s*(?=startxref)|\bstartxref\s+\d+\s+%%EOF",
    re.DOTALL,
)
# The line of bytes above 127 after the first one, which says that this is no plain text.
_HEAD: Final = re.compile(rb"%PDF-\d\.\d[^\S\r\n]*[\r\n]+(?:%[^\r\n]{1,16}[\r\n]+)?")
_STRING: Final = re.compile(rb"\((?:\\.|[^()\\])*\)", re.DOTALL)
_INLINE: Final = re.compile(rb"\bID\s.*?\sEI\b", re.DOTALL)
_COMMENT: Final = re.compile(rb"%[^\r\n]*")
_MOST_NESTED: Final = 8
_STEP: Final = 1 << 20
_MOST_UNPACKED: Final = 256 * _STEP
_BLANK: Final = b" \t\r\n\f\0"


@dataclass(slots=True)
class Beside:
    """What no program shows.

    Attributes:
        words: Of comments, and between the parts of the file.
        counts: How many bytes or parts, by kind of note and what is said of them.
    """

    words: list[str] = field(default_factory=list)
    counts: dict[tuple[NoteKind, str], int] = field(default_factory=dict)

    def add(self, count: int, reason: str, kind: NoteKind = NoteKind.HIDDEN) -> None:
        if count:
            self.counts[kind, reason] = self.counts.get((kind, reason), 0) + count

    def notes(self) -> Iterator[Note]:
        for (kind, reason), count in self.counts.items():
            yield Note(kind=kind, reason=f"{count} {reason}")


def beside(data: bytes, reader: PdfReader) -> Beside:
    """Raises: Refusal."""
    found = Beside()
    head = _HEAD.match(data)
    at = head.end() if head else 0
    unpacked = 0
    for offset, number, generation in _places(reader):
        if offset < at:
            continue
        _between(found, data[at:offset])
        one = reader.get_object(IndirectObject(number, generation, reader))
        at = _object(found, data, offset, one)
        if isinstance(one, StreamObject) and value(one, "/Filter") in ("/FlateDecode", "/Fl"):
            unpacked += _behind(found, _raw(one), _MOST_UNPACKED - unpacked)
    end = max(data.rfind(b"%%EOF") + len(b"%%EOF"), at)
    _between(found, data[at:end])
    after = data[end:].strip(_BLANK)
    found.add(len(after), "bytes follow the end of the file", NoteKind.POLYGLOT)
    _keep(found, after)
    return found


def comments(found: Beside, code: bytes) -> None:
    """Of the code of a part, or of what a page draws."""
    if b"%" not in code:
        return
    for _ in range(_MOST_NESTED):
        code = _STRING.sub(b" ", code)
    said = [one.strip(b"% ") for one in _COMMENT.findall(_INLINE.sub(b" ", code))]
    found.add(sum(map(bool, said)), "comments stand in the code of the file")
    _keep(found, b"\n".join(said))


def _places(reader: PdfReader) -> list[tuple[int, int, int]]:
    return sorted(
        (offset, number, generation)
        for generation, entries in reader.xref.items()
        for number, offset in entries.items()
        if offset
    )


def _raw(one: StreamObject) -> bytes:
    raw: bytes = one._data  # noqa: SLF001 - as it lies in the file
    return raw


def _object(found: Beside, data: bytes, offset: int, one: Any) -> int:
    """Where it ends; where it begins, when it is not there."""
    begun = _OBJECT.match(data, offset)
    if begun is None:
        return offset
    begin = begun.end()
    if isinstance(one, StreamObject) and (raw := _raw(one)):
        start = data.find(raw, begin)
        end = start + len(raw)
        ended = _ENDSTREAM.match(data, end) or _ENDSTREAM.search(data, end)
        if start < 0 or ended is None:
            return offset
        _between(found, data[end : ended.start()])
    else:
        ended = _ENDOBJ.search(data, begin)
        if ended is None:
            return offset
        start = ended.start()
    comments(found, data[begin:start])
    return ended.end()


def _between(found: Beside, gap: bytes) -> None:
    left = _STRUCTURE.sub(b"", gap).strip(_BLANK)
    found.add(len(left), "bytes lie between the parts of the file")
    _keep(found, left)


def _keep(found: Beside, said: bytes) -> None:
    if said:
        found.words.append(said.decode("utf-8", "replace").replace("\0", " "))


def _behind(found: Beside, raw: bytes, most: int) -> int:
    """How much is packed in a stream; told of is what lies behind its end.

    Raises: Refusal, where it is more than that.
    """
    unpack, count, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and not unpack.eof:
            count += len(unpack.decompress(rest, _STEP))
            rest = unpack.unconsumed_tail
            if count > most:
                raise Refusal("the file unpacks to more than can be read")
    except zlib.error:
        found.add(1, "parts cannot be unpacked", NoteKind.UNREAD)
        return count
    behind = unpack.unused_data.strip(_BLANK)
    found.add(len(behind), "bytes lie behind what is packed")
    _keep(found, behind)
    return count
