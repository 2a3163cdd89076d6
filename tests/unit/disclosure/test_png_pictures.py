import struct
import zlib

import pytest

from output_checker.disclosure.readers import png_pictures
from output_checker.disclosure.readers.artefacts import Image
from output_checker.disclosure.readers.refusal import Refusal

PIXELS = b"\0" + b"\1\2\3" * 2


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def picture(*extras, size=(2, 2), interlace=0, pixels=PIXELS * 2, end=b""):
    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, interlace)
    return b"".join([
        png_pictures.SIGNATURE, chunk(b"IHDR", header), *extras,
        chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b""), end,
    ])  # fmt: skip


def test_a_picture_is_known_by_its_size():
    (part,) = png_pictures.read(picture()).parts

    assert part.artefact == Image(width=2, height=2)


def test_what_a_plotting_library_writes_about_itself_is_no_hidden_part():
    software = chunk(b"tEXt", b"Software\0Matplotlib version 3.10")
    resolution = chunk(b"pHYs", struct.pack(">IIB", 3937, 3937, 1))

    assert png_pictures.read(picture(software, resolution)) == png_pictures.read(picture())


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (picture(end=b"rows of data"), "hidden-part"),
        (picture(chunk(b"tEXt", b"Comment\0rows of data")), "hidden-part"),
        (picture(chunk(b"tEXt", b"Software\0" + b"rows" * 100)), "hidden-part"),
        (picture(chunk(b"tEXt", b"Software\0a") + chunk(b"tEXt", b"Software\0b")), "hidden-part"),
        (picture(chunk(b"prVt", b"rows of data")), "hidden-part"),
        (picture(chunk(b"eXIf", b"rows of data")), "hidden-part"),
        (picture(chunk(b"iCCP", b"rows of data")), "hidden-part"),
        (picture(pixels=PIXELS * 2 + b"rows of data"), "hidden-part"),
        (picture(pixels=PIXELS), "hidden-part"),
        (picture(interlace=1), "unreadable"),
        (picture(size=(2**31, 2**31)), "unreadable"),
        (picture(size=(0, 2)), "unreadable"),
        (picture()[:-4], "unreadable"),
        (b"GIF89a", "unreadable"),
        (png_pictures.SIGNATURE, "unreadable"),
    ],
    ids=["tail", "comment", "long software", "software twice", "private", "exif", "profile",
         "more pixels", "fewer pixels", "interlaced", "huge", "no width", "cut", "gif", "bare"],
)  # fmt: skip
def test_a_picture_that_holds_more_or_less_than_a_picture_is_refused(data, rule):
    with pytest.raises(Refusal) as caught:
        png_pictures.read(data)

    assert caught.value.rule == rule


def test_a_picture_whose_part_was_altered_is_refused():
    data = bytearray(picture(chunk(b"gAMA", b"\0\0\0\1")))
    data[data.index(b"gAMA") + 7] ^= 1

    with pytest.raises(Refusal, match="checksum"):
        png_pictures.read(bytes(data))
