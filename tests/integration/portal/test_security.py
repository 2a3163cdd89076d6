"""Headers, other sites' requests, crashes, and hostile text."""

import re

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from output_checker.domain.file_group import FileGroup
from tests.integration.portal.conftest import PAGES

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (None, "/", 303),
        (None, "/health", 200),
        (None, "/nowhere", 404),
        (None, "/internal/entitlements", 401),
        ("author", "/", 200),
        ("author", "/ledger", 403),
        (None, "/static/haven.css", 200),
    ],
)
def test_every_answer_carries_the_headers(house, role, path, status):
    answer = house.browser(role).get(path)

    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_pages_are_kept_in_no_cache_and_styles_are(house):
    browser = house.browser("author")

    assert browser.get("/").headers["cache-control"] == "no-store"
    assert "max-age" in browser.get("/static/haven.css").headers["cache-control"]


def test_pages_hold_one_script_of_ours_and_no_inline_style(house, figure, table):
    request = house.add_request(files=[table(), figure()])
    browser = house.browser("checker1")

    for path in ("/", "/review", f"/review/{request.request_id}", "/signed-out"):
        page = browser.get(path).text
        script = PAGES._environment.globals["script"]
        assert re.findall("<script.*", page) == [f'<script src="{script}" defer></script>']
        assert " style=" not in page
        assert " on" not in {word.split("=")[0] for word in page.split() if "=" in word}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://haven.test"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({}, 403),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://haven.test:8000"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://haven.test"}, 403),
    ],
)
def test_only_our_own_pages_can_change_something(house, headers, status):
    request = house.add_request()
    browser = house.browser("author")
    del browser.headers["Origin"]

    answer = browser.post(f"/requests/{request.request_id}/withdraw", headers=headers)

    assert answer.status_code == status
    assert house.state_of(request).value == ("withdrawn" if status == 303 else "submitted")


def test_hostile_text_is_text_on_the_review_page(house, table, finding):
    group = FileGroup(name=EVIL, context=EVIL, controls=EVIL)
    evil = table(
        name=f"{EVIL}.csv",
        group=EVIL,
        dataset=EVIL,
        findings=(finding(reason=EVIL, where=EVIL, rule=EVIL, cell={EVIL: EVIL}),),
        previews=(
            {
                "kind": "table",
                "place": EVIL,
                "hidden": EVIL,
                "header": [EVIL, "n"],
                "rows": [[EVIL, EVIL]],
                "total_rows": 1,
                "flagged": [[0, 0]],
            },
            {"kind": "text", "place": EVIL, "text": EVIL},
        ),
    )
    request = house.add_request(files=[evil], groups=(group,), message=EVIL)

    review = house.browser("checker1").get(f"/review/{request.request_id}")
    own = house.browser("author").get(f"/requests/{request.request_id}")

    for page in (review, own):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "{{7*7}}" in page.text


def test_a_hostile_comment_is_text(house):
    request = house.add_request()
    house.browser("checker1").post(
        f"/review/{request.request_id}/vote",
        data={"turn": "1", "do": "return", "comment": EVIL},
    )

    page = house.browser("author").get(f"/requests/{request.request_id}")

    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_a_hostile_file_name_stays_in_its_header_field(house, table):
    from output_checker.domain.workflow import State

    name = 'a"b\r\nSet-Cookie: x=1;é.csv'
    request = house.add_request(state=State.RELEASED, files=[table(name=name)])
    _, token = house.add_link(request)

    answer = house.browser("recipient").post(f"/collect/{token}/download")

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="a_b__Set-Cookie__x_1'
    )


def test_a_picture_is_served_inert(house, figure):
    request = house.add_request(files=[figure()])
    file = house.files_of(request)[0]

    answer = house.browser("checker1").get(
        f"/requests/{request.request_id}/files/{file.file_id}/image"
    )

    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_crash_is_a_page_that_quotes_nothing_and_a_log_line_that_quotes_nothing(house, capsys):
    def fail():
        raise RuntimeError("the secret words of the crash")

    house.app.add_api_route("/crash", fail)

    answer = house.browser("author").get("/crash")

    assert answer.status_code == 500
    assert "Try again in a minute" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    out = capsys.readouterr()
    assert "secret words" not in answer.text + out.out + out.err
    assert "RuntimeError" in out.out


@pytest.mark.parametrize(
    "path",
    ["/requests/%00", "/projects/%00", "/ledger?actor=%00", "/ledger?until=9999-12-31",
     "/api/v1/requests/%00", "/api/v1/ledger?actor=%00"],
)  # fmt: skip
def test_what_no_database_holds_is_refused_and_is_no_crash(house, path):
    assert house.browser("auditor").get(path).status_code == 422


def test_a_database_that_is_away_is_said_in_words(house):
    away = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    browser = house.browser("author")
    object.__setattr__(house.parts, "sessions", sessionmaker(away))
    object.__setattr__(house.parts, "engine", away)

    page, ready, health = (browser.get(path) for path in ("/", "/ready", "/health"))

    assert page.status_code == 503
    assert "safe" in page.text
    assert ready.status_code == 503
    assert health.status_code == 200


def test_a_body_that_is_too_large_is_refused(house):
    request = house.add_request()

    answer = house.browser("checker1").post(
        f"/review/{request.request_id}/vote",
        data={"turn": "1", "vote": "return", "comment": "a" * 400_000},
    )

    assert answer.status_code == 413
    assert house.state_of(request).value == "submitted"
