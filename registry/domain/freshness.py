"""When a dataset is due to be made anew, and whether that is past."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from registry.domain.catalogue import UpdateFrequency

_DAYS: Final[Mapping[UpdateFrequency, int]] = {
    UpdateFrequency.CONTINUOUS: 1,
    UpdateFrequency.DAILY: 1,
    UpdateFrequency.THREE_TIMES_A_WEEK: 3,
    UpdateFrequency.SEMIWEEKLY: 4,
    UpdateFrequency.WEEKLY: 7,
    UpdateFrequency.THREE_TIMES_A_MONTH: 11,
    UpdateFrequency.BIWEEKLY: 14,
    UpdateFrequency.SEMIMONTHLY: 16,
}
_MONTHS: Final[Mapping[UpdateFrequency, int]] = {
    UpdateFrequency.MONTHLY: 1,
    UpdateFrequency.BIMONTHLY: 2,
    UpdateFrequency.QUARTERLY: 3,
    UpdateFrequency.THREE_TIMES_A_YEAR: 4,
    UpdateFrequency.SEMIANNUAL: 6,
    UpdateFrequency.ANNUAL: 12,
    UpdateFrequency.BIENNIAL: 24,
    UpdateFrequency.TRIENNIAL: 36,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Attributes: `due` is None where no frequency says when."""

    refreshed: date
    due: date | None
    is_overdue: bool


def freshness(refreshed: date, frequency: UpdateFrequency | None, *, today: date) -> Freshness:
    """A dataset is overdue once the day is past on which it should have been made anew."""
    due = _next_due(refreshed, frequency) if frequency else None
    return Freshness(refreshed=refreshed, due=due, is_overdue=due is not None and today > due)


def _next_due(refreshed: date, frequency: UpdateFrequency) -> date | None:
    try:
        if frequency in _DAYS:
            return refreshed + timedelta(days=_DAYS[frequency])
        if frequency in _MONTHS:
            return _months_later(refreshed, _MONTHS[frequency])
    except (OverflowError, ValueError):
        return None
    return None


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
