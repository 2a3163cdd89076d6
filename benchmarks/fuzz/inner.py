"""Break what lies inside a format that checks itself, and mend the checks around it.

A flipped bit in a package of its own is found by a checksum, and no parser behind it is reached.
"""

import base64
import gzip
import io
import re
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from benchmarks.fuzz import trees
from benchmarks.fuzz.mutate import MOST_BYTES, mutated
from output_checker.disclosure.readers.kinds import MAX_FILE_BYTES

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_BOMB_BYTES: Final = 300 * 2**20
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_BLOCK: Final = 512
_MOST_UNPACKED: Final = 64 * 2**20

Breaker = Callable[[Random, bytes, bytes], bytes]


def broken(chance: Random, data: bytes, other: bytes) -> bytes:
    """A file that differs from `data`: broken outside, or inside with its checksums right."""
    breakers = [*_breakers(data)]
    made = b""
    if breakers and chance.random() < 0.7:
        made = chance.choice(breakers)(chance, data, other)
    if not made or made == data:
        made = mutated(chance, data, other)
    return made[:MAX_FILE_BYTES] if made != data else data + b"\0"


def _breakers(data: bytes) -> Iterator[Breaker]:
    beginnings: tuple[tuple[bytes, Breaker], ...] = (
        (b"PK\x03\x04", _in_zip), (_PNG, _in_png), (b"\x1f\x8b", _in_gzip), (b"\x78\x9c", _in_zlib),
        (b"{", _in_json), (b"[", _in_json), (b"<", _in_xml),
    )  # fmt: skip
    yield from (breaker for begins, breaker in beginnings if data.startswith(begins))
    if data[257:262] == b"ustar":
        yield _in_tar
    if data[8:9] == b"{" and int.from_bytes(data[:8], "little") < len(data):
        yield _in_counted_json
    if not data.startswith(b"PK") and _BASE64.search(data):
        yield _in_base64


def _in_json(chance: Random, data: bytes, _: bytes) -> bytes:
    return trees.in_json(chance, data)


def _in_xml(chance: Random, data: bytes, _: bytes) -> bytes:
    return trees.in_xml(chance, data)


def _in_counted_json(chance: Random, data: bytes, _: bytes) -> bytes:
    """A header of JSON behind its length, as `.safetensors` has it."""
    size = int.from_bytes(data[:8], "little")
    head = trees.in_json(chance, data[8 : 8 + size])
    return len(head).to_bytes(8, "little") + head + data[8 + size :] if head else b""


def bomb(chance: Random) -> bytes:
    """Much that packs into little."""
    size = chance.choice((2**20, 70 * 2**20, _BOMB_BYTES))
    return chance.choice((b"\0", b"a,1\n", b"<a>", b"[", b"\x80")) * (size // 4)


def _deeper(chance: Random, data: bytes, other: bytes) -> bytes:
    """The inside of something: broken as itself, or a bomb in its place."""
    return bomb(chance) if chance.random() < 0.04 else broken(chance, data, other)


def _in_zip(chance: Random, data: bytes, other: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError):
        return b""
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(members))
        name, content = members[at]
        if chance.random() < 0.85:
            members[at] = name, _deeper(chance, content, other)
        else:
            members[at : at + 1] = _elsewhere(chance, name, content)
        if not members:
            return b""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members:
            method = chance.choice((zipfile.ZIP_DEFLATED,) * 5 + (zipfile.ZIP_STORED,))
            info = zipfile.ZipInfo()
            info.filename = name
            packed = zipfile.ZIP_DEFLATED if len(content) > MOST_BYTES else method
            with warnings.catch_warnings(action="ignore"):
                # Two members of one name are what is wanted.
                archive.writestr(info, content, packed)
    return held.getvalue()


def _elsewhere(chance: Random, name: str, content: bytes) -> list[tuple[str, bytes]]:
    """A member under another name, or a few times, or not at all."""
    names = ("../../etc/passwd", "/etc/passwd", name.upper(), f"{name}/", "a" * 300, "a\\b.csv",
             "x.zip", "con", "\N{RIGHT-TO-LEFT OVERRIDE}vsc.csv", name + " ")  # fmt: skip
    other = (chance.choice(names), content)
    return chance.choice(([], [other], [(name, content), other], [(name, content)] * 40))


def _in_png(chance: Random, data: bytes, other: bytes) -> bytes:
    chunks = []
    at = len(_PNG)
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    if not chunks:
        return b""
    at = chance.randrange(len(chunks))
    name, body = chunks[at]
    if name == b"IDAT" and chance.random() < 0.6:
        body = _in_zlib(chance, body, other) or body
    elif name == b"IHDR" and chance.random() < 0.5:
        wide, high = (chance.choice((0, 1, 7, 65_535, 2**31 - 1, 2**32 - 1)) for _ in range(2))
        body = struct.pack(">II", wide, high) + body[8:]
    elif chance.random() < 0.2:
        name = chance.choice((b"iCCP", b"zTXt", b"iTXt", b"acTL", b"eXIf", b"PLTE", b"IDAT"))
    else:
        body = mutated(chance, body, other)
    chunks[at : at + 1] = [(name, body)] * chance.choice((1, 1, 1, 2, 200))
    return (
        _PNG
        + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )[:MOST_BYTES]
    )


def _unpacked(data: bytes, form: int) -> bytes:
    try:
        return zlib.decompressobj(form).decompress(data, _MOST_UNPACKED)
    except zlib.error:
        return b""


def _in_gzip(chance: Random, data: bytes, other: bytes) -> bytes:
    inside = _unpacked(data, 31)
    return gzip.compress(_deeper(chance, inside, other), 6, mtime=0) if inside else b""


def _in_zlib(chance: Random, data: bytes, other: bytes) -> bytes:
    inside = _unpacked(data, 15)
    return zlib.compress(_deeper(chance, inside, other)) if inside else b""


def _in_tar(chance: Random, data: bytes, other: bytes) -> bytes:
    """A header with another field and the right sum, or a member that is itself broken."""
    if chance.random() < 0.5:
        return _with_other_member(chance, data, other)
    held = bytearray(data)
    headers = [at for at in range(0, len(data), _BLOCK) if data[at + 257 : at + 262] == b"ustar"]
    at = chance.choice(headers)
    # Name, mode, size, type, link and prefix are at these places of a header.
    begin, size = chance.choice(((0, 100), (100, 8), (124, 12), (156, 1), (157, 100), (345, 155)))
    field = chance.choice((b"7" * size, b"\0" * size, b"\x80" + b"\xff" * (size - 1), b"-1",
                           chance.randbytes(size), b"../../etc/passwd", b"L", b"2", b"x",
                           b"S"))  # fmt: skip
    held[at + begin : at + begin + size] = field[:size].ljust(size, b"\0")
    held[at + 148 : at + 156] = b" " * 8
    held[at + 148 : at + 156] = b"%06o\0 " % sum(held[at : at + _BLOCK])
    return bytes(held)


def _with_other_member(chance: Random, data: bytes, other: bytes) -> bytes:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            found = [(one.name, archive.extractfile(one)) for one in archive]
            members = [(name, held.read()) for name, held in found if held]
    except (tarfile.TarError, OSError, ValueError):
        return b""
    if not members:
        return b""
    at = chance.randrange(len(members))
    members[at] = members[at][0], broken(chance, members[at][1], other)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def _in_base64(chance: Random, data: bytes, other: bytes) -> bytes:
    found = chance.choice([*_BASE64.finditer(data)])
    try:
        inside = base64.b64decode(found.group())
    except ValueError:
        return b""
    packed = base64.b64encode(broken(chance, inside, other))
    return data[: found.start()] + packed + data[found.end() :]
