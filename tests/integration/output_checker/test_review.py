"""Voting on a real PostgreSQL, also by two at the same moment."""

import json
import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event

from output_checker.adapters.queue.jobs import SessionJobs
from output_checker.adapters.system import SystemClock
from output_checker.application.claim import claim
from output_checker.application.consent import override
from output_checker.application.keep_time import Timekeeping, keep_time
from output_checker.application.queries import request_page, review_queue
from output_checker.application.record_view import open_review
from output_checker.application.release import release
from output_checker.application.steer_review import declare_conflict
from output_checker.application.withdraw import withdraw
from output_checker.disclosure.model import Verdict
from output_checker.domain.errors import (
    AlreadyVoted,
    ConcurrentUpdate,
    Conflict,
    Forbidden,
    NotFound,
)
from output_checker.domain.review import Vote
from output_checker.domain.workflow import State


def state(house, request_id: str) -> str:
    return house.scalar("SELECT state FROM release_request WHERE request_id = :id", id=request_id)


def jobs(house, task: str = "release") -> int:
    return house.scalar("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :t", t=task)


def test_two_approvals_queue_one_release(house):
    request_id = house.submit("a.csv")["request_id"]

    house.vote("ben", request_id)
    assert (state(house, request_id), jobs(house)) == ("review", 0)

    house.vote("cat", request_id)
    assert (state(house, request_id), jobs(house)) == ("approved", 1)


@pytest.mark.parametrize("username", ["ada", "mo"])
def test_the_author_and_members_are_refused_though_they_are_checkers(house, username):
    request_id = house.submit("a.csv")["request_id"]
    assert house.project in house.person(username).checks

    with pytest.raises(Forbidden):
        house.vote(username, request_id)
    assert house.scalar("SELECT count(*) FROM review") == 0


def test_a_row_for_the_same_checker_cannot_be_written_twice(house):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)

    with pytest.raises(AlreadyVoted):
        house.vote("ben", request_id)

    assert house.scalar("SELECT count(*) FROM review") == 1
    assert house.events().count("review.recorded") == 1


def at_once(*acts) -> list[BaseException | None]:
    """Run acts in threads that start together; returns what each raised."""
    gate = threading.Barrier(len(acts))
    outcomes: list[BaseException | None] = [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            act()
        except Conflict as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize("attempt", range(8))
def test_two_checkers_at_the_same_moment_are_both_counted(house, attempt):
    request_id = house.submit("a.csv")["request_id"]

    outcomes = at_once(lambda: house.vote("ben", request_id), lambda: house.vote("cat", request_id))

    assert outcomes == [None, None]
    assert (state(house, request_id), jobs(house)) == ("approved", 1)
    counted = Counter(house.events())
    assert (counted["review.recorded"], counted["request.approve"]) == (2, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_an_approval_and_a_rejection_at_the_same_moment_end_in_one_state(house, attempt):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)

    outcomes = at_once(
        lambda: house.vote("cat", request_id),
        lambda: withdraw(
            house.uow(), SystemClock(), request_id=request_id, actor=house.person("ada")
        ),
    )

    # Both may stand, one after the other: an approved request can be withdrawn.
    final = state(house, request_id)
    counted = Counter(house.events())
    assert final == "withdrawn"
    assert counted["request.withdraw"] == 1
    assert counted["request.approve"] == (1 if outcomes[0] is None else 0)
    assert isinstance(outcomes[0], Conflict | None)


def test_the_same_checker_in_two_windows_counts_once(house):
    request_id = house.submit("a.csv")["request_id"]

    outcomes = at_once(*[lambda: house.vote("ben", request_id)] * 4)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert house.scalar("SELECT count(*) FROM review") == 1
    assert state(house, request_id) == "review"


def test_who_loaded_an_older_version_saves_nothing(house):
    request_id = house.submit("a.csv")["request_id"]
    ada = house.person("ada")
    with house.uow() as uow:
        old = uow.requests.get(request_id, visible_to=ada)
    house.vote("ben", request_id)

    with house.uow() as uow, pytest.raises(ConcurrentUpdate):
        uow.requests.save(old)


def test_a_vote_its_line_and_its_job_fail_together(house):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)

    def fail_to_commit(_session):
        raise RuntimeError("the machine stops here")

    event.listen(house.sessions, "before_commit", fail_to_commit)
    try:
        with pytest.raises(RuntimeError):
            house.vote("cat", request_id)
    finally:
        event.remove(house.sessions, "before_commit", fail_to_commit)

    assert (state(house, request_id), jobs(house)) == ("review", 0)
    assert house.scalar("SELECT count(*) FROM review") == 1
    assert house.events().count("review.recorded") == 1


def test_a_job_is_not_there_before_the_commit(house):
    with house.uow() as uow:
        assert isinstance(uow.jobs, SessionJobs)
        uow.jobs.enqueue("release", request_id="a" * 32)
        assert jobs(house) == 0
        uow.commit()

    assert jobs(house) == 1


def test_a_file_that_fails_never_reaches_review(house):
    house.checks.verdicts = {"b.csv": Verdict.FAIL}

    answer = house.submit("a.csv", "b.csv")

    assert answer["state"] == "draft"
    assert review_queue(house.uow(), house.person("ben")) == ()


def test_votes_are_blind_until_both_have_voted(house):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)

    page = request_page(house.uow(), request_id, house.person("cat"))

    assert (page.votes, page.hidden_votes) == ((), 1)


def test_looking_is_in_the_ledger(house):
    request_id = house.submit("a.csv")["request_id"]

    page = open_review(house.uow(), SystemClock(), request_id=request_id, actor=house.person("ben"))

    assert page.files[0].previews[0]["header"] == ["a"]
    assert house.events()[-1] == "request.viewed"


def test_a_removed_checker_can_no_longer_vote(house, database):
    request_id = house.submit("a.csv")["request_id"]
    database.as_superuser(
        f"DELETE FROM project_checker WHERE project_id = '{house.project}' AND username = 'ben'"
    )

    with pytest.raises(NotFound):
        house.vote("ben", request_id)


def test_a_returned_request_is_judged_anew(house):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)
    house.vote("cat", request_id, Vote.RETURN)
    house.give_back("cat", request_id)

    answer = house.submit("b.csv", request_id=request_id)
    assert answer["state"] == "submitted"
    house.vote("cat", request_id, turn=2)

    assert state(house, request_id) == State.REVIEW
    house.vote("ben", request_id, turn=2)
    assert state(house, request_id) == State.APPROVED


def test_what_a_checker_said_first_stays_beside_what_they_say_after_conferring(house):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)
    house.vote("cat", request_id, Vote.RETURN)
    assert state(house, request_id) == "consolidating"

    house.vote("cat", request_id)

    assert state(house, request_id) == "approved"
    said = "SELECT string_agg(vote, ' ' ORDER BY revision) FROM review WHERE checker = 'cat'"
    assert house.scalar(said) == "return approve"


def test_returning_early_voids_the_votes_of_others_and_keeps_their_rows(house):
    request_id = house.submit("a.csv")["request_id"]
    house.vote("ben", request_id)

    house.give_back("cat", request_id)

    assert state(house, request_id) == "returned"
    page = request_page(house.uow(), request_id, house.person("ada"))
    assert [vote.checker for vote in page.votes] == ["cat"]
    said = "SELECT string_agg(vote, ' ' ORDER BY revision) FROM review WHERE checker = 'ben'"
    assert house.scalar(said) == "approve undecided"


def failing(house, database, **release):
    """A request with a failing file, in a project with these terms."""
    database.as_superuser(
        f"UPDATE project SET release = '{json.dumps(release)}' WHERE project_id = '{house.project}'"
    )
    house.checks.verdicts = {"a.csv": Verdict.FAIL}
    answer = house.submit("a.csv")
    with house.uow() as uow:
        [file] = uow.files.of(answer["request_id"], turn=1)
    return answer, file


def let_pass(house, username, request_id, file):
    return override(
        house.uow(),
        SystemClock(),
        request_id=request_id,
        file_id=file.file_id,
        reason="Published by the office already",
        actor=house.person(username),
    )


def test_a_failing_file_leaves_by_two_overrides_beside_two_checkers(house, database):
    answer, file = failing(house, database, override=["audrey", "cat"])
    request_id = answer["request_id"]
    assert answer["state"] == "submitted"

    house.vote("ben", request_id)
    house.vote("cat", request_id)
    let_pass(house, "cat", request_id, file)
    let_pass(house, "cat", request_id, file)
    assert (state(house, request_id), jobs(house)) == ("review", 0)
    let_pass(house, "audrey", request_id, file)

    assert (state(house, request_id), jobs(house)) == ("approved", 1)
    assert release(house.releasing, request_id=request_id) is State.RELEASED


def test_members_of_the_project_do_not_override(house, database):
    answer, file = failing(house, database, override=["mo", "cat"])

    with pytest.raises(Forbidden):
        let_pass(house, "mo", answer["request_id"], file)


def test_a_claim_and_a_due_date_are_kept(house):
    request_id = house.submit("a.csv")["request_id"]

    claim(house.uow(), SystemClock(), request_id=request_id, actor=house.person("ben"))
    taken = claim(
        house.uow(),
        SystemClock(),
        request_id=request_id,
        actor=house.person("cat"),
        instead_of="ben",
        word="You are away",
    )

    [waiting] = review_queue(house.uow(), house.person("ben"))
    assert waiting.claims == taken.claims
    assert waiting.claims[0].word == "You are away"
    assert waiting.due_at is not None
    told = "SELECT recipient FROM notice WHERE kind = 'taken_over'"
    assert house.scalar(told) == "ben"


def test_a_declared_conflict_is_kept(house):
    request_id = house.submit("a.csv")["request_id"]

    declare_conflict(house.uow(), SystemClock(), request_id=request_id, actor=house.person("ben"))

    with pytest.raises(Forbidden, match="conflict"):
        house.vote("ben", request_id)


class LaterClock:
    def __init__(self, days):
        self.at = SystemClock().now() + timedelta(days=days)

    def now(self):
        return self.at


def later(house, days):
    return keep_time(Timekeeping(unit_of_work=house.uow, clock=LaterClock(days)))


def test_reminders_are_rows_and_written_once(house):
    request_id = house.submit("a.csv")["request_id"]

    assert later(house, 20) == (2, 0)
    assert later(house, 21) == (0, 0)
    rows = (
        "SELECT string_agg(recipient || ' ' || kind, ', ' ORDER BY recipient) FROM notice"
        " WHERE kind LIKE 'review%'"
    )
    assert house.scalar(rows) == "ben review_overdue, cat review_overdue"
    assert state(house, request_id) == "submitted"


def test_a_draft_that_is_forgotten_expires(house):
    house.checks.verdicts = {"a.csv": Verdict.FAIL}
    request_id = house.submit("a.csv")["request_id"]

    assert later(house, 89)[1] == 0
    assert later(house, 91)[1] == 1
    assert state(house, request_id) == "expired"


def test_a_release_that_nobody_collected_expires_and_one_that_was_fetched_does_not(house, database):
    first, second = house.approved("a.csv"), house.approved("b.csv")
    for request_id in (first, second):
        release(house.releasing, request_id=request_id)
    database.as_superuser(f"UPDATE link SET downloads = 1 WHERE request_id = '{second}'")

    assert later(house, 31)[1] == 1

    assert (state(house, first), state(house, second)) == ("expired", "released")
    assert house.scalar("SELECT count(*) FROM link WHERE revoked_at IS NOT NULL") == 1
