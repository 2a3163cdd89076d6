"""Every route, first as nobody and then as somebody of another project."""

from dataclasses import dataclass

import pytest

from output_checker.domain.release_request import State


@dataclass(frozen=True)
class Case:
    """How a stranger is met.

    `anonymous` and `stranger` are the expected statuses; `sees_nothing` is for lists, where a
    stranger gets a page that must not name the project.
    """

    anonymous: int
    stranger: int
    sees_nothing: bool = False


PAGE = Case(anonymous=303, stranger=404)
LIST = Case(anonymous=303, stranger=200, sees_nothing=True)
INTERNAL = Case(anonymous=401, stranger=401)
OPEN = Case(anonymous=200, stranger=200, sees_nothing=True)

CASES = {
    ("GET", "/"): LIST,
    ("GET", "/sign-in"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("GET", "/oauth_callback"): Case(anonymous=403, stranger=403, sees_nothing=True),
    ("POST", "/sign-out"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("GET", "/signed-out"): OPEN,
    ("GET", "/health"): OPEN,
    ("GET", "/ready"): OPEN,
    ("GET", "/projects/{project_id}"): PAGE,
    ("POST", "/projects/{project_id}/profile"): PAGE,
    ("POST", "/projects/{project_id}/go-on"): PAGE,
    ("GET", "/workspaces"): PAGE,
    ("POST", "/workspaces/freeze"): PAGE,
    ("POST", "/workspaces/thaw"): PAGE,
    ("GET", "/workspaces/{username}/{project_id}/stop"): PAGE,
    ("POST", "/workspaces/{username}/{project_id}/stop"): PAGE,
    ("GET", "/isolation"): LIST,
    ("GET", "/isolation/runs/{run_id}"): PAGE,
    ("GET", "/isolation/key"): PAGE,
    ("GET", "/usage"): LIST,
    ("GET", "/usage.csv"): LIST,
    ("POST", "/internal/sign-in"): INTERNAL,
    ("GET", "/internal/workspaces/{username}/{project_id}"): INTERNAL,
    ("GET", "/internal/entitlements"): INTERNAL,
    ("POST", "/internal/traffic"): INTERNAL,
    ("GET", "/traffic"): PAGE,
    ("POST", "/traffic/{username}/{project_id}/allow"): PAGE,
    ("POST", "/internal/workspaces/{username}/{project_id}/sessions"): INTERNAL,
    ("POST", "/internal/workspaces/{username}/{project_id}/sessions/{started_id}/ended"): INTERNAL,
    ("POST", "/internal/running"): INTERNAL,
    ("GET", "/review"): LIST,
    ("GET", "/review/{request_id}"): PAGE,
    ("POST", "/review/{request_id}/vote"): PAGE,
    ("GET", "/requests"): LIST,
    ("GET", "/requests/{request_id}"): PAGE,
    ("POST", "/requests/{request_id}/withdraw"): PAGE,
    ("GET", "/requests/{request_id}/files/{file_id}/image"): PAGE,
    ("GET", "/collect/{token}"): PAGE,
    ("POST", "/collect/{token}/download"): PAGE,
    ("POST", "/links/{link_id}/open"): PAGE,
    ("POST", "/links/{link_id}/revoke"): PAGE,
    ("GET", "/ledger"): Case(anonymous=303, stranger=403, sees_nothing=True),
    ("GET", "/static"): Case(anonymous=404, stranger=404, sees_nothing=True),
}


@pytest.fixture
def ask(house, figure):
    request = house.add_request(state=State.RELEASED, files=[figure()])
    link, token = house.add_link(request)
    places = {
        "project_id": house.project_id,
        "username": house.name("author"),
        "request_id": request.request_id,
        "file_id": house.files_of(request)[0].file_id,
        "token": token,
        "link_id": link.link_id,
        "started_id": "0" * 32,
        "run_id": 1,
    }

    def ask(role, route):
        method, template = route
        data = {"turn": "1", "vote": "approve"} if template.endswith("/vote") else None
        return house.browser(role).request(method, template.format(**places), data=data)

    return ask


@pytest.mark.parametrize("route", CASES, ids=" ".join)
def test_nobody_gets_no_further_than_the_door(ask, route):
    answer = ask(None, route)

    assert answer.status_code == CASES[route].anonymous
    if CASES[route] in (PAGE, LIST):
        assert answer.headers["location"].startswith("/hub/api/oauth2/authorize?")


@pytest.mark.parametrize("role", ["outsider", "stranger"])
@pytest.mark.parametrize("route", CASES, ids=" ".join)
def test_another_projects_people_find_nothing_here(ask, house, route, role):
    answer = ask(role, route)

    assert answer.status_code == CASES[route].stranger
    assert house.project_id not in answer.text
    assert "Pay and place" not in answer.text


def routes_of(app):
    for route in app.routes:
        yield from walked(route)


def walked(route):
    """FastAPI keeps an included router as one entry, with its routes inside."""
    inner = getattr(route, "effective_route_contexts", None)
    if inner is not None:
        for context in inner():
            yield from walked(context)
        return
    for method in getattr(route, "methods", None) or {"GET"}:
        if method != "HEAD":
            yield method, route.path


def test_every_route_is_met_by_both_tests(house):
    assert sorted(set(routes_of(house.app))) == sorted(CASES)
