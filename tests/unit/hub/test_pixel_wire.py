"""What a page may say, and what is made of pixels."""

import contextlib
import io
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hub.gateway.pixel import limits, rfb, wire
from hub.gateway.pixel.held import MOST_KEYS, Held
from hub.gateway.pixel.pictures import cursor_png, picture

SIZE = rfb.Size(width=640, height=480)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (struct.pack(">BBI", 1, 1, 0xE4), wire.Key(0xE4, True)),
        (struct.pack(">BBHH", 2, 9, 5, 6), wire.Pointer(5, 6, 9)),
        (struct.pack(">BHH", 3, 1, 65535), wire.Resize(limits.MIN_WIDTH, limits.MAX_HEIGHT)),
        (struct.pack(">BI", 4, 77), wire.Drawn(77)),
        (b"\x05" + "ж".encode(), wire.Paste("ж")),
        (b"\x06", wire.ReleaseAll()),
        (b"\x07", wire.Restart()),
    ],
)
def test_what_the_page_says_is_understood(said, meant):
    assert wire.read(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        b"", b"\x00", b"\x09", b"\x06more", b"\x01\x01", b"\x01\x02" + b"\0\0\0\x20",
        b"\x01\x01\0\0\0\0", b"\x01\x01\xff\xff\xff\xff", b"\x05\xff", b'{"k": 1}',
        b"\x05" + b"x" * (limits.MAX_PASTE_BYTES + 1),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_says_is_refused(said):
    with pytest.raises(wire.BadInput):
        wire.read(said)


@given(st.binary(max_size=50))
def test_any_bytes_of_a_page_are_a_message_or_refused(data):
    with contextlib.suppress(wire.BadInput):
        assert isinstance(wire.read(data), wire.Input)


def test_all_that_is_down_is_let_go():
    held = Held()
    held.key(wire.Key(0x61, True))
    held.key(wire.Key(0x62, True))
    held.key(wire.Key(0x61, False))
    held.pointer(wire.Pointer(5, 6, 1), SIZE)

    assert held.release() == rfb.key(0x62, down=False) + rfb.pointer(5, 6, 0)
    assert held.release() == b""


def test_the_pointer_stays_within_the_desktop():
    assert Held().pointer(wire.Pointer(9999, 9999, 0), SIZE) == rfb.pointer(639, 479, 0)


@given(st.lists(st.integers(1, 500), max_size=200))
def test_never_are_more_keys_down_than_anybody_has_fingers(keysyms):
    held = Held()
    for keysym in keysyms:
        held.key(wire.Key(keysym, True))

    assert len(held.release()) <= 8 * MOST_KEYS


def rectangle(width, height, pixels):
    return rfb.Rectangle(x=0, y=0, width=width, height=height, pixels=pixels)


def test_text_and_lines_are_sent_without_loss():
    image = Image.new("RGB", (200, 100), "white")
    image.paste((200, 30, 30), (20, 20, 60, 22))
    shown = Image.open(io.BytesIO(picture(rectangle(200, 100, image.tobytes("raw", "RGBX"))).webp))

    assert shown.convert("RGB").tobytes() == image.tobytes()


def test_noise_is_sent_with_loss_and_weighs_less_than_its_pixels():
    noise = random.Random(1).randbytes(200 * 200 * 4)

    assert len(picture(rectangle(200, 200, noise)).webp) < 200 * 200 * 1.5


def test_a_pointer_shows_where_its_mask_says():
    shape = rfb.Cursor(hot_x=0, hot_y=0, width=8, height=1, pixels=b"\xff\0\0\0" * 8, mask=b"\xc0")
    shown = Image.open(io.BytesIO(cursor_png(shape)))

    assert [shown.getpixel((x, 0))[3] for x in range(8)] == [255, 255, 0, 0, 0, 0, 0, 0]
    assert shown.getpixel((0, 0))[:3] == (255, 0, 0)


def test_a_pointer_that_is_hidden_has_no_picture():
    shape = rfb.Cursor(hot_x=0, hot_y=0, width=0, height=0, pixels=b"", mask=b"")

    assert cursor_png(shape) == b""
