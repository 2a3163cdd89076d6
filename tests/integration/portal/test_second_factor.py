"""Setting up a second factor, signing in with it, and losing it."""

import re
from datetime import timedelta

import pytest

from registry.adapters.totp import STEP_SECONDS, TotpCodes
from registry.application.second_factor import reset
from registry.domain.errors import NotFound, WrongPassword
from registry.domain.second_factor import Mfa

OTHER_KEY = b"another-key-of-another-installation-01"


class Phone:
    """An authenticator app that was shown a secret, with the clock of the house."""

    def __init__(self, house, secret):
        import base64

        from cryptography.hazmat.primitives.hashes import SHA1
        from cryptography.hazmat.primitives.twofactor.totp import TOTP

        self.house = house
        self.totp = TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), STEP_SECONDS)

    def code(self, steps=0):
        at = self.house.clock.now() + timedelta(seconds=steps * STEP_SECONDS)
        return self.totp.generate(int(at.timestamp())).decode()


def show_secret(browser):
    assert browser.post("/second-factor/begin").headers["location"] == "/second-factor"
    page = browser.get("/second-factor")
    return re.search(r"data-secret>([A-Z2-7 ]+)<", page.text)[1]


def recovery_codes(page):
    return re.findall(r"data-recovery>([a-z0-9-]+)<", page.text)


@pytest.fixture
def required(house):
    house.set_up(mfa=Mfa.REQUIRED)
    return house


@pytest.fixture
def enrolled(required):
    """The author with a second factor; the clock is one step after its first code."""
    browser = required.browser("author")
    phone = Phone(required, show_secret(browser))
    page = browser.post("/second-factor/confirm", data={"code": phone.code()})
    assert page.status_code == 200
    required.clock.advance(seconds=STEP_SECONDS)
    phone.browser, phone.recovery = browser, recovery_codes(page)
    return phone


def sign_in(house, internal, password, code, role="author"):
    body = {"username": house.name(role), "password": password, "code": code}
    return house.browser().post("/internal/sign-in", headers=internal, json=body)


def test_nothing_is_open_before_a_second_factor_is_set_up(required):
    browser = required.browser("checker1")

    for path in ("/", "/requests", "/review", "/tokens", "/ledger"):
        assert browser.get(path).headers["location"] == "/second-factor"
    assert browser.post("/tokens", data={"name": "x"}).headers["location"] == "/second-factor"
    assert browser.get("/second-factor").status_code == 200


def test_a_program_with_a_token_is_told_what_is_missing(house):
    page = house.browser("author").post("/tokens", data={"name": "x", "days": "3"})
    token = re.search(r"data-token>([^<]+)<", page.text)[1]
    house.set_up(mfa=Mfa.REQUIRED)

    answer = house.browser().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("second_factor_missing")


def test_no_workspace_starts_before_a_second_factor_is_set_up(required, internal):
    path = f"/internal/workspaces/{required.name('author')}/{required.project_id}/sessions"

    answer = required.browser().post(path, headers=internal, json={"started_id": "a" * 32})

    assert answer.status_code == 403
    assert answer.json()["code"] == "second_factor_missing"


def test_the_page_shows_a_picture_of_our_own_and_the_secret_in_letters(required):
    browser = required.browser("author")
    secret = show_secret(browser)
    page = browser.get("/second-factor").text

    assert '<svg xmlns="http' in page or "<svg " in page
    assert len(secret.replace(" ", "")) == 32
    assert 'autocomplete="one-time-code"' in page
    assert not re.findall(r'(?:src|href)="https?:', page)


def test_a_first_right_code_sets_it_up_and_ends_the_other_sessions(required):
    browser, other = required.browser("author"), required.browser("author")
    phone = Phone(required, show_secret(browser))

    page = browser.post("/second-factor/confirm", data={"code": phone.code()})

    assert len(set(recovery_codes(page))) == 10
    assert browser.get("/").status_code == 200
    assert other.get("/").headers["location"] == "/signed-out?why=second_factor"
    events = [line.event for line in required.ledger(actor=required.name("author"))]
    assert events[-2:] == ["registry.second_factor_begun", "registry.second_factor_set_up"]


def test_a_wrong_first_code_sets_up_nothing(required):
    browser = required.browser("author")
    phone = Phone(required, show_secret(browser))
    wrong = "000000" if phone.code() != "000000" else "000001"

    answer = browser.post("/second-factor/confirm", data={"code": wrong})

    assert answer.status_code == 422
    assert "The code is wrong" in answer.text
    assert browser.get("/").headers["location"] == "/second-factor"


def test_a_set_up_that_was_left_lying_is_worth_nothing(required):
    browser = required.browser("author")
    phone = Phone(required, show_secret(browser))
    required.clock.advance(minutes=16)

    answer = browser.post("/second-factor/confirm", data={"code": phone.code()})

    assert answer.status_code == 422
    assert phone.totp.generate(0) != Phone(required, show_secret(browser)).totp.generate(0)


def test_signing_in_takes_a_password_and_a_code(enrolled, required, internal, password):
    assert sign_in(required, internal, password, "").status_code == 401
    assert sign_in(required, internal, f"{password}!", enrolled.code()).status_code == 401

    assert sign_in(required, internal, password, enrolled.code()).status_code == 200
    [line] = required.ledger(event="registry.signed_in")
    assert line.details == {"second_factor": "totp"}


def test_a_code_is_good_once(enrolled, required, internal, password):
    code = enrolled.code()
    assert sign_in(required, internal, password, code).status_code == 200

    assert sign_in(required, internal, password, code).status_code == 401
    assert required.ledger()[-1].details == {"why": "code_replayed"}


def test_a_code_from_before_the_last_one_is_not_good_any_more(
    enrolled, required, internal, password
):
    earlier = enrolled.code(-1)
    assert sign_in(required, internal, password, enrolled.code()).status_code == 200

    assert sign_in(required, internal, password, earlier).status_code == 401


@pytest.mark.parametrize("steps", [-2, -1, 0, 1, 2])
def test_a_clock_may_be_one_step_off_and_no_more(enrolled, required, internal, password, steps):
    required.clock.advance(minutes=5)

    assert sign_in(required, internal, password, enrolled.code(steps)).status_code == (
        200 if abs(steps) <= 1 else 401
    )


def test_every_refusal_says_the_same(enrolled, required, internal, password):
    answers = [
        sign_in(required, internal, password, ""),
        sign_in(required, internal, password, "123"),
        sign_in(required, internal, "wrong wrong wrong", ""),
        sign_in(required, internal, "wrong wrong wrong", enrolled.code()),
    ]

    assert len({answer.text for answer in answers}) == 1


def test_ten_wrong_codes_lock_the_name(enrolled, required, internal, password):
    for _ in range(10):
        assert sign_in(required, internal, password, "wrong").status_code == 401

    refused = sign_in(required, internal, password, enrolled.code())

    assert refused.json()["code"] == "too_many_attempts"
    assert required.ledger()[-1].details == {"locked": "true", "why": "code_wrong"}


def test_ten_wrong_codes_lock_the_pages_that_ask_for_one(enrolled):
    browser = enrolled.browser
    for _ in range(10):
        browser.post("/second-factor/recovery-codes", data={"code": "wrong"})

    answer = browser.post("/second-factor/recovery-codes", data={"code": enrolled.code()})

    assert answer.status_code == 422
    assert "Too many" in answer.text


def test_a_recovery_code_signs_in_once_however_it_is_typed(enrolled, required, internal, password):
    code = enrolled.recovery[0].upper().replace("-", " ")

    assert sign_in(required, internal, password, code).status_code == 200
    assert sign_in(required, internal, password, code).status_code == 401
    assert sign_in(required, internal, password, enrolled.recovery[1]).status_code == 200
    assert "You have 8 of 10" in enrolled.browser.get("/second-factor").text


def test_nobody_elses_recovery_code_signs_in(enrolled, required, internal, password):
    browser = required.browser("checker1")
    phone = Phone(required, show_secret(browser))
    browser.post("/second-factor/confirm", data={"code": phone.code()})

    answer = sign_in(required, internal, password, enrolled.recovery[0], role="checker1")

    assert answer.status_code == 401


def test_new_recovery_codes_take_a_code_and_stop_the_old_ones(
    enrolled, required, internal, password
):
    page = enrolled.browser.post("/second-factor/recovery-codes", data={"code": enrolled.code()})

    assert len(recovery_codes(page)) == 10
    assert sign_in(required, internal, password, enrolled.recovery[0]).status_code == 401
    assert sign_in(required, internal, password, recovery_codes(page)[0]).status_code == 200


def test_a_factor_cannot_be_set_up_over_another(enrolled):
    answer = enrolled.browser.post("/second-factor/begin")

    assert answer.status_code == 422
    assert "data-secret" not in enrolled.browser.get("/second-factor").text


def test_a_reset_signs_out_and_asks_for_a_new_factor(enrolled, required, internal, password):
    username = required.name("author")
    reset(required.registry_unit_of_work(), username=username, actor="(cli:root)")

    assert enrolled.browser.get("/").headers["location"] == "/signed-out?why=second_factor"
    assert sign_in(required, internal, password, "").status_code == 200
    assert required.browser("author").get("/").headers["location"] == "/second-factor"
    [line] = required.ledger(event="registry.second_factor_reset")
    assert (line.actor, line.details) == ("(cli:root)", {})


def test_there_is_nothing_to_reset_for_who_has_none(required):
    with pytest.raises(NotFound):
        reset(required.registry_unit_of_work(), username=required.name("member"), actor="(x)")


def test_the_database_holds_neither_the_secret_nor_a_code(required):
    browser = required.browser("author")
    shown = show_secret(browser)
    with required.registry_unit_of_work() as uow:
        factor = uow.second_factors.find(required.name("author"))

    import base64

    assert base64.b32decode(shown.replace(" ", "")) not in factor.sealed
    with pytest.raises(Exception):  # noqa: B017, PT011 - the library's own, without words
        TotpCodes(OTHER_KEY).shown(factor)


def test_a_secret_that_is_put_under_another_name_cannot_be_read(enrolled, required):
    from dataclasses import replace

    with required.registry_unit_of_work() as uow:
        factor = uow.second_factors.find(required.name("author"))

    with pytest.raises(Exception):  # noqa: B017, PT011 - the library's own, without words
        required.parts.sign_in.codes.shown(replace(factor, username=required.name("checker1")))


def test_no_code_and_no_secret_is_in_the_ledger(enrolled, required, internal, password):
    code = enrolled.code()
    sign_in(required, internal, password, code)
    sign_in(required, internal, password, code)
    lines = str(required.ledger())

    assert code not in lines
    assert not [one for one in enrolled.recovery if one in lines]


def test_where_it_is_off_nobody_is_asked(enrolled, required, internal, password):
    required.set_up(mfa=Mfa.OFF)

    assert sign_in(required, internal, password, "").status_code == 200


def test_where_it_is_optional_who_has_one_is_asked(enrolled, required, internal, password):
    required.set_up(mfa=Mfa.OPTIONAL)

    assert sign_in(required, internal, password, "").status_code == 401
    assert sign_in(required, internal, password, "", role="checker1").status_code == 200


def test_of_two_sign_ins_with_one_code_at_once_one_gets_in(enrolled, required, password):
    from concurrent.futures import ThreadPoolExecutor

    from registry.application.sign_in import sign_in as check

    code, username = enrolled.code(), required.name("author")

    def attempt(_):
        try:
            check(required.parts.sign_in, username=username, password=password, code=code)
        except WrongPassword:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_an_old_code_is_asked_for_again_before_a_key_is_made(enrolled, required):
    required.set_up(step_up_minutes=10)
    browser = _in(required, enrolled.browser)
    assert browser.post("/tokens", data={"name": "x", "days": "3"}).status_code == 200
    required.clock.advance(minutes=11)

    asked = browser.post("/tokens", data={"name": "y", "days": "3"})
    wrong = browser.post("/second-factor/again", data={"code": "wrong", "back": "/tokens"})
    right = browser.post("/second-factor/again", data={"code": enrolled.code(), "back": "/tokens"})

    assert asked.headers["location"] == "/second-factor/again?back="
    assert wrong.status_code == 422
    assert right.headers["location"] == "/tokens"
    assert browser.get("/tokens").status_code == 200
    assert browser.post("/tokens", data={"name": "y", "days": "3"}).status_code == 200


def test_the_api_asks_a_browser_for_a_fresh_code_too(enrolled, required):
    required.set_up(step_up_minutes=10)
    browser = _in(required, enrolled.browser)
    required.clock.advance(minutes=11)

    answer = browser.post(f"/api/v1/review/{'a' * 32}/vote", json={})

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("code_needed")


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test", "javascript:x", ""])
def test_proving_it_again_leads_nowhere_else(enrolled, back):
    answer = enrolled.browser.post(
        "/second-factor/again", data={"code": enrolled.code(), "back": back}
    )

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "path",
    ["/review/{id}/vote", "/review/{id}/sign-off", "/review/{id}/files/{id}/override",
     "/workspaces/freeze", "/egress/freeze", "/egress/unfreeze", "/tokens"],
)  # fmt: skip
def test_what_decides_something_asks_for_a_fresh_code(enrolled, required, path):
    required.set_up(step_up_minutes=10)
    browser = _in(required, enrolled.browser)
    required.clock.advance(minutes=11)

    answer = browser.post(path.format(id="a" * 32), data={"reason": "x"})

    assert answer.headers["location"].startswith("/second-factor/again")


def _in(house, browser):
    """The same browser, at the portal as it is set up now."""
    fresh = house.browser()
    fresh.cookies.update(browser.cookies)
    return fresh
