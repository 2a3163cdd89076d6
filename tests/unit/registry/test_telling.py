"""What people hear of an application: a word for every step, and reminders by the day."""

from datetime import date, timedelta

import pytest

from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.notice_words import MANNERS, address, sentence
from registry.domain.applications.told import (
    TOLD_OF,
    ToldKind,
    days_warned,
    reminder,
)
from registry.domain.applications.workflow import Action
from tests.unit.registry.application_builders import NOON

TODAY = date(2026, 11, 23)


def test_every_step_of_the_workflow_says_who_hears_of_it_even_if_nobody_does():
    assert set(TOLD_OF) == set(Action)


def test_every_kind_of_an_application_is_a_kind_of_notice_with_words_and_a_page():
    kinds = {kind.value for kind in NoticeKind if kind.value.startswith("application_")}
    assert kinds == {kind.value for kind in ToldKind}
    for kind in map(NoticeKind, kinds):
        assert MANNERS[kind].place == "/applications/"


def test_a_notice_of_an_application_names_it_and_leads_to_it():
    notice = Notice(
        recipient="ada",
        kind=NoticeKind.APPLICATION_RETURNED,
        occasion="x",
        at=NOON,
        application_id="0123456789abcdef",
    )
    assert address(notice) == "/applications/0123456789abcdef"
    assert sentence(notice).endswith("(application 01234567)")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (4, None),
        (3, ToldKind.DUE_SOON),
        (1, ToldKind.DUE_SOON),
        (0, ToldKind.DUE_TODAY),
        (-1, ToldKind.OVERDUE),
        (-400, ToldKind.OVERDUE),
    ],
)
def test_people_are_reminded_before_the_day_on_it_and_after_it(days, said):
    assert reminder(TODAY + timedelta(days=days), TODAY) is said


@pytest.mark.parametrize(
    ("left", "warned"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_access_is_said_to_end_thirty_seven_and_one_day_before(left, warned):
    assert days_warned(TODAY + timedelta(days=left), TODAY) == warned
