"""What a checker sees of a file: pages of whole tables, and who may see them."""

import pytest

from output_checker.application.record_view import LOOKING
from output_checker.disclosure.kept_tables import packed

ROWS = [(f"area {n}", str(n * 7 % 1000), "" if n % 3 else "x") for n in range(1_500)]


def long_table(table, finding, **changes):
    preview = {
        "kind": "table",
        "header": ["area", "n", "mark"],
        "rows": [list(row) for row in ROWS[:1_000]],
        "total_rows": len(ROWS),
        "kept_rows": len(ROWS),
    }
    findings = (finding(position=[3, 1]), finding(position=[1_234, 1], reason="2 people"))
    return table(previews=(preview,), findings=findings, **changes)


@pytest.fixture
def long_file(house, table, finding):
    """The address of a file with a table of 1,500 rows, two of them with a flagged cell."""
    request = house.add_request(files=[long_table(table, finding)])
    file = house.files_of(request)[0]
    with house.checker_unit_of_work() as uow:
        uow.files.keep_table(file.file_id, 0, packed(ROWS).content)
        uow.commit()
    return f"/requests/{request.request_id}/files/{file.file_id}/preview"


def test_any_page_of_a_whole_table_can_be_turned_to(house, long_file):
    browser = house.browser("checker1")

    first, last = browser.get(long_file).text, browser.get(long_file + "?part=0&page=8").text

    assert "1,500 rows, 3 columns; 2 flagged cells" in first
    assert "<td>area 0</td>" in first
    assert "<td>area 200</td>" not in first
    assert "Page 8 of 8" in last
    assert "<td>area 1499</td>" in last
    assert 'href="?part=0&amp;page=7"' in last


def test_numbers_are_sorted_as_numbers_and_the_sort_is_said(house, long_file):
    page = house.browser("checker1").get(long_file + "?part=0&sort=2&desc=1").text

    assert page.index("<td>999</td>") < page.index("<td>998</td>")
    assert 'aria-sort="descending"' in page


def test_rows_are_found_by_their_words(house, long_file):
    page = house.browser("checker1").get(long_file + "?part=0&q=AREA+1499").text

    assert "1 of 1,500 rows" in page
    assert "<td>area 1499</td>" in page


def test_flagged_cells_are_marked_by_a_sign_and_lead_to_the_next(house, long_file):
    browser = house.browser("checker1")

    first = browser.get(long_file + "?part=0").text
    second = browser.get(long_file + "?part=0&page=7").text
    only = browser.get(long_file + "?part=0&flagged=1").text

    assert '<td class="flagged" id="r4c2"><span aria-hidden="true">⚑</span>' in first
    assert 'class="following" href="?part=0&amp;page=7#r1235c2"' in first
    assert 'id="r1235c2"' in second
    assert "2 people" in second
    assert "2 of 1,500 rows" in only
    assert only.count('class="flagged"') == 2


def test_facts_say_by_column_what_the_numbers_are(house, table):
    rows = [("north", "15", "3"), ("south", "1,200", "9"), ("west", "0", "0")]
    preview = {
        "kind": "table",
        "header": ["region", "n", "mid"],
        "rows": [list(row) for row in rows],
        "total_rows": 3,
    }
    request = house.add_request(files=[table(previews=(preview,), findings=())])
    file_id = house.files_of(request)[0].file_id
    address = f"/requests/{request.request_id}/files/{file_id}/preview"

    page = house.browser("checker1").get(address).text

    assert (
        "<td>3</td><td>0</td><td>15</td><td>1,200</td><td>1,215</td><td>multiples of 5</td>" in page
    )
    assert "<td>12</td><td>midpoints of 6</td>" in page


@pytest.mark.parametrize("kind", ["preview", "diff"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("checker1", 200),
        ("owner", 200),
        ("override1", 200),
        ("author", 403),
        ("member", 403),
        ("auditor", 403),
        ("admin", 404),
        ("stranger", 404),
        (None, 303),
    ],
)
def test_a_file_is_shown_to_those_who_decide_about_it(house, long_file, kind, role, status):
    answer = house.browser(role).get(long_file.replace("preview", kind))

    assert answer.status_code == status
    if status != 200:
        assert "area 0" not in answer.text
        assert not house.ledger(event="file.viewed")


def test_turning_pages_is_one_look_in_the_ledger_and_coming_back_is_another(house, long_file):
    browser = house.browser("checker1")
    for page in (1, 2, 3):
        browser.get(f"{long_file}?page={page}")
    house.clock.advance(minutes=LOOKING.total_seconds() / 60 + 1)
    browser.get(f"{long_file}?page=4")
    house.browser("checker2").get(long_file)

    lines = house.ledger(event="file.viewed")

    assert [line.actor.split("-")[0] for line in lines] == ["checker1", "checker1", "checker2"]


def test_the_document_is_inert_and_may_stand_in_a_frame_of_ours_only(house, long_file):
    headers = house.browser("checker1").get(long_file).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'none'; style-src 'self'")
    assert "frame-ancestors 'self'; sandbox allow-same-origin allow-forms;" in policy
    assert policy.endswith(f"form-action haven.test{long_file}")
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("asked", ["?part=1", "?part=99999"])
def test_a_part_that_is_not_there_is_not_found(house, long_file, asked):
    assert house.browser("checker1").get(long_file + asked).status_code == 404


@pytest.mark.parametrize("asked", ["?page=999", "?sort=99", "?across=99", "?q=%00", "?q=[(*"])
def test_what_a_table_does_not_have_is_no_error(house, long_file, asked):
    assert house.browser("checker1").get(long_file + asked).status_code == 200


def test_a_table_of_which_the_beginning_was_kept_says_so(house, table):
    rows = [[f"a{n}", str(n)] for n in range(1_000)]
    preview = {"kind": "table", "header": ["a", "n"], "rows": rows, "total_rows": 5_000}
    request = house.add_request(files=[table(previews=(preview,), findings=())])
    file_id = house.files_of(request)[0].file_id

    page = house.browser("checker1").get(f"/requests/{request.request_id}/files/{file_id}/preview")

    assert "Only the first 1,000 rows can be shown" in page.text
