"""The pixel tier's page in real Chromium, before a screen that notes what reaches it."""

import struct
import time
import zlib

import pytest

from hub.gateway.pixel import limits
from tests.conftest import eventually
from tests.integration.gateway.serving import open_page

CONTROL, SHIFT = 0xFFE3, 0xFFE1


def colour_at(page, x, y):
    return page.evaluate(
        "([x, y]) => [...document.getElementById('screen').getContext('2d')"
        ".getImageData(x, y, 1, 1).data].slice(0, 3)",
        [x, y],
    )


def is_connected(page):
    return page.evaluate("document.body.dataset.state") == "connected"


def event(page, kind, **values):
    page.evaluate(
        "([kind, values]) => document.getElementById('keys').dispatchEvent("
        "new KeyboardEvent(kind, {bubbles: true, cancelable: true, ...values}))",
        [kind, values],
    )


def test_what_is_painted_is_on_the_canvas_and_nowhere_else(shown, screen):
    screen.paint(100, 50, 40, 30, (200, 10, 30))

    eventually(lambda: colour_at(shown, 120, 60) == [200, 10, 30])
    assert colour_at(shown, 99, 60) == [255, 255, 255]
    assert shown.inner_text("#stage").strip() == ""


def test_nothing_on_the_page_breaks_its_own_policy(page, gateway, screen):
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    open_page(page, gateway)
    page.click("#help-open")
    page.keyboard.press("Escape")

    assert said == []


def test_the_desktop_is_as_large_as_the_window_and_follows_it(shown, screen):
    eventually(lambda: (screen.width, screen.height) == stage(shown))
    shown.set_viewport_size({"width": 900, "height": 500})

    eventually(lambda: screen.width == 900 and (screen.width, screen.height) == stage(shown))
    eventually(lambda: shown.evaluate("document.getElementById('screen').width") == 900)


def stage(page):
    return tuple(
        page.evaluate("(s => [s.clientWidth, s.clientHeight])(document.getElementById('stage'))")
    )


def test_a_key_is_what_was_typed_and_is_let_go(shown, screen):
    shown.keyboard.press("a")
    shown.keyboard.press("Shift+B")
    shown.keyboard.press("Control+c")
    shown.keyboard.press("Enter")
    shown.keyboard.press("F5")

    expected = [
        (0x61, True), (0x61, False),
        (SHIFT, True), (0x42, True), (0x42, False), (SHIFT, False),
        (CONTROL, True), (0x63, True), (0x63, False), (CONTROL, False),
        (0xFF0D, True), (0xFF0D, False), (0xFFC2, True), (0xFFC2, False),
    ]  # fmt: skip
    eventually(lambda: screen.keys_heard() == expected)


@pytest.mark.parametrize(
    ("character", "keysym"),
    [
        ("ä", 0xE4),
        ("€", 0x20AC),
        ("„", 0x0AFE),
        ("ж", 0x01000436),
        ("日", 0x010065E5),
        ("😀", 0x0101F600),
    ],
)
def test_a_character_of_any_layout_or_input_method_arrives(shown, screen, character, keysym):
    shown.keyboard.insert_text(character)

    eventually(lambda: screen.keys_heard() == [(keysym, True), (keysym, False)])
    assert shown.input_value("#keys") == ""


def test_a_dead_key_and_its_letter_arrive_as_one_character(shown, screen):
    event(shown, "keydown", key="Dead", code="Equal")
    event(shown, "keyup", key="Dead", code="Equal")
    event(shown, "keydown", key="é", code="KeyE")
    event(shown, "keyup", key="é", code="KeyE")

    eventually(lambda: screen.keys_heard() == [(0xE9, True), (0xE9, False)])


def test_a_composed_text_arrives_once(shown, screen):
    shown.evaluate(
        """() => {
          const field = document.getElementById("keys");
          const send = (kind, Type, values) =>
            field.dispatchEvent(new Type(kind, {bubbles: true, ...values}));
          send("keydown", KeyboardEvent, {key: "Process", keyCode: 229, isComposing: true});
          send("compositionstart", CompositionEvent, {});
          field.value = "に";
          send("input", InputEvent, {isComposing: true, data: "に"});
          send("compositionend", CompositionEvent, {data: "に"});
          send("input", InputEvent, {data: "に"});
        }"""
    )

    eventually(lambda: screen.keys_heard() == [(0x0100306B, True), (0x0100306B, False)])


def test_alt_gr_of_windows_does_not_hold_control_down(shown, screen):
    event(shown, "keydown", key="Control", code="ControlLeft", ctrlKey=True)
    event(shown, "keydown", key="AltGraph", code="AltRight", ctrlKey=True, altKey=True)
    event(shown, "keydown", key="@", code="KeyQ", ctrlKey=True, altKey=True, modifierAltGraph=True)
    event(shown, "keyup", key="@", code="KeyQ")
    event(shown, "keyup", key="AltGraph", code="AltRight")

    expected = [(CONTROL, True), (CONTROL, False), (0x40, True), (0x40, False)]
    eventually(lambda: screen.keys_heard() == expected)


def test_with_shift_let_go_first_the_same_key_is_let_go(shown, screen):
    event(shown, "keydown", key="Shift", code="ShiftLeft", location=1)
    event(shown, "keydown", key="A", code="KeyA", shiftKey=True)
    event(shown, "keyup", key="Shift", code="ShiftLeft", location=1)
    event(shown, "keyup", key="a", code="KeyA")

    expected = [(SHIFT, True), (0x41, True), (SHIFT, False), (0x41, False)]
    eventually(lambda: screen.keys_heard() == expected)


def test_all_keys_are_let_go_when_the_window_is_left(shown, screen):
    shown.keyboard.down("Control")
    eventually(lambda: (CONTROL, True) in screen.keys_heard())
    shown.evaluate("window.dispatchEvent(new Event('blur'))")

    eventually(lambda: (CONTROL, False) in screen.keys_heard())


def test_the_keyboard_can_leave_the_workspace(shown, screen):
    shown.keyboard.press("Control+Alt+Home")

    assert shown.evaluate("document.activeElement.id") == "help-open"
    eventually(lambda: (CONTROL, False) in screen.keys_heard())


def pointers(screen):
    return [struct.unpack(">BHH", body) for kind, body in screen.heard if kind == 5]


def test_the_pointer_and_the_wheel_arrive(shown, screen):
    eventually(lambda: (screen.width, screen.height) == stage(shown))
    box = shown.query_selector("#screen").bounding_box()
    shown.mouse.click(box["x"] + 200, box["y"] + 100)
    shown.mouse.click(box["x"] + 10, box["y"] + 10, button="right")
    shown.mouse.wheel(0, 200)

    eventually(lambda: pointers(screen).count((16, 10, 10)) == 2)
    eventually(lambda: pointers(screen)[-1] == (0, 10, 10))
    assert (1, 200, 100) in pointers(screen)
    assert (4, 10, 10) in pointers(screen)


def test_text_is_pasted_in_through_its_own_field(shown, screen):
    shown.click("#paste-open")
    shown.fill("#paste-text", "Ωμέγα")
    shown.click("#paste-send")

    eventually(lambda: screen.kinds().count(6) == 2)
    content = [body for kind, body in screen.heard if kind == 6][1]
    assert zlib.decompress(content[11:])[4:] == "Ωμέγα\0".encode()
    assert shown.input_value("#paste-text") == ""


def test_no_copy_event_carries_anything_out(shown, screen):
    secret = b"confidential-text"
    screen.say(b"\x03\0\0\0" + struct.pack(">I", len(secret)) + secret)
    screen.paint(0, 0, 9, 9, (0, 0, 255))
    eventually(lambda: colour_at(shown, 4, 4) == [0, 0, 255])
    shown.keyboard.press("Control+a")
    copied = shown.evaluate(
        """() => {
          const data = new DataTransfer();
          document.getElementById("keys").dispatchEvent(
            new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
          return data.getData("text") + getSelection().toString();
        }"""
    )

    assert "confidential" not in copied + shown.content()


def test_it_comes_back_by_itself_within_three_seconds(shown, screen):
    screen.stop()
    eventually(lambda: not is_connected(shown))
    words = shown.inner_text("#banner")
    time.sleep(1)
    screen.start()
    started = time.monotonic()

    eventually(lambda: is_connected(shown))
    took = time.monotonic() - started
    assert "starting" in words
    assert shown.is_hidden("#banner")
    assert took < 3


def test_it_comes_back_after_a_restart_of_the_gateway(shown, gateway, screen):
    gateway.stop()
    eventually(lambda: not is_connected(shown))
    assert "kernels go on" in shown.inner_text("#banner")
    gateway.start()

    # Who is signed in is kept in the gateway's memory: the page goes through the hub by itself.
    shown.wait_for_selector("body[data-state=connected]", timeout=20_000)


def test_shown_in_another_window_it_says_so_and_can_be_taken_back(shown, gateway, screen):
    other = shown.context.new_page()
    open_page(other, gateway)
    eventually(lambda: "another window" in shown.inner_text("#banner"))
    time.sleep(1)
    assert is_connected(other)
    shown.click("#banner-act")

    eventually(lambda: is_connected(shown) and not is_connected(other))


def test_a_person_who_may_no_longer_is_told(shown, gateway, screen):
    gateway.token_valid = False

    eventually(lambda: "closed to you" in shown.inner_text("#banner"), 15)
    assert screen.connections == 1


def test_a_screen_that_hangs_can_be_asked_for_anew(shown, gateway, screen):
    import socket

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(gateway.socket.with_name("restart.sock")))
        listener.listen()
        listener.settimeout(10)
        shown.click("#restart")
        caller, _ = listener.accept()
        caller.settimeout(10)

        assert caller.recv(1) == b""
        caller.close()


def test_a_window_beyond_the_limit_gets_the_largest_desktop(shown, screen):
    shown.set_viewport_size({"width": 4000, "height": 2500})

    eventually(lambda: (screen.width, screen.height) == (limits.MAX_WIDTH, limits.MAX_HEIGHT))
