"""The queue: which requests stand in which list, and how long reviews take."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from output_checker.domain.actor import Actor
from output_checker.domain.workflow import State
from portal.pages import working_time
from tests.integration.portal.test_review import vote
from tests.integration.portal.test_review_together import press

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY_SECONDS = 86_400


def queue(house, role="checker1", **asked):
    answer = house.browser(role).get("/review", params=asked)
    assert answer.status_code == 200
    return answer.text


def names(page):
    return set(re.findall(r'href="/review/([0-9a-f]{32})"', page))


@pytest.fixture
def filled(house):
    """One request in each list, by the list's name; the unclaimed one is overdue."""
    late = house.clock.now() - timedelta(days=1)
    found = {name: house.add_request() for name in ("mine", "waiting")}
    found["unclaimed"] = house.add_request(due_at=late)
    press(house, "checker1", found["mine"], "claim")
    vote(house, "checker1", found["waiting"])
    return {name: request.request_id for name, request in found.items()}


@pytest.mark.parametrize("show", ["mine", "unclaimed", "waiting"])
def test_each_list_has_an_address_of_its_own(house, filled, show):
    assert names(queue(house, show=show)) == {filled[show]}


def test_what_is_overdue_is_said_in_words_and_has_a_list(house, filled):
    page = queue(house, show="overdue")

    assert names(page) == {filled["unclaimed"]}
    assert page.count("! Overdue") == 1
    assert queue(house).count("! Overdue") == 1


def test_all_lists_stand_on_the_page_with_their_counts(house, filled):
    page = queue(house)

    assert names(page) == set(filled.values())
    for words in ("All (3)", "Waiting for you (1)", "Unclaimed (1)", "Overdue (1)"):
        assert words in page


def test_a_request_that_enough_others_have_claimed_waits_for_them(house):
    everybody = house.project.checkers | {house.name("recipient")}
    house.change_project(checkers=everybody)
    request = house.add_request()
    press(house, "checker1", request, "claim")
    press(house, "checker2", request, "claim")

    assert names(queue(house, "recipient", show="unclaimed")) == set()
    assert names(queue(house, "recipient", show="waiting")) == {request.request_id}


def test_who_signs_off_finds_it_among_what_waits_for_them(house):
    house.ask_for_a_sign_off()
    request = house.add_request()

    assert names(queue(house, "owner", show="mine")) == {request.request_id}


def test_the_queue_is_of_one_project_when_asked(house, filled):
    assert names(queue(house, project=house.project_id)) == set(filled.values())
    assert names(queue(house, project=house.other_id)) == set()


def test_a_list_that_there_is_not_is_refused(house):
    assert house.browser("checker1").get("/review?show=theirs").status_code == 422


def steps(house, request_id, *lines):
    """Lines of the ledger about one request: what, who, and when after Monday morning."""
    with house.checker_unit_of_work() as uow:
        for what, role, after in lines:
            uow.ledger.append(
                at=MONDAY + after,
                actor=house.name(role),
                event=what,
                subject=f"request:{request_id}",
                project=house.project_id,
                details={},
            )
        uow.commit()


def turnaround(house, since=MONDAY - timedelta(days=1), role="checker1"):
    with house.checker_unit_of_work() as uow:
        return uow.statistics.turnaround([house.project_id], checker=house.name(role), since=since)


def test_a_weekend_is_not_counted(house):
    friday = timedelta(days=4)
    steps(
        house, "1" * 32,
        ("request.submit", "author", friday),
        ("review.recorded", "checker1", friday + timedelta(days=3)),
        ("request.approve", "checker2", friday + timedelta(days=3, hours=12)),
    )  # fmt: skip

    found = turnaround(house)

    assert (found.decided, found.own_reviews) == (1, 1)
    assert found.own_half_within_seconds == DAY_SECONDS
    assert found.half_within_seconds == DAY_SECONDS * 1.5


def test_each_turn_is_counted_from_its_own_submission(house):
    days = [timedelta(days=number) for number in range(4)]
    steps(
        house, "2" * 32,
        ("request.submit", "author", days[0]), ("request.return", "checker1", days[1]),
        ("request.submit", "author", days[2]), ("request.approve", "checker1", days[3]),
    )  # fmt: skip

    found = turnaround(house)

    assert found.decided == 2
    assert found.half_within_seconds == found.most_within_seconds == DAY_SECONDS


def test_others_votes_and_old_reviews_are_not_counted(house):
    steps(
        house, "3" * 32,
        ("request.submit", "author", timedelta()), ("review.recorded", "checker2", timedelta(1)),
        ("request.approve", "checker2", timedelta(1)),
    )  # fmt: skip

    assert turnaround(house).own_reviews == 0
    assert turnaround(house, role="checker2").own_reviews == 1
    assert turnaround(house, since=MONDAY + timedelta(days=2)).decided == 0


def test_a_voter_reads_how_many_they_reviewed(house):
    request = house.add_request(state=State.SUBMITTED)
    with house.checker_unit_of_work() as uow:
        uow.ledger.append(
            at=house.clock.now(), actor=house.name("author"), event="request.submit",
            subject=f"request:{request.request_id}", project=house.project_id, details={},
        )  # fmt: skip
        uow.commit()
    vote(house, "checker1", request)

    assert "<dd>1 request</dd>" in queue(house)
    assert "<dd>0 requests</dd>" in queue(house, "stranger")


def test_the_statistics_are_one_question_to_the_database(house):
    asked = []
    event.listen(house.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    from output_checker.application.review_statistics import review_statistics

    actor = Actor(username=house.name("checker1"), checks=frozenset({house.project_id}))
    review_statistics(house.checker_unit_of_work(), now=house.clock.now(), actor=actor)

    assert len([one for one in asked if "ledger" in one]) == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(90, "an hour"), (5 * 3600, "5 hours"), (36 * 3600, "1.5 working days")],
)
def test_working_time_is_said_in_words(seconds, words):
    assert working_time(seconds) == words
