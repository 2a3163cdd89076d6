"""Choosing columns of a dataset, with what is offered instead beside each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import Response

from registry.application.applications.look import Seen
from registry.application.applications.save import remove_dataset, save_dataset
from registry.domain.applications.application import Application
from registry.domain.applications.asked import AskedColumn, AskedDataset
from registry.domain.applications.form import REASON_CODES
from registry.domain.applications.linter import Lint, is_sensitive, lint
from registry.domain.applications.workflow import Action
from registry.domain.catalogue import PublishedAlternative
from registry.domain.dataset import DatasetVersion, Field, VersionId
from registry.domain.errors import NotFound, Problem
from registry.domain.view_problems import names_a_person
from registry.domain.view_spec import KEEP, Comparison, Transform, TransformKind
from registry.web.applications.parts import (
    ApplicationId,
    Typed,
    back_to,
    problems_of,
    register,
    seen,
)
from registry.web.applications.rows import (
    ConditionRow,
    condition_rows,
    may_choose_by,
    percent_of,
    read_conditions,
    read_sample,
)
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["applications"])

DatasetName = Annotated[str, Path(max_length=100)]
_WHOLE: Final = "as-it-is"
_HASHED: Final = "hashed"
_HASH: Final = Transform(kind=TransformKind.HASH)
_OTHER: Final = "as-agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A form in which a field can be asked for. Attributes: `value` is the form field's."""

    value: str
    words: str
    name: str
    transform: Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A field with its offers.

    Attributes:
        chosen: The value of the offer that is asked for; empty: not asked for.
        why: What was said to it.
    """

    index: int
    field: Field
    offers: tuple[Offer, ...]
    chosen: str
    why: str
    lints: tuple[Lint, ...]
    is_sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    index: int
    alternative: PublishedAlternative
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    application: Application
    dataset: DatasetVersion
    rows: tuple[FieldRow, ...]
    published: tuple[Published, ...]
    codes: Mapping[str, str]
    conditions: tuple[ConditionRow, ...]
    may_choose_by: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    percent: str
    problems: tuple[Problem, ...]


@router.post("/applications/{application_id}/data")
def add_dataset(
    application_id: ApplicationId,
    shell: CurrentShell,
    viewer: CurrentViewer,
    dataset: Annotated[str, Form(max_length=100)] = "",
    version: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    named = VersionId(dataset_id=dataset.strip(), version=version.strip())
    one = seen(shell, viewer, application_id)
    before = _asked(one, named.dataset_id)
    if before is not None and before.version_id == named:
        return back_to(application_id, f"/data/{named.dataset_id}")
    _save(shell, viewer, application_id, AskedDataset(version_id=named))
    return back_to(application_id, f"/data/{named.dataset_id}")


@router.get("/applications/{application_id}/data/{asked_id}")
def show_data(
    application_id: ApplicationId,
    asked_id: DatasetName,
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
) -> Response:
    one = seen(shell, viewer, application_id)
    asked, dataset = _found(one, asked_id)
    opened = one.opened
    if opened.application.why_not(Action.SAVE, opened.party, opened.context):
        return back_to(application_id, "/read")
    lints = lint(asked, dataset)
    place = f"data.{asked_id}"
    page = DataPage(
        application=opened.application,
        dataset=dataset,
        rows=tuple(
            _row(index, field, asked, dataset, lints) for index, field in enumerate(dataset.fields)
        ),
        published=tuple(
            Published(
                index=index, alternative=one, code=asked.published.get(one.alternative_id, "")
            )
            for index, one in enumerate(dataset.entry.published_alternatives)
        ),
        codes=REASON_CODES,
        conditions=condition_rows(asked),
        may_choose_by=may_choose_by(dataset),
        comparisons=tuple(Comparison),
        percent=percent_of(asked.sample),
        problems=tuple(
            problem
            for problem in problems_of(one)
            if problem.path == place or problem.path.startswith((f"{place}[", f"{place}."))
        ),
    )
    return shell.page(request, "registry/applications/data.html", page)


@router.post("/applications/{application_id}/data/{asked_id}")
def save_data(
    application_id: ApplicationId,
    asked_id: DatasetName,
    shell: CurrentShell,
    viewer: CurrentViewer,
    typed: Typed,
) -> Response:
    asked, dataset = _found(seen(shell, viewer, application_id), asked_id)
    if typed.get("then") == "remove":
        remove_dataset(
            shell.unit_of_work(),
            shell.clock,
            application_id=application_id,
            actor=viewer.username,
            register=register(),
            version_id=asked.version_id,
        )
        return back_to(application_id)
    _save(shell, viewer, application_id, _read(typed, asked, dataset))
    is_staying = typed.get("then") == "stay"
    return back_to(application_id, f"/data/{asked_id}" if is_staying else "")


def _save(
    shell: CurrentShell, viewer: CurrentViewer, application_id: str, asked: AskedDataset
) -> None:
    save_dataset(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
        asked=asked,
    )


def _asked(one: Seen, dataset_id: str) -> AskedDataset | None:
    datasets = one.opened.application.datasets
    return next((asked for asked in datasets if asked.version_id.dataset_id == dataset_id), None)


def _found(one: Seen, dataset_id: str) -> tuple[AskedDataset, DatasetVersion]:
    asked = _asked(one, dataset_id)
    dataset = one.opened.context.datasets.get(asked.version_id) if asked else None
    if asked is None or dataset is None:
        raise NotFound("The application does not ask for this dataset.")
    return asked, dataset


def _row(
    index: int,
    field: Field,
    asked: AskedDataset,
    dataset: DatasetVersion,
    lints: tuple[Lint, ...],
) -> FieldRow:
    column = next((one for one in asked.columns if one.source == field.name), None)
    offers = _offers(field, dataset, column)
    chosen = next((one.value for one in offers if column and one.transform == column.transform), "")
    return FieldRow(
        index=index,
        field=field,
        offers=offers,
        chosen=chosen,
        why=column.justification if column else "",
        lints=tuple(one for one in lints if one.source == field.name),
        is_sensitive=is_sensitive(field),
    )


def _offers(field: Field, dataset: DatasetVersion, column: AskedColumn | None) -> tuple[Offer, ...]:
    """The least intrusive first; of a field that nobody is given, none."""
    if field.is_never_in_view:
        return ()
    found = [
        Offer(
            value=f"offer-{index}",
            words=one.description or one.name.replace("_", " "),
            name=one.name,
            transform=one.transform,
        )
        for index, one in enumerate(field.alternatives)
    ]
    if field.name == dataset.entity or names_a_person(field, dataset):
        found.append(
            Offer(
                value=_HASHED,
                words="replaced by a code of the project",
                name=field.name,
                transform=_HASH,
            )
        )
    if not names_a_person(field, dataset):
        found.append(Offer(value=_WHOLE, words="as it is", name=field.name, transform=KEEP))
    if column is not None and all(one.transform != column.transform for one in found):
        found.append(
            Offer(
                value=_OTHER,
                words=f"as asked for: {column.transform.kind.value.replace('_', ' ')}",
                name=column.name,
                transform=column.transform,
            )
        )
    return tuple(found)


def _read(typed: Mapping[str, str], asked: AskedDataset, dataset: DatasetVersion) -> AskedDataset:
    """What the form says."""
    columns = []
    for index, field in enumerate(dataset.fields):
        before = next((one for one in asked.columns if one.source == field.name), None)
        offers = {one.value: one for one in _offers(field, dataset, before)}
        offer = offers.get(typed.get(f"form-{index}", ""))
        if offer is not None:
            why = typed.get(f"why-{index}", "")[:4000]
            columns.append(
                AskedColumn(
                    name=offer.name,
                    source=field.name,
                    transform=offer.transform,
                    justification=why,
                )
            )
    published = {
        one.alternative_id: code
        for index, one in enumerate(dataset.entry.published_alternatives)
        if (code := typed.get(f"published-{index}", "")) in REASON_CODES
    }
    return AskedDataset(
        version_id=asked.version_id,
        columns=tuple(columns),
        where=read_conditions(typed, asked, dataset),
        sample=read_sample(typed, asked),
        published=published,
    )
