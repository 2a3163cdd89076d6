"""Every route, first as nobody and then as somebody of another project."""

from dataclasses import dataclass

import pytest

from output_checker.domain.workflow import State
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from tests.integration.portal.applying import Applying
from tests.integration.portal.conftest import a_figure


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
API = Case(anonymous=401, stranger=404)
API_LIST = Case(anonymous=401, stranger=200, sees_nothing=True)
API_READERS = Case(anonymous=401, stranger=403, sees_nothing=True)

CASES = {
    ("GET", "/"): LIST,
    ("GET", "/sign-in"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("GET", "/oauth_callback"): Case(anonymous=403, stranger=403, sees_nothing=True),
    ("POST", "/sign-out"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("GET", "/signed-out"): OPEN,
    ("GET", "/second-factor"): LIST,
    ("POST", "/second-factor/begin"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("POST", "/second-factor/confirm"): Case(anonymous=303, stranger=422, sees_nothing=True),
    ("POST", "/second-factor/recovery-codes"): Case(anonymous=303, stranger=422, sees_nothing=True),
    ("GET", "/second-factor/again"): LIST,
    ("POST", "/second-factor/again"): Case(anonymous=303, stranger=422, sees_nothing=True),
    ("GET", "/provider"): Case(anonymous=404, stranger=404, sees_nothing=True),
    ("GET", "/provider/callback"): Case(anonymous=404, stranger=404, sees_nothing=True),
    ("POST", "/internal/tickets"): INTERNAL,
    ("GET", "/terms"): LIST,
    ("POST", "/terms/accept"): Case(anonymous=303, stranger=422, sees_nothing=True),
    ("GET", "/preferences"): OPEN,
    ("POST", "/preferences"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("GET", "/health"): OPEN,
    ("GET", "/ready"): OPEN,
    ("GET", "/catalogue"): OPEN,
    ("GET", "/catalogue/{dataset_id}"): PAGE,
    ("GET", "/catalogue-demand"): PAGE,
    ("GET", "/glossary"): OPEN,
    ("GET", "/projects/{project_id}"): PAGE,
    ("GET", "/projects/{project_id}/certificate"): PAGE,
    ("GET", "/projects/{project_id}/inputs"): PAGE,
    ("GET", "/projects/{project_id}/inputs.csv"): PAGE,
    ("POST", "/projects/{project_id}/inputs"): PAGE,
    ("GET", "/projects/{project_id}/inputs/{input_id}"): PAGE,
    ("POST", "/projects/{project_id}/inputs/{input_id}/step"): PAGE,
    ("POST", "/projects/{project_id}/profile"): PAGE,
    ("POST", "/projects/{project_id}/go-on"): PAGE,
    ("GET", "/workspaces"): PAGE,
    ("POST", "/workspaces/freeze"): PAGE,
    ("POST", "/workspaces/thaw"): PAGE,
    ("GET", "/egress"): PAGE,
    ("POST", "/egress/freeze"): PAGE,
    ("GET", "/views"): PAGE,
    ("GET", "/views.csv"): PAGE,
    ("GET", "/views/{dataset_id}/{version}/{digest}"): PAGE,
    ("POST", "/views/{dataset_id}/{version}/{digest}/override"): PAGE,
    ("POST", "/egress/unfreeze"): PAGE,
    ("GET", "/workspaces/{username}/{project_id}/stop"): PAGE,
    ("POST", "/workspaces/{username}/{project_id}/stop"): PAGE,
    ("GET", "/isolation"): LIST,
    ("GET", "/isolation/runs/{run_id}"): PAGE,
    ("GET", "/isolation/key"): PAGE,
    ("GET", "/usage"): LIST,
    ("GET", "/usage.csv"): LIST,
    ("POST", "/internal/sign-in"): INTERNAL,
    ("GET", "/internal/people/{username}/generation"): INTERNAL,
    ("POST", "/internal/people/{username}/sign-out"): INTERNAL,
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
    ("GET", "/review/{request_id}/decide"): PAGE,
    ("POST", "/review/{request_id}/vote"): PAGE,
    ("POST", "/review/{request_id}/claim"): PAGE,
    ("POST", "/review/{request_id}/unclaim"): PAGE,
    ("POST", "/review/{request_id}/confer"): PAGE,
    ("POST", "/review/{request_id}/conflict"): PAGE,
    ("POST", "/review/{request_id}/sign-off"): PAGE,
    ("POST", "/review/{request_id}/files/{file_id}/override"): PAGE,
    ("GET", "/requests"): LIST,
    ("GET", "/requests/{request_id}"): PAGE,
    ("POST", "/requests/{request_id}/submit"): PAGE,
    ("POST", "/requests/{request_id}/withdraw"): PAGE,
    ("GET", "/requests/{request_id}/withdraw-release"): PAGE,
    ("POST", "/requests/{request_id}/withdraw-release"): PAGE,
    ("GET", "/requests/{request_id}/files/{file_id}/image"): PAGE,
    ("GET", "/requests/{request_id}/files/{file_id}/preview"): PAGE,
    ("GET", "/requests/{request_id}/files/{file_id}/diff"): PAGE,
    ("GET", "/requests/{request_id}/record"): PAGE,
    ("GET", "/requests/{request_id}/record.sig"): PAGE,
    ("GET", "/release-key"): OPEN,
    ("GET", "/collect/{token}"): PAGE,
    ("POST", "/collect/{token}/download"): PAGE,
    ("POST", "/links/{link_id}/open"): PAGE,
    ("POST", "/links/{link_id}/revoke"): PAGE,
    ("GET", "/ledger"): Case(anonymous=303, stranger=403, sees_nothing=True),
    ("GET", "/ledger.jsonl"): Case(anonymous=303, stranger=403, sees_nothing=True),
    ("GET", "/organisations"): LIST,
    ("GET", "/organisations.csv"): LIST,
    ("GET", "/organisations/{organisation_id}"): LIST,
    ("GET", "/people"): PAGE,
    ("GET", "/people.csv"): PAGE,
    ("GET", "/tokens"): LIST,
    ("POST", "/tokens"): Case(anonymous=303, stranger=422, sees_nothing=True),
    ("POST", "/tokens/{token_id}/revoke"): PAGE,
    ("GET", "/api/v1/openapi.json"): API_LIST,
    ("GET", "/api/v1/me"): API_LIST,
    ("GET", "/api/v1/projects"): API_LIST,
    ("GET", "/api/v1/projects/{project_id}"): API,
    ("GET", "/api/v1/organisations"): API_LIST,
    ("GET", "/api/v1/organisations/{organisation_id}"): API_LIST,
    ("GET", "/api/v1/people"): API,
    ("GET", "/api/v1/requests"): API_LIST,
    ("GET", "/api/v1/requests/{request_id}"): API,
    ("POST", "/api/v1/requests/{request_id}/withdraw"): API,
    ("POST", "/api/v1/requests/{request_id}/withdraw-release"): API,
    ("GET", "/api/v1/notices"): API_LIST,
    ("POST", "/api/v1/notices/read"): Case(anonymous=401, stranger=204, sees_nothing=True),
    ("POST", "/api/v1/notices/{notice_id}/read"): API,
    ("GET", "/api/v1/requests/{request_id}/record"): API,
    ("GET", "/api/v1/requests/{request_id}/signature"): API,
    ("GET", "/api/v1/review"): API_LIST,
    ("GET", "/api/v1/review/statistics"): API_LIST,
    ("POST", "/api/v1/review/{request_id}/vote"): API,
    ("POST", "/api/v1/review/{request_id}/save"): API,
    ("POST", "/api/v1/review/{request_id}/return"): API,
    ("POST", "/api/v1/review/{request_id}/claim"): API,
    ("POST", "/api/v1/review/{request_id}/unclaim"): API,
    ("POST", "/api/v1/review/{request_id}/confer"): API,
    ("POST", "/api/v1/review/{request_id}/conflict"): API,
    ("POST", "/api/v1/review/{request_id}/sign-off"): API,
    ("POST", "/api/v1/review/{request_id}/files/{file_id}/override"): API,
    ("GET", "/api/v1/links"): API_LIST,
    ("POST", "/api/v1/links/{link_id}/open"): API,
    ("POST", "/api/v1/links/{link_id}/revoke"): API,
    ("POST", "/api/v1/collect"): API,
    ("GET", "/api/v1/ledger"): API_READERS,
    ("GET", "/api/v1/ledger/export"): API_READERS,
    ("GET", "/api/v1/applications"): API_LIST,
    ("POST", "/api/v1/applications"): Case(anonymous=401, stranger=201, sees_nothing=True),
    ("GET", "/api/v1/applications/{application_id}"): API,
    ("POST", "/api/v1/applications/{application_id}/answers"): API,
    ("POST", "/api/v1/applications/{application_id}/datasets"): API,
    ("POST", "/api/v1/applications/{application_id}/submit"): API,
    ("POST", "/api/v1/applications/{application_id}/step"): API,
    ("POST", "/api/v1/applications/{application_id}/findings"): API,
    ("POST", "/api/v1/applications/{application_id}/refer"): API,
    ("POST", "/api/v1/applications/{application_id}/vote"): API,
    ("POST", "/api/v1/applications/{application_id}/approve"): API,
    ("POST", "/api/v1/applications/{application_id}/refuse"): API,
    ("POST", "/api/v1/applications/{application_id}/attest"): API,
    ("GET", "/api/v1/egress"): API,
    ("GET", "/api/v1/isolation"): API_LIST,
    ("GET", "/api/v1/isolation/runs/{run_id}"): API,
    ("GET", "/notices"): LIST,
    ("POST", "/notices/read"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("POST", "/notices/{notice_id}/read"): PAGE,
    ("GET", "/notices/settings"): LIST,
    ("POST", "/notices/settings"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("POST", "/notices/not-sent/retry"): PAGE,
    ("GET", "/applications"): LIST,
    ("GET", "/applications.csv"): LIST,
    ("GET", "/applications/new"): LIST,
    ("POST", "/applications/new"): Case(anonymous=303, stranger=303, sees_nothing=True),
    ("GET", "/applications/{application_id}"): PAGE,
    ("GET", "/applications/{application_id}/read"): PAGE,
    ("GET", "/applications/{application_id}/assess"): PAGE,
    ("GET", "/applications/{application_id}/sections/{section}"): PAGE,
    ("POST", "/applications/{application_id}/sections/{section}"): PAGE,
    ("POST", "/applications/{application_id}/data"): PAGE,
    ("GET", "/applications/{application_id}/data/{asked_id}"): PAGE,
    ("POST", "/applications/{application_id}/data/{asked_id}"): PAGE,
    ("POST", "/applications/{application_id}/submit"): PAGE,
    ("POST", "/applications/{application_id}/copy"): PAGE,
    ("POST", "/applications/{application_id}/step"): PAGE,
    ("POST", "/applications/{application_id}/findings"): PAGE,
    ("POST", "/applications/{application_id}/refer"): PAGE,
    ("POST", "/applications/{application_id}/vote"): PAGE,
    ("POST", "/applications/{application_id}/approve"): PAGE,
    ("POST", "/applications/{application_id}/refuse"): PAGE,
    ("POST", "/applications/{application_id}/attest"): PAGE,
    ("GET", "/static"): Case(anonymous=404, stranger=404, sees_nothing=True),
}


FORM = {"turn": "1", "vote": "approve", "dataset": "jobs", "reason": "Because"}
# Who may, but not with what is released already.
STEERED = {
    "/review/{request_id}/vote": "checker1",
    "/review/{request_id}/claim": "checker1",
    "/review/{request_id}/unclaim": "checker1",
    "/review/{request_id}/confer": "checker1",
    "/review/{request_id}/conflict": "checker1",
    "/review/{request_id}/sign-off": "owner",
    "/review/{request_id}/files/{file_id}/override": "override1",
}


# By the last part of the address; what is not here takes no body.
BODIES = {
    "vote": {"turn": 1, "vote": "return", "comment": "Merge the bands"},
    "save": {"turn": 1, "comment": "So far"},
    "return": {"turn": 1, "comment": "Merge the bands"},
    "claim": {},
    "confer": {"turn": 1},
    "sign-off": {"turn": 1, "dataset": "jobs"},
    "override": {"reason": "Published already"},
    "withdraw-release": {"reason": "A wrong year"},
}
APPLICATION_BODIES = {
    "applications": {"datasets": []},
    "answers": {"answers": {"about.title": "Mine"}},
    "datasets": {"dataset_id": "jobs", "version": "1", "columns": [], "published": {}},
    "step": {"action": "revoke", "words": "Because"},
    "findings": {"submission": 1, "findings": {"purpose": {"outcome": "met"}}},
    "refer": {},
    "vote": {"submission": 1, "referral": "owner:office", "says": "agree"},
    "approve": {"submission": 1, "checkers": ["cat", "carl"]},
    "refuse": {"submission": 1, "code": "other", "words": "No", "mitigation": "Less"},
    "attest": {"condition": 0, "on": "2026-01-01"},
}
API_STEERED = {f"/api/v1{path}": role for path, role in STEERED.items()} | {
    "/api/v1/review/{request_id}/save": "checker1",
    "/api/v1/review/{request_id}/return": "checker1",
}


def body_of(template, places):
    if template == "/api/v1/collect":
        return {"token": places["token"]}
    if template.startswith("/api/v1/applications"):
        return APPLICATION_BODIES.get(template.rpartition("/")[2])
    return BODIES.get(template.rpartition("/")[2]) if template.startswith("/api/") else None


def add_organisation(house):
    """One that holds the house's data and employs its author."""
    name = f"office-{house.tag}"
    office = Organisation(organisation_id=name, title="An office", kind=OrganisationKind.PUBLIC)
    author = house.person("author", organisation_id=name)
    entry = WantedPerson(person=author, roles=frozenset({(name, OrganisationRole.ANALYST)}))
    house.apply(Wanted(organisations=(office,), people=(entry,), places={}))
    return name


class Asker:
    """Asks for one of everything there is in a house."""

    def __init__(self, house):
        self.house = house
        request = house.add_request(state=State.RELEASED, files=[a_figure()])
        link, token = house.add_link(request)
        applying = Applying(house)
        self.places = {
            "application_id": applying.submitted(),
            "section": "about",
            "asked_id": applying.version_id.dataset_id,
            "project_id": house.project_id,
            "input_id": house.add_input().input_id,
            "dataset_id": f"jobs-{house.tag}",
            "version": "1.0.0",
            "digest": "0" * 64,
            "username": house.name("author"),
            "request_id": request.request_id,
            "file_id": house.files_of(request)[0].file_id,
            "token": token,
            "link_id": link.link_id,
            "started_id": "0" * 32,
            "run_id": 1,
            "token_id": "0" * 32,
            "notice_id": 2**31 - 1,
            "organisation_id": add_organisation(house),
        }

    def __call__(self, role, route):
        method, template = route
        is_form = template.startswith("/review/") or template.endswith("/submit")
        data = FORM if is_form and method == "POST" else None
        json = body_of(template, self.places) if method == "POST" else None
        return self.house.browser(role).request(
            method, template.format(**self.places), data=data, json=json
        )


@pytest.fixture(scope="module")
def ask(shared_house):
    return Asker(shared_house)


@pytest.mark.parametrize("route", CASES, ids=" ".join)
def test_nobody_gets_no_further_than_the_door(ask, route):
    answer = ask(None, route)

    assert answer.status_code == CASES[route].anonymous
    if CASES[route] in (PAGE, LIST):
        assert answer.headers["location"].startswith("/hub/api/oauth2/authorize?")
    if answer.status_code == 401 and "/api/" in route[1]:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ["outsider", "stranger"])
@pytest.mark.parametrize("route", CASES, ids=" ".join)
def test_another_projects_people_find_nothing_here(ask, shared_house, route, role):
    answer = ask(role, route)

    assert answer.status_code == CASES[route].stranger
    assert shared_house.project_id not in answer.text
    assert "Pay and place" not in answer.text


@pytest.mark.parametrize("role", ["author", "member", "auditor"])
@pytest.mark.parametrize("path", STEERED)
def test_nobody_of_the_project_without_the_role_steers_a_review(shared_house, table, path, role):
    request = shared_house.add_request(files=[table(verdict="fail")])
    file_id = shared_house.files_of(request)[0].file_id
    address = path.format(request_id=request.request_id, file_id=file_id)

    answer = shared_house.browser(role).post(address, data=FORM)

    assert answer.status_code == 403
    assert shared_house.state_of(request) is State.SUBMITTED


@pytest.mark.parametrize("role", ["author", "member", "auditor"])
@pytest.mark.parametrize("path", API_STEERED)
def test_nor_do_they_by_the_api(shared_house, table, path, role):
    request = shared_house.add_request(files=[table(verdict="fail")])
    places = {
        "request_id": request.request_id,
        "file_id": shared_house.files_of(request)[0].file_id,
    }

    answer = shared_house.browser(role).post(path.format(**places), json=body_of(path, places))

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:haven:problem:forbidden"
    assert shared_house.state_of(request) is State.SUBMITTED


@pytest.mark.parametrize("path", [*STEERED, *API_STEERED])
def test_what_is_not_in_review_is_not_steered(ask, path):
    assert ask((STEERED | API_STEERED)[path], ("POST", path)).status_code == 409


WRONG_ROLES = {
    ("GET", "/api/v1/projects/{project_id}", "recipient"): 404,
    ("GET", "/api/v1/requests/{request_id}/record", "member"): 404,
    ("GET", "/api/v1/requests/{request_id}/signature", "member"): 404,
    ("POST", "/api/v1/links/{link_id}/open", "author"): 404,
    ("POST", "/api/v1/links/{link_id}/revoke", "member"): 403,
    ("POST", "/api/v1/collect", "author"): 404,
    ("POST", "/api/v1/requests/{request_id}/withdraw-release", "checker1"): 403,
    ("POST", "/api/v1/notices/{notice_id}/read", "author"): 404,
    ("GET", "/api/v1/ledger", "checker1"): 403,
    ("GET", "/api/v1/ledger/export", "checker1"): 403,
    ("GET", "/api/v1/egress", "author"): 404,
    ("GET", "/api/v1/people", "author"): 404,
}


@pytest.mark.parametrize("case", WRONG_ROLES, ids=" ".join)
def test_the_wrong_role_is_refused_by_the_api_in_words(ask, case):
    method, path, role = case
    answer = ask(role, (method, path))

    assert answer.status_code == WRONG_ROLES[case]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("role", ["checker1", "member", "auditor", "owner", "override1"])
def test_nobody_but_its_author_withdraws_a_request_by_the_api(shared_house, role):
    request = shared_house.add_request()

    answer = shared_house.browser(role).post(f"/api/v1/requests/{request.request_id}/withdraw")

    assert answer.status_code == 403
    assert shared_house.state_of(request) is State.SUBMITTED


WRONG_STATES = {
    ("POST", "/api/v1/requests/{request_id}/withdraw", "author"): 409,
    ("POST", "/api/v1/requests/{request_id}/withdraw-release", "author"): 409,
    ("GET", "/api/v1/requests/{request_id}/record", "author"): 404,
    ("GET", "/api/v1/requests/{request_id}/signature", "author"): 404,
}


@pytest.mark.parametrize("case", WRONG_STATES, ids=" ".join)
def test_the_wrong_state_is_refused_by_the_api_in_words(shared_house, case):
    method, path, role = case
    state = State.RELEASED if path.endswith("/withdraw") else State.SUBMITTED
    request = shared_house.add_request(state=state)
    address = path.format(request_id=request.request_id)

    answer = shared_house.browser(role).request(method, address, json=body_of(path, {}))

    assert answer.status_code == WRONG_STATES[case]
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_changing_route_of_the_api_is_met_with_a_wrong_role_and_a_wrong_state():
    # Those of applications are met so in test_applications.py.
    changing = {
        path
        for method, path in CASES
        if method == "POST"
        and path.startswith("/api/")
        and not path.startswith("/api/v1/applications")
    }
    # A notice has no states; links that are over are in test_api.py.
    stateless = {
        path for path in changing if set(path.split("/")) & {"links", "collect", "notices"}
    }
    roles = {path for method, path, _ in WRONG_ROLES if method == "POST"}
    states = {path for method, path, _ in WRONG_STATES if method == "POST"}

    withdraw = "/api/v1/requests/{request_id}/withdraw"
    # Everybody reads their own notices.
    own = {"/api/v1/notices/read"}
    assert changing == roles | {withdraw} | own | set(API_STEERED)
    assert changing - stateless == states | set(API_STEERED)


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


def test_every_route_is_met_by_both_tests(shared_house):
    assert sorted(set(routes_of(shared_house.app))) == sorted(CASES)
