"""Record what an assessor found."""

from collections.abc import Mapping

from registry.application.applications.opened import keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.application import Application
from registry.domain.applications.considerations import Consideration, Outcome
from registry.domain.applications.gateways import Register
from registry.domain.errors import NotValid


def find(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    seen: int,
    found: Mapping[Consideration, tuple[Outcome, str]],
) -> Application:
    """Keep an outcome and words for each of some considerations, all or none.

    Raises:
        NotFound: It is not theirs to see.
        ChangedMeanwhile: It was submitted again since they looked.
        NotValid: Nothing was found, or an outcome lacks words.
    """
    if not found:
        raise NotValid("Say what you found of one consideration at least")
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register, seen=seen
        )
        application = opened.application
        for consideration, (outcome, words) in found.items():
            moved, event = steps.record_finding(
                application,
                party=opened.party,
                at=opened.at,
                context=opened.context,
                consideration=consideration,
                outcome=outcome,
                words=words,
            )
            application = keep(uow, moved, event, opened.context)
        uow.commit()
    return application
