"""What keeps an application from being submitted. A draft is saved all the same."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.form import QUESTIONS, REASON_CODES, Kind, Question
from registry.domain.applications.gateways import Asking, Register, gateway_problems
from registry.domain.applications.linter import lint
from registry.domain.dataset import DatasetVersion
from registry.domain.errors import Problem
from registry.domain.names import PROJECT_ID_WORDS, is_project_id, is_username
from registry.domain.view_problems import view_problems

LONGEST_ANSWER = 20_000
_LONGEST_SUMMARY_WORDS = 300


def problems(asking: Asking, register: Register, *, today: date) -> tuple[Problem, ...]:
    """All of them, each with its place: a question's key, or `data.dataset.column`."""
    return (
        *_answers(asking.answers),
        *_dates(asking.answers, asking, today),
        *_datasets(asking),
        *gateway_problems(asking, register),
    )


def is_asked(question: Question, answers: Mapping[str, str]) -> bool:
    if question.only_if is None:
        return True
    key, wanted = question.only_if
    return answers.get(key, "").strip() in wanted


def day_of(answers: Mapping[str, str], key: str) -> date | None:
    """The day that was typed; None where there is none."""
    try:
        return date.fromisoformat(answers.get(key, "").strip())
    except ValueError:
        return None


def lines_of(answers: Mapping[str, str], key: str) -> tuple[str, ...]:
    said = (line.strip() for line in answers.get(key, "").splitlines())
    return tuple(line for line in said if line)


def _answers(answers: Mapping[str, str]) -> Iterator[Problem]:
    for question in QUESTIONS.values():
        said = answers.get(question.key, "").strip()
        if not said:
            if question.is_required and is_asked(question, answers):
                yield Problem(path=question.key, message="needs an answer")
        elif why := _why_wrong(question, said):
            yield Problem(path=question.key, message=why)


def _why_wrong(question: Question, said: str) -> str | None:
    if len(said) > LONGEST_ANSWER:
        return f"is longer than {LONGEST_ANSWER} characters"
    if question.key == "about.lay_summary" and len(said.split()) > _LONGEST_SUMMARY_WORDS:
        return f"has more than {_LONGEST_SUMMARY_WORDS} words"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    is_right, words = _FORMS.get(question.kind, (None, ""))
    return None if is_right is None or is_right(lines, question) else words


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


_FORMS: Final[Mapping[Kind, tuple[Callable[[list[str], Question], bool], str]]] = {
    Kind.DATE: (lambda said, _: len(said) == 1 and _is_day(said[0]),
                "is not a date such as 2027-01-31"),
    Kind.ONE_OF: (lambda said, question: len(said) == 1 and said[0] in question.options,
                  "is none of the answers offered"),
    Kind.SOME_OF: (lambda said, question: all(one in question.options for one in said),
                   "holds something that is not offered"),
    Kind.USERNAMES: (lambda said, _: all(map(is_username, said)),
                     "holds something that is no username"),
    Kind.PROJECT_ID: (lambda said, _: len(said) == 1 and is_project_id(said[0]),
                      PROJECT_ID_WORDS),
    Kind.LINE: (lambda said, _: len(said) == 1, "must be one line"),
}  # fmt: skip


def _dates(answers: Mapping[str, str], asking: Asking, today: date) -> Iterator[Problem]:
    start, end = day_of(answers, "about.start"), day_of(answers, "about.end")
    kept = day_of(answers, "handling.retention")
    if end and end < today:
        yield Problem(path="about.end", message="is in the past")
    if start and end and end < start:
        yield Problem(path="about.end", message="is before the first day")
    if end and kept and kept > end:
        yield Problem(
            path="handling.retention", message="is later than the last day, and cannot be"
        )
    for _, dataset in asking.datasets:
        retention = dataset.entry.retention
        if retention is not None and end and end > retention.until:
            name = dataset.version_id.dataset_id
            yield Problem(
                path="about.end", message=f"is later than {name} is kept: {retention.until}"
            )


def _datasets(asking: Asking) -> Iterator[Problem]:
    if not asking.datasets:
        yield Problem(path="data", message="asks for no dataset")
    for asked, dataset in asking.datasets:
        yield from dataset_problems(asked, dataset)


def dataset_problems(asked: AskedDataset, dataset: DatasetVersion) -> Iterator[Problem]:
    """Those of what is asked of one dataset."""
    place = f"data.{asked.version_id.dataset_id}"
    if not asked.columns:
        yield Problem(path=place, message="asks for no column")
    for one in lint(asked, dataset):
        if one.is_blocking:
            yield Problem(path=f"{place}.{one.column}", message=one.words)
    yield from view_problems(asked.view, dataset, path=place) if asked.columns else ()
    for alternative in dataset.entry.published_alternatives:
        if asked.published.get(alternative.alternative_id) not in REASON_CODES:
            yield Problem(
                path=f"{place}.published.{alternative.alternative_id}",
                message="is published already; say why it does not do",
            )
