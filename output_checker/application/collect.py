"""Fetch a released file through a link that names its one recipient."""

from dataclasses import replace
from datetime import datetime

from output_checker.application.egress import require_unfrozen
from output_checker.application.ports import Clock, Ids, UnitOfWork
from output_checker.application.store_ports import ReleaseStore
from output_checker.domain.actor import Actor
from output_checker.domain.errors import EgressFrozen, Forbidden, LinkClosed, NotFound
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.link import Link
from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_record import object_key
from output_checker.domain.workflow import State

_NO_LINK = "There is no such link, or it is not yours"


def open_link(
    uow: UnitOfWork, store: ReleaseStore, clock: Clock, *, token: str, actor: Actor
) -> tuple[str, bytes]:
    """Hand one released file to its recipient, and note that.

    Returns:
        The file's name and its bytes, which are those that were reviewed.

    Raises:
        NotFound: No such link, or another person's; the ledger notes the latter.
        LinkClosed: Expired, revoked or used up; noted too.
        EgressFrozen: Nothing leaves at present; noted too.
        IntegrityLost, DependencyUnavailable: Nothing was counted.
    """
    with uow:
        link = uow.links.lock_by_token(sha256_hex(token.encode()))
        if link is None:
            raise NotFound(_NO_LINK)
        if link.recipient != actor.username:
            _note(uow, clock, link, actor, "link.refused")
            uow.commit()
            raise NotFound(_NO_LINK)
        if why := link.why_closed(clock.now()):
            _note(uow, clock, link, actor, "link.refused")
            uow.commit()
            raise LinkClosed(why)
        if why := uow.registry.why_frozen(link.project_id):
            _note(uow, clock, link, actor, "link.refused")
            uow.commit()
            raise EgressFrozen(why)
        file = _released_file(uow, link)
        content = store.get(object_key(link.project_id, file), sha256=file.sha256)
        uow.links.save(replace(link, downloads=link.downloads + 1))
        _note(uow, clock, link, actor, "file.collected")
        uow.commit()
    return file.name.rsplit("/", 1)[-1], content


def look_at_link(uow: UnitOfWork, clock: Clock, *, token: str, actor: Actor) -> tuple[Link, str]:
    """The link and its file's name for the page before the download; counts nothing.

    Raises:
        NotFound: No such link, or another person's.
        LinkClosed, EgressFrozen: Expired, revoked or used up; or nothing leaves at present.
    """
    with uow:
        link = uow.links.lock_by_token(sha256_hex(token.encode()))
        if link is None or link.recipient != actor.username:
            raise NotFound(_NO_LINK)
        if why := link.why_closed(clock.now()):
            raise LinkClosed(why)
        require_unfrozen(uow, link.project_id)
        return link, _released_file(uow, link).name


def renew_link(uow: UnitOfWork, clock: Clock, ids: Ids, *, link_id: str, actor: Actor) -> str:
    """A new secret for a link, for its recipient; the old one stops working.

    Expiry and count stay as they were.

    Raises:
        NotFound: No such link, or another person's.
        LinkClosed, EgressFrozen: Expired, revoked or used up; or nothing leaves at present.
    """
    with uow:
        link = uow.links.lock(link_id)
        if link is None or link.recipient != actor.username:
            raise NotFound(_NO_LINK)
        if why := link.why_closed(clock.now()):
            raise LinkClosed(why)
        require_unfrozen(uow, link.project_id)
        token = ids.token()
        uow.links.save(replace(link, token_sha256=sha256_hex(token.encode())))
        _note(uow, clock, link, actor, "link.renewed")
        uow.commit()
    return token


def revoke_link(uow: UnitOfWork, clock: Clock, *, link_id: str, actor: Actor) -> Link:
    """Close a link for good: by an admin, the author, or a checker of the project.

    Raises:
        NotFound: No such link, or its request is not this actor's to see.
        Forbidden: The actor may see it, and may not close it.
    """
    with uow:
        link = uow.links.lock(link_id)
        if link is None:
            raise NotFound(_NO_LINK)
        is_close = actor.username == link.recipient or link.project_id in actor.checks
        if not (actor.is_admin or is_close):
            request = uow.requests.get(link.request_id, visible_to=actor)
            if actor.username != request.author:
                raise Forbidden("Only the author, a checker or an admin closes a link")
        revoked = link if link.revoked_at else replace(link, revoked_at=clock.now())
        uow.links.save(revoked)
        _note(uow, clock, link, actor, "link.revoked")
        uow.notices.add(_closed(revoked, actor, clock.now()))
        uow.jobs.enqueue("publish", request_id=link.request_id)
        uow.commit()
    return revoked


def _released_file(uow: UnitOfWork, link: Link) -> OutputFile:
    request = uow.requests.get(link.request_id, visible_to=_reader(link))
    found = [
        file
        for file in uow.files.of(link.request_id, turn=request.turn)
        if file.file_id == link.file_id and file.may_leave
    ]
    if request.state is not State.RELEASED or not found:
        raise NotFound(_NO_LINK)
    return found[0]


def _closed(link: Link, actor: Actor, at: datetime) -> Notice:
    return Notice(
        recipient=link.recipient,
        kind=NoticeKind.LINK_REVOKED,
        occasion=f"link/{link.link_id}",
        at=at,
        request_id=link.request_id,
        project_id=link.project_id,
        actor=actor.username,
    )


def _reader(link: Link) -> Actor:
    return Actor(username=link.recipient)


def _note(uow: UnitOfWork, clock: Clock, link: Link, actor: Actor, event: str) -> None:
    uow.ledger.append(
        at=clock.now(),
        actor=actor.username,
        event=event,
        subject=f"link:{link.link_id}",
        project=link.project_id,
        details={"request": link.request_id, "file": link.file_id, "recipient": link.recipient},
    )
