"""One sign-out for all sessions, one session a person, and cookies that stay where they are."""

import pytest
from starlette.testclient import TestClient

from portal.sessions import Binding
from portal.shells import browser_sessions
from tests.integration.portal.conftest import ORIGIN


def generation(house, internal, role="author"):
    path = f"/internal/people/{house.name(role)}/generation"
    answer = house.browser().get(path, headers=internal)
    return answer.json()["generation"] if answer.status_code == 200 else None


def sign_in(house, internal, password, role="author"):
    body = {"username": house.name(role), "password": password}
    return house.browser().post("/internal/sign-in", headers=internal, json=body)


def test_signing_out_in_one_browser_ends_all_of_them_and_the_hubs(house, internal, password):
    sign_in(house, internal, password)
    one, other, colleague = (house.browser(role) for role in ("author", "author", "checker1"))
    before = generation(house, internal)

    one.post("/sign-out")

    assert other.get("/").headers["location"] == "/signed-out?why=signed_out"
    assert colleague.get("/").status_code == 200
    assert generation(house, internal) not in (None, before)
    assert house.ledger()[-1].event == "registry.signed_out"


def test_signing_out_at_the_hub_ends_the_portals_sessions(house, internal, password):
    sign_in(house, internal, password)
    browser = house.browser("author")

    path = f"/internal/people/{house.name('author')}/sign-out"
    answer = house.browser().post(path, headers=internal)

    assert answer.status_code == 204
    assert browser.get("/").status_code == 303


def test_who_never_signed_in_has_no_generation(house, internal):
    assert generation(house, internal, "member") is None


def test_who_is_switched_off_has_no_generation(house, internal, password):
    from registry.domain.apply_plan import Wanted, WantedPerson
    from registry.domain.person import Person

    sign_in(house, internal, password)
    person = Person(username=house.name("author"), display_name="Author", is_active=False)
    house.apply(Wanted(people=(WantedPerson(person=person),), places={}))

    assert generation(house, internal) is None


def test_a_new_sign_in_ends_the_old_one_which_is_told_so(house, internal, password):
    house.set_up(one_session=True)
    sign_in(house, internal, password)
    old, before = house.browser("author"), generation(house, internal)

    sign_in(house, internal, password)

    assert old.get("/").headers["location"] == "/signed-out?why=elsewhere"
    assert "you signed in somewhere else" in old.get("/signed-out?why=elsewhere").text
    assert generation(house, internal) != before


def test_a_refused_sign_in_ends_nothing(house, internal, password):
    house.set_up(one_session=True)
    browser = house.browser("author")

    sign_in(house, internal, f"{password}!")

    assert browser.get("/").status_code == 200


def test_where_it_is_allowed_two_browsers_stay_signed_in(house, internal, password):
    sign_in(house, internal, password)
    browser, before = house.browser("author"), generation(house, internal)

    sign_in(house, internal, password)

    assert browser.get("/").status_code == 200
    assert generation(house, internal) == before


def test_a_new_password_signs_out(house):
    from registry.application.set_password import set_password

    browser = house.browser("author")
    set_password(
        house.registry_unit_of_work(), house.parts.passwords,
        username=house.name("author"), password="another correct horse", actor="(cli:x)",
    )  # fmt: skip

    assert browser.get("/").headers["location"] == "/signed-out?why=password"


def test_words_of_strangers_are_not_shown_to_who_is_signed_out(house):
    assert "You are signed out" in house.browser().get("/signed-out?why=<b>pay</b>").text


def at(house, address, agent="Firefox", cookie=None):
    client = TestClient(
        house.app, base_url=ORIGIN, follow_redirects=False, client=(address, 40000),
        headers={"Origin": ORIGIN, "User-Agent": agent},
    )  # fmt: skip
    house.clients.append(client)
    if cookie:
        client.cookies.set(house.settings.session_cookie, cookie)
    return client


def start(house, address, agent="Firefox"):
    bound = house.settings.session_binding.of(address, agent)
    with house.sessions() as session:
        secret = browser_sessions(house.parts, session).start(
            house.name("author"), house.clock.now(), bound_to=bound
        )
        session.commit()
    return secret


@pytest.mark.parametrize(
    ("binding", "address", "agent", "is_good"),
    [(Binding.ADDRESS, "192.0.2.9", "Firefox", True),
     (Binding.ADDRESS, "192.0.2.77", "Chrome", True),
     (Binding.ADDRESS, "192.0.3.9", "Firefox", False),
     (Binding.ADDRESS, "2001:db8::1", "Firefox", False),
     (Binding.BROWSER, "198.51.100.1", "Firefox", True),
     (Binding.BROWSER, "192.0.2.9", "Chrome", False),
     (Binding.BOTH, "192.0.2.9", "Firefox", True),
     (Binding.BOTH, "192.0.2.9", "Chrome", False),
     (Binding.BOTH, "192.0.3.9", "Firefox", False),
     (Binding.NONE, "198.51.100.1", "Chrome", True)],
)  # fmt: skip
def test_a_cookie_is_good_where_it_was_given(house, binding, address, agent, is_good):
    house.set_up(session_binding=binding)
    cookie = start(house, "192.0.2.9")

    answer = at(house, address, agent, cookie).get("/")

    assert answer.status_code == (200 if is_good else 303)


def test_a_stolen_cookie_ends_its_session_and_is_one_line_of_the_ledger(house):
    house.set_up(session_binding=Binding.ADDRESS)
    cookie = start(house, "192.0.2.9")
    for _ in range(3):
        assert at(house, "203.0.113.5", cookie=cookie).get("/requests").status_code == 303

    assert at(house, "192.0.2.9", cookie=cookie).get("/").status_code == 303
    [line] = house.ledger(event="registry.session_refused")
    assert line.details == {"why": "another_browser_or_address"}
    assert "203.0.113.5" not in str(line)


def test_a_session_from_before_the_setting_is_not_good(house):
    cookie = start(house, "192.0.2.9")
    house.set_up(session_binding=Binding.ADDRESS)

    assert at(house, "192.0.2.9", cookie=cookie).get("/").status_code == 303


def test_ipv6_networks_are_of_48_bits():
    of = Binding.ADDRESS.of

    assert of("2001:db8:1:2::3", "") == of("2001:db8:1:ffff::4", "")
    assert of("2001:db8:1:2::3", "") != of("2001:db8:2:2::3", "")
    assert of("::ffff:192.0.2.9", "") == of("192.0.2.1", "")
