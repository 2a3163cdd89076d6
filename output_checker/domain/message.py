"""A mail or a call of the webhook that tells a person of notices, and how sending it goes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

# A day and more, all in all: a mail server that is away overnight loses nothing.
MOST_ATTEMPTS: Final = 12
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message.

    Attributes:
        message_id: 32 hexadecimal digits that name it to whoever gets it, the same at each try.
        due_at: When it is complete and goes out; a digest takes up notices until then.
        next_at: When it is tried next.
        failure: The code of the last failure, never an answer's words.
        given_up_at: When it was tried as often as it is, or refused for good.
    """

    message_id: str
    channel: Channel
    recipient: str
    due_at: datetime
    next_at: datetime
    is_digest: bool = False
    attempts: int = 0
    failure: str = ""
    sent_at: datetime | None = None
    given_up_at: datetime | None = None

    def sent(self, at: datetime) -> "Message":
        return replace(self, sent_at=at, attempts=self.attempts + 1, failure="")

    def failed(self, at: datetime, code: str, *, for_good: bool) -> "Message":
        attempts = self.attempts + 1
        is_over = for_good or attempts >= MOST_ATTEMPTS
        return replace(
            self,
            attempts=attempts,
            failure=code,
            next_at=at + min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1)),
            given_up_at=at if is_over else None,
        )


def next_digest(at: datetime, hour: int) -> datetime:
    """The first time after `at` that it is this hour, in UTC."""
    today = at.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if at < today else today + timedelta(days=1)
