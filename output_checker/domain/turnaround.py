"""How long reviews take, in working time: Saturdays and Sundays, in UTC, are not counted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnaround:
    """Times from a submission to what came of it.

    Attributes:
        decided: How many submissions were approved, returned or rejected.
        half_within_seconds, most_within_seconds: Within how much working time 50 % and 90 % of
            them were; None when there was none.
        own_reviews: On how many requests this person recorded a vote.
        own_half_within_seconds: Within how much working time half of these votes came.
    """

    decided: int = 0
    half_within_seconds: float | None = None
    most_within_seconds: float | None = None
    own_reviews: int = 0
    own_half_within_seconds: float | None = None
