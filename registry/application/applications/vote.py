"""Vote in a referral."""

from registry.application.applications.opened import keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.application import Application
from registry.domain.applications.gateways import Register
from registry.domain.applications.referrals import Says


def vote(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    seen: int,
    referral: str,
    says: Says,
    reason: str,
) -> Application:
    """Agree or object, on the submission that one looked at.

    Raises:
        NotFound: It is not theirs to see.
        NotAllowed: They are not asked, take part in it, or have a conflict.
        ChangedMeanwhile: It was submitted again since they looked.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register, seen=seen
        )
        moved, event = steps.vote(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            referral=referral,
            says=says,
            reason=reason,
        )
        uow.applications.cast(application_id, moved.votes[-1])
        kept = keep(uow, moved, event, opened.context)
        uow.commit()
    return kept
