"""The API does what pages do: the whole way of a request, as JSON."""

import hashlib
import json

import pytest

from output_checker.domain.workflow import State
from registry.application.freeze import freeze
from registry.domain.freeze import Frozen


def voting(house, request, vote="approve", **changes):
    files = {file.file_id: "approve" for file in house.files_of(request)}
    return {"turn": request.turn, "vote": vote, "files": files} | changes


@pytest.fixture
def api(house):
    browsers = {}

    def ask(role, method, path, **body):
        browser = browsers.setdefault(role, house.browser(role))
        takes_none = not body and not path.endswith("/claim")
        return browser.request(method, f"/api/v1{path}", json=None if takes_none else body)

    return ask


def test_two_checkers_approve_by_the_api_blind_to_each_other(house, api):
    request = house.add_request()
    path = f"/review/{request.request_id}"

    first = api("checker1", "POST", f"{path}/vote", **voting(house, request)).json()
    seen = api("checker2", "GET", f"/requests/{request.request_id}").json()
    second = api("checker2", "POST", f"{path}/vote", **voting(house, request)).json()

    assert first["summary"]["state"] == "review"
    assert (seen["votes"], seen["hidden_votes"]) == ([], 1)
    assert second["summary"]["state"] == "approved"
    assert [vote["is_blind"] for vote in second["votes"]] == [True, True]


def test_a_request_shows_what_its_page_shows(house, api, table):
    request = house.add_request(files=[table(verdict="fail")])

    found = api("author", "GET", f"/requests/{request.request_id}").json()

    assert found["viewer"] == "author"
    assert found["can_withdraw"] is True
    [file] = found["files"]
    assert file["findings"][0]["rule"] == "threshold"
    assert file["findings"][0]["position"] == [1, 1]
    assert found["groups"][0]["controls"] == ""
    seen = api("checker1", "GET", f"/requests/{request.request_id}").json()
    assert seen["groups"][0]["controls"] == "Rounded to 5"


def test_members_see_the_state_and_nothing_in_it(house, api):
    request = house.add_request()

    found = api("member", "GET", f"/requests/{request.request_id}").json()

    assert found["summary"]["state"] == "submitted"
    assert found["files"] == found["groups"] == found["votes"] == found["recipients"] == []


def test_the_queue_says_who_looks_and_what_one_has_said(house, api):
    request = house.add_request()
    api("checker1", "POST", f"/review/{request.request_id}/claim")

    [queued] = api("checker2", "GET", "/review").json()["requests"]

    assert queued["request_id"] == request.request_id
    assert [one["checker"] for one in queued["claims"]] == [house.name("checker1")]
    assert queued["has_voted"] is False


def test_a_checker_saves_takes_over_confers_and_returns(house, api):
    house.ask_for_a_sign_off()
    request = house.add_request()
    path = f"/review/{request.request_id}"

    saved = api("checker1", "POST", f"{path}/save", turn=1, comment="So far").json()
    taken = api(
        "checker2", "POST", f"{path}/claim", instead_of=house.name("checker1"), word="Away"
    ).json()
    for role in ("checker1", "checker2"):
        api(role, "POST", f"{path}/vote", **voting(house, request))
    conferring = api("checker2", "POST", f"{path}/confer", turn=1).json()
    returned = api("checker1", "POST", f"{path}/return", turn=1, comment="Merge the bands").json()

    assert (saved["comment"], saved["votes"]) == ("So far", [])
    assert taken["summary"]["claims"][0]["instead_of"] == house.name("checker1")
    assert conferring["summary"]["state"] == "consolidating"
    assert returned["summary"]["state"] == "returned"


def test_a_checker_lets_go_and_stands_aside(house, api):
    request = house.add_request()
    path = f"/review/{request.request_id}"
    api("checker1", "POST", f"{path}/claim")

    free = api("checker1", "POST", f"{path}/unclaim").json()
    aside = api("checker1", "POST", f"{path}/conflict").json()

    assert free["summary"]["claims"] == []
    assert "conflict of interest" in aside["why_not_vote"]


def test_two_override_and_an_owner_signs_off(house, api, table):
    house.ask_for_a_sign_off()
    request = house.add_request(files=[table(verdict="fail")], verdict="fail")
    file_id = house.files_of(request)[0].file_id
    path = f"/review/{request.request_id}"

    for role in ("checker1", "checker2"):
        api(role, "POST", f"{path}/vote", **voting(house, request))
    signed = api("owner", "POST", f"{path}/sign-off", turn=1, dataset=f"jobs-{house.tag}").json()
    for role in ("override1", "override2"):
        last = api(role, "POST", f"{path}/files/{file_id}/override", reason="Public").json()

    assert signed["sign_offs"][0]["owners"] == [house.name("owner")]
    assert [one["reason"] for one in last["files"][0]["overrides"]] == ["Public", "Public"]
    assert last["summary"]["state"] == "approved"


def released(house, table):
    content = b"region,mean\nnorth,1\n"
    sha256 = hashlib.sha256(content).hexdigest()
    request = house.add_request(state=State.RELEASED, files=[table(sha256=sha256)])
    return request, house.add_link(request)[0], content


def test_a_recipient_opens_a_link_and_collects(house, api, table):
    _, link, content = released(house, table)

    [listed] = api("recipient", "GET", "/links").json()["links"]
    token = api("recipient", "POST", f"/links/{link.link_id}/open").json()["token"]
    answer = api("recipient", "POST", "/collect", token=token)

    assert listed["link_id"] == link.link_id
    assert "token" not in " ".join(listed)
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert [line.event for line in house.ledger(subject=f"link:{link.link_id}")] == [
        "link.renewed", "file.collected",
    ]  # fmt: skip


def test_a_revoked_link_opens_no_more(house, api, table):
    _, link, _ = released(house, table)
    token = api("recipient", "POST", f"/links/{link.link_id}/open").json()["token"]

    answer = api("author", "POST", f"/links/{link.link_id}/revoke")

    assert (answer.status_code, answer.content) == (204, b"")
    assert api("recipient", "POST", "/collect", token=token).status_code == 410
    assert api("recipient", "POST", f"/links/{link.link_id}/open").status_code == 410


@pytest.mark.parametrize("role", ["author", "owner", "admin"])
def test_a_release_is_taken_back_and_its_recipient_is_told(house, api, table, role):
    house.ask_for_a_sign_off()
    request, link, _ = released(house, table)
    path = f"/requests/{request.request_id}/withdraw-release"

    empty = api(role, "POST", path, reason=" ")
    answer = api(role, "POST", path, reason="A wrong year")

    assert (empty.status_code, answer.status_code) == (422, 204)
    assert house.state_of(request) is State.WITHDRAWN
    assert api("recipient", "POST", f"/links/{link.link_id}/open").status_code == 410
    told = api("recipient", "GET", "/notices").json()
    assert told["unread"] == 1
    assert told["notices"][0]["kind"] == "release_withdrawn"


def test_notices_are_read_one_by_one_or_all(house, api, table):
    for _ in range(3):
        _, link, _ = released(house, table)
        api("author", "POST", f"/links/{link.link_id}/revoke")
    first = api("recipient", "GET", "/notices").json()["notices"][0]["notice_id"]

    one = api("recipient", "POST", f"/notices/{first}/read")
    anothers = api("author", "POST", f"/notices/{first}/read")
    after_one = api("recipient", "GET", "/notices").json()["unread"]
    api("recipient", "POST", "/notices/read")

    assert (one.status_code, anothers.status_code) == (204, 404)
    assert after_one == 2
    assert api("recipient", "GET", "/notices").json()["unread"] == 0


def test_nothing_is_collected_while_egress_is_frozen(house, api, table):
    _, link, _ = released(house, table)
    token = api("recipient", "POST", f"/links/{link.link_id}/open").json()["token"]
    freeze(
        house.registry_unit_of_work(), house.clock, project_id=house.project_id, kind=Frozen.EGRESS,
        reason="A leak", actor=house.name("admin"), stops_running=False,
    )  # fmt: skip

    answer = api("recipient", "POST", "/collect", token=token)
    frozen = api("auditor", "GET", "/egress").json()["freezes"]

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:haven:problem:egress_frozen"
    assert house.project_id in [one["project_id"] for one in frozen]


def test_an_auditor_searches_the_ledger_and_takes_a_copy(house, api):
    request = house.add_request()
    api("author", "POST", f"/requests/{request.request_id}/withdraw")
    query = f"project={house.project_id}&event=request."

    found = api("auditor", "GET", f"/ledger?{query}").json()
    copy = api("auditor", "GET", f"/ledger/export?{query}")

    assert [line["event"] for line in found["lines"]] == ["request.withdraw"]
    assert sum(day["lines"] for day in found["days"]) == 1
    [line] = [json.loads(line) for line in copy.text.splitlines()]
    assert line["entry_hash"] == found["lines"][0]["entry_hash"]
    assert house.ledger(event="ledger.exported")


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "9999-12-31", "yesterday"])
def test_a_day_that_is_none_is_said_to_be_none(api, day):
    assert api("auditor", "GET", f"/ledger?until={day}").status_code == 422
    assert api("auditor", "GET", f"/ledger/export?since={day}").status_code == 422


def test_one_sees_who_one_is_and_ones_projects(house, api):
    me = api("owner", "GET", "/me").json()
    [project] = api("checker1", "GET", "/projects").json()["projects"]

    assert me["signs_off"] == [{"project_id": house.project_id, "dataset": f"jobs-{house.tag}"}]
    assert project["project_id"] == house.project_id
    assert "path" not in project["datasets"][0]
    assert api("member", "GET", f"/projects/{house.project_id}").json() == project


def test_an_error_says_where_and_never_what(house, api):
    request = house.add_request()
    path = f"/review/{request.request_id}/vote"

    answer = api("checker1", "POST", path, turn="the secret", vote="approve", more="the secret")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}
    assert "body.turn" in answer.json()["detail"]
    assert "the secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/requests", 405), ("DELETE", "/review", 405)],
)
def test_no_such_address_is_a_problem_too(api, method, path, status):
    answer = api("author", method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [b'{"turn"', b"[]", b'{"turn":1,"\\ud800":1}', b"\xff", b'{"turn":1,"comment":"\\u0000"}'],
)
def test_a_body_that_makes_no_sense_is_refused_in_words(house, body):
    request = house.add_request()
    browser = house.browser("checker1")

    answer = browser.post(
        f"/api/v1/review/{request.request_id}/return",
        content=body,
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_crash_is_a_problem_that_quotes_nothing(house, capsys):
    def fail():
        raise RuntimeError("the secret words of the crash")

    house.app.add_api_route("/api/v1/crash", fail)

    answer = house.browser("author").get("/api/v1/crash")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    out = capsys.readouterr()
    assert "secret words" not in answer.text + out.out + out.err


def test_the_description_is_for_people_who_are_signed_in(house):
    assert house.browser().get("/api/v1/openapi.json").status_code == 401
    found = house.browser("author").get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    assert "/api/v1/review/{request_id}/vote" in found["paths"]
    assert not [path for path in found["paths"] if not path.startswith("/api/v1/")]
