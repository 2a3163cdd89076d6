"""When a course counts, and the words for one that does not."""

from datetime import date, timedelta

import pytest

from registry.domain.training import (
    WARNED_AHEAD,
    Lack,
    Training,
    TrainingState,
    lacking,
    refusal_words,
)

SAFE = Training(
    course="safe-researcher", completed_on=date(2026, 1, 10), expires_on=date(2027, 1, 10)
)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 1, 9), TrainingState.NOT_YET),
        (date(2026, 1, 10), TrainingState.VALID),
        (SAFE.expires_on - WARNED_AHEAD, TrainingState.VALID),
        (SAFE.expires_on - WARNED_AHEAD + timedelta(days=1), TrainingState.ENDS_SOON),
        (date(2027, 1, 10), TrainingState.ENDS_SOON),
        (date(2027, 1, 11), TrainingState.EXPIRED),
    ],
)
def test_a_course_counts_from_the_day_it_was_completed_to_the_last_one(today, state):
    assert SAFE.state(today) is state


def test_what_is_asked_for_and_not_held_is_lacking():
    held = {SAFE.course: SAFE}

    assert lacking({"safe-researcher"}, held, date(2026, 6, 1)) == ()
    assert lacking({"safe-researcher", "ethics"}, held, date(2027, 6, 1)) == (
        Lack(course="ethics"),
        Lack(course="safe-researcher", expired_on=date(2027, 1, 10)),
    )


def test_a_course_that_is_yet_to_be_completed_is_no_record():
    assert lacking({SAFE.course}, {SAFE.course: SAFE}, date(2025, 1, 1)) == (
        Lack(course="safe-researcher"),
    )


def test_who_is_refused_reads_the_course_and_whom_to_ask():
    lack = Lack(course="safe-researcher", expired_on=date(2027, 1, 10))

    words = refusal_words((lack,), ("Sam Steward",))

    assert "safe-researcher (counted until 2027-01-10)" in words
    assert "Ask Sam Steward" in words
    assert "Ask the project's administrator" in refusal_words((lack,), ())
