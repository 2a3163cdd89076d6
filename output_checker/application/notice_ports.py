"""What telling people needs: notices and wishes that are kept, and ways to send them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from output_checker.domain.notice import KeptNotice, Notice, NoticeKind
from output_checker.domain.notice_words import Delivery


class Notices(Protocol):
    def add(self, notice: Notice) -> bool:
        """Store a notice, once. Returns: whether it was not there yet."""

    def of(self, recipient: str, *, before: int | None, most: int) -> Sequence[KeptNotice]:
        """A person's notices, newest first, below the number `before`."""

    def unread(self, recipient: str) -> int: ...

    def read(self, recipient: str, *, at: datetime, notice_id: int | None = None) -> bool:
        """Mark one as read, or all. Returns: whether there is such a notice of this person's."""

    def wishes(self, username: str) -> Mapping[NoticeKind, Delivery]:
        """What they chose; kinds that they did not choose about are left out."""

    def wish(self, username: str, wishes: Mapping[NoticeKind, Delivery]) -> None: ...
