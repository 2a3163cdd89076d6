"""R's binary format, written by hand."""

import struct

HEAD = b"X\n" + struct.pack(">3i", 2, 0x00030602, 0x00020300)
END = struct.pack(">i", 254)
OBJECT, ATTRIBUTES, TAG = 0x100, 0x200, 0x400


def flags(kind, more=0):
    return struct.pack(">i", kind | more)


def count(number):
    return struct.pack(">i", number)


def text(said):
    return flags(9) + (count(-1) if said is None else count(len(said.encode())) + said.encode())


def symbol(name):
    return flags(1) + text(name)


def pairs(**values):
    """A pairlist with names."""
    inside = b"".join(flags(2, TAG) + symbol(name) + value for name, value in values.items())
    return inside + END


def _vector(kind, body, attributes):
    more = ATTRIBUTES | (OBJECT if "class" in attributes else 0) if attributes else 0
    return flags(kind, more) + body + (pairs(**attributes) if attributes else b"")


def strings(*said, **attributes):
    return _vector(16, count(len(said)) + b"".join(map(text, said)), attributes)


def doubles(*numbers, **attributes):
    return _vector(14, count(len(numbers)) + struct.pack(f">{len(numbers)}d", *numbers), attributes)


def integers(*numbers, **attributes):
    return _vector(13, count(len(numbers)) + struct.pack(f">{len(numbers)}i", *numbers), attributes)


def values(*those, **attributes):
    return _vector(19, count(len(those)) + b"".join(those), attributes)


def frame(columns, **more):
    rows = integers(-(2**31), -1)
    return values(*columns.values(), names=strings(*columns), **{"row.names": rows},
                  **{"class": strings("data.frame")}, **more)  # fmt: skip


def fitted(**elements):
    """A model as `lm` returns one."""
    return values(*elements.values(), names=strings(*elements), **{"class": strings("lm")})


def compact(first, length):
    """`1:n`, as R keeps it."""
    info = flags(2) + symbol("compact_intseq") + flags(2) + symbol("base") + flags(2) + integers(13)
    return flags(238) + info + END + doubles(length, first, 1) + END
