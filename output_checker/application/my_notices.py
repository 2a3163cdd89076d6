"""What a person hears of, and how they want to hear of it; and for admins, what was not sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.application.outbox_ports import OutboxUnitOfWork
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.errors import NotFound
from output_checker.domain.message import Message
from output_checker.domain.notice import KeptNotice, NoticeKind
from output_checker.domain.notice_words import MANNERS, Delivery

A_PAGE: Final = 50
MOST_TROUBLED: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesView:
    """Attributes: `older` is the number below which the next page begins; None: there is none."""

    notices: tuple[KeptNotice, ...]
    unread: int
    older: int | None


def my_notices(uow: UnitOfWork, *, actor: Actor, before: int | None = None) -> NoticesView:
    with uow:
        found = uow.notices.of(actor.username, before=before, most=A_PAGE + 1)
        unread = uow.notices.unread(actor.username)
    shown = tuple(found[:A_PAGE])
    return NoticesView(
        notices=shown,
        unread=unread,
        older=shown[-1].notice_id if len(found) > A_PAGE else None,
    )


def mark_read(uow: UnitOfWork, clock: Clock, *, actor: Actor, notice_id: int | None = None) -> None:
    """Mark one notice as read, or all.

    Raises:
        NotFound: No such notice, or another person's.
    """
    with uow:
        is_there = uow.notices.read(actor.username, at=clock.now(), notice_id=notice_id)
        if notice_id is not None and not is_there:
            raise NotFound("There is no such notice, or it is not yours")
        uow.commit()


def my_wishes(uow: UnitOfWork, *, actor: Actor) -> Mapping[NoticeKind, Delivery]:
    """For each kind, how this person is told of it by mail, in the order of the kinds."""
    with uow:
        chosen = uow.notices.wishes(actor.username)
    return {kind: chosen.get(kind, manner.by_default) for kind, manner in MANNERS.items()}


def choose(uow: UnitOfWork, *, actor: Actor, wishes: Mapping[NoticeKind, Delivery]) -> None:
    with uow:
        uow.notices.wish(actor.username, wishes)
        uow.commit()


def not_sent(uow: OutboxUnitOfWork, *, actor: Actor) -> Sequence[Message]:
    """Messages that could not be sent so far, for administrators; nothing for others."""
    if not actor.is_admin:
        return ()
    with uow:
        return uow.outbox.troubled(MOST_TROUBLED)


def try_again(uow: OutboxUnitOfWork, clock: Clock, *, actor: Actor) -> int:
    """Send once more what was given up. Returns: how many messages that is.

    Raises:
        NotFound: The actor is no administrator.
    """
    if not actor.is_admin:
        raise NotFound("There is no such page, or it is not yours to see.")
    with uow:
        revived = uow.outbox.revive(at=clock.now())
        uow.commit()
    return revived
