"""What the API about applications takes. A field that is not named here is refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from registry.domain.applications.asked import AskedColumn, AskedDataset
from registry.domain.applications.considerations import Consideration
from registry.domain.applications.decision import Condition, Enforced, RefusalCode
from registry.domain.applications.referrals import Says
from registry.domain.dataset import VersionId
from registry.domain.names import USERNAME
from registry.domain.view_spec import Transform, TransformKind

_Words = Annotated[str, Field(max_length=4000)]
_Name = Annotated[str, Field(min_length=1, max_length=250)]
Submission = Annotated[
    int,
    Field(strict=True, ge=0, le=100_000, examples=[1], description="The one that you looked at"),
]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class DatasetName(Body):
    dataset_id: Annotated[str, Field(max_length=100)]
    version: Annotated[str, Field(max_length=32)]

    @property
    def version_id(self) -> VersionId:
        return VersionId(dataset_id=self.dataset_id, version=self.version)


class StartBody(Body):
    """Which datasets a new application is about."""

    datasets: Annotated[
        list[DatasetName],
        Field(max_length=50, examples=[[{"dataset_id": "labour-market", "version": "1.0.0"}]]),
    ] = []


class AnswersBody(Body):
    """Answers by the form's keys; a draft keeps whatever they say."""

    answers: Annotated[
        dict[_Name, Annotated[str, Field(max_length=20_000)]],
        Field(max_length=200, examples=[{"about.title": "Sick pay by region"}]),
    ]


class TransformBody(Body):
    kind: TransformKind = TransformKind.KEEP
    edges: Annotated[list[FiniteFloat], Field(max_length=200)] = []
    limit: FiniteFloat | None = None
    unit: FiniteFloat | None = None


class ColumnBody(Body):
    name: _Name
    source: _Name
    transform: TransformBody = TransformBody()
    justification: _Words = ""

    def column(self) -> AskedColumn:
        said = self.transform
        transform = Transform(
            kind=said.kind, edges=tuple(said.edges), limit=said.limit, unit=said.unit
        )
        return AskedColumn(
            name=self.name,
            source=self.source,
            transform=transform,
            justification=self.justification,
        )


class DatasetBody(DatasetName):
    """What is asked of a dataset version: columns, and why what is published does not do."""

    columns: Annotated[
        list[ColumnBody],
        Field(max_length=10_000, examples=[[{"name": "region", "source": "region"}]]),
    ]
    published: Annotated[dict[_Name, Annotated[str, Field(max_length=32)]], Field(max_length=100)]

    def asked(self) -> AskedDataset:
        return AskedDataset(
            version_id=self.version_id,
            columns=tuple(one.column() for one in self.columns),
            published=self.published,
        )


class StepBody(Body):
    """A step, and why, where it needs a reason."""

    action: Literal[
        "start_assessment", "declare_conflict", "amend", "drop_amendment", "withdraw", "close",
        "revoke", "return",
    ]  # fmt: skip
    words: Annotated[_Words, Field(examples=["Say which region"])] = ""


class FindingBody(Body):
    outcome: Literal["met", "met_with_condition", "not_met", "not_applicable"]
    words: _Words = ""


class FindingsBody(Body):
    submission: Submission
    findings: dict[Consideration, FindingBody]


class ReferBody(Body):
    """By when votes are due (empty: in ten days), and who is asked beside those who must be."""

    due_on: Annotated[date | None, Field(examples=["2027-03-31"])] = None
    also: Annotated[list[Literal["legal", "ethics", "dpo"]], Field(max_length=3)] = []


class ApplicationVoteBody(Body):
    submission: Submission
    referral: Annotated[str, Field(max_length=200, examples=["owner:dwp"])]
    says: Says
    reason: _Words = ""


class ConditionBody(Body):
    """A condition; `enforced` is null where a person confirms it."""

    words: Annotated[str, Field(min_length=1, max_length=1000)]
    enforced: Enforced | None = None
    value: Annotated[str, Field(max_length=300)] = ""

    def condition(self) -> Condition:
        return Condition(words=self.words, enforced=self.enforced, value=self.value)


class ApproveBody(Body):
    submission: Submission
    checkers: Annotated[
        list[Annotated[str, Field(pattern=USERNAME)]], Field(min_length=2, max_length=50)
    ]
    conditions: Annotated[list[ConditionBody], Field(max_length=50)] = []
    words: _Words = ""


class RefuseBody(Body):
    submission: Submission
    code: RefusalCode
    words: Annotated[str, Field(min_length=1, max_length=4000)]
    mitigation: Annotated[str, Field(min_length=1, max_length=4000)]


class AttestBody(Body):
    condition: Annotated[int, Field(strict=True, ge=0, le=100, description="Counted from 0")]
    on: Annotated[date, Field(examples=["2027-03-31"])]
