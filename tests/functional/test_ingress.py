"""A file on its way in: from a member's browser to the workspaces of the project, and out again."""

import re

import pytest

from infra.demo import accounts
from infra.instance import WORKSPACE_UID
from tests.waiting import eventually

LOOKUP = b"code,label\n1,north\n2,south\n"
LIST = f"/projects/{accounts.PROJECT}/inputs"


@pytest.fixture
def researcher(told):
    return told.browsers[accounts.RESEARCHER]


def brought_in(researcher, name, content):
    """Its page."""
    answer = researcher.http.post(
        LIST, data={"purpose": "Names for codes"}, files={"file": (name, content)}
    )
    assert answer.status_code == 200
    return answer.url.path


def state_on(browser, page):
    return re.search(r"govuk-tag[^>]*>\s*([^<]+?)\s*<", browser.http.get(page).text)[1]


def step(browser, page, action, reason=""):
    seen = re.search(r'name="sha256" value="([0-9a-f]{64})"', browser.http.get(page).text)[1]
    return browser.http.post(
        f"{page}/step", data={"action": action, "sha256": seen, "reason": reason}
    )


def test_what_a_checker_lets_in_lies_in_the_workspace_to_read_only(told, researcher):
    checker = told.sign_in(accounts.FIRST_CHECKER)
    page = brought_in(researcher, "regions.csv", LOOKUP)
    eventually(lambda: state_on(researcher, page) == "Waiting for a checker")
    assert "regions.csv" not in told.shell("ls -a /inputs")

    assert step(checker, page, "approve").status_code == 200
    eventually(lambda: state_on(researcher, page) == "In /inputs")

    assert told.shell("cat /inputs/regions.csv").encode().strip() == LOOKUP.strip()
    assert told.shell("id -u").strip() == str(WORKSPACE_UID)
    for attempt in (
        "rm -f /inputs/regions.csv",
        "touch /inputs/own",
        "mkdir /inputs/x",
    ):
        assert "Read-only file system" in told.shell(f"({attempt}) 2>&1 || true")
    assert "Permission denied" in told.shell("(echo x >> /inputs/regions.csv) 2>&1 || true")

    assert step(checker, page, "take_back", "Not needed any more").status_code == 200
    eventually(lambda: state_on(researcher, page) == "Taken back")
    assert "regions.csv" not in told.shell("ls -a /inputs")


def test_whoever_brought_it_in_does_not_let_it_in(told, researcher):
    page = brought_in(researcher, "own.csv", LOOKUP)
    eventually(lambda: state_on(researcher, page) == "Waiting for a checker")

    refused = step(researcher, page, "approve")

    assert refused.status_code in (403, 409)
    assert state_on(researcher, page) == "Waiting for a checker"
    assert "own.csv" not in told.shell("ls -a /inputs")
