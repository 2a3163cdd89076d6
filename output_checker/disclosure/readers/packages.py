"""ZIP packages in memory: every byte accounted for, and nothing unpacked beyond its bounds."""

import codecs
import struct
import unicodedata
import zlib
from dataclasses import dataclass, field
from typing import Final

from output_checker.disclosure.readers.artefacts import NoteKind
from output_checker.disclosure.readers.refusal import Refusal

MAX_MEMBERS: Final = 2_000
MAX_UNPACKED_BYTES: Final = 256 * 2**20
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_DESCRIBED_AFTER: Final = 0x0008
_UTF8: Final = 0x0800
_ZIP64: Final = 0xFFFFFFFF
# Times, owners, sizes and padding, by what programs write them under; any other can hold anything.
_PLAIN_EXTRAS: Final = frozenset({0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xCAFE})
_PADDING: Final = 0xA220
_PADDING_HEAD: Final = 4
_OTHER_NAME: Final = 0x7075
_AES: Final = 0x9901
_MOST_EXTRA_BYTES: Final = 64
_MOST_COMPONENT: Final = 255
# A checksum and two sizes, of four or eight bytes, with or without a signature.
_DESCRIPTORS: Final = {12: "<I2I", 16: "<4xI2I", 20: "<I2Q", 24: "<4xI2Q"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Attributes: `start` and `end` are where its packed bytes lie, `size` is when unpacked."""

    name: str
    method: int
    checksum: int
    start: int
    end: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    members: dict[str, Member]
    data: bytes = field(repr=False)

    def read(self, name: str) -> bytes:
        """The unpacked bytes of a member, as many as it says. Raises: Refusal, KeyError."""
        member = self.members[name]
        number = [*self.members].index(name) + 1
        packed = self.data[member.start : member.end]
        unpacked = packed if member.method == _STORED else _inflated(packed, member, number)
        if len(unpacked) != member.size or zlib.crc32(unpacked) != member.checksum:
            raise Refusal(f"member {number} is damaged, or not what it says it is")
        return unpacked


def warm() -> None:
    codecs.lookup("cp437")


def opened(data: bytes) -> Package:
    """The package whose directory has been held against what lies in the file.

    Raises: Refusal, for anything before, between or behind the members, for encryption, for names
        that mislead and for more than can be checked.
    """
    first, count = _directory(data)
    members: dict[str, Member] = {}
    spans: list[tuple[int, int]] = []
    seen: set[str] = set()
    at, total = first, 0
    for number in range(1, count + 1):
        member, header, at = _member(data, at, number)
        total += member.size
        if total > MAX_UNPACKED_BYTES:
            raise Refusal(f"unpacks to more than {MAX_UNPACKED_BYTES >> 20} MB")
        if member.name.casefold() in seen:
            raise Refusal(f"member {number} is named like another one", NoteKind.NAMES)
        seen.add(member.name.casefold())
        spans.append((header, _end_of(data, member, header)))
        if not member.name.endswith("/"):
            members[member.name] = member
        elif member.size:
            raise Refusal(f"member {number} is a folder and holds bytes", NoteKind.HIDDEN)
    if at != len(data) - _END.size:
        raise Refusal("there is something behind the directory", NoteKind.HIDDEN)
    _require_no_gaps(sorted(spans), first)
    return Package(members=members, data=data)


def _directory(data: bytes) -> tuple[int, int]:
    """Where the directory begins, and how many members it lists."""
    if not data.startswith(b"PK"):
        raise Refusal("the file does not begin as ZIP files do", NoteKind.POLYGLOT)
    end = len(data) - _END.size
    if end < 0 or not data.startswith(b"PK\x05\x06", end):
        if (found := data.rfind(b"PK\x05\x06")) < 0:
            raise Refusal("the file is cut off: its directory is missing")
        remark = int.from_bytes(data[found + 20 : found + 22], "little")
        if found + _END.size + remark == len(data):
            raise Refusal("the package carries a comment", NoteKind.HIDDEN)
        raise Refusal("there is something behind the end of the package", NoteKind.POLYGLOT)
    _, disk, begun, here, count, size, first, remark = _END.unpack_from(data, end)
    if disk or begun or here != count or remark or first + size != end:
        raise Refusal("the directory of the package is not where it says it is")
    if count > MAX_MEMBERS:
        raise Refusal(f"{count} members; at most {MAX_MEMBERS} can be checked")
    return first, count


def _member(data: bytes, at: int, number: int) -> tuple[Member, int, int]:
    """What the directory lists, where the member's header is, and where the list goes on."""
    try:
        (
            mark, _, _, flags, method, _, _, checksum, packed, size,
            name_size, extra_size, remark_size, disk, _, _, header,
        ) = _CENTRAL.unpack_from(data, at)  # fmt: skip
    except struct.error:
        raise Refusal("the directory of the package is cut off") from None
    if mark != b"PK\x01\x02" or disk:
        raise Refusal(f"the directory of the package is damaged at entry {number}")
    named = at + _CENTRAL.size
    end = named + name_size + extra_size + remark_size
    if flags & _ENCRYPTED or method == 99:  # noqa: PLR2004 - AES says so by its method
        raise Refusal(f"member {number} is encrypted", NoteKind.ENCRYPTED)
    if method not in (_STORED, _DEFLATED):
        raise Refusal(f"member {number} is packed in a way that cannot be read")
    if remark_size:
        raise Refusal(f"member {number} carries a comment", NoteKind.HIDDEN)
    if _ZIP64 in (packed, size, header):
        raise Refusal(f"member {number} says that it is larger than can be checked")
    raw = data[named : named + name_size]
    _require_plain_extras(data[named + name_size : end], number)
    start = _start_of(data, header, raw, number)
    name = _name(raw, flags, number)
    member = Member(name=name, method=method, checksum=checksum, start=start, end=start + packed,
                    size=size)  # fmt: skip
    return member, header, end


def _start_of(data: bytes, header: int, name: bytes, number: int) -> int:
    """Where the packed bytes begin, by the header in front of them."""
    try:
        mark, _, flags, *_, name_size, extra_size = _LOCAL.unpack_from(data, header)
    except struct.error:
        raise Refusal(f"member {number} is not where the directory says") from None
    if mark != b"PK\x03\x04":
        raise Refusal(f"member {number} is not where the directory says")
    if flags & _ENCRYPTED:
        raise Refusal(f"member {number} is encrypted", NoteKind.ENCRYPTED)
    named = header + _LOCAL.size
    if data[named : named + name_size] != name:
        raise Refusal(f"member {number} has two names", NoteKind.NAMES)
    start: int = named + name_size + extra_size
    _require_plain_extras(data[named + name_size : start], number)
    return start


def _end_of(data: bytes, member: Member, header: int) -> int:
    """Where the next member may begin: some programs write sizes behind the packed bytes."""
    flags = int.from_bytes(data[header + 6 : header + 8], "little")
    if not flags & _DESCRIBED_AFTER:
        return member.end
    said = (member.checksum, member.end - member.start, member.size)
    for size, form in _DESCRIPTORS.items():
        after = data[member.end : member.end + size]
        is_signed = form.startswith("<4x")
        is_whole = len(after) == size and is_signed == after.startswith(b"PK\x07\x08")
        if is_whole and struct.unpack(form, after) == said:
            return member.end + size
    return member.end


def _require_no_gaps(spans: list[tuple[int, int]], directory: int) -> None:
    at = 0
    for start, end in (*spans, (directory, directory)):
        if start != at:
            rule = NoteKind.HIDDEN if at else NoteKind.POLYGLOT
            where = "between the members of" if at else "before the first member of"
            raise Refusal(f"bytes lie {where} the package, or members share some", rule)
        at = end


def _require_plain_extras(extra: bytes, number: int) -> None:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        held = extra[at + 4 : at + 4 + size]
        if kind == _AES:
            raise Refusal(f"member {number} is encrypted", NoteKind.ENCRYPTED)
        if kind == _OTHER_NAME:
            raise Refusal(f"member {number} has two names", NoteKind.NAMES)
        is_padding = kind == _PADDING and not any(held[_PADDING_HEAD:])
        is_plain = kind in _PLAIN_EXTRAS and size <= _MOST_EXTRA_BYTES
        if len(held) != size or not (is_padding or is_plain):
            raise Refusal(f"the header of member {number} holds more than one", NoteKind.HIDDEN)
        at += 4 + size
    if at != len(extra):
        raise Refusal(f"the header of member {number} holds more than one", NoteKind.HIDDEN)


def _name(raw: bytes, flags: int, number: int) -> str:
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise Refusal(f"member {number} has a name that is no text", NoteKind.NAMES) from None
    parts = name.removesuffix("/").replace("\\", "/").split("/")
    if any(part in ("", ".", "..") or len(part) > _MOST_COMPONENT for part in parts):
        raise Refusal(f"member {number} is named to lie outside the package", NoteKind.NAMES)
    if ":" in parts[0]:
        raise Refusal(f"member {number} is named to lie outside the package", NoteKind.NAMES)
    if any(unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp", "Cs") for one in name):
        raise Refusal(f"the name of member {number} holds unseen characters", NoteKind.NAMES)
    return name


def _inflated(packed: bytes, member: Member, number: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(packed, member.size + 1)
        if not unpacker.eof and len(unpacked) <= member.size:
            unpacked += unpacker.decompress(unpacker.unconsumed_tail, 1)
    except zlib.error:
        raise Refusal(f"member {number} is damaged") from None
    if len(unpacked) > member.size:
        raise Refusal(f"member {number} unpacks to more than it says")
    if not unpacker.eof:
        raise Refusal(f"member {number} is cut off")
    if unpacker.unused_data:
        raise Refusal(f"bytes lie behind the end of member {number}", NoteKind.HIDDEN)
    return unpacked
