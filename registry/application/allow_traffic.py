"""Let a person's day in a project go on after its budget is used up."""

from registry.application.ports import Clock
from registry.application.traffic_ports import TrafficUnitOfWork
from registry.domain.errors import NotValid
from registry.domain.traffic import Allowance

MEBIBYTE = 1024**2
MOST_MEBIBYTES = 10_000


def raise_day(
    uow: TrafficUnitOfWork,
    clock: Clock,
    *,
    username: str,
    project_id: str,
    mebibytes: int | None,
    actor: str,
) -> None:
    """Add to today's budget; the gateway takes it over within seconds.

    Args:
        uow: Where it is written.
        clock: Says which day it is, in UTC.
        username: Whose.
        project_id: In which project.
        mebibytes: How much; None adds what was used, so that the day begins anew.
        actor: Who does it.

    Raises:
        NotValid: More than may be added at once, or nothing.
    """
    today = clock.now().date()
    with uow:
        used = uow.traffic.shown_bytes(username, project_id, today)
        added = used if mebibytes is None else mebibytes * MEBIBYTE
        if not 0 < added <= MOST_MEBIBYTES * MEBIBYTE:
            raise NotValid(f"Add between 1 and {MOST_MEBIBYTES} MiB.")
        allowance = Allowance(username=username, project_id=project_id, day=today, bytes=added)
        uow.traffic.allow(allowance, by=actor)
        uow.record(
            event="traffic_allowed",
            actor=actor,
            subject=f"workspace:{username}/{project_id}",
            project_id=project_id,
            details={"day": today.isoformat(), "added_bytes": str(added), "used_bytes": str(used)},
        )
        uow.commit()
