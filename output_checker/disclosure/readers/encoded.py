"""What stands in texts in another writing: base64 or hexadecimal, packed or not, and JSON.

Run on every document before it leaves the reader, so that what a text spells out is judged as the
file that it is.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final

from output_checker.disclosure.readers import csv_tables, json_values, kinds
from output_checker.disclosure.readers.artefacts import Array, Document, Part, Table, Text
from output_checker.disclosure.readers.column_rows import ColumnRows
from output_checker.disclosure.readers.refusal import Refusal

# Shorter ones say little, and words of prose look like them.
_LEAST_CHARACTERS: Final = 40
_LEAST_VALUE: Final = 40
_MOST_FOUND: Final = 200
_MOST_TRIED: Final = 5_000
_MOST_DEEP: Final = 3
_MOST_BYTES: Final = 32 * 1024**2
_LEAST_PRINTED: Final = 0.95
# Over several lines too, as mail has it.
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/_-]{20,}\r?\n)*[A-Za-z0-9+/_-]{20,}={0,2}")
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-fA-F]{2}){20,}")
_VALUE: Final = re.compile(r"[\[{]")
_PICKLE: Final = b"\x80"
_PROTOCOLS: Final = (b"\x02", b"\x03", b"\x04", b"\x05")
_PACKED: Final = ((b"\x1f\x8b", 31), (b"\x78", 15))


def unfolded(document: Document) -> Document:
    """The same with more parts, if there are any. Raises: Refusal, for more than can be read."""
    more = [
        part
        for found in document.parts
        for text in _texts(found)
        for part in _inside(text, found.place, found.hidden, 1)
    ]
    if not more:
        return document
    return Document(parts=(*document.parts, *more), notes=document.notes)


def _texts(part: Part) -> Iterator[str]:
    match part.artefact:
        case Text(text=text):
            yield text
        case Table(header=header, rows=ColumnRows(columns=columns)):
            yield from (text for text in header if len(text) >= _LEAST_CHARACTERS)
            for one in columns:
                yield from one.of_at_least(_LEAST_CHARACTERS)
        case Table(header=header, rows=rows):
            for row in (header, *rows):
                yield from (cell for cell in row if len(cell) >= _LEAST_CHARACTERS)
        case Array(rows=rows):
            for row in rows:
                yield from (cell for cell in row if len(cell) >= _LEAST_CHARACTERS)
        case _:
            pass


def _inside(text: str, place: str, hidden: str, depth: int) -> Iterator[Part]:
    for value in _values(text):
        yield from json_values.parts_of(value, _at(place, "JSON in the text"), hidden)
    for number, inner in enumerate(_decoded(text), start=1):
        if depth > _MOST_DEEP:
            raise Refusal(f"texts are encoded in texts more than {_MOST_DEEP} times")
        where = _at(place, f"encoded text {number}")
        how = "text that only a program can read"
        yield from _read(inner, where, how)
        yield from _inside(inner, where, how, depth + 1)


def _at(place: str, inner: str) -> str:
    return f"{place}, {inner}" if place else inner


def _values(text: str) -> Iterator[object]:
    """JSON objects and lists, wherever one begins."""
    at = tried = found = 0
    while tried < _MOST_TRIED and (begin := _VALUE.search(text, at)):
        tried += 1
        try:
            value, end = json_values.parse_at(text, begin.start())
        except (ValueError, RecursionError):
            at = begin.start() + 1
            continue
        if end - begin.start() >= _LEAST_VALUE:
            found += 1
            if found > _MOST_FOUND:
                raise Refusal(f"more than {_MOST_FOUND} JSON values stand in a text")
            yield value
        at = end


def _decoded(text: str) -> Iterator[str]:
    count = 0
    for form, decode in ((_HEXADECIMAL, bytes.fromhex), (_BASE64, _from_base64)):
        for found in form.finditer(text):
            try:
                data = _unpacked(decode("".join(found.group().split())))
            except (ValueError, binascii.Error, zlib.error):
                continue
            inner = _printed(data) or _named(data)
            if inner is not None:
                count += 1
                if count > _MOST_FOUND:
                    raise Refusal(f"more than {_MOST_FOUND} encoded texts stand in a text")
                yield inner


def _from_base64(text: str) -> bytes:
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    # A rest of one character stands for no byte.
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _unpacked(data: bytes) -> bytes:
    for begins, bits in _PACKED:
        if data.startswith(begins):
            unpacking = zlib.decompressobj(bits)
            whole = unpacking.decompress(data, _MOST_BYTES)
            if unpacking.unconsumed_tail:
                raise Refusal("a packed text unfolds into more than can be checked")
            return whole
    return data


def _printed(data: bytes) -> str | None:
    """The text that the bytes are; None for bytes that are none."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        return None
    printed = sum(one.isprintable() or one in "\r\n\t" for one in text)
    return text if text and printed >= _LEAST_PRINTED * len(text) else None


def _named(data: bytes) -> str | None:
    """What is said of bytes that are a file; pictures stand in pages and are seen there."""
    for kind in kinds.KINDS:
        if kind.begins and not kind.media and data.startswith(kind.begins):
            return f"{len(data)} bytes that begin as {kind.suffixes[0]} files do"
    if data[:1] == _PICKLE and data[1:2] in _PROTOCOLS and data.endswith(b"."):
        return f"{len(data)} bytes that begin and end as .pkl files do"
    return None


def _read(text: str, place: str, hidden: str) -> Iterator[Part]:
    """As the table that it is, or else as text."""
    yield Part(artefact=Text(text=text), place=place, hidden=hidden)
    try:
        table = csv_tables.by_row(text, csv_tables.delimiter_of(text))
    except Refusal:
        return
    if len(table.header) > 1 and table.rows:
        yield Part(artefact=table, place=place, hidden=hidden)
