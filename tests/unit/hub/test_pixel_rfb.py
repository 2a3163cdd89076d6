"""The screen's protocol, as an honest server speaks it and as a hostile one does."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.gateway.pixel import limits, rfb

SIZE = rfb.Size(width=64, height=48)


class Exhausted(Exception):
    """The reader asks for more than the server has said."""


def fed(reader, data):
    """What a reader makes of bytes, and the most that it asked for at once."""
    most = 0
    try:
        needed = next(reader)
        while True:
            most = max(most, needed)
            if len(data) < needed:
                raise Exhausted(most)
            piece, data = data[:needed], data[needed:]
            needed = reader.send(piece)
    except StopIteration as done:
        return done.value, data


def heard(data, size=SIZE):
    told, left = fed(rfb.message(size), data)
    assert left == b""
    return told


def update(*rectangles):
    return struct.pack(">BxH", 0, len(rectangles)) + b"".join(rectangles)


def raw(x, y, width, height, pixels=None):
    content = pixels if pixels is not None else b"\x01\x02\x03\x00" * (width * height)
    return struct.pack(">HHHHi", x, y, width, height, 0) + content


def resized(width, height, screens=1, screen=7):
    one = struct.pack(">IHHHHI", screen, 0, 0, width, height, 0)
    head = struct.pack(">HHHHi", 0, 0, width, height, -308)
    return head + struct.pack(">Bxxx", screens) + one * screens


def test_changed_pixels_are_read():
    told = heard(update(raw(1, 2, 3, 4), raw(10, 10, 1, 1)))

    assert [(r.x, r.y, r.width, r.height, len(r.pixels)) for r in told.rectangles] == [
        (1, 2, 3, 4, 48),
        (10, 10, 1, 1, 4),
    ]


def test_a_new_size_voids_the_pixels_of_the_old_one():
    told = heard(update(raw(0, 0, 64, 48), resized(100, 90), raw(60, 60, 30, 30)))

    assert told.size == rfb.Size(width=100, height=90, screen=7)
    assert [(r.x, r.width) for r in told.rectangles] == [(60, 30)]


def test_the_pointers_picture_is_read_with_its_mask():
    drawn = b"\xff\x00\x00\x00" * 9 * 2 + b"\x80\x80" * 2
    told = heard(update(struct.pack(">HHHHi", 20, 0, 9, 2, -239) + drawn))

    assert (told.cursor.width, len(told.cursor.pixels), len(told.cursor.mask)) == (9, 72, 4)
    assert told.cursor.hot_x == 8


@pytest.mark.parametrize("length", [0, 5, 100_000, -100_000])
def test_text_that_the_workspace_offers_is_read_past_in_pieces(length):
    body = b"x" * abs(length)

    assert heard(b"\x03\0\0\0" + struct.pack(">i", length) + body) == rfb.Dropped(
        size=abs(length) + 8
    )


HOSTILE = {
    "a message of a kind that was not asked for": b"\x01\x00" + b"\0" * 4,
    "one after the last kind": b"\xf8\x00\x00\x00",
    "more rectangles than any screen has": struct.pack(">BxH", 0, 65535),
    "a rectangle wider than the desktop": update(raw(0, 0, 65, 1, b"")),
    "a rectangle below the desktop": update(raw(0, 48, 1, 1, b"")),
    "a rectangle as large as can be": update(raw(0, 0, 65535, 65535, b"")),
    "the same screen painted twice in one update": update(raw(0, 0, 64, 48), raw(0, 0, 64, 48)),
    "an encoding that was not offered": update(struct.pack(">HHHHi", 0, 0, 1, 1, 16)),
    "a desktop of no size": update(resized(0, 10)),
    "a desktop beyond the limit": update(resized(limits.MAX_WIDTH + 1, 10)),
    "a desktop with no screen": update(resized(10, 10, screens=0)),
    "a desktop with too many screens": update(resized(10, 10, screens=17)),
    "a pointer as large as the screen": update(struct.pack(">HHHHi", 0, 0, 4000, 4000, -239)),
    "more pointers than any screen has": update(*[struct.pack(">HHHHi", 0, 0, 0, 0, -239)] * 17),
    "a text of two gigabytes": b"\x03\0\0\0" + struct.pack(">i", 2**31 - 1),
    "an extended text of two gigabytes": b"\x03\0\0\0" + struct.pack(">i", -(2**31)),
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_no_screen_says_ends_the_connection(said):
    with pytest.raises(rfb.NotRfb):
        fed(rfb.message(SIZE), said)


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (rfb.version, b"RFB 003.003\n"),
        (rfb.version, b"HTTP/1.1 200"),
        (rfb.offer, b"\x00"),
        (rfb.offer, b"\xff" * 256),
        (rfb.offer, b"\x01\x02"),
        (rfb.accepted, b"\0\0\0\x01"),
        (rfb.desktop, struct.pack(">HH16sI", 10, 10, b"", 5000)),
        (rfb.desktop, struct.pack(">HH16sI", 0, 10, b"", 0)),
        (rfb.desktop, struct.pack(">HH16sI", 65535, 65535, b"", 0)),
    ],
)
def test_a_handshake_that_goes_wrong_ends_the_connection(reader, said):
    with pytest.raises(rfb.NotRfb):
        fed(reader(), said)


def most_asked(reader, data):
    """Feed a hostile stream to its end; the largest piece that was ever asked for."""
    most = 0
    try:
        needed = next(reader)
        while len(data) >= needed:
            most = max(most, needed)
            piece, data = data[:needed], data[needed:]
            needed = reader.send(piece)
        return max(most, needed)
    except (StopIteration, rfb.NotRfb):
        return most


BOUND = SIZE.width * SIZE.height * limits.BYTES_PER_PIXEL
LARGEST = max(BOUND, limits.SKIP_BYTES, limits.MAX_CURSOR_SIDE**2 * 5)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_an_error_and_never_ask_for_much(data):
    assert most_asked(rfb.message(SIZE), data) <= LARGEST


rectangles = st.tuples(
    *[st.integers(0, 65535)] * 4,
    st.sampled_from([0, -239, -308, 1, 7, 16, -1]),
).map(lambda values: struct.pack(">HHHHi", *values) + b"\x01" * 64)


@given(st.lists(rectangles, max_size=8), st.integers(0, 65535))
def test_any_update_stays_within_bounds(parts, count):
    data = struct.pack(">BxH", 0, count) + b"".join(parts)

    assert most_asked(rfb.message(SIZE), data) <= max(
        LARGEST, limits.MAX_WIDTH * limits.MAX_HEIGHT * limits.BYTES_PER_PIXEL
    )


@given(st.binary(max_size=100))
def test_any_handshake_is_one_or_an_error(data):
    for reader in (rfb.version, rfb.offer, rfb.accepted, rfb.desktop):
        assert most_asked(reader(), data) <= limits.MAX_NAME_BYTES


def test_what_is_sent_is_rfb():
    assert rfb.key(0xFF0D, down=True) == b"\x04\x01\0\0\0\0\xff\x0d"
    assert rfb.pointer(3, 4, 1) == b"\x05\x01\0\x03\0\x04"
    assert rfb.ask(SIZE, everything=True)[1] == 0
    assert len(rfb.resize(rfb.Size(width=800, height=600, screen=3))) == 8 + 16


def test_pasted_text_keeps_every_character():
    import zlib

    announced, given_ = rfb.paste("Ω\nµ")[:12], rfb.paste("Ω\nµ")[12:]
    (length, flags) = struct.unpack(">iI", given_[4:12])
    content = zlib.decompress(given_[12:])

    assert struct.unpack(">iI", announced[4:]) == (-4, 0x08000001)
    assert (length, flags) == (-(len(given_) - 8), 0x10000001)
    assert content[4:] == "Ω\r\nµ\0".encode()
