"""What the hub shows and lets be done: to a workspace, a stranger, a person and an admin."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from hub.client.browser import Browser
from hub.client.kernel import Kernel
from infra.compose import container, execute, workspace_image
from infra.demo import accounts
from infra.doctor import hub_checks
from infra.shell import run

LAB = f"/user/{accounts.RESEARCHER}/{accounts.PROJECT}/lab"
TRY = """
import json, socket
def reaches(address, port):
    try:
        socket.create_connection((address, port), timeout=2).close()
    except OSError:
        return False
    return True
print(json.dumps([reaches(a, p) for a, p in {targets}]))
"""


@pytest.fixture
def admin(secured):
    """The person with the admin's role, signed in."""
    with Browser(secured.instance.public_url, accounts.ADMIN, secured.instance.trusted) as browser:
        browser.sign_in(secured.password)
        yield browser


def addresses_of(instance, service):
    found = json.loads(run("docker", "inspect", container(instance, service)))[0]
    return [one["IPAddress"] for one in found["NetworkSettings"]["Networks"].values()]


def xsrf(browser):
    return {"X-XSRFToken": browser.cookie("_xsrf", "/hub/")}


def test_nothing_in_a_workspace_can_reach_the_hub_and_its_neighbour_can(secured, researcher):
    addresses = addresses_of(secured.instance, "hub")
    targets = [(name, 8081) for name in ("hub", *addresses, "127.0.0.1")]
    with Kernel(researcher, accounts.PROJECT) as kernel:
        from_inside = json.loads(kernel.run(TRY.format(targets=targets)).text)
    from_the_gateway = json.loads(
        execute(secured.instance, "gateway", "python", "-c", TRY.format(targets=targets[:1]))
    )

    assert addresses
    assert from_inside == [False] * len(targets)
    assert from_the_gateway == [True]


def test_a_workspace_holds_nothing_that_the_hub_would_know(secured, researcher):
    with Kernel(researcher, accounts.PROJECT) as kernel:
        names = kernel.run("import os, json; print(json.dumps(sorted(os.environ)))").text

    assert [name for name in json.loads(names) if "HUB" in name or "TOKEN" in name] == []


def authorize(browser, **more):
    question = {
        "client_id": "service-haven",
        "redirect_uri": f"{browser.public_url}/oauth_callback",
        "response_type": "code",
        "state": "s",
        **more,
    }
    answer = browser.http.get("/hub/api/oauth2/authorize", params=question, follow_redirects=False)
    return answer.status_code, parse_qs(urlsplit(answer.headers.get("location", "")).query)


def test_a_sign_in_without_pkce_gets_no_code(researcher):
    status, query = authorize(researcher)

    assert status in (302, 400)
    assert "code" not in query


def test_the_same_sign_in_with_pkce_gets_one(researcher):
    challenge = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    status, query = authorize(researcher, **challenge)

    assert status == 302
    assert query["code"]


@pytest.mark.parametrize("address", ["https://evil.test/oauth_callback", "/user/bob/p/x"])
def test_a_code_goes_back_to_registered_addresses_only(researcher, address):
    challenge = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    status, query = authorize(researcher, redirect_uri=address, **challenge)

    assert status == 400
    assert "code" not in query


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/hub/api/users/{accounts.RESEARCHER}/servers/{accounts.PROJECT}"),
        ("DELETE", f"/hub/api/users/{accounts.RESEARCHER}/servers/{accounts.PROJECT}"),
        ("POST", f"/hub/spawn/{accounts.RESEARCHER}/{accounts.PROJECT}"),
    ],
    ids=["start", "stop", "start by a form"],
)
def test_another_sites_page_cannot_start_or_stop_anything(researcher, method, path):
    # The cookies of the person go along, as a browser would send them; the page's token does not.
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}
    answer = researcher.http.request(method, path, headers=headers, follow_redirects=False)

    assert answer.status_code == 403
    assert accounts.PROJECT in researcher.servers()


def test_a_sign_in_form_from_another_site_is_refused(secured):
    with Browser(secured.instance.public_url, accounts.RESEARCHER, secured.instance.trusted) as one:
        form = {"username": accounts.RESEARCHER, "password": secured.password}
        answer = one.http.post("/hub/login", data=form, headers={"Sec-Fetch-Site": "cross-site"})

        assert answer.status_code == 403
        assert one.servers() == {}


def test_no_address_on_the_way_in_carries_a_token_or_a_session(secured):
    with Browser(secured.instance.public_url, accounts.RESEARCHER, secured.instance.trusted) as one:
        asked = []
        one.http.event_hooks["request"] = [lambda request: asked.append(str(request.url))]
        one.sign_in(secured.password)
        one.http.get("/")
        one.http.get(LAB)
        secrets = [cookie.value for cookie in one.http.cookies.jar]

    assert len(asked) > 5
    assert [url for url in asked if "token=" in url or "password" in url] == []
    assert [url for url in asked for secret in secrets if secret in url] == []


def test_a_token_in_an_address_opens_nothing_though_it_does_in_a_header(secured):
    token = (secured.instance.secrets / "hub" / "access_watch_token").read_text()
    with Browser(secured.instance.public_url, "nobody", secured.instance.trusted) as one:
        in_a_header = one.http.get("/hub/api/user", headers={"Authorization": f"token {token}"})
        in_the_address = one.http.get("/hub/api/user", params={"token": token})

    assert in_a_header.status_code == 200
    assert in_the_address.status_code == 403


def test_an_admin_cannot_enter_a_researchers_workspace(admin):
    page = admin.http.get(LAB)

    assert page.status_code == 403
    assert "jupyter-config-data" not in page.text


def test_an_admin_is_nobody_special_to_the_hub(admin):
    user = admin.http.get("/hub/api/user", headers=xsrf(admin)).json()
    name, server = accounts.RESEARCHER, accounts.PROJECT
    refused = {
        path: admin.http.request(method, f"/hub/api/{path}", headers=xsrf(admin)).status_code
        for method, path in (
            ("POST", f"users/{name}/servers/{server}"),
            ("DELETE", f"users/{name}/servers/{server}"),
            ("POST", f"users/{name}/tokens"),
            ("GET", f"users/{name}"),
            ("GET", "users"),
            ("GET", "groups"),
            ("GET", "services"),
            ("GET", "proxy"),
            ("GET", "info"),
            ("POST", "shutdown"),
        )
    }

    assert user["admin"] is False
    assert set(refused.values()) <= {403, 404}, refused


def test_a_person_may_do_this_at_the_hub_and_no_more(researcher):
    user = researcher.http.get("/hub/api/user", headers=xsrf(researcher)).json()
    own = f"!user={accounts.RESEARCHER}"

    assert {scope.replace(own, "") for scope in user["scopes"]} == {
        "access:servers", "access:services!service=portal", "delete:servers", "read:servers",
        "read:users:groups", "read:users:name", "servers", "start:servers",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["tokens", "shared", "shares"], ids=lambda path: path)
def test_a_person_can_make_no_token_and_share_nothing(researcher, path):
    address = f"/hub/api/users/{accounts.RESEARCHER}/{path}"

    for method in ("GET", "POST"):
        answer = researcher.http.request(method, address, headers=xsrf(researcher), json={})
        assert answer.status_code in (403, 404, 405)
    answer = researcher.http.post(
        f"/hub/api/shares/{accounts.RESEARCHER}/{accounts.PROJECT}",
        headers=xsrf(researcher),
        json={"user": accounts.AUDITOR},
    )
    assert answer.status_code in (403, 404)


def test_each_role_of_the_hub_has_the_scopes_written_here(secured):
    roles = {role["name"]: role for role in hub_checks.settings(secured.instance)["roles"]}

    assert {name: sorted(role["scopes"]) for name, role in roles.items()} == SCOPES
    assert roles["user"]["services"] == []


# Whoever widens a role writes it here too, and says why in docs/security.md.
SCOPES = {
    "user": sorted(hub_checks.PERSON),
    "access-watch": ["delete:servers", "read:servers"],
}


def test_nothing_that_a_person_asks_for_changes_what_is_started(neighbours):
    person, _ = neighbours
    asked = {
        "image": "haven/base", "volumes": {"/": "/host"}, "network_mode": "host",
        "mem_limit": "64g", "privileged": True, "user": "root", "runtime": "runc",
        "environment": {"X": "1"}, "cmd": ["sh"], "profile": "x",
    }  # fmt: skip
    address = f"/hub/api/users/{person.username}/servers/{person.project}"
    person.browser.close_workspace(person.project)
    person.browser.http.post(address, json=asked, headers=xsrf(person.browser))
    person.browser.open_workspace(person.project)
    found = json.loads(run("docker", "inspect", person.container))[0]
    sources = {mount["Source"] for mount in found["Mounts"]}

    assert found["Image"] == workspace_image(person.instance)
    assert found["HostConfig"]["NetworkMode"] == "none"
    assert not found["HostConfig"]["Privileged"]
    assert found["HostConfig"]["Memory"] < 64 * 1024**3
    assert found["Config"]["User"] == "64100:64100"
    assert "X=1" not in found["Config"]["Env"]
    assert all(source.startswith(str(person.instance.home)) for source in sources if source)
