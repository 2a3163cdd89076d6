"""Over https, and with an address a person: which cookies are set, and what is answered where."""

import json
import re

import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from hub import registrations
from hub.gateway.addresses import Addresses
from hub.gateway.main import create_app
from hub.gateway.settings import GatewaySettings
from tests.unit.hub.builders import a_message, a_registration, lay_out_lab
from tests.unit.hub.fake_workspace import FakeWorkspace

PUBLIC, OWN, OTHER = "https://haven.test", "https://ada.haven.test", "https://bob.haven.test"
BASE = "/user/ada/p1/"


def hub_answers(request):
    if request.url.path.endswith("/oauth2/token"):
        assert "redirect_uri=https%3A%2F%2Fada.haven.test%2F" in request.content.decode()
        return httpx2.Response(200, json={"access_token": "persons-token"})
    scopes = ["access:servers!server=ada/p1"]
    return httpx2.Response(200, json={"name": "ada", "scopes": scopes})


@pytest.fixture
def workspace(tmp_path):
    for name in ("sockets/ada~p1", "registrations", "meters", "sessions"):
        (tmp_path / name).mkdir(parents=True)
    with FakeWorkspace(tmp_path / "sockets" / "ada~p1" / "lab.sock", BASE) as running:
        registrations.write(tmp_path / "registrations", a_registration())
        yield running


@pytest.fixture
def browser(tmp_path, workspace, monkeypatch):
    monkeypatch.setattr("hub.gateway.main.require_no_links", lambda _folder: None)
    settings = GatewaySettings(
        public_url=PUBLIC,
        hub_api_url="http://hub/hub/api",
        sockets=tmp_path / "sockets",
        registrations=tmp_path / "registrations",
        meters=tmp_path / "meters",
        sessions=tmp_path / "sessions",
        subdomains=True,
        lab_files=tmp_path / "lab",
    )
    lay_out_lab(settings.lab_files)
    hub = httpx2.AsyncClient(
        base_url="http://hub/hub/api", transport=httpx2.MockTransport(hub_answers)
    )
    with TestClient(create_app(settings, hub), base_url=OWN) as opened:
        opened.follow_redirects = False
        yield opened


def sign_in(browser):
    begun = browser.get(BASE + "lab")
    state = re.search(r"state=([^&]+)", begun.headers["location"])[1]
    return begun, browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})


def test_a_sign_in_goes_to_the_hubs_address_and_comes_back_to_ones_own(browser):
    begun, finished = sign_in(browser)

    assert begun.headers["location"].startswith(f"{PUBLIC}/hub/api/oauth2/authorize?")
    assert finished.status_code == 302
    assert browser.get(BASE + "lab").status_code == 200


def test_every_cookie_is_secure_closed_to_scripts_and_bound_to_the_workspace(browser):
    answers = sign_in(browser)
    cookies = [one for answer in answers for one in answer.headers.get_list("set-cookie")]

    assert len(cookies) == 3
    for cookie in cookies:
        assert cookie.startswith("__Secure-haven-workspace-")
        assert {"Secure", "HttpOnly", "SameSite=lax", f"Path={BASE}"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize("host", [PUBLIC, OTHER], ids=["the shared address", "somebody else's"])
def test_at_any_other_address_there_is_only_the_way_to_the_right_one(browser, workspace, host):
    sign_in(browser)
    answer = browser.get(f"{host}{BASE}lab?reset")

    assert answer.status_code == 302
    assert answer.headers["location"] == f"{OWN}{BASE}lab?reset"
    assert browser.post(f"{host}{BASE}api/kernels").status_code == 403


@pytest.mark.parametrize("origin", [PUBLIC, OTHER, OWN + ".evil.test"])
def test_a_websocket_from_any_other_address_is_closed(browser, origin):
    sign_in(browser)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    headers = {"origin": origin, "cookie": cookies, "host": "ada.haven.test"}

    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect(BASE + "api/kernels/1/channels", headers=headers),
    ):
        pass


def test_a_websocket_from_ones_own_address_passes(browser):
    sign_in(browser)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    headers = {"origin": OWN, "cookie": cookies, "host": "ada.haven.test"}

    with browser.websocket_connect(BASE + "api/kernels/1/channels", headers=headers) as channel:
        bye = a_message("shell", "execute_request", {"code": "bye"})
        channel.send_text(json.dumps(bye))
        with pytest.raises(WebSocketDisconnect):
            channel.receive_text()


def test_the_hub_may_ask_at_its_own_address_whether_the_workspace_is_ready(browser):
    assert browser.get(f"http://gateway:8001{BASE}api").status_code == 200


@pytest.mark.parametrize("username", ["ada", "a--b", "x-", "bob-2"])
def test_no_two_people_share_an_address(username):
    addresses = Addresses(public_url="https://haven.test:8443", subdomains=True)
    others = {"ada", "a--b", "x-", "bob-2", "bob2"} - {username}

    assert re.fullmatch(r"https://[a-z0-9-]+\.haven\.test:8443", addresses.of(username))
    assert addresses.of(username) not in {addresses.of(other) for other in others}
