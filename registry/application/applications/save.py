"""Keep what was typed into a draft: it is never refused for what it says."""

from collections.abc import Mapping

from registry.application.applications.opened import Opened, keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.application import Application
from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.form import QUESTIONS
from registry.domain.applications.gateways import Register
from registry.domain.applications.problems import LONGEST_ANSWER
from registry.domain.applications.referrals import may_know_of
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound


def save_answers(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    answers: Mapping[str, str],
) -> Application:
    """Keep the answers to the form's questions; what the form does not ask is left out.

    Raises:
        NotFound: It is not theirs to see.
        NotAllowed, NotNow: It is not theirs to change, or not now.
    """
    known = {
        key: said.replace("\0", "")[: LONGEST_ANSWER + 1]
        for key, said in answers.items()
        if key in QUESTIONS
    }
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        moved, event = steps.save(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            answers=known,
        )
        kept = keep(uow, moved, event, opened.context)
        uow.commit()
    return kept


def save_dataset(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    asked: AskedDataset,
) -> Application:
    """Ask for a dataset version; takes the place of what was asked of the same dataset.

    Raises:
        NotFound: There is no such dataset, or the application is not theirs to see.
        NotAllowed, NotNow: It is not theirs to change, or not now.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        has_it = any(one.version_id == asked.version_id for one in opened.application.datasets)
        dataset = opened.context.datasets.get(asked.version_id)
        if dataset is None or not (has_it or may_know_of(dataset, opened.party)):
            raise NotFound("There is no such dataset.")
        name = asked.version_id.dataset_id
        before = opened.application.datasets
        if any(one.version_id.dataset_id == name for one in before):
            datasets = [asked if one.version_id.dataset_id == name else one for one in before]
        else:
            datasets = [*before, asked]
        kept = _save_datasets(uow, opened, datasets)
        uow.commit()
    return kept


def remove_dataset(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    version_id: VersionId,
) -> Application:
    """Ask for a dataset no longer."""
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        left = [one for one in opened.application.datasets if one.version_id != version_id]
        kept = _save_datasets(uow, opened, left)
        uow.commit()
    return kept


def _save_datasets(
    uow: ApplicationUnitOfWork, opened: Opened, datasets: list[AskedDataset]
) -> Application:
    moved, event = steps.save(
        opened.application,
        party=opened.party,
        at=opened.at,
        context=opened.context,
        datasets=datasets,
    )
    return keep(uow, moved, event, opened.context)
