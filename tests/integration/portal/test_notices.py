"""What people hear of in Haven: who, once, and never what is in a request."""

import re

import pytest

from output_checker.application.my_notices import my_notices
from output_checker.domain.actor import Actor
from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.notice_words import MANNERS, Delivery
from output_checker.domain.workflow import State


def heard(house, role):
    """Kinds that somebody was told of, the latest first."""
    view = my_notices(house.checker_unit_of_work(), actor=Actor(username=house.name(role)))
    return [one.notice.kind for one in view.notices]


def tell(house, role, **changes):
    values = {
        "recipient": house.name(role),
        "kind": NoticeKind.RETURNED,
        "occasion": "one",
        "at": house.clock.now(),
        "project_id": house.project_id,
        "actor": house.name("checker1"),
    }
    with house.checker_unit_of_work() as uow:
        uow.notices.add(Notice(**(values | changes)))
        uow.commit()


def vote(house, role, request, said="approve"):
    [file] = house.files_of(request)
    form = {"turn": 1, "vote": said, "comment": "row 3 is small", f"file-{file.file_id}": "approve"}
    return house.browser(role).post(f"/review/{request.request_id}/vote", data=form)


def test_a_notice_is_a_link_with_who_and_what_and_nothing_of_the_content(house, table):
    request = house.add_request(files=[table()])
    tell(house, "author", request_id=request.request_id)

    page = house.browser("author").get("/notices")

    assert "Changes to your request are asked for" in page.text
    assert f'href="/requests/{request.request_id}"' in page.text
    assert house.name("checker1") in page.text
    assert "mean-pay" not in page.text
    assert "row 3" not in page.text


def test_the_navigation_counts_what_is_unread(house):
    tell(house, "author")
    tell(house, "author", occasion="two")
    browser = house.browser("author")

    assert "Notices (2)" in browser.get("/").text
    [first, *_] = re.findall(r"/notices/(\d+)/read", browser.get("/notices").text)
    assert browser.post(f"/notices/{first}/read").status_code == 303
    assert "Notices (1)" in browser.get("/").text
    browser.post("/notices/read")
    assert "Notices (" not in browser.get("/").text


def test_a_notice_is_read_by_its_person_only(house):
    tell(house, "author")
    page = house.browser("author").get("/notices").text
    [notice_id] = re.findall(r"/notices/(\d+)/read", page)

    assert house.browser("checker1").post(f"/notices/{notice_id}/read").status_code == 404
    assert "Notices (1)" in house.browser("author").get("/").text


def test_the_newest_comes_first_and_older_ones_are_a_page_away(house):
    for number in range(51):
        tell(house, "author", occasion=str(number))

    browser = house.browser("author")
    first = browser.get("/notices").text
    [older] = re.findall(r"/notices\?before=(\d+)", first)

    assert first.count("Mark as read<") == 50
    assert browser.get(f"/notices?before={older}").text.count("Mark as read<") == 1


def test_the_first_vote_calls_for_the_second_and_says_nothing_of_itself(house):
    request = house.add_request()

    vote(house, "checker1", request)

    assert heard(house, "checker2") == [NoticeKind.VOTE_WANTED]
    assert heard(house, "checker1") == []
    assert house.name("checker1") not in house.browser("checker2").get("/notices").text


def test_the_author_hears_of_the_decision(house):
    request = house.add_request()
    vote(house, "checker1", request)
    vote(house, "checker2", request)

    assert house.state_of(request) is State.APPROVED
    assert heard(house, "author") == [NoticeKind.APPROVED]
    assert heard(house, "recipient") == []


def test_the_author_hears_that_changes_are_wanted(house):
    request = house.add_request()
    vote(house, "checker1", request, "return")
    vote(house, "checker2", request, "return")

    assert heard(house, "author") == [NoticeKind.RETURNED]


def test_who_looks_at_a_request_hears_that_it_is_withdrawn(house):
    request = house.add_request()
    house.browser("checker1").post(f"/review/{request.request_id}/claim")

    house.browser("author").post(f"/requests/{request.request_id}/withdraw")

    assert heard(house, "checker1") == [NoticeKind.WITHDRAWN]
    assert heard(house, "checker2") == []


def test_the_recipient_of_a_closed_link_hears_of_it_once(house):
    request = house.add_request(state=State.RELEASED)
    link, _ = house.add_link(request)
    browser = house.browser("author")

    browser.post(f"/links/{link.link_id}/revoke")
    browser.post(f"/links/{link.link_id}/revoke")

    assert heard(house, "recipient") == [NoticeKind.LINK_REVOKED]


def test_a_freeze_is_told_to_everybody_of_the_project_but_who_did_it(house):
    form = {"project": house.project_id, "reason": "A leak is looked into"}
    house.browser("admin").post("/egress/freeze", data=form)
    house.browser("admin").post("/egress/unfreeze", data={"project": house.project_id})

    for role in ("author", "member", "checker1"):
        assert heard(house, role) == [NoticeKind.EGRESS_THAWED, NoticeKind.EGRESS_FROZEN]
    assert heard(house, "outsider") == []
    assert heard(house, "admin") == []


def test_a_freeze_of_all_is_told_to_everybody_who_is_in_a_project(house):
    house.browser("admin").post("/egress/freeze", data={"reason": "A leak is looked into"})
    house.browser("admin").post("/egress/unfreeze", data={})

    assert heard(house, "outsider") == [NoticeKind.EGRESS_THAWED, NoticeKind.EGRESS_FROZEN]
    assert "A leak" not in house.browser("outsider").get("/notices").text


def test_a_person_chooses_for_each_kind_how_they_are_mailed(house):
    browser = house.browser("author")

    saved = browser.post("/notices/settings", data={"returned": "digest", "released": "off"})

    assert saved.headers["location"] == "/notices/settings?saved=true"
    with house.checker_unit_of_work() as uow:
        assert uow.notices.wishes(house.name("author")) == {
            NoticeKind.RETURNED: Delivery.DIGEST,
            NoticeKind.RELEASED: Delivery.OFF,
        }
    page = browser.get("/notices/settings").text
    assert f"author-{house.tag}@example.org" in page
    assert MANNERS[NoticeKind.RETURNED].words in page


@pytest.mark.parametrize("form", [{"returned": "often"}, {"gossip": "each"}])
def test_what_cannot_be_chosen_is_refused(house, form):
    assert house.browser("author").post("/notices/settings", data=form).status_code == 422


def test_alerts_for_admins_are_offered_to_admins_only(house):
    words = MANNERS[NoticeKind.ISOLATION_ALERT].words

    assert words in house.browser("admin").get("/notices/settings").text
    assert words not in house.browser("author").get("/notices/settings").text
