"""An application to be read: answers, columns, what changed, what happened."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry.application.applications.look import Seen
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.asked import AskedDataset, asked_from_stored
from registry.domain.applications.considerations import (
    ANSWERED_BY,
    Consideration,
    Finding,
    standing_findings,
)
from registry.domain.applications.diff import Difference, differences
from registry.domain.applications.form import FORM, QUESTIONS, Kind, Question, Section
from registry.domain.applications.linter import Lint, lint
from registry.domain.applications.workflow import Action
from registry.domain.dataset import DatasetVersion
from registry.web.applications.parts import ApplicationId, seen
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["applications"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question with its answer as it reads."""

    question: Question
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    asked: AskedDataset
    dataset: DatasetVersion
    lints: tuple[Lint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    consideration: Consideration
    title: str
    answers: tuple[Answered, ...]
    finding: Finding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    application: Application
    sections: tuple[tuple[Section, tuple[Answered, ...]], ...]
    data: tuple[Asked, ...]
    events: tuple[Happened, ...]
    differences: tuple[Difference, ...]
    is_judge: bool


@router.get("/applications/{application_id}/read")
def read_application(
    application_id: ApplicationId, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    one = seen(shell, viewer, application_id)
    opened = one.opened
    page = ReadPage(
        application=opened.application,
        sections=sections_of(opened.application),
        data=data_of(one),
        events=one.events,
        differences=changed_since(one.events),
        is_judge=viewer.username not in opened.application.people,
    )
    return shell.page(request, "registry/applications/read.html", page)


def sections_of(
    application: Application,
) -> tuple[tuple[Section, tuple[Answered, ...]], ...]:
    return tuple(
        (section, tuple(_answered(question, application) for question in section.questions))
        for section in FORM
    )


def data_of(one: Seen) -> tuple[Asked, ...]:
    datasets = one.opened.context.datasets
    return tuple(
        Asked(
            asked=asked,
            dataset=datasets[asked.version_id],
            lints=lint(asked, datasets[asked.version_id]),
        )
        for asked in one.opened.application.datasets
        if asked.version_id in datasets
    )


def considered(application: Application) -> tuple[Considered, ...]:
    findings = standing_findings(application.findings, application.answers)
    return tuple(
        Considered(
            consideration=one,
            title=one.value.replace("_", " ").capitalize(),
            answers=tuple(_answered(QUESTIONS[key], application) for key in ANSWERED_BY[one]),
            finding=findings.get(one),
        )
        for one in Consideration
    )


def changed_since(events: tuple[Happened, ...]) -> tuple[Difference, ...]:
    """What the last submission changed against the one before; nothing where there is one only."""
    submitted = [event.details for event in events if event.action is Action.SUBMIT]
    if len(submitted) <= 1:
        return ()
    was, now = (
        (one["answers"], [asked_from_stored(asked) for asked in one["datasets"]])
        for one in submitted[-2:]
    )
    return differences(was, now)


def _answered(question: Question, application: Application) -> Answered:
    said = application.answers.get(question.key, "").strip()
    if question.kind in {Kind.ONE_OF, Kind.SOME_OF}:
        said = "\n".join(question.options.get(one, one) for one in said.splitlines())
    return Answered(question=question, answer=said)
