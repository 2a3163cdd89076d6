"""What somebody was taught, until when it counts, and what is asked for that they lack."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

WARNED_AHEAD: Final = timedelta(days=30)


class TrainingState(StrEnum):
    VALID = "valid"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    NOT_YET = "not_yet"

    @property
    def counts(self) -> bool:
        return self in (TrainingState.VALID, TrainingState.ENDS_SOON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A course that somebody completed.

    Attributes: `expires_on` is the last day on which it counts, in UTC.
    """

    course: str
    completed_on: date
    expires_on: date

    def state(self, today: date) -> TrainingState:
        if today < self.completed_on:
            return TrainingState.NOT_YET
        if today > self.expires_on:
            return TrainingState.EXPIRED
        if today > self.expires_on - WARNED_AHEAD:
            return TrainingState.ENDS_SOON
        return TrainingState.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """A course that is asked for. `expired_on` is None where there is no record that ever held."""

    course: str
    expired_on: date | None = None

    def __str__(self) -> str:
        if self.expired_on is None:
            return f"{self.course} (no record of it)"
        return f"{self.course} (counted until {self.expired_on})"


def lacking(asked: AbstractSet[str], held: Mapping[str, Training], today: date) -> tuple[Lack, ...]:
    """The courses asked for that do not count today, in order of their names."""
    return tuple(
        _lack(course, held.get(course), today)
        for course in sorted(asked)
        if course not in held or not held[course].state(today).counts
    )


def _lack(course: str, record: Training | None, today: date) -> Lack:
    if record is None or record.state(today) is TrainingState.NOT_YET:
        return Lack(course=course)
    return Lack(course=course, expired_on=record.expires_on)


def refusal_words(lacks: tuple[Lack, ...], stewards: tuple[str, ...]) -> str:
    """What somebody reads whose workspace does not start for want of training.

    Args:
        lacks: At least one.
        stewards: Names of those who keep the records of their organisation.
    """
    courses = ", ".join(map(str, lacks))
    whom = " or ".join(stewards) or "the project's administrator"
    noun = "a course that counts" if len(lacks) == 1 else "courses that count"
    return f"This project's data ask for {noun}: {courses}. Ask {whom} to record it."
