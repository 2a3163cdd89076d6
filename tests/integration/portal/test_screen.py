"""The review screen in a real browser: with keys, without them, and without any script."""

import uuid
from dataclasses import replace

import pytest

from output_checker.domain.file_group import FileRole
from output_checker.domain.review import Vote
from output_checker.domain.workflow import State

pytestmark = pytest.mark.slow

WIDE = {"width": 1400, "height": 900}


def several(house, table, **changes):
    files = [table(name=f"table-{number}.csv", sha256=str(number) * 64) for number in (1, 2, 3)]
    return house.add_request(files=[fresh(file) for file in files], **changes)


def fresh(file):
    return replace(file, file_id=uuid.uuid4().hex)


def open_review(live, request, role="checker1", file=1, **options):
    page = live.window(role, viewport=WIDE, **options)
    page.goto(f"/review/{request.request_id}?file={file}")
    return page


def own_vote(page):
    return page.locator(".haven-bar input:checked").get_attribute("value")


def approved_files(house, request):
    """How many files the only vote approves: the ledger does not say it before votes are seen."""
    [line] = house.ledger(event="review.recorded")
    assert "approved_files" not in line.details
    [review] = house.votes_on(request)
    return sum(one.vote is Vote.APPROVE for one in review.files.values())


def test_a_whole_review_is_done_by_keyboard_alone(live, house, table):
    request = several(house, table)
    page = live.window("checker1", viewport=WIDE)
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/review")
    page.get_by_role("link", name=request.request_id[:8]).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*")
    for number in (1, 2, 3):
        page.get_by_role("heading", name=f"table-{number}.csv", exact=True).wait_for()
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.id") == f"file-{number}-finding-1"
        page.keyboard.press("a")
        assert own_vote(page) == "approve"
        if number < 3:
            page.keyboard.press("j")
            page.wait_for_url(f"**?file={number + 1}")
    page.get_by_role("button", name="Go to your decision").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/decide")
    page.keyboard.press("a")
    page.keyboard.press("m")
    page.keyboard.type("a calm comment with c and x in it")
    assert page.locator("input[name=vote]:checked").get_attribute("value") == "approve"
    page.get_by_role("button", name="Record my decision").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Your vote is recorded").wait_for()

    assert house.state_of(request) is State.REVIEW
    assert approved_files(house, request) == 3
    assert page.said == []


def test_a_whole_review_is_done_without_any_script(live, house, table):
    request = several(house, table)
    page = open_review(live, request, java_script_enabled=False)
    for number in (1, 2, 3):
        page.get_by_role("radio", name="Approve").check()
        page.get_by_role("button", name="Next file" if number < 3 else "Go to").click()
    page.get_by_role("radio", name="Approve").check()
    page.get_by_role("button", name="Record my decision").click()

    assert "Your vote is recorded" in page.content()
    assert approved_files(house, request) == 3


def test_what_is_half_filled_in_is_there_after_another_file_was_opened(live, house, table):
    request = several(house, table)
    page = open_review(live, request)
    page.get_by_role("radio", name="Ask for changes").check()
    page.get_by_label("Your comment on the request").fill("Row two\nis small")
    page.get_by_role("button", name="table-3.csv").click()
    page.wait_for_url("**?file=3")

    assert page.get_by_label("Your comment on the request").input_value() == "Row two\nis small"
    page.keyboard.press("k")
    page.wait_for_url("**?file=2")
    page.keyboard.press("k")
    page.wait_for_url("**?file=1")
    assert own_vote(page) == "return"


def test_who_only_leafs_through_files_claims_nothing(live, house, table):
    request = several(house, table)
    page = open_review(live, request)
    page.keyboard.press("j")
    page.wait_for_url("**?file=2")

    assert house.state_of(request) is State.SUBMITTED


def test_keys_that_are_off_do_nothing(live, house, table):
    request = several(house, table)
    page = open_review(live, request)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").wait_for()
    page.get_by_role("link", name="Switch single keys off").click()
    page.get_by_role("group", name="Single keys").get_by_label("Off").check()
    page.get_by_role("button", name="Keep this").click()
    page.goto(f"/review/{request.request_id}")
    for key in "jacxmn?":
        page.keyboard.press(key)

    assert page.url.endswith(request.request_id)
    assert own_vote(page) == "undecided"
    assert page.evaluate("document.activeElement === document.body")
    assert page.locator("script, dialog").count() == 0


def test_no_key_fires_in_a_field_or_with_a_modifier(live, house, table):
    request = several(house, table)
    page = open_review(live, request)
    page.keyboard.press("m")
    page.keyboard.type("jacx?")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Alt+a")

    assert page.get_by_label("Your comment on the request").input_value() == "jacx?"
    assert own_vote(page) == "undecided"
    assert "file=1" in page.url


def test_a_rejection_by_key_is_only_filled_in(live, house, table):
    request = several(house, table)
    page = open_review(live, request)
    page.keyboard.press("x")
    page.wait_for_url("**/decide?vote=reject")

    assert page.locator("input[name=vote]:checked").get_attribute("value") == "reject"
    assert house.state_of(request) is State.SUBMITTED


def test_enter_in_a_radio_keeps_and_stays(live, house, table):
    request = several(house, table)
    page = open_review(live, request, file=2)
    page.get_by_role("radio", name="Approve").check()
    page.keyboard.press("Enter")
    page.get_by_text("Nobody yet").wait_for(state="detached")

    assert "file=2" in page.url
    assert own_vote(page) == "approve"


COVERED = """() => {
  const bar = document.querySelector('.haven-bar');
  const element = document.activeElement;
  if (!bar || bar.contains(element) || element === document.body) return null;
  const seen = element.getBoundingClientRect();
  const top = bar.getBoundingClientRect().top;
  const hides = getComputedStyle(bar).position === 'sticky' && seen.top >= top - 1
    && seen.top < bar.getBoundingClientRect().bottom;
  return hides ? element.outerHTML.slice(0, 90) : null;
}"""


@pytest.mark.parametrize("height", [520, 700, 900])
def test_the_bar_never_hides_what_has_the_focus(live, house, table, finding, height):
    many = tuple(finding(reason=f"Reason {number}") for number in range(30))
    files = [fresh(table(name=f"table-{number}.csv", findings=many)) for number in range(12)]
    request = house.add_request(files=files)
    page = live.window("checker1", viewport={"width": 1300, "height": height})
    page.goto(f"/review/{request.request_id}")
    covered = []
    for key in ["Tab"] * 80 + ["Shift+Tab"] * 80 + ["n"] * 30:
        page.keyboard.press(key)
        covered.append(page.evaluate(COVERED))

    assert [one for one in covered if one] == []


def test_the_votes_stand_side_by_side_by_file(live, house, table):
    from tests.integration.portal.test_review import vote

    request = several(house, table)
    vote(house, "checker1", request, comment="Fine by me")
    vote(house, "checker2", request, "return", comment="Row two is small")
    page = open_review(live, request)
    rows = page.get_by_role("region", name="The votes side by side").get_by_role("row").all()

    assert [row.inner_text().split("\t")[0] for row in rows[1:]] == [
        "table-1.csv", "table-2.csv", "table-3.csv", "The request as a whole",
    ]  # fmt: skip
    assert "Approved" in rows[1].inner_text()
    assert "Asked for changes" in rows[1].inner_text()
    assert "Row two is small" in page.inner_text("main")


def test_before_one_decides_one_sees_exactly_what_would_leave(live, house, table):
    files = [
        fresh(table(name="pay.csv", sha256="1" * 64, size_bytes=2048)),
        fresh(table(name="pay.py", sha256="2" * 64, role=FileRole.CODE)),
    ]
    request = house.add_request(files=files)
    page = live.window("checker1", viewport=WIDE)
    page.goto(f"/review/{request.request_id}/decide")
    shown = page.inner_text("main")

    for words in ("pay.csv", "1" * 64, "2.0 KiB", house.name("recipient"), "sacro-10"):
        assert words in shown
    assert "2" * 64 not in shown
    assert page.locator(".haven-leaves > li").count() == 1


def test_the_theme_is_kept_without_a_script_and_leads_back(live, house, table):
    request = several(house, table)
    page = open_review(live, request, file=2, java_script_enabled=False)
    page.get_by_role("button", name="Dark").click()

    assert page.url.endswith(f"/review/{request.request_id}?file=2")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="As the system").click()
    assert page.locator("html").get_attribute("data-theme") is None
