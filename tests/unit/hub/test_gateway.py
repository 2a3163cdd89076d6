"""The gateway's app, against a workspace on a real socket and a hub that answers as told."""

import contextlib
import json
import re
import time
from dataclasses import replace

import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from hub import registrations
from hub.gateway import channels
from hub.gateway.budgets import Spent
from hub.gateway.main import create_app
from hub.gateway.screen import wire
from hub.gateway.screen.wire import Protocol
from hub.gateway.settings import GatewaySettings
from tests.unit.hub.builders import a_message, a_registration, a_status, a_text_file, lay_out_lab
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
        self.is_silent = False
        self.forms: list[str] = []

    def answer(self, request):
        if self.is_silent:
            return httpx2.Response(503)
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
    for name in ("sockets", "registrations", "meters", "sessions"):
        (tmp_path / name).mkdir()
    (tmp_path / "sockets" / "ada~p1").mkdir()
    lay_out_lab(tmp_path / "lab")
    return GatewaySettings(
        public_url=PUBLIC,
        lab_files=tmp_path / "lab",
        hub_api_url="http://hub/hub/api",
        sockets=tmp_path / "sockets",
        registrations=tmp_path / "registrations",
        meters=tmp_path / "meters",
        sessions=tmp_path / "sessions",
        recheck_seconds=0,
        max_request_bytes=10_000,
    )


@pytest.fixture
def workspace(settings):
    with FakeWorkspace(settings.sockets / "ada~p1" / "lab.sock", BASE) as running:
        registrations.write(settings.registrations, a_registration())
        yield running


@contextlib.contextmanager
def opened(settings, hub, monkeypatch, address="testclient"):
    monkeypatch.setattr("hub.gateway.main.require_no_links", lambda _folder: None)
    client = httpx2.AsyncClient(
        base_url="http://hub/hub/api", transport=httpx2.MockTransport(hub.answer)
    )
    app = create_app(settings, client)
    with TestClient(app, base_url=PUBLIC, client=(address, 50000)) as browser:
        browser.follow_redirects = False
        yield browser


@pytest.fixture
def browser(settings, hub, monkeypatch):
    with opened(settings, hub, monkeypatch) as browser:
        yield browser


def sign_in(browser):
    begun = browser.get(BASE + "lab")
    state = re.search(r"state=([^&]+)", begun.headers["location"])[1]
    return browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})


def connect(browser, origin=PUBLIC, path=CHANNEL, **options):
    # The test client thinks of a websocket's host as another one, so it sends no cookies itself.
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    return browser.websocket_connect(path, headers={"origin": origin, "cookie": cookies}, **options)


def a_request(code):
    """Comes back from the fake workspace as it is, which makes it a message of the workspace."""
    return a_message("shell", "execute_request", {"code": code})


def hang_up(channel):
    # Let the workspace end it: the test client cancels what has not ended by itself.
    channel.send_text(json.dumps(a_request("bye")))
    with pytest.raises(WebSocketDisconnect):
        read_to_the_end(channel)


def read_to_the_end(channel):
    while True:
        channel.receive_text()


def change(browser, method, path, **options):
    """As JupyterLab's page does it."""
    token = browser.cookies.get("_xsrf") or ""
    return browser.request(method, BASE + path, headers={"X-XSRFToken": token}, **options)


@pytest.fixture
def signed_in(browser, workspace):
    sign_in(browser)
    browser.get(BASE + "lab")
    return browser


def test_a_stranger_is_sent_to_the_hub_and_nothing_reaches_the_workspace(browser, workspace):
    answer = browser.get(BASE + "lab")

    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/hub/api/oauth2/authorize?")
    assert "code_challenge_method=S256" in answer.headers["location"]
    assert workspace.seen == []


@pytest.fixture
def bounded(settings, workspace):
    """A workspace of a project with networks of its own."""
    networks = ["192.0.2.0/24", "2001:db8::/48"]
    registrations.write(settings.registrations, a_registration(networks=networks))
    return workspace


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1"])
def test_a_projects_workspaces_open_from_its_networks(settings, hub, bounded, monkeypatch, address):
    with opened(settings, hub, monkeypatch, address) as browser:
        sign_in(browser)

        assert browser.get(BASE + "api/status").status_code == 200
        with connect(browser) as channel:
            hang_up(channel)


@pytest.mark.parametrize("address", ["198.51.100.7", "2001:db8:1::1", "somewhere", ""])
def test_and_from_nowhere_else(settings, hub, bounded, monkeypatch, address):
    with opened(settings, hub, monkeypatch, address) as browser:
        sign_in(browser)

        assert browser.get(BASE + "api/status").status_code == 403
        with pytest.raises(WebSocketDisconnect), connect(browser) as channel:
            read_to_the_end(channel)
    assert bounded.seen == []


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


def test_a_hub_that_cannot_tell_lets_nobody_pass_and_ends_no_session(signed_in, workspace, hub):
    hub.is_silent = True
    seen = list(workspace.seen)

    refused = signed_in.get(BASE + "api/contents")
    with pytest.raises(WebSocketDisconnect), connect(signed_in):
        pass
    assert (refused.status_code, workspace.seen) == (503, seen)

    hub.is_silent = False
    assert signed_in.get(BASE + "api/contents").status_code == 200


def test_a_sign_in_waits_for_a_hub_that_cannot_tell(browser, workspace, hub):
    begun = browser.get(BASE + "lab")
    state = re.search(r"state=([^&]+)", begun.headers["location"])[1]
    hub.is_silent = True

    answer = browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})

    assert (answer.status_code, workspace.seen) == (503, [])


def test_the_session_of_somebody_else_opens_nothing(settings, hub, monkeypatch, workspace):
    # Asked of the hub again only later: until then the session alone must say whose it is.
    patient = replace(settings, recheck_seconds=3600)
    bea = a_registration(username="bea", started_id="start-2")
    registrations.write(settings.registrations, bea)
    with opened(patient, hub, monkeypatch) as browser:
        sign_in(browser)
        (session,) = [c.value for c in browser.cookies.jar if c.name == "haven-workspace-p1"]
        cookie = {"cookie": f"haven-workspace-p1={session}"}

        answer = browser.get("/user/bea/p1/lab", headers=cookie)

    assert answer.status_code == 302


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


@pytest.fixture
def restarted(browser, workspace, settings, hub, monkeypatch):
    """The same browser at a gateway that has just started anew."""
    sign_in(browser)
    with opened(settings, hub, monkeypatch) as restarted:
        restarted.cookies.update(browser.cookies)
        yield restarted


def test_after_a_restart_a_page_goes_on(restarted):
    assert restarted.get(BASE + "lab").status_code == 200


def test_after_a_restart_the_hub_is_asked_before_anything_is_shown(restarted, hub):
    hub.token_valid = False

    assert restarted.get(BASE + "lab").status_code == 302


def test_a_session_does_not_outlive_the_workspace_it_was_made_for(browser, workspace, settings):
    sign_in(browser)
    registrations.write(settings.registrations, a_registration(started_id="start-2"))

    assert browser.get(BASE + "lab").status_code == 302


def test_who_had_to_sign_in_first_gets_what_they_asked_for(browser, workspace):
    begun = browser.get(BASE + "lab?reset")
    state = re.search(r"state=([^&]+)", begun.headers["location"])[1]

    answer = browser.get(BASE + "oauth_callback", params={"code": "c", "state": state})

    assert answer.headers["location"] == BASE + "lab?reset"


@pytest.mark.parametrize(
    ("query", "passed_on"), [("?redirects=2", "?redirects=2"), ("?redirects=%0d%0aX: y", "")]
)
def test_the_hub_is_told_how_often_it_sent_a_browser_in_vain(browser, query, passed_on):
    answer = browser.get(f"/user/ada/p1/{query}", follow_redirects=False)

    assert answer.headers["location"] == f"/hub/user/ada/p1/{passed_on}"


def test_a_workspace_that_is_not_running_leads_to_the_hubs_page(browser):
    answer = browser.get(BASE + "lab")

    assert answer.headers["location"] == "/hub/user/ada/p1/"


def test_the_workspace_does_not_see_the_session_cookie(browser, workspace):
    sign_in(browser)
    browser.get(BASE + "api/kernels")

    assert workspace.seen
    assert all("haven-workspace" not in r.headers.get("Cookie", "") for r in workspace.seen)


def test_the_workspace_cannot_set_cookies_or_loosen_the_policy(browser, workspace):
    sign_in(browser)
    answer = browser.get(BASE + "api/kernels")

    assert "forged" not in str(answer.headers)
    assert "default-src *" not in str(answer.headers)
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_a_body_over_the_limit_is_refused(signed_in):
    answer = change(signed_in, "PUT", "api/contents/x", content=b"x" * 20_000)

    assert answer.status_code == 413


def test_a_body_that_hides_its_length_is_cut_at_the_limit(signed_in):
    pieces = (b"x" * 1000 for _ in range(50))
    answer = change(signed_in, "PUT", "api/contents/x", content=pieces)

    assert answer.status_code == 413


@pytest.mark.parametrize("token", [None, "forged", "a" * 43])
def test_another_site_can_change_nothing(signed_in, workspace, token):
    headers = {} if token is None else {"X-XSRFToken": token}

    answer = signed_in.put(BASE + "api/contents/x", content=b"{}", headers=headers)

    assert answer.status_code == 403
    assert workspace.seen == []


def test_the_page_and_its_programs_come_from_the_gateway_and_never_from_the_workspace(
    signed_in, workspace
):
    page = signed_in.get(BASE + "lab/tree/a%3C%2Fscript%3Eb.ipynb")
    program = signed_in.get(BASE + "static/lab/main.js")

    assert "JupyterLab of the gateway" in page.text
    assert "</script>b" not in page.text
    assert program.text == "the gateway's program"
    assert workspace.seen == []


def test_only_the_pages_own_programs_run_in_it_and_it_starts_no_download(signed_in):
    page = signed_in.get(BASE + "lab")

    policy = page.headers["content-security-policy"]
    (nonce,) = set(re.findall(r'<script nonce="([^"]+)"', page.text))
    assert f"'nonce-{nonce}'" in policy
    assert "script-src 'self' 'unsafe-eval' 'nonce-" in policy
    assert "sandbox" in policy
    assert "allow-downloads" not in policy


@pytest.mark.parametrize("path", ["static/lab/none.js", "static/lab/none.js.gz", "files/page.html"])
def test_a_file_that_the_copy_lacks_is_not_asked_of_the_workspace(signed_in, workspace, path):
    assert signed_in.get(BASE + path).status_code == 403
    assert workspace.seen == []


def test_an_answer_that_is_not_json_does_not_pass(signed_in, workspace):
    workspace.body = b"income,age\n1,2\n" * 100

    answer = signed_in.get(BASE + "api/kernels")

    assert answer.status_code == 413
    assert "income" not in answer.text


def test_the_type_of_an_answer_is_the_gateways_to_say(signed_in, workspace):
    workspace.body = b'{"note": "<script>alert(1)</script>"}'

    answer = signed_in.get(BASE + "api/kernels")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_answer_that_does_not_end_is_cut_at_its_limit(signed_in, workspace):
    workspace.pieces = [b'{"a": "' + b"x" * 100_000]

    answer = signed_in.get(BASE + "api/contents")

    assert answer.status_code == 413
    assert "larger than what may be shown" in answer.json()["message"]


def test_messages_pass_both_ways(signed_in):
    with connect(signed_in) as channel:
        channel.send_text(json.dumps(a_status()))
        channel.send_text(json.dumps(a_request("1 + 1")))
        hang_up(channel)

    (day,) = signed_in.app.state.gateway.meter.counts["start-1"].days.values()
    assert day.to_workspace["kernel"] > 0


def test_the_binary_format_is_agreed_where_the_browser_offers_it(signed_in):
    with connect(signed_in, subprotocols=[Protocol.BINARY.value, "other"]) as channel:
        assert channel.accepted_subprotocol == Protocol.BINARY.value
        bye = wire.decode(json.dumps(a_request("bye")), Protocol.JSON)
        channel.send_bytes(wire.encode(bye, Protocol.BINARY))
        with pytest.raises(WebSocketDisconnect):
            channel.receive_bytes()


@pytest.mark.parametrize("subprotocols", [["other"], ["v2.kernel.websocket.jupyter.org"]])
def test_a_format_that_is_not_known_is_refused(signed_in, workspace, subprotocols):
    seen = len(workspace.seen)
    with (
        pytest.raises(WebSocketDisconnect),
        connect(signed_in, subprotocols=subprotocols) as channel,
    ):
        channel.receive_text()

    assert len(workspace.seen) == seen


def test_a_workspace_that_does_not_keep_to_the_agreed_format_is_not_joined(signed_in, workspace):
    workspace.protocol_wanted = False
    with (
        pytest.raises(WebSocketDisconnect),
        connect(signed_in, subprotocols=[Protocol.BINARY.value]) as channel,
    ):
        channel.receive_text()


def test_a_websocket_from_another_site_is_closed(browser, workspace):
    sign_in(browser)
    with pytest.raises(WebSocketDisconnect), connect(browser, origin="http://evil.test"):
        pass


def test_a_websocket_to_a_terminal_is_closed(browser, workspace):
    sign_in(browser)
    with pytest.raises(WebSocketDisconnect), connect(browser, path=BASE + "terminals/websocket/1"):
        pass


def test_an_open_websocket_is_cut_when_access_ends(signed_in, hub, monkeypatch):
    # The workspace runs on and stays registered: only the asking again can cut it.
    monkeypatch.setattr(channels, "CHECK_SECONDS", 0.1)
    with connect(signed_in) as channel:
        hub.token_valid = False
        started = time.monotonic()

        with pytest.raises(WebSocketDisconnect) as closed:
            channel.receive_text()

    assert closed.value.reason == channels.ACCESS_ENDED
    assert time.monotonic() - started < 5


def test_an_open_websocket_is_cut_when_the_workspace_is_taken_away(
    signed_in, settings, monkeypatch
):
    # Long before the upkeep would close the workspace's clients, which is the second safeguard.
    monkeypatch.setattr(channels, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr("hub.gateway.main.UPKEEP_SECONDS", 3600)
    with connect(signed_in) as channel:
        registrations.remove(settings.registrations, "ada", "p1")

        with pytest.raises(WebSocketDisconnect) as closed:
            channel.receive_text()

    assert closed.value.reason == channels.ACCESS_ENDED


def test_the_upkeep_closes_what_no_longer_runs(settings, hub, monkeypatch, workspace):
    monkeypatch.setattr("hub.gateway.main.UPKEEP_SECONDS", 0.1)
    monkeypatch.setattr(channels, "CHECK_SECONDS", 3600)
    with opened(settings, hub, monkeypatch) as browser:
        sign_in(browser)
        with connect(browser) as channel:
            channel.send_text(json.dumps(a_request("1")))
            channel.receive_text()
            registrations.remove(settings.registrations, "ada", "p1")

            with pytest.raises(WebSocketDisconnect) as closed:
                channel.receive_text()

    assert closed.value.reason != channels.ACCESS_ENDED


def test_every_byte_of_pages_and_messages_is_counted(signed_in, workspace, settings):
    change(signed_in, "PUT", "api/contents/x", content=b"y" * 500)
    workspace.body = b'{"a": "' + b"x" * 991 + b'"}'
    signed_in.get(BASE + "api/kernels")
    sent = json.dumps(a_request("1"))
    with connect(signed_in) as channel:
        channel.send_text(sent)
        hang_up(channel)
    signed_in.__exit__(None, None, None)

    count = json.loads((settings.meters / "start-1.json").read_text())

    (day,) = count["days"].values()
    saved, asked = b'{"content":null}', b'{"a":"' + b"x" * 991 + b'"}'
    assert day["to_browser"]["http"] == len(saved) + len(asked)
    assert day["to_browser"]["static"] > 100
    assert day["to_workspace"] == {"http": 500, "kernel": len(sent) + len(sent) + 2}


def test_a_spent_budget_says_what_to_do_and_keeps_the_page(settings, hub, monkeypatch, workspace):
    budgets = {"session_bytes": 500, "day_bytes": 10_000}
    registrations.write(settings.registrations, a_registration(budgets=budgets))
    with opened(settings, hub, monkeypatch) as browser:
        sign_in(browser)
        workspace.body = b'"' + b"x" * 600 + b'"'
        with pytest.raises(Spent):
            browser.get(BASE + "api/kernels")

        answer = browser.get(BASE + "api/kernels")

        assert answer.status_code == 429
        assert "Stop the workspace and open it again" in answer.json()["message"]
        with pytest.raises(WebSocketDisconnect), connect(browser):
            pass


def test_a_body_is_cut_in_the_middle_where_the_budget_ends(settings, hub, monkeypatch, workspace):
    budgets = {"session_bytes": 100_000, "day_bytes": 1_000_000}
    registrations.write(settings.registrations, a_registration(budgets=budgets))
    workspace.body = json.dumps(a_text_file("x" * 120_000)).encode()
    with opened(settings, hub, monkeypatch) as browser:
        sign_in(browser)
        with pytest.raises(Spent):
            browser.get(BASE + "api/contents/t.txt")

        (day,) = browser.app.state.gateway.meter.counts["start-1"].days.values()
        assert day.to_browser["http"] == 64 * 1024


def test_a_tier_that_is_not_known_opens_nothing(settings, browser, workspace):
    sign_in(browser)
    registrations.write(settings.registrations, a_registration(tier="new"))

    assert browser.get(BASE + "lab").status_code == 403
    with pytest.raises(WebSocketDisconnect), connect(browser):
        pass
