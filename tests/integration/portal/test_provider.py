"""Signing in at a real OpenID provider (npm's oidc-provider, on loopback)."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from portal.app import create_app
from portal.oidc import OidcProvider, OidcSettings
from registry.application.sign_in_by_provider import trade_ticket
from registry.domain.errors import WrongPassword
from registry.domain.second_factor import Mfa
from tests.installation import free_port
from tests.integration.portal.conftest import ORIGIN, PAGES

FOLDER = Path(__file__).parent / "oidc_provider"
CALLBACK = f"{ORIGIN}/provider/callback"


class RunningProvider:
    def __init__(self):
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        """With keys that it never had before."""
        command = [shutil.which("node"), "server.mjs", str(self.port), CALLBACK]
        self.process = subprocess.Popen(
            command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for line in self.process.stdout:
            if "ready" in line:
                return
        raise AssertionError("the provider did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def is_to_name(self, sub, *, amr=("pwd", "otp"), acr=None, **claims):
        body = {"sub": sub, "amr": list(amr), "acr": acr, "claims": claims}
        httpx2.put(f"{self.issuer}/person", json=body).raise_for_status()


@pytest.fixture(scope="module")
def running():
    if not (FOLDER / "node_modules" / ".haven").exists() or shutil.which("node") is None:
        pytest.skip("./haven test installs the provider")
    provider = RunningProvider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def at_provider(house, running):
    """The house, whose portal signs people in at the provider."""
    client = httpx2.Client(timeout=5)
    settings = OidcSettings(
        issuer=running.issuer,
        client_id="haven",
        client_secret="provider-secret-of-the-tests",
        redirect_uri=CALLBACK,
    )

    def ask(**changes):
        provider = OidcProvider(client, replace(settings, **changes))
        house.set_up(mfa=Mfa.REQUIRED)
        house.parts = replace(house.parts, provider=provider)
        house.app = create_app(house.parts, PAGES)

    house.ask = ask
    ask()
    yield house
    client.close()


def name(house, running, role="author", **more):
    running.is_to_name(f"sub-of-{house.name(role)}", preferred_username=house.name(role), **more)


def walk(house, browser=None, path="/provider"):
    """Go to the provider and back as a browser does; returns the portal's answer."""
    browser = browser or house.browser()
    there = browser.get(path)
    if there.status_code != 303:
        return there
    with httpx2.Client(timeout=5) as outside:
        address = there.headers["location"]
        for _ in range(12):
            if address.startswith(CALLBACK):
                return browser.get(address)
            answer = outside.get(address)
            assert answer.status_code in (302, 303), answer.text[:300]
            address = str(httpx2.URL(address).join(answer.headers["location"]))
    raise AssertionError("the provider never sent the browser back")


def refusals(house, why):
    """Lines of people whom nobody could name, in the whole ledger."""
    with house.checker_unit_of_work() as uow:
        return sum(entry.details == {"why": why} for entry in uow.ledger.all())


def ticket_of(answer):
    [cookie] = [c for c in answer.headers.get_list("set-cookie") if c.startswith("haven_ticket=")]
    assert "Path=/hub/provider" in cookie
    assert "HttpOnly" in cookie
    return cookie.split("=", 1)[1].split(";")[0]


def test_whom_the_provider_names_is_passed_on_to_the_hub_once(at_provider, running, internal):
    name(at_provider, running)

    answer = walk(at_provider)
    ticket = ticket_of(answer)
    first, again = (
        at_provider.browser().post("/internal/tickets", headers=internal, json={"ticket": ticket})
        for _ in range(2)
    )

    assert answer.headers["location"] == "/hub/provider"
    assert ticket not in answer.headers["location"]
    assert first.json()["username"] == at_provider.name("author")
    assert again.status_code == 401
    [line] = at_provider.ledger(event="registry.signed_in")
    assert line.details == {"second_factor": "provider"}


def test_a_second_factor_at_the_provider_is_one_here(at_provider, running):
    name(at_provider, running)
    walk(at_provider)

    assert at_provider.browser("author").get("/").status_code == 200


@pytest.mark.parametrize("amr", [(), ("pwd",), ("MFA",), ("pwd", "kba")])
def test_who_proved_no_second_factor_there_is_not_signed_in(at_provider, running, amr):
    name(at_provider, running, amr=amr)

    answer = walk(at_provider)

    assert answer.status_code == 401
    assert "second factor" in answer.text
    assert at_provider.ledger()[-1].details == {"why": "provider_no_second_factor"}


def test_a_level_that_is_named_in_the_settings_will_do(at_provider, running):
    name(at_provider, running, amr=("pwd",), acr="urn:strong")
    assert walk(at_provider).status_code == 401

    at_provider.ask(strong_acr=frozenset({"urn:strong"}))

    assert walk(at_provider).status_code == 303


def test_whom_nobody_registered_is_not_signed_in(at_provider, running):
    running.is_to_name("sub-x", preferred_username=f"nobody-{at_provider.tag}")

    answer = walk(at_provider)

    assert answer.status_code == 401
    assert "not registered" in answer.text


@pytest.mark.parametrize("username", ["prober", "", "a b", None, 7])
def test_a_name_that_no_person_can_have_is_not_signed_in(at_provider, running, username):
    running.is_to_name("sub-y", preferred_username=username)

    assert walk(at_provider).status_code == 401


def test_another_subject_by_the_same_name_is_not_signed_in(at_provider, running):
    name(at_provider, running)
    assert walk(at_provider).status_code == 303
    running.is_to_name("sub-of-another", preferred_username=at_provider.name("author"))

    assert walk(at_provider).status_code == 401


def test_groups_give_no_role_where_none_is_mapped(at_provider, running):
    name(at_provider, running, groups=["admin", "haven-admins"])

    walk(at_provider)

    assert at_provider.browser("author").get("/ledger").status_code == 403


def test_groups_give_and_take_the_roles_that_are_mapped(at_provider, running):
    at_provider.ask(roles={"haven-auditors": "auditor"})
    name(at_provider, running, groups=["haven-auditors", "admin"])
    walk(at_provider)
    assert at_provider.browser("author").get("/ledger").status_code == 200
    assert at_provider.browser("author").get("/workspaces").status_code in (200, 403, 404)

    name(at_provider, running)
    walk(at_provider)

    assert at_provider.browser("author").get("/ledger").status_code == 403
    events = at_provider.ledger(event="registry.roles_from_groups")
    assert [line.details["auditor"] for line in events] == ["true", "false"]


def test_new_keys_of_the_provider_are_fetched(at_provider, running):
    name(at_provider, running)
    assert walk(at_provider).status_code == 303
    running.stop()
    running.start()
    name(at_provider, running)

    assert walk(at_provider).status_code == 303


def test_a_provider_that_is_down_signs_nobody_in_and_is_in_the_ledger(at_provider, running):
    before = refusals(at_provider, "provider_unavailable")
    running.stop()
    try:
        answer = walk(at_provider)
    finally:
        running.start()

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert refusals(at_provider, "provider_unavailable") == before + 1


@pytest.mark.parametrize("minutes", [-10, 90])
def test_a_clock_that_is_far_off_signs_nobody_in(at_provider, running, minutes):
    name(at_provider, running)
    at_provider.clock.advance(minutes=minutes)

    answer = walk(at_provider)

    assert answer.status_code == 403
    assert "does not hold" in answer.text


def test_a_clock_that_is_seconds_off_does(at_provider, running):
    name(at_provider, running)
    at_provider.clock.advance(seconds=-30)

    assert walk(at_provider).status_code == 303


def test_a_code_is_worth_nothing_in_another_browser(at_provider, running):
    name(at_provider, running)
    there = at_provider.browser().get("/provider")

    other = at_provider.browser()
    other.get("/provider")
    state = httpx2.URL(there.headers["location"]).params["state"]
    answer = other.get(f"/provider/callback?code=x&state={state}")

    assert answer.status_code == 403


def test_a_made_up_code_is_refused_and_in_the_ledger(at_provider, running):
    browser, why = at_provider.browser(), "provider_code_not_accepted"
    before = refusals(at_provider, why)
    state = httpx2.URL(browser.get("/provider").headers["location"]).params["state"]

    answer = browser.get(f"/provider/callback?code=made-up&state={state}")

    assert answer.status_code == 403
    assert refusals(at_provider, why) == before + 1


def test_who_decides_after_a_while_proves_it_again_at_the_provider(at_provider, running):
    name(at_provider, running)
    walk(at_provider)
    at_provider.set_up(step_up_minutes=10)
    browser = at_provider.browser("author")
    asked = browser.post("/tokens", data={"name": "x", "days": "3"})

    assert asked.headers["location"] == "/second-factor/again?back="
    assert 'href="/provider?fresh=true"' in browser.get("/second-factor/again").text
    assert walk(at_provider, browser, "/provider?fresh=true").status_code == 303
    question = httpx2.URL(browser.get("/provider?fresh=true").headers["location"]).params
    assert (question["prompt"], question["max_age"]) == ("login", "0")


def test_a_ticket_is_over_after_a_minute(at_provider, running):
    name(at_provider, running)
    ticket = ticket_of(walk(at_provider))
    at_provider.clock.advance(seconds=61)

    with pytest.raises(WrongPassword):
        trade_ticket(at_provider.parts.sign_in, ticket=ticket)


def test_without_a_provider_the_way_there_is_not_found(house):
    assert house.browser().get("/provider").status_code == 404
