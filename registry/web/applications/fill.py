"""Filling an application in: a list of tasks, a page a section, and submitting it."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response
from starlette.status import HTTP_422_UNPROCESSABLE_CONTENT

from registry.application.applications.clone import clone
from registry.application.applications.look import Seen
from registry.application.applications.save import save_answers
from registry.application.applications.start import start
from registry.application.applications.submit import submit
from registry.application.applications.take_step import STEPS, take_step
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.errors import Incomplete
from registry.domain.applications.form import FORM, SECTIONS, Section
from registry.domain.applications.gateways import Gateway
from registry.domain.applications.history import Pace, expected_on
from registry.domain.applications.workflow import Action
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound, NotValid, Problem
from registry.web.applications.parts import (
    ApplicationId,
    Typed,
    back_to,
    problems_of,
    register,
    seen,
    to_list,
)
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["applications"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A line of the list of tasks. Attributes: `problems` counts what is missing or wrong."""

    title: str
    href: str
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksPage:
    """An application as the one who fills it in sees it.

    Attributes:
        may: What the viewer can do with it now.
        expected: By when a decision will come with an even chance, and in nine of ten cases.
        problems: What keeps it from being submitted; shown where that was tried.
    """

    application: Application
    tasks: tuple[Task, ...]
    data: tuple[Task, ...]
    may: frozenset[Action]
    problems: tuple[Problem, ...]
    events: tuple[Happened, ...]
    pace: Pace | None
    expected: tuple[date, date] | None
    is_judge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    application: Application
    section: Section
    problems: dict[str, str]
    gateways: tuple[Gateway, ...]
    register_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    dataset: str
    version: str


@router.get("/applications/new")
def begin(
    request: Request,
    shell: CurrentShell,
    _viewer: CurrentViewer,
    dataset: Annotated[str, Query(max_length=100)] = "",
    version: Annotated[str, Query(max_length=32)] = "",
) -> Response:
    page = NewPage(dataset=dataset, version=version)
    return shell.page(request, "registry/applications/new.html", page)


@router.post("/applications/new")
def begin_now(
    shell: CurrentShell,
    viewer: CurrentViewer,
    dataset: Annotated[str, Form(max_length=100)] = "",
    version: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    named = VersionId(dataset_id=dataset.strip(), version=version.strip())
    application = start(
        shell.unit_of_work(),
        shell.clock,
        application_id=uuid.uuid4().hex,
        actor=viewer.username,
        register=register(),
        datasets=[named] if dataset.strip() else [],
    )
    return back_to(application.application_id)


@router.get("/applications/{application_id}")
def show_application(
    application_id: ApplicationId, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    one = seen(shell, viewer, application_id)
    return shell.page(request, "registry/applications/tasks.html", _tasks_page(one))


@router.post("/applications/{application_id}/submit")
def submit_it(
    application_id: ApplicationId, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    try:
        submit(
            shell.unit_of_work(),
            shell.clock,
            application_id=application_id,
            actor=viewer.username,
            register=register(),
        )
    except Incomplete as incomplete:
        one = seen(shell, viewer, application_id)
        page = _tasks_page(one, incomplete.problems)
        status = HTTP_422_UNPROCESSABLE_CONTENT
        return shell.page(request, "registry/applications/tasks.html", page, status=status)
    return back_to(application_id)


@router.post("/applications/{application_id}/copy")
def copy_it(application_id: ApplicationId, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    copy = clone(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        new_id=uuid.uuid4().hex,
        actor=viewer.username,
        register=register(),
    )
    return back_to(copy.application_id)


@router.post("/applications/{application_id}/step")
def step_on(
    application_id: ApplicationId,
    shell: CurrentShell,
    viewer: CurrentViewer,
    action: Annotated[str, Form(max_length=32)] = "",
    words: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    if action not in STEPS:
        # Whose it is not learns nothing of which steps there are.
        seen(shell, viewer, application_id)
        raise NotValid("Say what to do with it.")
    take_step(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        action=Action(action),
        words=words,
    )
    # An administrator ended what they do not see.
    return to_list() if viewer.is_admin else back_to(application_id)


@router.get("/applications/{application_id}/sections/{section}")
def show_section(
    application_id: ApplicationId,
    section: str,
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
) -> Response:
    one = seen(shell, viewer, application_id)
    found = SECTIONS.get(section)
    if found is None:
        raise NotFound("There is no such section.")
    opened = one.opened
    if opened.application.why_not(Action.SAVE, opened.party, opened.context):
        return back_to(application_id, "/read")
    of = opened.context.register
    page = SectionPage(
        application=opened.application,
        section=found,
        problems=_said_problems(one),
        gateways=tuple(of.gateways.values()) if section == "legal" else (),
        register_version=of.version,
    )
    return shell.page(request, "registry/applications/section.html", page)


@router.post("/applications/{application_id}/sections/{section}")
def save_section(
    application_id: ApplicationId,
    section: str,
    shell: CurrentShell,
    viewer: CurrentViewer,
    typed: Typed,
) -> Response:
    seen(shell, viewer, application_id)
    found = SECTIONS.get(section)
    if found is None:
        raise NotFound("There is no such section.")
    save_answers(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        # A box that nobody ticked is not sent: that is an answer too.
        answers={question.key: typed.get(question.key, "") for question in found.questions},
    )
    is_staying = typed.get("then") == "stay"
    return back_to(application_id, f"/sections/{section}" if is_staying else "")


def _said_problems(one: Seen) -> dict[str, str]:
    """Of what was answered, what is wrong; what is only missing is no problem of a draft."""
    answers = one.opened.application.answers
    return {
        problem.path: problem.message
        for problem in problems_of(one)
        if answers.get(problem.path, "").strip()
    }


def _tasks_page(one: Seen, shown: tuple[Problem, ...] = ()) -> TasksPage:
    opened = one.opened
    application = opened.application
    found = problems_of(one)
    base = f"/applications/{application.application_id}"
    return TasksPage(
        application=application,
        tasks=tuple(
            Task(
                title=section.title,
                href=f"{base}/sections/{section.name}",
                problems=sum(problem.path.startswith(f"{section.name}.") for problem in found),
            )
            for section in FORM
        ),
        data=tuple(
            Task(
                title=str(asked.version_id),
                href=f"{base}/data/{asked.version_id.dataset_id}",
                problems=sum(_is_about(problem, asked.version_id.dataset_id) for problem in found),
            )
            for asked in application.datasets
        ),
        may=frozenset(
            action
            for action in application.available()
            if application.why_not(action, opened.party, opened.context) is None
        ),
        problems=shown,
        events=one.events,
        pace=one.pace,
        expected=expected_on(one.pace, one.events, opened.at),
        is_judge=opened.party.username not in application.people,
    )


def _is_about(problem: Problem, dataset_id: str) -> bool:
    place = f"data.{dataset_id}"
    return problem.path == place or problem.path.startswith((f"{place}.", f"{place}["))
