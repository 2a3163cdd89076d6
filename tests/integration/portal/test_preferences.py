"""Colours and single keys: kept in the browser, leading back to where one was."""

import pytest


def keep(house, role=None, **said):
    return house.browser(role).post("/preferences", data=said)


def test_what_is_not_said_stays_as_it_was(house):
    browser = house.browser("checker1")
    browser.post("/preferences", data={"theme": "dark"})
    browser.post("/preferences", data={"keys": "off"})

    page = browser.get("/").text

    assert 'data-theme="dark"' in page
    assert "<script" not in page


def test_cookies_hold_nothing_of_the_person(house):
    answer = keep(house, "checker1", theme="light", keys="on", back="/")
    cookies = answer.headers.get_list("set-cookie")

    assert [one.split(";")[0] for one in cookies] == ["haven_theme=light", "haven_keys=on"]
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in cookies)


@pytest.mark.parametrize(
    ("back", "goes_to"),
    [
        ("/review?show=mine", "/review?show=mine"),
        ("https://evil.test/", "/preferences"),
        ("//evil.test/", "/preferences"),
        ("/\\evil.test/", "/preferences"),
        ("/a\r\nSet-Cookie: x=1", "/preferences"),
        ("javascript:alert(1)", "/preferences"),
        ("", "/preferences"),
    ],
)
def test_one_is_led_back_to_this_site_only(house, back, goes_to):
    answer = keep(house, theme="dark", back=back)

    assert answer.status_code == 303
    assert answer.headers["location"] == goes_to


@pytest.mark.parametrize("said", [{"theme": "pink"}, {"keys": "some"}])
def test_what_there_is_not_is_refused(house, said):
    answer = keep(house, **said)

    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


def test_a_forged_cookie_is_as_none(house):
    browser = house.browser("author")
    browser.cookies.set("haven_theme", '"><script>')

    page = browser.get("/").text

    assert "data-theme" not in page
    assert 'content="light dark"' in page
