"""Send out what people should hear of: decide once what goes where, then try until it is taken.

What is sent twice because a process died between being heard and writing that down is the same
message with the same name, so that who receives it can tell.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from output_checker.application.outbox_ports import (
    CannotSend,
    OutboxUnitOfWork,
    WayOut,
)
from output_checker.application.ports import Clock, Ids
from output_checker.domain.message import Channel, Message, next_digest
from output_checker.domain.notice import KeptNotice
from output_checker.domain.notice_words import MANNERS, Delivery

AT_ONCE: Final = 200
# What happened before anybody could be written to is read in Haven, and not mailed years later.
TOO_OLD: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What sending works with; `digest_hour` is in UTC."""

    unit_of_work: Callable[[], OutboxUnitOfWork]
    clock: Clock
    ids: Ids
    ways: Mapping[Channel, WayOut]
    digest_hour: int


def plan(deps: Sending) -> int:
    """Decide what is sent of notices that nobody has looked at.

    Returns:
        How many notices were looked at; when it is `AT_ONCE`, there may be more.
    """
    now = deps.clock.now()
    with deps.unit_of_work() as uow:
        uow.outbox.hold()
        found = uow.outbox.unplanned(AT_ONCE)
        for one in found:
            if now - one.notice.at <= TOO_OLD:
                _plan(deps, uow, one, now)
        uow.outbox.planned([one.notice_id for one in found], at=now)
        uow.commit()
    return len(found)


def send_next(deps: Sending) -> Message | None:
    """Try the next message that is due. Returns: how it stands now; None: nothing is due."""
    now = deps.clock.now()
    with deps.unit_of_work() as uow:
        letter = uow.outbox.lock_due(now, deps.ways)
        if letter is None:
            return None
        message = letter.message
        try:
            deps.ways[message.channel].send(letter)
        except CannotSend as problem:
            message = message.failed(now, problem.code, for_good=problem.for_good)
        else:
            message = message.sent(now)
        uow.outbox.settle(message)
        uow.commit()
    return message


def _plan(deps: Sending, uow: OutboxUnitOfWork, kept: KeptNotice, now: datetime) -> None:
    if Channel.WEBHOOK in deps.ways:
        _open(deps, uow, kept, Channel.WEBHOOK, now)
    if Channel.EMAIL not in deps.ways:
        return
    addressee = uow.outbox.addressee(kept.notice.recipient)
    kind = kept.notice.kind
    wished = addressee.wishes.get(kind, MANNERS[kind].by_default)
    if addressee.email is None or wished is Delivery.OFF:
        return
    if wished is Delivery.EACH:
        _open(deps, uow, kept, Channel.EMAIL, now)
        return
    due_at = next_digest(now, deps.digest_hour)
    digest = uow.outbox.digest(addressee.username, due_at=due_at)
    if digest is None:
        _open(deps, uow, kept, Channel.EMAIL, due_at, is_digest=True)
    else:
        uow.outbox.put_in(digest, kept.notice_id)


def _open(
    deps: Sending,
    uow: OutboxUnitOfWork,
    kept: KeptNotice,
    channel: Channel,
    due_at: datetime,
    *,
    is_digest: bool = False,
) -> None:
    message = Message(
        message_id=deps.ids.new(),
        channel=channel,
        recipient=kept.notice.recipient,
        due_at=due_at,
        next_at=due_at,
        is_digest=is_digest,
    )
    uow.outbox.add(message)
    uow.outbox.put_in(message, kept.notice_id)
