"""Each door of a workspace's screen, opened once on purpose, is found by its probe."""

import struct

import pytest

from hub.client.browser import Browser
from infra.probes import clipboard
from tests.integration.gateway.serving import RunningGateway
from tests.isolation.screen_doors import SCREEN_DOORS
from tests.unit.hub.fake_screen import FakeScreen
from tests.waiting import eventually


@pytest.fixture
def probed(tmp_path, monkeypatch):
    """Run the probe against the gateway, with a screen on which texts are copied."""
    monkeypatch.setattr(clipboard, "LISTEN_SECONDS", 2)
    monkeypatch.setattr("hub.gateway.main.require_no_links", lambda _folder: None)

    def run():
        with RunningGateway(tmp_path) as gateway, FakeScreen(gateway.socket) as screen:
            monkeypatch.setattr(clipboard, "_program", lambda *told: program(screen, *told))
            with Browser(gateway.url, "ada") as browser:
                browser.http.get(gateway.page_url)
                return clipboard.j11_clipboard(browser, "p1", "workspace", "wrong")

    return run


def program(screen, _container, _user, kind, *texts):
    if kind == "control":
        return ["copied", "put in"]
    if kind == "copy":
        eventually(lambda: 3 in screen.kinds())
        text = texts[0].encode()
        screen.say(struct.pack(">BxxxI", 3, len(text)) + text)
        screen.paint(0, 0, 8, 8, (1, 2, 3))
    return []


def test_a_screen_whose_doors_are_shut_is_found_shut(probed):
    pair = probed()

    assert (pair.here.open, pair.here.error, pair.control.error) == ((), None, None)
    assert pair.control.open


@pytest.mark.parametrize("door", SCREEN_DOORS, ids=lambda door: door.words)
def test_each_open_door_is_found(probed, monkeypatch, door):
    door.open(monkeypatch)

    assert any(door.caught["J11"] in text for text in probed().here.open)


def test_a_control_that_hears_nothing_is_said(probed, monkeypatch):
    monkeypatch.setattr("tests.isolation.test_screen_doors.program", lambda *_: [])

    assert probed().control.error
