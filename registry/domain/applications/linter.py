"""Whether an application asks for more than it says it needs: each column against its offers.

Pure: nothing of the data is looked at, only how the owner describes the fields.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.domain.applications.asked import AskedColumn, AskedDataset
from registry.domain.dataset import DatasetVersion, Field, FieldRole
from registry.domain.view_problems import names_a_person
from registry.domain.view_spec import Alternative, TransformKind


class Concern(StrEnum):
    NEVER_IN_VIEW = "never_in_view"
    FULLER_FORM = "fuller_form"
    IDENTIFIER = "identifier"
    SENSITIVE = "sensitive"
    NO_SUCH_FIELD = "no_such_field"
    NAME_TWICE = "name_twice"


_WORDS = {
    Concern.NEVER_IN_VIEW: "Nobody is given this field in any form.",
    Concern.FULLER_FORM: "A less intrusive form is offered. Take it, or say why it does not do.",
    Concern.IDENTIFIER: "This names people: it is given hashed, or not at all.",
    Concern.SENSITIVE: "Of a special category: a data protection officer looks at it.",
    Concern.NO_SUCH_FIELD: "The dataset has no such field.",
    Concern.NAME_TWICE: "Another column of the view has this name.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """One concern about one column.

    Attributes:
        is_blocking: Whether it keeps the application from being submitted as it stands.
        offers: Less intrusive forms of the field.
        justification: What the applicant says to it.
    """

    dataset_id: str
    column: str
    source: str
    concern: Concern
    is_blocking: bool
    offers: tuple[str, ...] = ()
    justification: str = ""

    @property
    def words(self) -> str:
        return _WORDS[self.concern]


def lint(asked: AskedDataset, dataset: DatasetVersion) -> tuple[Lint, ...]:
    """Every concern about the columns asked for, in their order."""
    return tuple(_lints(asked, dataset))


def is_sensitive(field: Field) -> bool:
    return field.role is FieldRole.SENSITIVE or field.category is not None


def asks_for_sensitive(asked: AskedDataset, dataset: DatasetVersion) -> bool:
    """Whether any column is made of a field of a special category, in whatever form."""
    return any(one.concern is Concern.SENSITIVE for one in lint(asked, dataset))


def names_people(asked: AskedDataset, dataset: DatasetVersion) -> tuple[str, ...]:
    """The columns that tell people apart by what is in the source; of an unknown field, too."""
    fields = {field.name: field for field in dataset.fields}
    return tuple(
        column.name
        for column in asked.columns
        if column.transform.kind is not TransformKind.HASH
        and (
            (field := fields.get(column.source)) is None
            or names_a_person(field, dataset)
            or field.name == dataset.entity
            or field.is_never_in_view
        )
    )


def stored_lints(lints: Sequence[Lint]) -> list[dict[str, Any]]:
    """As JSON, as it is kept with what was submitted."""
    return [
        {
            "dataset_id": one.dataset_id,
            "column": one.column,
            "source": one.source,
            "concern": one.concern.value,
            "is_blocking": one.is_blocking,
            "offers": [*one.offers],
            "justification": one.justification,
        }
        for one in lints
    ]


def _lints(asked: AskedDataset, dataset: DatasetVersion) -> Iterator[Lint]:
    fields = {field.name: field for field in dataset.fields}
    names: set[str] = set()
    for column in asked.columns:
        field = fields.get(column.source)
        concerns = [Concern.NO_SUCH_FIELD] if field is None else _of(column, field, dataset)
        if column.name in names:
            concerns.append(Concern.NAME_TWICE)
        names.add(column.name)
        offers = field.alternatives if field else ()
        for concern in concerns:
            yield _lint(asked, column, concern, offers)


def _of(column: AskedColumn, field: Field, dataset: DatasetVersion) -> list[Concern]:
    found = []
    if field.is_never_in_view:
        found.append(Concern.NEVER_IN_VIEW)
    offered = {alternative.transform for alternative in field.alternatives}
    if offered and column.transform not in offered:
        found.append(Concern.FULLER_FORM)
    if names_a_person(field, dataset) and column.transform.kind is not TransformKind.HASH:
        found.append(Concern.IDENTIFIER)
    if is_sensitive(field):
        found.append(Concern.SENSITIVE)
    return found


def _lint(
    asked: AskedDataset, column: AskedColumn, concern: Concern, offers: tuple[Alternative, ...]
) -> Lint:
    justification = column.justification.strip()
    is_answered = concern is Concern.FULLER_FORM and bool(justification)
    return Lint(
        dataset_id=asked.version_id.dataset_id,
        column=column.name,
        source=column.source,
        concern=concern,
        is_blocking=concern is not Concern.SENSITIVE and not is_answered,
        offers=tuple(one.name for one in offers),
        justification=justification,
    )
