"""The gateway's app, against a workspace on a real socket and a hub that answers as told."""

import json
import re
import time

import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from hub import registrations
from hub.gateway.main import create_app
from hub.gateway.settings import GatewaySettings
from tests.unit.hub.builders import a_registration
from tests.unit.hub.fake_workspace import FakeWorkspace

PUBLIC = "http://haven.test"
BASE = "/user/ada/p1/"
CHANNEL = BASE + "api/kernels/1/channels"


class FakeHub:
    """Gives everyone a token, and says whose it is."""

    def __init__(self):
        self.person = "ada"
        self.scopes = ["access:servers!server=ada/p1"]
        self.token_valid = True
        self.forms: list[str] = []

    def answer(self, request):
        if request.url.path.endswith("/oauth2/token"):
            self.forms.append(request.content.decode())
            return httpx2.Response(200, json={"access_token": "persons-token"})
        if not self.token_valid:
            return httpx2.Response(403)
        return httpx2.Response(200, json={"name": self.person, "scopes": self.scopes})


@pytest.fixture
def hub():
    return FakeHub()


@pytest.fixture
def settings(tmp_path):
    for name in ("sockets", "registrations", "meters"):
        (tmp_path / name).mkdir()
    (tmp_path / "sockets" / "ada~p1").mkdir()
    return GatewaySettings(
        public_url=PUBLIC,
        hub_api_url="http://hub/hub/api",
        sockets=tmp_path / "sockets",
        registrations=tmp_path / "registrations",
        meters=tmp_path / "meters",
        recheck_seconds=0,
        max_request_bytes=10_000,
    )


@pytest.fixture
def workspace(settings):
    with FakeWorkspace(settings.sockets / "ada~p1" / "lab.sock", BASE) as running:
        registrations.write(settings.registrations, a_registration())
        yield running


@pytest.fixture
def browser(settings, hub, monkeypatch):
    monkeypatch.setattr("hub.gateway.main.require_no_links", lambda _folder: None)
    client = httpx2.AsyncClient(
        base_url="http://hub/hub/api", transport=httpx2.MockTransport(hub.answer)
    )
    with TestClient(create_app(settings, client), base_url=PUBLIC) as opened:
        opened.follow_redirects = False
        yield opened


def sign_in(browser):
    begun = browser.get(BASE + "lab")
    state = re.search(r"state=([^&]+)", begun.headers["location"])[1]
    return browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})


def connect(browser, origin=PUBLIC, path=CHANNEL):
    # The test client thinks of a websocket's host as another one, so it sends no cookies itself.
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    return browser.websocket_connect(path, headers={"origin": origin, "cookie": cookies})


def hang_up(channel):
    # Let the workspace end it: the test client cancels what has not ended by itself.
    channel.send_text("bye")
    with pytest.raises(WebSocketDisconnect):
        channel.receive_text()


def test_a_stranger_is_sent_to_the_hub_and_nothing_reaches_the_workspace(browser, workspace):
    answer = browser.get(BASE + "lab")

    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/hub/api/oauth2/authorize?")
    assert "code_challenge_method=S256" in answer.headers["location"]
    assert workspace.seen == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_stranger_can_change_nothing(browser, workspace, method):
    assert browser.request(method, BASE + "api/contents/x").status_code == 403
    assert workspace.seen == []


def test_a_strangers_websocket_is_closed(browser, workspace):
    with pytest.raises(WebSocketDisconnect), connect(browser):
        pass

    assert workspace.seen == []


def test_the_owner_reaches_the_page_they_asked_for(browser, workspace):
    answer = sign_in(browser)

    assert answer.headers["location"] == BASE + "lab"
    assert browser.get(BASE + "lab").status_code == 200


def test_somebody_elses_token_opens_nothing(browser, workspace, hub):
    hub.person = "mallory"

    assert sign_in(browser).status_code == 403
    assert browser.get(BASE + "lab").status_code == 302
    assert workspace.seen == []


def test_a_token_without_the_right_to_this_workspace_opens_nothing(browser, workspace, hub):
    hub.scopes = ["access:servers!server=ada/p2"]

    assert sign_in(browser).status_code == 403


def test_a_sign_in_begun_elsewhere_is_refused(browser, workspace):
    browser.get(BASE + "lab")

    answer = browser.get(BASE + "oauth_callback", params={"code": "c", "state": "forged"})

    assert answer.status_code == 403


def test_a_code_cannot_be_used_twice(browser, workspace):
    begun = browser.get(BASE + "lab")
    state = re.search(r"state=([^&]+)", begun.headers["location"])[1]
    browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})
    browser.cookies.set("haven-workspace-state", state, path=BASE)

    again = browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})

    assert again.status_code == 403


def test_ways_out_are_closed_to_the_owner_too(browser, workspace):
    sign_in(browser)

    assert browser.get(BASE + "files/outputs/t.csv").status_code == 403
    assert browser.get(BASE + "nbconvert/html/story.ipynb").status_code == 403
    assert [request.path for request in workspace.seen] == []


def test_the_owners_session_ends_when_the_hub_says_so(browser, workspace, hub):
    sign_in(browser)
    hub.token_valid = False

    assert browser.get(BASE + "lab").status_code == 302


def test_a_session_does_not_outlive_the_workspace_it_was_made_for(browser, workspace, settings):
    sign_in(browser)
    registrations.write(settings.registrations, a_registration(started_id="start-2"))

    assert browser.get(BASE + "lab").status_code == 302


def test_a_workspace_that_is_not_running_leads_to_the_hubs_page(browser):
    answer = browser.get(BASE + "lab")

    assert answer.headers["location"] == "/hub/user/ada/p1/"


def test_the_workspace_does_not_see_the_session_cookie(browser, workspace):
    sign_in(browser)
    browser.get(BASE + "lab")

    assert all("haven-workspace" not in r.headers.get("Cookie", "") for r in workspace.seen)


def test_the_workspace_cannot_set_cookies_or_loosen_the_policy(browser, workspace):
    sign_in(browser)
    answer = browser.get(BASE + "lab")

    assert "forged" not in str(answer.headers)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_a_body_over_the_limit_is_refused(browser, workspace):
    sign_in(browser)
    answer = browser.put(BASE + "api/contents/x", content=b"x" * 20_000)

    assert answer.status_code == 413


def test_a_body_that_hides_its_length_is_cut_at_the_limit(browser, workspace):
    sign_in(browser)
    pieces = (b"x" * 1000 for _ in range(50))
    answer = browser.put(BASE + "api/contents/x", content=pieces)

    assert answer.status_code == 413


def test_messages_pass_both_ways(browser, workspace):
    sign_in(browser)
    with connect(browser) as channel:
        channel.send_text("hello")
        heard = channel.receive_text()
        channel.send_bytes(b"\x00\x01")

        assert heard == "hello"
        assert channel.receive_bytes() == b"\x00\x01"
        hang_up(channel)


def test_a_websocket_from_another_site_is_closed(browser, workspace):
    sign_in(browser)
    with pytest.raises(WebSocketDisconnect), connect(browser, origin="http://evil.test"):
        pass


def test_a_websocket_to_a_terminal_is_closed(browser, workspace):
    sign_in(browser)
    with pytest.raises(WebSocketDisconnect), connect(browser, path=BASE + "terminals/websocket/1"):
        pass


def test_an_open_websocket_is_cut_when_the_workspace_is_taken_away(browser, workspace, settings):
    sign_in(browser)
    with connect(browser) as channel:
        registrations.remove(settings.registrations, "ada", "p1")
        started = time.monotonic()

        with pytest.raises(WebSocketDisconnect):
            channel.receive_text()

    assert time.monotonic() - started < 10


def test_every_byte_of_pages_and_messages_is_counted(browser, workspace, settings):
    sign_in(browser)
    browser.put(BASE + "api/contents/x", content=b"y" * 500)
    with connect(browser) as channel:
        channel.send_text("z" * 70)
        channel.receive_text()
        hang_up(channel)
    browser.__exit__(None, None, None)

    count = json.loads((settings.meters / "start-1.json").read_text())

    (day,) = count["days"].values()
    assert day["to_browser"] == {"http": 1000, "kernel": 70}
    assert day["to_workspace"] == {"http": 500, "kernel": 70 + len("bye")}
