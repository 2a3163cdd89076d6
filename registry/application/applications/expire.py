"""Take back what was agreed until a day that is over."""

from collections.abc import Sequence
from datetime import datetime

from registry.application.applications.opened import context_of, keep
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.provision import take_back
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.gateways import Register
from registry.domain.applications.party import PLATFORM
from registry.domain.applications.workflow import Action
from registry.domain.errors import RegistryError


class NotAllClosed(RegistryError):
    """Applications past their last day that are still in force."""

    def __init__(self, application_ids: Sequence[str]) -> None:
        names = ", ".join(application_ids)
        super().__init__(f"{len(application_ids)} could not be closed: {names}")


def expire(uow: ApplicationUnitOfWork, clock: Clock, *, register: Register) -> int:
    """Close every application whose last day is over, and its project, one after the other.

    One that cannot be closed keeps no other waiting.

    Returns:
        How many were closed.

    Raises:
        NotAllClosed: At the end, with the ids of those that could not be.
    """
    now = clock.now()
    closed, failed = 0, []
    with uow:
        over = uow.applications.past_their_end(now.date())
    for application_id in over:
        try:
            closed += _close(uow, now, application_id, register)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            failed.append((application_id, error))
    if failed:
        raise NotAllClosed([name for name, _ in failed]) from failed[0][1]
    return closed


def _close(
    uow: ApplicationUnitOfWork, at: datetime, application_id: str, register: Register
) -> bool:
    with uow:
        application = uow.applications.find(application_id, to_change=True)
        # Somebody else may have been here meanwhile.
        if application is None or application.agreed is None:
            return False
        project_id = application.agreed.project_id
        context = context_of(uow, register, at)
        moved, event = steps.end(
            application,
            Action.EXPIRE,
            party=PLATFORM,
            at=at,
            context=context,
        )
        keep(uow, moved, event, context)
        take_back(uow, project_id=project_id, actor=PLATFORM.username, at=at)
        uow.commit()
    return True
