"""Begin an application as a copy of another that one may see and made oneself."""

from registry.application.applications.opened import note, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.start import begun
from registry.application.ports import Clock
from registry.domain.applications.application import Application
from registry.domain.applications.errors import NotAllowed
from registry.domain.applications.gateways import Register


def clone(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    new_id: str,
    actor: str,
    register: Register,
) -> Application:
    """The answers and columns of another, under no project's name; nothing that was said to it.

    Raises:
        NotFound: It is not theirs to see.
        NotAllowed: They take no part in it.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        if actor not in opened.application.people:
            raise NotAllowed("Only who takes part in an application makes a copy of it")
        answers = {
            key: said
            for key, said in opened.application.answers.items()
            if key != "about.project_id" and not key.startswith("declarations.")
        }
        copy = Application(
            application_id=new_id,
            applicant=actor,
            created_at=opened.at,
            updated_at=opened.at,
            answers=answers,
            datasets=opened.application.datasets,
            cloned_from=application_id,
        )
        uow.applications.add(copy)
        note(uow, copy, begun(copy))
        uow.commit()
    return copy
