"""The parts of files that say who people are, whom they work for, and what they were taught."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from registry.adapters.fields import Course, Email, FileModel, Line, OrganisationId, Username
from registry.domain.apply_plan import WantedPerson
from registry.domain.errors import Problem, WeakPassword
from registry.domain.organisation import (
    BOARD_QUORUM,
    MOST_IN_A_QUORUM,
    Organisation,
    OrganisationKind,
    OrganisationRole,
)
from registry.domain.password import accept_new
from registry.domain.person import Person
from registry.domain.training import Training


def _a_day(value: object) -> object:
    # pydantic would take a number for seconds since 1970.
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise ValueError("must be a date such as 2027-03-31")


Day = Annotated[date, BeforeValidator(_a_day)]


class OrganisationPart(FileModel):
    id: OrganisationId
    title: Line
    kind: OrganisationKind
    board_quorum: Annotated[int, Field(ge=1, le=MOST_IN_A_QUORUM)] = BOARD_QUORUM

    def organisation(self) -> Organisation:
        return Organisation(
            organisation_id=self.id,
            title=self.title,
            kind=self.kind,
            board_quorum=self.board_quorum,
        )


class TrainingPart(FileModel):
    course: Course
    completed_on: Day
    expires_on: Day

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.expires_on < self.completed_on:
            raise ValueError("expires_on is before completed_on")
        return self

    def record(self) -> Training:
        return Training(
            course=self.course, completed_on=self.completed_on, expires_on=self.expires_on
        )


class PersonPart(FileModel):
    """What it does not say of organisation, roles there, and training stays as it is."""

    username: Username
    display_name: Line
    password: SecretStr | None = None
    roles: tuple[Literal["admin", "auditor"], ...] = ()
    active: bool = True
    email: Email | None = None
    organisation: OrganisationId | None = None
    organisation_roles: dict[OrganisationId, tuple[OrganisationRole, ...]] | None = None
    training: tuple[TrainingPart, ...] | None = None

    def wanted(self) -> WantedPerson:
        return WantedPerson(
            person=Person(
                username=self.username,
                display_name=self.display_name,
                is_admin="admin" in self.roles,
                is_auditor="auditor" in self.roles,
                is_active=self.active,
                email=self.email,
                organisation_id=self.organisation,
            ),
            first_password=self.password.get_secret_value() if self.password else None,
            keeps_organisation="organisation" not in self.model_fields_set,
            roles=self._roles(),
            training=None
            if self.training is None
            else frozenset(one.record() for one in self.training),
        )

    def _roles(self) -> frozenset[tuple[str, OrganisationRole]] | None:
        if self.organisation_roles is None:
            return None
        said = self.organisation_roles.items()
        return frozenset((name, role) for name, roles in said for role in roles)


def people_problems(people: Sequence[PersonPart]) -> Iterator[Problem]:
    """Passwords that may not be set, and courses that are written twice."""
    for index, person in enumerate(people):
        courses = [one.course for one in person.training or ()]
        for place, course in enumerate(courses):
            if course in courses[:place]:
                path = f"people[{index}].training[{place}].course"
                yield Problem(path=path, message=f"{course} is there already")
        if person.password is None:
            continue
        try:
            accept_new(person.password.get_secret_value(), username=person.username)
        except WeakPassword as weak:
            yield Problem(path=f"people[{index}].password", message=str(weak))
