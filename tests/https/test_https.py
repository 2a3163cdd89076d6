"""The whole platform over https, with an address of their own for each person's workspaces."""

import socket

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from hub.client.browser import Browser
from hub.client.channel import channel
from hub.client.kernel import Kernel
from infra.demo import accounts

LAB = f"/user/{accounts.RESEARCHER}/{accounts.PROJECT}/lab"


@pytest.fixture
def stranger(secured):
    with Browser(secured.instance.public_url, "nobody", secured.instance.trusted) as browser:
        yield browser


def own(secured, path=""):
    return secured.instance.public_url.replace("://", f"://{accounts.RESEARCHER}.") + path


def test_a_workspace_is_at_its_persons_own_address_and_its_kernel_answers(secured, researcher):
    assert researcher.workspaces_at == own(secured)
    with Kernel(researcher, accounts.PROJECT) as kernel:
        assert kernel.run("print(6 * 7)").text == "42\n"


def test_every_cookie_of_every_page_is_secure_and_closed_to_other_sites(secured):
    with Browser(secured.instance.public_url, accounts.RESEARCHER, secured.instance.trusted) as one:
        seen = []
        one.http.event_hooks["response"] = [
            lambda answer: seen.extend(answer.headers.get_list("set-cookie"))
        ]
        one.sign_in(secured.password)
        one.http.get("/")
        one.http.get(LAB)
    given = [cookie for cookie in seen if "01 Jan 1970" not in cookie and "Max-Age=0" not in cookie]
    names = {cookie.split("=")[0] for cookie in given}

    assert {"__Host-jupyterhub-hub-login", "__Host-haven_session",
            f"__Secure-haven-workspace-{accounts.PROJECT}"} <= names  # fmt: skip
    for cookie in given:
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert {"secure", "samesite=lax"} <= flags, cookie
        # The page's own script must read the token that it sends back with each change.
        assert "httponly" in flags or cookie.startswith("_xsrf="), cookie
        assert "path=/" in flags or not cookie.startswith("__Host-"), cookie


def test_http_leads_to_https(secured):
    plain = secured.instance.tls.plain_listen
    answer = httpx2.get(f"http://{plain}/hub/login")

    assert answer.status_code == 308
    assert answer.headers["location"] == f"{secured.instance.public_url}/hub/login"


def test_the_ports_that_others_could_use_are_the_encrypted_one_and_the_one_that_leads_to_it(
    secured,
):
    host, port = secured.instance.listen.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        plain.sendall(b"GET /hub/login HTTP/1.1\r\nHost: haven.test\r\n\r\n")
        answer = plain.recv(4096)

    assert b"login" not in answer
    assert answer.startswith(b"HTTP/1.0 400")


@pytest.mark.parametrize("path", ["/", "/hub/login", "/hub/api", LAB, "/internal/x", "/static/no"])
def test_every_answer_asks_for_https_once(stranger, path):
    answer = stranger.http.get(path, follow_redirects=False)

    assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]


def test_the_hub_and_the_portal_are_not_at_a_persons_address(secured, stranger):
    for path in ("/hub/login", "/", "/requests", "/hub/api"):
        answer = stranger.http.get(own(secured, path), follow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["location"] == secured.instance.public_url + path


def test_a_signed_in_person_is_a_stranger_at_somebody_elses_address(secured):
    colleague = secured.sign_in(accounts.FIRST_CHECKER)
    answer = colleague.http.get(own(secured, LAB))

    assert answer.status_code == 403
    assert "jupyter-config-data" not in answer.text


@pytest.mark.parametrize("origin", ["the hub's address", "somebody else's"])
def test_a_page_of_another_address_cannot_open_the_workspaces_websocket(
    secured, researcher, origin
):
    url = secured.instance.public_url
    origin = url if origin == "the hub's address" else url.replace("://", "://bob.")
    path = researcher.workspace_path(accounts.PROJECT, "api/events/subscribe")
    with (
        pytest.raises(InvalidStatus, match="403"),
        channel(
            own(secured, path).replace("https", "wss"),
            origin=origin,
            additional_headers={"Cookie": researcher.cookie_header(path)},
            ssl=researcher.trust,
            open_timeout=60,
        ),
    ):
        pass


def test_the_root_certificate_lies_where_an_admin_finds_it_and_its_key_does_not(secured):
    exported = secured.instance.home / "certificate-authority.pem"
    keys = list((secured.instance.home / "proxy").rglob("*.key"))

    assert "BEGIN CERTIFICATE" in exported.read_text()
    assert keys
    assert all(key.stat().st_mode & 0o077 == 0 for key in keys)
