"""When checkers should be done."""

from datetime import datetime, timedelta
from typing import Final

_SATURDAY: Final = 5


def after_working_days(at: datetime, days: int) -> datetime:
    """The same time of day so many days later, Saturdays and Sundays not counted."""
    while days:
        at += timedelta(days=1)
        if at.weekday() < _SATURDAY:
            days -= 1
    return at
