"""Organisations and what people do for them, kept in a real PostgreSQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.application import queries
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.person import Person

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def uow(sessions):
    return SqlUnitOfWork(sessions, record_on=lambda _session: None, key=b"key")


@pytest.fixture
def organisation(uow, tag):
    made = Organisation(organisation_id=f"o{tag}", title="Office", kind=OrganisationKind.PUBLIC)
    with uow:
        uow.organisations.save(made, at=NOW)
        uow.commit()
    return made


@pytest.fixture
def joins(uow, tag, organisation):
    def joins(name, *roles, is_active=True):
        username = f"{name}{tag}"
        pairs = {(organisation.organisation_id, role) for role in roles}
        person = Person(
            username=username,
            display_name=name,
            is_active=is_active,
            organisation_id=organisation.organisation_id,
        )
        with uow:
            uow.people.save(person, at=NOW)
            uow.organisations.set_roles(username, pairs)
            uow.commit()
        return username

    return joins


def test_an_organisation_is_kept_and_changes_under_its_id(uow, organisation):
    changed = Organisation(
        organisation_id=organisation.organisation_id, title="Trust", kind=OrganisationKind.TRUST
    )
    with uow:
        uow.organisations.save(changed, at=NOW)
        uow.commit()
    with uow:
        assert uow.organisations.every()[organisation.organisation_id] == changed


def test_a_role_is_held_in_the_organisation_that_gave_it(uow, organisation, joins):
    ann = joins("ann", OrganisationRole.STEWARD, OrganisationRole.ASSESSOR)
    joins("ben", OrganisationRole.ANALYST)
    with uow:
        name = organisation.organisation_id
        pairs = {(name, OrganisationRole.STEWARD), (name, OrganisationRole.ASSESSOR)}
        assert uow.organisations.roles_of(ann) == pairs
        assert uow.organisations.every_role()[ann] == pairs
        assert uow.organisations.with_role(name, OrganisationRole.STEWARD) == (ann,)


def test_setting_roles_takes_away_those_that_are_not_named(uow, organisation, joins):
    ann = joins("ann", OrganisationRole.STEWARD)
    joins("ann", OrganisationRole.CONTACT)
    with uow:
        assert uow.organisations.roles_of(ann) == {
            (organisation.organisation_id, OrganisationRole.CONTACT)
        }


def test_who_is_switched_off_has_no_role(uow, sessions, organisation, joins):
    ann = joins("ann", OrganisationRole.STEWARD, is_active=False)
    with uow, sessions() as session:
        assert uow.organisations.roles_of(ann) == frozenset()
        assert queries.roles_of(session, ann) == frozenset()
        name = organisation.organisation_id
        assert uow.organisations.with_role(name, OrganisationRole.STEWARD) == ()


def test_a_person_belongs_to_an_organisation_that_is_there(uow, tag):
    person = Person(username=f"ann{tag}", display_name="Ann", organisation_id=f"none-{tag}")
    with uow, pytest.raises(IntegrityError):
        uow.people.save(person, at=NOW)


def test_the_application_deletes_no_organisation(sessions, organisation):
    delete = text("DELETE FROM organisation WHERE organisation_id = :name")
    with sessions() as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(delete, {"name": organisation.organisation_id})
