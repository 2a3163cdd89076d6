"""Begin an application."""

from collections.abc import Sequence

from registry.application.applications.opened import context_of, note, party_of
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.gateways import Register
from registry.domain.applications.referrals import may_know_of
from registry.domain.applications.workflow import Action, State
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound


def start(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    datasets: Sequence[VersionId] = (),
) -> Application:
    """An empty draft that asks for no column of some datasets yet.

    Raises:
        NotFound: A dataset is not registered, or they may not know of it.
    """
    with uow:
        at = clock.now()
        party = party_of(uow, actor)
        context = context_of(uow, register, at)
        if not all(may_know_of(context.datasets.get(one), party) for one in datasets):
            raise NotFound("There is no such dataset.")
        application = Application(
            application_id=application_id,
            applicant=party.username,
            created_at=at,
            updated_at=at,
            answers={"people.lead": actor, "people.members": actor},
            datasets=tuple(AskedDataset(version_id=one) for one in dict.fromkeys(datasets)),
        )
        uow.applications.add(application)
        note(uow, application, begun(application))
        uow.commit()
    return application


def begun(application: Application) -> Happened:
    """The event of a draft that is there now."""
    cloned = application.cloned_from
    return Happened(
        application_id=application.application_id,
        actor=application.applicant,
        action=Action.SAVE,
        was=State.DRAFT,
        now=State.DRAFT,
        submission=0,
        at=application.created_at,
        details={"cloned_from": cloned} if cloned else {},
    )
