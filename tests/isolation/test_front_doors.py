"""Each door of the gateway, opened once on purpose, is found by its probe and by no other."""

import pytest

from hub.client.browser import Browser
from hub.probes import recorder
from infra.probes import pages, sessions, takeover
from infra.probes.attempts import tried
from infra.probes.visit import Visit
from tests.isolation.front import Front
from tests.isolation.front_doors import FRONT_DOORS, MEBIBYTE


@pytest.fixture
def front(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.gateway.main.require_no_links", lambda _folder: None)
    monkeypatch.setattr(sessions, "RECHECK_SECONDS", 2)
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 3)
    monkeypatch.setattr(takeover, "SECONDS", 2)
    monkeypatch.setattr(pages, "TOO_LARGE_BYTES", 2 * MEBIBYTE)
    monkeypatch.setattr(sessions, "TOO_LARGE_BYTES", 17 * MEBIBYTE)
    return Front(tmp_path)


@pytest.fixture
def probed(front, monkeypatch):
    """Run the probes of the front door against it, as `infra.probes.run` does."""

    def _record(_container):
        recorder.seen.clear()
        return recorder.record(front.socket("bob"), takeover.SECONDS)

    monkeypatch.setattr(takeover, "_record", _record)
    with front.running() as visit:
        yield dict(_pairs(front, visit))


def _pairs(front: Front, visit: Visit):
    with Browser(visit.browser.public_url, "ada") as again:
        yield "J06", tried(lambda: sessions.j06_strangers(visit, again, "any"))
    yield "J01", tried(lambda: pages.j01_addresses(visit, "browser"))
    yield "J02", tried(lambda: pages.j02_commands(visit))
    yield "J03", tried(lambda: sessions.j03_channels(visit))
    yield "J04", tried(lambda: sessions.j04_volume(visit))
    yield "J05", tried(lambda: pages.j05_elsewhere(visit, "browser"))
    yield "J07", tried(lambda: pages.j07_other_sites(visit))
    yield "J09", tried(lambda: pages.j09_uploads(visit, front.folder / "meters"))
    yield "J10", tried(lambda: sessions.j10_messages(visit))
    taken = takeover.take_over(visit.other, "p2", "none", front.folder / "sockets")
    yield "S06", tried(lambda: takeover.s06_replaced_server(taken))
    yield "S03", tried(lambda: takeover.s03_use_elsewhere(taken, visit))
    yield "J08", tried(lambda: pages.j08_protections(visit, taken.hostile, taken.raw))


def said(probed):
    return {one: (*pair.here.open, *filter(None, [pair.here.error, pair.control.error]))
            for one, pair in probed.items()}  # fmt: skip


def test_a_front_whose_doors_are_shut_is_found_shut_and_every_control_finds_its_own(probed):
    assert {one: found for one, found in said(probed).items() if found} == {}
    assert all(pair.control.open for pair in probed.values())


@pytest.mark.parametrize("door", FRONT_DOORS, ids=lambda door: door.words)
def test_each_open_door_is_found_by_its_probe_and_by_no_other(front, monkeypatch, request, door):
    door.open(monkeypatch, front)

    found = said(request.getfixturevalue("probed"))

    missed = [f"{one} said {found[one]}" for one, piece in door.caught.items()
              if not any(piece in text for text in found[one])]  # fmt: skip
    assert missed == []
    allowed = door.also | door.caught.keys()
    assert {one: texts for one, texts in found.items() if texts and one not in allowed} == {}
