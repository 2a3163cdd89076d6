"""People, a dataset and an application for it in a house of the portal's tests."""

import uuid
from dataclasses import replace
from datetime import timedelta

from registry.adapters.gateways.register_file import shipped_register
from registry.application.applications.save import save_answers, save_dataset
from registry.application.applications.start import start
from registry.application.applications.submit import submit
from registry.domain.dataset import VersionId
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.person import Person
from tests.unit.registry.application_builders import ANSWERS, BENEFITS, benefits

REGISTER = shipped_register()
ROLES = {
    "assessor": OrganisationRole.ASSESSOR,
    "steward": OrganisationRole.STEWARD,
    "dpo": OrganisationRole.DPO,
}


class Applying:
    """`author` of a college applies for data of an office that has an assessor and a steward."""

    def __init__(self, house):
        self.house = house
        self.office, self.college = f"office-{house.tag}", f"college-{house.tag}"
        self.version_id = VersionId(dataset_id=f"benefits-{house.tag}", version="1")
        self.project_id = f"apply-{house.tag}"
        now = house.clock.now()
        with house.registry_unit_of_work() as uow:
            for one in (self.office, self.college):
                kind = OrganisationKind.PUBLIC
                uow.organisations.save(
                    Organisation(organisation_id=one, title=one, kind=kind), at=now
                )
            self._save_people(uow, now)
            entry = replace(BENEFITS.entry, owners=(self.office,))
            path = f"benefits-{house.tag}/1/benefits.parquet"
            dataset = replace(BENEFITS, version_id=self.version_id, path=path, entry=entry)
            uow.datasets.add(dataset, at=now)
            uow.commit()

    def _save_people(self, uow, now):
        for role in ("author", "member", *ROLES):
            person = Person(
                username=self.house.name(role),
                display_name=role.title(),
                email=f"{self.house.name(role)}@example.org",
                organisation_id=self.office if role in ROLES else self.college,
            )
            uow.people.save(person, at=now)
            if role in ROLES:
                uow.organisations.set_roles(person.username, {(self.office, ROLES[role])})

    def answers(self):
        end = self.house.clock.now().date() + timedelta(days=200)
        return ANSWERS | {
            "about.project_id": self.project_id,
            "about.start": str(self.house.clock.now().date()),
            "about.end": str(end),
            "handling.retention": str(end),
            "people.lead": self.house.name("author"),
            "people.members": f"{self.house.name('author')}\n{self.house.name('member')}",
        }

    def do(self, verb, application_id, **given):
        return verb(
            self.house.registry_unit_of_work(),
            self.house.clock,
            application_id=application_id,
            actor=self.house.name("author"),
            register=REGISTER,
            **given,
        )

    def draft(self):
        application_id = uuid.uuid4().hex
        self.do(start, application_id, datasets=[self.version_id])
        self.do(save_answers, application_id, answers=self.answers())
        asked = replace(benefits(), version_id=self.version_id)
        self.do(save_dataset, application_id, asked=asked)
        return application_id

    def submitted(self):
        application_id = self.draft()
        self.do(submit, application_id)
        return application_id

    def find(self, application_id):
        with self.house.registry_unit_of_work() as uow:
            return uow.applications.find(application_id)
