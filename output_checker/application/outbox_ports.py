"""What sending notices out needs: messages that are kept, and ways out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from output_checker.domain.message import Channel, Message
from output_checker.domain.notice import KeptNotice, NoticeKind
from output_checker.domain.notice_words import Delivery


class CannotSend(Exception):
    """A message was not taken.

    Attributes:
        code: What went wrong, without an answer's words: they may quote anything.
        for_good: Whether another try would be refused as well.
    """

    def __init__(self, code: str, *, for_good: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a notice is for. `email` is None where they cannot be mailed to."""

    username: str
    email: str | None
    wishes: Mapping[NoticeKind, Delivery]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message with what it says. `address` is None where the recipient has no mail address."""

    message: Message
    notices: tuple[KeptNotice, ...]
    address: str | None


class WayOut(Protocol):
    def send(self, letter: Letter) -> None:
        """Raises: CannotSend, when nobody took it."""


class Outbox(Protocol):
    def hold(self) -> None:
        """Keep every other process from planning until the transaction ends."""

    def unplanned(self, most: int) -> Sequence[KeptNotice]:
        """Notices of which nobody has decided yet what is sent, oldest first."""

    def addressee(self, username: str) -> Addressee: ...

    def digest(self, recipient: str, *, due_at: datetime) -> Message | None: ...

    def add(self, message: Message) -> None: ...

    def put_in(self, message: Message, notice_id: int) -> None: ...

    def planned(self, notice_ids: Sequence[int], *, at: datetime) -> None: ...

    def lock_due(self, now: datetime, channels: Iterable[Channel]) -> Letter | None:
        """A message that should go out now, kept from other processes; None: there is none."""

    def settle(self, message: Message) -> None: ...

    def troubled(self, most: int) -> Sequence[Message]:
        """Messages that failed and are not sent, the latest first."""

    def revive(self, *, at: datetime) -> int:
        """Try again what was given up. Returns: how many messages that is."""

    def note_ended(self, *, at: datetime) -> Mapping[str, int]:
        """How many ended since this was last asked: `email_sent`, `webhook_given_up`, ..."""


class OutboxUnitOfWork(Protocol):
    """One transaction of whoever sends."""

    @property
    def outbox(self) -> Outbox: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None: ...
