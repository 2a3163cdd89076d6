"""Ask those whose votes are needed."""

from collections.abc import Sequence
from datetime import date

from registry.application.applications.opened import keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.application import Application
from registry.domain.applications.gateways import Register
from registry.domain.applications.referrals import ReferralKind


def refer(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    due_on: date | None,
    also: Sequence[ReferralKind] = (),
) -> Application:
    """Refer it to everybody whom the rules name and, where asked for, to others.

    Raises:
        NotFound: It is not theirs to see.
        NotAllowed, NotNow, NotValid: Not theirs, not now, or due in the past.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        moved, event = steps.refer(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            due_on=due_on,
            also=also,
        )
        kept = keep(uow, moved, event, opened.context)
        uow.commit()
    return kept
