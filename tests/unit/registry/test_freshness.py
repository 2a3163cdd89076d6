"""When a dataset is due, and when it is overdue."""

from datetime import date

import pytest

from registry.domain.catalogue import UpdateFrequency
from registry.domain.freshness import freshness


@pytest.mark.parametrize(
    ("refreshed", "frequency", "due"),
    [
        (date(2026, 1, 31), UpdateFrequency.MONTHLY, date(2026, 2, 28)),
        (date(2026, 11, 30), UpdateFrequency.QUARTERLY, date(2027, 2, 28)),
        (date(2024, 2, 29), UpdateFrequency.ANNUAL, date(2025, 2, 28)),
        (date(2026, 12, 1), UpdateFrequency.BIMONTHLY, date(2027, 2, 1)),
        (date(2026, 12, 25), UpdateFrequency.WEEKLY, date(2027, 1, 1)),
        (date(2026, 1, 1), UpdateFrequency.IRREGULAR, None),
        (date(2026, 1, 1), None, None),
        (date(9999, 12, 1), UpdateFrequency.TRIENNIAL, None),
        (date(9999, 12, 31), UpdateFrequency.DAILY, None),
    ],
)
def test_a_dataset_is_due_when_its_frequency_says(refreshed, frequency, due):
    assert freshness(refreshed, frequency, today=date(2026, 1, 1)).due == due


@pytest.mark.parametrize("frequency", UpdateFrequency)
def test_every_frequency_but_irregular_has_a_day(frequency):
    due = freshness(date(2026, 1, 1), frequency, today=date(2026, 1, 1)).due

    assert (due is None) == (frequency is UpdateFrequency.IRREGULAR)
    assert due is None or due > date(2026, 1, 1)


@pytest.mark.parametrize(
    ("today", "is_overdue"), [(date(2026, 2, 1), False), (date(2026, 2, 2), True)]
)
def test_it_is_overdue_once_the_day_is_past(today, is_overdue):
    found = freshness(date(2026, 1, 1), UpdateFrequency.MONTHLY, today=today)

    assert found.is_overdue is is_overdue
