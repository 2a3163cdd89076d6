"""The demo's people set up second factors on the portal's own pages, and sign in with them."""

from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from infra.demo import second_factor
from portal.shells import browser_sessions
from registry.domain.second_factor import Mfa
from tests.integration.portal.conftest import ORIGIN


class Person:
    """A browser whose hub form is the portal's own question."""

    def __init__(self, house, internal, password):
        self.house, self.internal, self.password = house, internal, password
        self.username = house.name("author")
        self.codes = []
        self.http = TestClient(
            house.app, base_url=ORIGIN, follow_redirects=True, headers={"Origin": ORIGIN}
        )
        house.clients.append(self.http)

    def sign_in(self, password, code=""):
        from datetime import UTC, datetime

        self.house.clock.at = datetime.now(UTC)
        self.codes.append(code)
        body = {"username": self.username, "password": password, "code": code}
        self.http.post("/internal/sign-in", headers=self.internal, json=body).raise_for_status()
        with self.house.sessions() as session:
            secret = browser_sessions(self.house.parts, session).start(
                self.username, self.house.clock.now()
            )
            session.commit()
        self.http.cookies.clear()
        self.http.cookies.set(self.house.settings.session_cookie, secret)


@pytest.fixture
def sign_in(house, internal, password, tmp_path):
    house.set_up(mfa=Mfa.REQUIRED, one_session=True)
    instance = SimpleNamespace(home=tmp_path)

    def sign_in():
        person = Person(house, internal, password)
        second_factor.sign_in(instance, person, password)
        return person

    return sign_in


@pytest.mark.slow
def test_a_person_of_the_demo_sets_one_up_once_and_signs_in_with_it_again(sign_in, tmp_path):
    first = sign_in()
    again = sign_in()

    assert first.codes[0] == ""
    assert [len(code) for code in again.codes] == [6]
    assert again.http.get("/requests").url.path == "/requests"
    [kept] = (tmp_path / "demo").glob("second-factor-*")
    assert kept.stat().st_mode & 0o077 == 0


def test_where_none_is_needed_the_demo_sets_none_up(house, internal, password, tmp_path):
    house.set_up(mfa=Mfa.OFF)
    person = Person(house, internal, password)

    second_factor.sign_in(SimpleNamespace(home=tmp_path), person, password)

    assert person.codes == [""]
