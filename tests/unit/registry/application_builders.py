"""An application and the people around it, for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from registry.adapters.gateways.register_file import shipped_register
from registry.domain.applications import deciding, steps
from registry.domain.applications.application import Application, Context
from registry.domain.applications.asked import AskedColumn, AskedDataset
from registry.domain.applications.considerations import Consideration, Outcome
from registry.domain.applications.party import Party
from registry.domain.applications.provision import terms_of
from registry.domain.applications.referrals import Says
from registry.domain.catalogue import CatalogueEntry, Discoverable, PublishedAlternative
from registry.domain.dataset import DatasetVersion, Field, FieldRole, VersionId
from registry.domain.organisation import OrganisationRole as Role
from registry.domain.view_spec import Alternative, Transform, TransformKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.date()
YEAR = Transform(kind=TransformKind.YEAR_OF)
FLAG = Transform(kind=TransformKind.FLAG)
HASH = Transform(kind=TransformKind.HASH)

BENEFITS = DatasetVersion(
    version_id=VersionId(dataset_id="benefits", version="1"),
    title="Benefits",
    summary="Who receives what",
    publisher="dwp",
    unit="person",
    path="benefits/1/benefits.parquet",
    sha256="a" * 64,
    entity="person",
    identifiers=("nino",),
    policy="sacro-10",
    fields=(
        Field(name="person", type="string", role=FieldRole.ENTITY),
        Field(name="nino", type="string", role=FieldRole.DIRECT_IDENTIFIER),
        Field(
            name="date_of_birth",
            type="date",
            role=FieldRole.QUASI,
            alternatives=(
                Alternative(name="year_of_birth", transform=YEAR),
                Alternative(
                    name="age_band",
                    transform=Transform(kind=TransformKind.BAND, edges=(25.0, 50.0)),
                ),
            ),
        ),
        Field(
            name="benefit_type",
            type="string",
            role=FieldRole.SENSITIVE,
            alternatives=(Alternative(name="on_benefit", transform=FLAG),),
        ),
        Field(name="telephone", type="string", is_never_in_view=True),
        Field(name="region", type="string", role=FieldRole.QUASI),
    ),
    entry=CatalogueEntry(
        owners=("dwp",),
        discoverable=Discoverable.SIGNED_IN,
        published_alternatives=(PublishedAlternative(alternative_id="stat-xplore"),),
    ),
)
EARNINGS = DatasetVersion(
    version_id=VersionId(dataset_id="earnings", version="2"),
    title="Earnings",
    summary="Who earns what",
    publisher="hmrc",
    unit="person",
    path="earnings/2/earnings.parquet",
    sha256="b" * 64,
    entity=None,
    identifiers=(),
    policy="sacro-10",
    fields=(Field(name="pay", type="number", role=FieldRole.MEASURE),),
    entry=CatalogueEntry(owners=("hmrc",)),
)
DATASETS = {one.version_id: one for one in (BENEFITS, EARNINGS)}
CONTEXT = Context(datasets=DATASETS, register=shipped_register(), today=TODAY)

ADA = Party(username="ada", organisation="college")
DAN = Party(username="dan", organisation="dwp", roles=frozenset({("dwp", Role.ASSESSOR)}))
OLGA = Party(username="olga", organisation="dwp", roles=frozenset({("dwp", Role.STEWARD)}))
HUGO = Party(username="hugo", organisation="hmrc", roles=frozenset({("hmrc", Role.DATA_OWNER)}))
HANA = Party(username="hana", organisation="hmrc", roles=frozenset({("hmrc", Role.ASSESSOR)}))
DORA = Party(username="dora", organisation="dwp", roles=frozenset({("dwp", Role.DPO)}))
LARS = Party(username="lars", organisation="dwp", roles=frozenset({("dwp", Role.LEGAL)}))
ERIK = Party(username="erik", organisation="dwp", roles=frozenset({("dwp", Role.ETHICS)}))
ADMIN = Party(username="root", is_admin=True)
AUDITOR = Party(username="audit", is_auditor=True)
STRANGER = Party(username="stranger", organisation="shop")
EVERYBODY = (ADA, DAN, OLGA, HUGO, HANA, DORA, LARS, ERIK, ADMIN, AUDITOR, STRANGER)

ANSWERS = {
    "about.title": "Pay and place",
    "about.project_id": "pay-and-place",
    "about.lay_summary": "Who earns what where.",
    "about.purposes": "research\npolicy",
    "about.processing": "linking\npersonal",
    "about.start": "2026-12-01",
    "about.end": "2027-12-31",
    "people.lead": "ada",
    "people.members": "ada\nben",
    "purpose.statement": "To know.",
    "purpose.problem": "Nobody knows.",
    "purpose.questions": "Who earns what?",
    "purpose.difference": "Advice.",
    "purpose.evidence": "A pilot.",
    "logic_model.inputs": "Data",
    "logic_model.activities": "Analysis",
    "logic_model.outputs": "A report",
    "logic_model.outcomes": "Advice",
    "logic_model.benefit": "Better advice",
    "necessity.why": "There is no other source.",
    "necessity.alternatives": "A survey, too small.",
    "necessity.proportionality": "Little is asked.",
    "necessity.minimum": "Four columns.",
    "necessity.is_bulk": "yes",
    "legal.gateway": "dea-2017-research",
    "legal.power": "Research in the public interest.",
    "legal.basis": "public_task",
    "legal.jurisdictions": "england",
    "legal.is_passed_on": "no",
    "individuals.benefit": "Better advice.",
    "individuals.detriment": "None known.",
    "individuals.privacy_notice": "Research is named.",
    "individuals.is_compatible": "yes",
    "individuals.ethics": "Looked at by the college.",
    "means.cost": "The college bears it.",
    "means.capacity": "Two analysts.",
    "means.precedent": "None.",
    "handling.how": "In the environment.",
    "handling.onward": "Nothing.",
    "handling.outputs": "A paper.",
    "handling.retention": "2027-12-31",
    "handling.disposal": "destroy",
    "declarations.true": "yes",
    "declarations.rules": "yes",
}


def column(source, transform=None, justification="", name=None):
    return AskedColumn(
        name=name or source,
        source=source,
        transform=transform or Transform(),
        justification=justification,
    )


def benefits(*columns, **changes):
    chosen = columns or (column("region"), column("date_of_birth", YEAR, name="year_of_birth"))
    given = {"published": {"stat-xplore": "not_linkable"}} | changes
    return AskedDataset(version_id=BENEFITS.version_id, columns=chosen, **given)


def earnings():
    return AskedDataset(version_id=EARNINGS.version_id, columns=(column("pay"),))


def an_application(**changes):
    given = {
        "application_id": "a" * 32,
        "applicant": "ada",
        "created_at": NOON,
        "updated_at": NOON,
        "answers": ANSWERS,
        "datasets": (benefits(),),
    } | changes
    return Application(**given)


class Journey:
    """An application on its way, with its events; each step raises as the domain does."""

    def __init__(self, application=None, context=CONTEXT, at=NOON):
        self.application = application or an_application()
        self.context = context
        self.at = at
        self.events = []

    def take(self, step, party, **given):
        moved, event = step(
            self.application, party=party, at=self.at, context=self.context, **given
        )
        self.application = moved
        self.events.append(event)
        return self

    def change(self, **answers):
        keyed = {key.replace("__", "."): said for key, said in answers.items()}
        return self.take(steps.save, ADA, answers=keyed)

    def submit(self):
        return self.take(steps.submit, ADA)

    def assess(self, party=DAN):
        return self.take(steps.start_assessment, party)

    def find_all(self, party=DAN, outcome=Outcome.MET):
        for one in Consideration:
            self.take(steps.record_finding, party, consideration=one, outcome=outcome, words="Seen")
        return self

    def refer(self, party=DAN, **given):
        return self.take(steps.refer, party, **given)

    def vote(self, party, referral, says=Says.AGREE, reason="Fine"):
        return self.take(steps.vote, party, referral=referral, says=says, reason=reason)

    def approve(self, party=DAN, conditions=(), checkers=frozenset({"cat", "carl"})):
        return self.take(deciding.approve, party, conditions=conditions, checkers=checkers)

    def provision(self):
        terms = terms_of(self.application, self.application.decision, self.context.datasets)
        moved, event = deciding.provision(
            self.application, terms=terms, at=self.at, context=self.context
        )
        self.application = moved
        self.events.append(event)
        return self

    def later(self, **by):

        self.at += timedelta(**by)
        self.context = replace(self.context, today=self.at.date())
        return self

    @property
    def state(self):
        return self.application.state


def ready_to_approve(application=None):
    journey = Journey(application).submit().assess().find_all().refer()
    return journey.vote(OLGA, "owner:dwp")


def active(application=None):
    return ready_to_approve(application).approve().provision()
