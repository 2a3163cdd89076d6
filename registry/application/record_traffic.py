"""Take in what the gateway counted, and put into the ledger what should be seen there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from registry.application.ports import Clock
from registry.application.traffic_ports import TrafficUnitOfWork
from registry.domain.errors import NotValid
from registry.domain.traffic import Allowance, DayOfSession, Level, Owner, Reached, Scope

GATEWAY = "(gateway)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What changed since the gateway was last heard.

    Attributes:
        ended: Sessions that are over; their sums go into the ledger.
    """

    days: Sequence[DayOfSession]
    reached: Sequence[Reached]
    ended: Sequence[Owner]


def record_traffic(uow: TrafficUnitOfWork, clock: Clock, report: Report) -> Sequence[Allowance]:
    """Record a report; the same report again changes nothing.

    Returns:
        What administrators have added to days that are not over everywhere.

    Raises:
        NotValid: A name that nobody can have.
    """
    owners = [one.owner for one in report.days] + [one.owner for one in report.reached]
    if not all(owner.is_plausible() for owner in (*owners, *report.ended)):
        raise NotValid("A session of nobody was reported.")
    today = clock.now().date()
    with uow:
        for day in report.days:
            uow.traffic.save(day)
        for reached in report.reached:
            if uow.traffic.note(reached):
                _tell(uow, reached)
        for owner in report.ended:
            _close(uow, clock, owner)
        allowances = uow.traffic.allowances(since=today - timedelta(days=1))
        uow.commit()
    return allowances


def _tell(uow: TrafficUnitOfWork, reached: Reached) -> None:
    details = {
        "scope": reached.scope.value,
        "day": reached.day.isoformat(),
        "used_bytes": str(reached.used_bytes),
        "budget_bytes": str(reached.budget_bytes),
    }
    _line(uow, f"traffic_{reached.level.value}", reached.owner, details)


def _close(uow: TrafficUnitOfWork, clock: Clock, owner: Owner) -> None:
    now = clock.now()
    end = Reached(
        owner=owner, scope=Scope.SESSION, level=Level.CLOSED, day=now.date(),
        used_bytes=0, budget_bytes=0, at=now,
    )  # fmt: skip
    if uow.traffic.note(end):
        _line(uow, "traffic_closed", owner, uow.traffic.of_session(owner).counted())


def _line(uow: TrafficUnitOfWork, event: str, owner: Owner, details: dict[str, str]) -> None:
    uow.record(
        event=event,
        actor=GATEWAY,
        subject=f"workspace:{owner.username}/{owner.project_id}",
        project_id=owner.project_id,
        details={"started_id": owner.started_id, **details},
    )
