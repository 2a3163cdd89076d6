from hub.gateway.headers import SECURITY, to_browser, to_workspace


def test_the_workspace_never_sees_who_the_browser_is_to_hub_and_gateway():
    sent = to_workspace(
        {
            "accept": "*/*",
            "authorization": "token secret",
            "cookie": "haven-workspace-p1=secret; _xsrf=2|abc; jupyterhub-session-id=secret",
            "x-forwarded-for": "10.0.0.1",
        }
    )

    assert sent == {"accept": "*/*", "Cookie": "_xsrf=2|abc"}


def test_the_workspace_sets_no_cookie_but_its_protection_against_forgery():
    set_cookies = ["_xsrf=2|abc; Path=/", "haven-workspace-p1=stolen; Path=/", "jupyterhub=1"]

    passed = to_browser({"Content-Type": "text/html"}, set_cookies, "/user/ada/p1/")

    cookies = [value for name, value in passed if name == "Set-Cookie"]
    assert cookies == ["_xsrf=2|abc; Path=/user/ada/p1/; SameSite=Lax"]


def test_the_workspace_cannot_loosen_the_security_headers():
    passed = to_browser({"Content-Security-Policy": "default-src *"}, [], "/user/ada/p1/")

    policies = [value for name, value in passed if name == "Content-Security-Policy"]
    assert policies == [SECURITY["Content-Security-Policy"]]


def test_the_workspace_cannot_clear_what_other_pages_stored():
    passed = to_browser({"Clear-Site-Data": '"*"', "Refresh": "0"}, [], "/user/ada/p1/")

    assert {name for name, _ in passed} == set(SECURITY)
