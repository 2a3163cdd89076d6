"""Compare what runs with what may run, and say what must stop, and who must be warned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from registry.application.end_workspace import HUB, close
from registry.application.entitlements import Refusal
from registry.application.ports import Clock
from registry.application.workspace_ports import Grant, Refused, WorkspaceUnitOfWork, freeze_of
from registry.domain.freeze import Freeze
from registry.domain.limits import Idle
from registry.domain.workspace_session import EndReason, WorkspaceSession

# A run that the hub has not named for this long is over: the hub lost it.
LOST_AFTER: Final = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A workspace that the hub sees running.

    Attributes:
        sources: The datasets' folders that it was started with.
        networks: From where it is opened, as it was started with.
        is_active: Whether its person or a kernel did something since it was last seen.
        cpu_seconds: Processor time since its start; None where it could not be measured.
    """

    username: str
    project_id: str
    started_id: str
    tier: str
    sources: tuple[str, ...]
    is_active: bool
    cpu_seconds: float | None = None
    networks: tuple[str, ...] = ()

    def is_as_granted(self, grant: Grant) -> bool:
        return (
            grant.sources() == sorted(self.sources)
            and grant.tier == self.tier
            and {*grant.networks} == {*self.networks}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the hub must do about one: stop it for `stop`, or show `notice` to its person."""

    started_id: str
    stop: EndReason | None = None
    notice: str | None = None


def watch_workspaces(
    uow: WorkspaceUnitOfWork, clock: Clock, *, seen: Sequence[Seen]
) -> list[Verdict]:
    """One verdict for each workspace that was seen, in their order.

    Runs that are recorded and were not seen for a while are recorded as lost.
    """
    now = clock.now()
    with uow:
        recorded = {one.started_id: one for one in uow.workspaces.running()}
        freezes = uow.workspaces.freezes()
        verdicts = [
            _verdict(uow, freezes, one, recorded.pop(one.started_id, None), now) for one in seen
        ]
        for session in recorded.values():
            if now - session.seen_at > LOST_AFTER:
                close(uow, session, reason=EndReason.LOST, at=session.seen_at, actor=HUB)
        uow.commit()
    return verdicts


def _verdict(
    uow: WorkspaceUnitOfWork,
    freezes: Sequence[Freeze],
    seen: Seen,
    session: WorkspaceSession | None,
    now: datetime,
) -> Verdict:
    grant = uow.workspaces.grant(seen.username, seen.project_id, now)
    freeze = freeze_of([one for one in freezes if one.stops_running], seen.project_id)
    if isinstance(grant, Refused) and grant.code == Refusal.TRAINING:
        return Verdict(started_id=seen.started_id, stop=EndReason.UNTRAINED)
    # A workspace without its line is one that nobody allowed.
    if isinstance(grant, Refused) or session is None:
        return Verdict(started_id=seen.started_id, stop=EndReason.LAPSED)
    if not seen.is_as_granted(grant):
        return Verdict(started_id=seen.started_id, stop=EndReason.LAPSED)
    if freeze is not None:
        return Verdict(started_id=seen.started_id, stop=EndReason.FROZEN)
    if session.stop_asked_by is not None:
        return Verdict(started_id=seen.started_id, stop=EndReason.STOPPED_BY_ADMIN)
    session = replace(
        session,
        seen_at=now,
        active_at=now if seen.is_active else session.active_at,
        cpu_seconds=session.cpu_seconds if seen.cpu_seconds is None else seen.cpu_seconds,
    )
    verdict, stops_at = _time_left(grant.limits.idle, session, now)
    uow.workspaces.save(replace(session, stops_at=stops_at))
    return verdict


def _time_left(
    idle: Idle, session: WorkspaceSession, now: datetime
) -> tuple[Verdict, datetime | None]:
    """The verdict of the clock; and when the workspace stops, if that is soon."""
    ends = (
        (session.started_at + idle.longest, EndReason.TOO_LONG, _ENDS_WORDS),
        (session.active_at + idle.stop_after, EndReason.IDLE, _IDLE_WORDS),
    )
    at, reason, words = min(ends, key=lambda end: end[0])
    if now >= at:
        return Verdict(started_id=session.started_id, stop=reason), at
    if now < at - idle.warning:
        return Verdict(started_id=session.started_id), None
    notice = words.format(time=f"{at:%H:%M} UTC")
    return Verdict(started_id=session.started_id, notice=notice), at


_IDLE_WORDS = (
    "Nobody has used this workspace for a while. It stops at {time} unless you go on working; "
    "saved files stay, the memory of running kernels does not."
)
_ENDS_WORDS = (
    "This workspace has run for as long as the project allows. It stops at {time}; save your "
    "work: saved files stay, the memory of running kernels does not."
)
