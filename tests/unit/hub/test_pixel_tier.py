"""The pixel tier through the gateway's app: what is open, what is shown, what never passes."""

import json
import struct
import time

import pytest
from starlette.websockets import WebSocketDisconnect

from hub import registrations
from hub.gateway.pixel import limits
from tests.conftest import eventually
from tests.unit.hub.builders import a_registration
from tests.unit.hub.fake_screen import FakeScreen
from tests.unit.hub.test_gateway import (
    BASE,
    connect,
    sign_in,
)

SCREEN = BASE + "screen"
SCREEN_GONE, SHOWN_ELSEWHERE, SPENT, BAD_INPUT, NOT_ALLOWED = 4001, 4002, 4003, 1003, 1008


@pytest.fixture
def screen(settings):
    with FakeScreen(settings.sockets / "ada~p1" / "lab.sock") as running:
        registrations.write(settings.registrations, a_registration(tier="pixel"))
        yield running


def until(channel, kind):
    """The next message of a kind; frames on the way are said to be drawn."""
    while True:
        data = channel.receive_bytes()
        if data[0] == 1:
            channel.send_bytes(b"\x04" + data[1:5])
        if data[0] == kind:
            return data


def ended(channel):
    while True:
        try:
            channel.receive_bytes()
        except WebSocketDisconnect as end:
            return end.code


def figures(settings):
    (day,) = json.loads((settings.meters / "start-1.json").read_text())["days"].values()
    return day


@pytest.mark.parametrize(
    "path",
    ["", "page.css", "page.js", "connection.js", "keyboard.js", "keysyms.js", "pointer.js",
     "picture.js"],
)  # fmt: skip
def test_the_tiers_own_page_is_open_to_the_owner(browser, screen, path):
    sign_in(browser)
    answer = browser.get(BASE + path)

    assert answer.status_code == 200
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["api", "api/contents", "api/contents/x?content=1", "api/kernels", "api/sessions", "files/x",
     "nbconvert/html/x.ipynb", "lab/api/settings", "lab/static/x.js", "static/x.js", "metrics",
     "api/terminals", "proxy/8888/", "page/page.js", "..%2ftier.py", "%2e%2e/tier.py", "tier.py",
     "screen"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_no_address_of_jupyterlab_is_open_to_anybody(browser, screen, path, method):
    sign_in(browser)

    assert browser.request(method, BASE + path).status_code in (403, 404)
    assert screen.connections == 0


def test_a_strangers_request_reaches_no_screen(browser, screen):
    assert browser.get(BASE).status_code == 302
    with pytest.raises(WebSocketDisconnect), connect(browser, path=SCREEN):
        pass
    assert screen.connections == 0


def test_a_websocket_from_another_site_is_closed(browser, screen):
    sign_in(browser)
    with (
        pytest.raises(WebSocketDisconnect),
        connect(browser, path=SCREEN, origin="http://evil.test"),
    ):
        pass
    assert screen.connections == 0


def test_a_kernels_websocket_is_closed(browser, screen):
    sign_in(browser)
    with pytest.raises(WebSocketDisconnect), connect(browser):
        pass


def test_what_is_painted_is_shown_and_counted(browser, screen, settings):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        assert until(channel, 2) == struct.pack(">BHH", 2, 640, 480)
        whole = until(channel, 1)
        screen.paint(10, 20, 30, 40, (255, 0, 0))
        frame = until(channel, 1)
        channel.close()
    browser.__exit__(None, None, None)

    number, count, x, y, size = struct.unpack(">IHHHI", frame[1:15])
    assert (number, count, x, y) == (2, 1, 10, 20)
    assert frame[15 : 15 + size].startswith(b"RIFF")
    assert figures(settings)["to_browser"]["pixels"] >= len(whole) + len(frame)


def test_only_what_the_person_does_counts_as_use(browser, screen, settings):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        channel.send_bytes(struct.pack(">BBI", 1, 1, 0x61))
        screen.paint(0, 0, 1, 1, (9, 9, 9))
        until(channel, 1)
        channel.close()
    browser.__exit__(None, None, None)

    assert figures(settings)["to_workspace"] == {"pixels": 6}


def test_no_more_frames_are_sent_than_the_page_has_drawn(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        channel.receive_bytes()
        for _ in range(6):
            screen.paint(0, 0, 4, 4, (1, 2, 3))
        while channel.receive_bytes()[:5] != struct.pack(">BI", 1, limits.FRAMES_AHEAD):
            pass
        time.sleep(0.5)
        asked = screen.kinds().count(3)
        channel.send_bytes(struct.pack(">BI", 4, 1))

        eventually(lambda: screen.kinds().count(3) > asked)
        channel.close()
    assert asked == limits.FRAMES_AHEAD


def test_keys_and_pointer_reach_the_screen_and_none_stays_down(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        channel.send_bytes(struct.pack(">BBI", 1, 1, 0x61))
        channel.send_bytes(struct.pack(">BBHH", 2, 1, 5, 6))
        eventually(lambda: 5 in screen.kinds())
        channel.close()

    eventually(lambda: (0x61, False) in screen.keys_heard())
    eventually(lambda: screen.kinds().count(5) == 2)
    pointers = [body for kind, body in screen.heard if kind == 5]
    assert pointers == [b"\x01\0\x05\0\x06", b"\x00\0\x05\0\x06"]


def test_a_new_size_of_the_window_is_the_desktops(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        channel.send_bytes(struct.pack(">BHH", 3, 60000, 700))

        assert until(channel, 2) == struct.pack(">BHH", 2, limits.MAX_WIDTH, 700)
        channel.close()


def test_what_the_workspace_puts_on_its_clipboard_never_passes(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        secret = b"confidential-text"
        screen.say(b"\x03\0\0\0" + struct.pack(">I", len(secret)) + secret)
        screen.paint(0, 0, 1, 1, (0, 0, 0))
        seen = [until(channel, 1)]
        channel.close()

    assert all(secret not in message for message in seen)


def test_text_goes_in_only_where_the_policy_lets_it(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        assert until(channel, 5) == b"\x05\x00"
        channel.send_bytes(b"\x05text")

        assert ended(channel) == BAD_INPUT
    assert 6 not in screen.kinds()


def test_opened_elsewhere_the_first_window_is_told(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as first:
        until(first, 1)
        with connect(browser, path=SCREEN) as second:
            assert ended(first) == SHOWN_ELSEWHERE
            until(second, 1)
            second.close()


def test_a_screen_that_is_not_there_is_said_to_be_gone(browser, screen):
    screen.stop()
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        assert ended(channel) == SCREEN_GONE


HOSTILE = {
    "too large a rectangle": struct.pack(">BxHHHHHi", 0, 1, 0, 0, 65535, 65535, 0),
    "an unknown message": b"\xc8" + b"\0" * 50,
    "an encoding not offered": struct.pack(">BxHHHHHi", 0, 1, 0, 0, 9, 9, 16),
    "a text without end": b"\x03\0\0\0\x7f\xff\xff\xff",
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_screen_that_says_what_none_should_is_cut_off(browser, screen, said):
    screen.first = said
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        assert ended(channel) == SCREEN_GONE


def test_endless_noise_of_a_screen_keeps_nobody_else_waiting(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        for _ in range(20):
            screen.say(b"\x02" * 100_000)
        time.sleep(0.5)
        started = time.monotonic()
        assert browser.get(BASE + "page.js").status_code == 200
        took = time.monotonic() - started
        channel.close()

    assert took < 5


def test_a_server_of_another_kind_behind_the_socket_is_not_spoken_to(browser, screen):
    screen.greeting = b"HTTP/1.1 200 OK\r\n"
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        assert ended(channel) == SCREEN_GONE
    assert screen.heard == []


@pytest.mark.parametrize("said", [b"\x00", b"\x09\x09", b"x" * (limits.MAX_INPUT_BYTES + 1)])
def test_a_page_that_is_not_ours_is_cut_off(browser, screen, said):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        channel.send_bytes(said)

        assert ended(channel) == BAD_INPUT


def test_a_text_message_is_cut_off(browser, screen):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        channel.send_text("{}")

        assert ended(channel) == BAD_INPUT


@pytest.mark.slow
def test_a_workspace_taken_away_is_cut_within_seconds(browser, screen, settings):
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        registrations.remove(settings.registrations, "ada", "p1")
        started = time.monotonic()

        assert ended(channel) == NOT_ALLOWED
    assert time.monotonic() - started < 10


def test_a_spent_budget_shows_nothing_and_says_so(browser, screen, settings):
    spent = a_registration(tier="pixel", budgets={"session_bytes": 1500})
    registrations.write(settings.registrations, spent)
    sign_in(browser)
    with connect(browser, path=SCREEN) as channel:
        until(channel, 1)
        for shade in range(40):
            screen.paint(0, 0, 300, 300, (shade, 0, 9))

        said = until(channel, 4)
        while b"Stop the workspace" not in said:
            said = until(channel, 4)
        assert ended(channel) == SPENT


def test_a_tier_that_nobody_has_named_opens_nothing_of_jupyterlab(browser, screen, settings):
    registrations.write(settings.registrations, a_registration(tier="other"))
    sign_in(browser)

    assert browser.get(BASE + "lab").status_code != 200
    assert browser.get(BASE + "api/contents").status_code in (403, 429)
