"""JPEG: the picture and nothing else."""

import base64
import json

import pytest

from output_checker.disclosure.readers import jpeg_pictures, notebooks
from output_checker.disclosure.readers.artefacts import Image
from output_checker.disclosure.readers.refusal import Refusal


def segment(marker, body):
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
TABLES = segment(0xDB, b"\0" * 65) + segment(0xC4, b"\0" * 28)
PIXELS = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"


def picture(*extras, size=(4, 3), frame=0xC0, pixels=PIXELS, end=b"\xff\xd9", after=b""):
    width, height = (one.to_bytes(2, "big") for one in size)
    head = segment(frame, b"\x08" + height + width + b"\1\1\x11\0")
    return b"".join([b"\xff\xd8", JFIF, *extras, TABLES, head, pixels, end, after])


def test_a_picture_is_known_by_its_size():
    (part,) = jpeg_pictures.read(picture()).parts

    assert part.artefact == Image(width=4, height=3, media="image/jpeg")


def test_progressive_pictures_have_several_scans():
    data = picture(frame=0xC2, pixels=PIXELS + segment(0xC4, b"\0" * 28) + PIXELS)

    assert jpeg_pictures.read(data) == jpeg_pictures.read(picture())


REFUSED = {
    "tail": (picture(after=b"rows of data"), "hidden-part"),
    "comment": (picture(segment(0xFE, b"rows of data")), "hidden-part"),
    "exif": (picture(segment(0xE1, b"Exif\0\0rows of data")), "hidden-part"),
    "colour profile": (picture(segment(0xE2, b"ICC_PROFILE\0rows")), "hidden-part"),
    "thumbnail": (picture(segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\2" + b"x" * 12)), "hidden-part"),
    "own segment": (picture(segment(0xEA, b"rows of data")), "hidden-part"),
    "large table": (picture(segment(0xDB, b"x" * 2_000)), "hidden-part"),
    "many tables": (picture(*[segment(0xDB, b"\0" * 65)] * 60), "hidden-part"),
    "between": (picture(segment(0xDB, b"\0" * 65) + b"rows"), "hidden-part"),
    "huge": (picture(size=(65_000, 65_000)), "unreadable"),
    "no size": (picture(size=(0, 3)), "unreadable"),
    "cut in the pixels": (picture(end=b""), "unreadable"),
    "cut in a segment": (picture()[:30], "unreadable"),
    "bare": (b"\xff\xd8", "unreadable"),
    "png": (b"\x89PNG\r\n\x1a\n", "unreadable"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_picture_that_holds_more_or_less_than_a_picture_is_refused(what):
    data, rule = REFUSED[what]

    with pytest.raises(Refusal) as caught:
        jpeg_pictures.read(data)

    assert caught.value.rule == rule


def test_a_picture_within_a_notebook_comes_with_its_bytes():
    shown = {"output_type": "display_data", "metadata": {},
             "data": {"image/jpeg": base64.b64encode(picture()).decode()}}  # fmt: skip
    book = {"nbformat": 4, "metadata": {},
            "cells": [{"cell_type": "code", "source": "", "outputs": [shown]}]}  # fmt: skip

    (part,) = notebooks.read(json.dumps(book).encode()).parts

    assert part.place == "cell 1, output 1"
    assert part.artefact == Image(width=4, height=3, media="image/jpeg", content=picture())
