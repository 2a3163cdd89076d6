"""Organisations, and people with their training, by the API."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from registry.application import organisation_queries
from registry.application.organisation_queries import OrganisationView
from registry.application.people_queries import TaughtPerson
from registry.domain.errors import NotFound
from registry.domain.organisation import OrganisationKind, OrganisationRole
from registry.domain.training import TrainingState
from registry.web.api.words import NOT_YOURS, ProjectId, Username
from registry.web.people import find_people
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["organisations"])

OrganisationId = Annotated[str, Field(examples=["fictional-statistics"])]
OrganisationPath = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9-]{1,30}$", examples=["fictional-statistics"])
]


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Organisation(Answer):
    """An organisation; the counts are null for who may not know them."""

    organisation_id: OrganisationId
    title: str
    kind: OrganisationKind
    people: int | None
    datasets: int | None


class Organisations(Answer):
    organisations: tuple[Organisation, ...]


class Holders(Answer):
    role: OrganisationRole
    people: tuple[Username, ...]


class OwnedDataset(Answer):
    dataset_id: str
    title: str
    version: str
    versions: int


class RelatedProject(Answer):
    project_id: ProjectId
    title: str
    ends_on: date
    open: bool
    uses_data: bool
    has_people: bool


class OrganisationInFull(Answer):
    """What you may know of it: roles and datasets are for its own people."""

    organisation_id: OrganisationId
    title: str
    kind: OrganisationKind
    is_inside: bool
    roles: tuple[Holders, ...]
    datasets: tuple[OwnedDataset, ...]
    projects: tuple[RelatedProject, ...]


class Record(Answer):
    """A course that somebody completed, and whether it counts today."""

    course: str
    completed_on: date
    expires_on: date
    state: TrainingState


class TaughtPersonAnswer(Answer):
    """A person; `lacks` are courses that their projects ask for and that do not count today."""

    username: Username
    display_name: str
    is_active: bool
    organisation_id: OrganisationId | None
    training: tuple[Record, ...]
    lacks: tuple[str, ...]


class People(Answer):
    people: tuple[TaughtPersonAnswer, ...]


@router.get("/organisations")
def list_organisations(shell: CurrentShell, viewer: CurrentViewer) -> Organisations:
    """Every organisation."""
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        found = organisation_queries.organisations(session, sight)
    return Organisations(organisations=tuple(map(Organisation.model_validate, found)))


@router.get("/organisations/{organisation_id}", responses=NOT_YOURS)
def show_organisation(
    organisation_id: OrganisationPath, shell: CurrentShell, viewer: CurrentViewer
) -> OrganisationInFull:
    """An organisation, as far as you may know it."""
    today = shell.clock.now().date()
    with shell.reading() as session:
        sight = organisation_queries.sight_of(session, viewer)
        found = organisation_queries.organisation(session, sight, organisation_id, today)
    if found is None:
        raise NotFound("There is no organisation of this name.")
    return _in_full(found)


@router.get("/people", responses=NOT_YOURS)
def list_people(
    shell: CurrentShell,
    viewer: CurrentViewer,
    organisation: Annotated[str, Query(max_length=64)] = "",
) -> People:
    """The people of the organisations that you are a steward of; admins and auditors: all."""
    found, _ = find_people(shell, viewer, shell.clock.now().date(), organisation)
    return People(people=tuple(map(_person, found)))


def _in_full(view: OrganisationView) -> OrganisationInFull:
    return OrganisationInFull(
        organisation_id=view.organisation.organisation_id,
        title=view.organisation.title,
        kind=view.organisation.kind,
        is_inside=view.is_inside,
        roles=tuple(
            Holders(role=one.role, people=tuple(name for name, _ in one.people))
            for one in view.roles
        ),
        datasets=tuple(map(OwnedDataset.model_validate, view.datasets)),
        projects=tuple(map(RelatedProject.model_validate, view.projects)),
    )


def _person(one: TaughtPerson) -> TaughtPersonAnswer:
    return TaughtPersonAnswer(
        username=one.username,
        display_name=one.display_name,
        is_active=one.is_active,
        organisation_id=one.organisation_id,
        training=tuple(
            Record(
                course=record.course,
                completed_on=record.completed_on,
                expires_on=record.expires_on,
                state=state,
            )
            for record, state in one.training
        ),
        lacks=tuple(lack.course for lack in one.lacks),
    )
