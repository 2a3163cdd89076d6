"""Break bytes, as chance says: the same chance breaks them in the same way."""

import re
import struct
from collections.abc import Callable
from random import Random
from typing import Final

MOST_BYTES: Final = 4 * 2**20
_LONGEST_RUN: Final = 4_096
_NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?")
_WORD: Final = re.compile(rb"[A-Za-z_]{2,}")
_NUMBERS: Final = (
    b"0", b"-1", b"-0", b"1e999", b"-1e308", b"NaN", b"Infinity", b"1e-400", b"0x7fffffff",
    b"65536",
    b"2147483647", b"2147483648", b"4294967295", b"4294967296", b"9223372036854775807",
    b"18446744073709551616", b"9" * 400, b"1" * 5_000, b"0." + b"3" * 5_000, b"1,000", b"",
    "\N{ARABIC-INDIC DIGIT THREE}".encode(),
)  # fmt: skip
_LENGTHS: Final = (
    0, 1, 2, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000,
    0xFFFFFFFE, 0xFFFFFFFF, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1,
)  # fmt: skip
_FORMS: Final = ("B", "<H", ">H", "<I", ">I", "<Q", ">Q")
# What opens something, to be opened again and again.
_OPENERS: Final = (
    b"[", b"{", b'{"a":', b'[{"a":[', b"<a>", b"<table><tr><td>", b"<g>", b"<!--", b"<![CDATA[",
    b"(", b"\x94]", b"(l", b"}(", b"\x0a\xff\x01", b"[#", b"&amp;", b"&#1114112;", b'"', b"\\ud800",
    b"\xff", b"\r", b"\n", b"\0", b",", b"%s", b"=cmd|' /C calc'!A0",
    "\N{RIGHT-TO-LEFT OVERRIDE}".encode(),
    "\N{ZERO WIDTH SPACE}".encode(), b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    b"<!DOCTYPE a [<!ENTITY b 'cccccccc'><!ENTITY d '&b;&b;&b;&b;&b;&b;&b;&b;'>]>",
)  # fmt: skip

Mutation = Callable[[Random, bytearray, bytes], None]


def _place(chance: Random, data: bytearray) -> int:
    """Anywhere; often near an end, where formats keep what they say of themselves."""
    size = len(data)
    end = min(size, 96)
    return chance.choice((chance.randrange(size + 1), chance.randrange(size + 1),
                          chance.randrange(end + 1), size - chance.randrange(end + 1)))  # fmt: skip


def _span(chance: Random, data: bytearray) -> slice:
    begin = _place(chance, data)
    most = chance.choice((4, 16, 256, len(data) + 1))
    return slice(begin, begin + chance.randrange(1, most + 1))


def _flip_bits(chance: Random, data: bytearray, _: bytes) -> None:
    for _turn in range(chance.choice((1, 1, 2, 8, 64))):
        if data:
            at = min(_place(chance, data), len(data) - 1)
            data[at] ^= 1 << chance.randrange(8)


def _write_run(chance: Random, data: bytearray, _: bytes) -> None:
    span = _span(chance, data)
    size = min(span.stop - span.start, _LONGEST_RUN)
    one = chance.choice((b"\0", b"\xff", b" ", b"0", chance.randbytes(1)))
    run = chance.choice((one * size, chance.randbytes(size)))
    data[span.start : span.start + size] = run


def _insert_run(chance: Random, data: bytearray, _: bytes) -> None:
    at = _place(chance, data)
    data[at:at] = chance.choice((b"\0", b"A", b"\xff", b"9", b"\n")) * chance.randrange(
        _LONGEST_RUN
    )


def _delete(chance: Random, data: bytearray, _: bytes) -> None:
    del data[_span(chance, data)]


def _truncate(chance: Random, data: bytearray, _: bytes) -> None:
    del data[_place(chance, data) :]


def _duplicate(chance: Random, data: bytearray, _: bytes) -> None:
    span = _span(chance, data)
    times = chance.choice((1, 1, 2, 10, 300))
    chunk = bytes(data[span]) * times
    data[span.stop : span.stop] = chunk[: MOST_BYTES // 8]


def _swap(chance: Random, data: bytearray, _: bytes) -> None:
    first, second = sorted((_span(chance, data), _span(chance, data)), key=lambda one: one.start)
    if first.stop <= second.start:
        left, right = bytes(data[first]), bytes(data[second])
        data[second] = left
        data[first] = right


def _splice(chance: Random, data: bytearray, other: bytes) -> None:
    taken = bytearray(other)
    at = _place(chance, data)
    if chance.random() < 0.5:
        data[at:] = taken[_place(chance, taken) :]
    else:
        data[at:at] = taken[_span(chance, taken)]


def _number(chance: Random, data: bytearray, _: bytes) -> None:
    found = [one.span() for one in _NUMBER.finditer(data)]
    if found:
        begin, end = chance.choice(found)
        data[begin:end] = chance.choice(_NUMBERS)


def _length(chance: Random, data: bytearray, _: bytes) -> None:
    """A number of bytes, in whole: what parsers take for a length, a count or a place."""
    form = chance.choice(_FORMS)
    size = struct.calcsize(form)
    largest = 256**size - 1
    at = _place(chance, data)
    near = (len(data), len(data) + 1, max(len(data) - at, 0), at)
    value = chance.choice((*_LENGTHS, *near)) & largest
    data[at : at + size] = struct.pack(form, value)


def _word(chance: Random, data: bytearray, _: bytes) -> None:
    found = [one.span() for one in _WORD.finditer(data)]
    if found:
        (begin, end), (left, right) = chance.choice(found), chance.choice(found)
        data[begin:end] = data[left:right]


def _deepen(chance: Random, data: bytearray, _: bytes) -> None:
    at = _place(chance, data)
    times = chance.choice((1, 2, 30, 1_000, 100_000))
    data[at:at] = (chance.choice(_OPENERS) * times)[: MOST_BYTES // 4]


def _shuffle_lines(chance: Random, data: bytearray, _: bytes) -> None:
    mark = chance.choice((b"\n", b",", b">", b" "))
    pieces = bytes(data).split(mark)
    chance.shuffle(pieces)
    data[:] = mark.join(pieces)


MUTATIONS: Final[tuple[Mutation, ...]] = (
    _flip_bits, _write_run, _insert_run, _delete, _truncate, _duplicate, _swap, _splice, _number,
    _number, _length, _length, _length, _word, _deepen, _shuffle_lines,
)  # fmt: skip


def mutated(chance: Random, data: bytes, other: bytes) -> bytes:
    """Args: `other` is a file that pieces are taken from."""
    held = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        chance.choice(MUTATIONS)(chance, held, other)
    return bytes(held[:MOST_BYTES])
