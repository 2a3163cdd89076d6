"""How a descriptor writes its columns: Frictionless Table Schema, and more under `tre`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from registry.adapters.fields import Bound, FileModel, Line, Paragraph, ProjectId
from registry.adapters.transform_in_file import TransformInFile
from registry.domain import dataset
from registry.domain.catalogue import ForeignKey
from registry.domain.dataset import FieldRole, SpecialCategory
from registry.domain.errors import Problem
from registry.domain.view_spec import Alternative

_SCHEMA = "resources[0].schema"


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        raise ValueError("must be a regular expression") from None
    return value


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


OneOrMore = Annotated[tuple[Line, ...], BeforeValidator(_as_list)]
Label = Annotated[str, BeforeValidator(lambda said: str(said) if type(said) is int else said)]


class AlternativePart(FileModel):
    name: Line
    transform: TransformInFile
    description: Paragraph = ""


class FieldTrePart(FileModel):
    role: FieldRole | None = None
    impossible: tuple[dict[Line, Line], ...] = ()
    alternatives: tuple[AlternativePart, ...] = ()
    never_in_view: bool = False
    linkable: bool | Literal["exact", "fuzzy"] = False
    category: SpecialCategory | None = None


class ConstraintsPart(FileModel):
    minimum: Bound | None = None
    maximum: Bound | None = None
    required: bool = False
    unique: bool = False
    enum: tuple[Label, ...] = ()
    pattern: Annotated[Line, AfterValidator(_expression)] | None = None


_NO_MORE = FieldTrePart()
_UNBOUND = ConstraintsPart()


class FieldPart(FileModel):
    name: Line
    type: Literal["string", "integer", "number", "boolean", "date", "datetime", "year", "any"]
    title: Line | Literal[""] = ""
    description: Paragraph = ""
    tre: FieldTrePart | None = None
    constraints: ConstraintsPart | None = None

    def field(self) -> dataset.Field:
        tre, bounds = self.tre or _NO_MORE, self.constraints or _UNBOUND
        return dataset.Field(
            name=self.name,
            type=self.type,
            title=self.title,
            description=self.description,
            role=tre.role,
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            impossible=tre.impossible,
            alternatives=tuple(
                Alternative(name=one.name, transform=one.transform, description=one.description)
                for one in tre.alternatives
            ),
            is_never_in_view=tre.never_in_view,
            is_linkable=bool(tre.linkable),
            category=tre.category,
            constraints=dataset.Constraints(
                is_required=bounds.required,
                is_unique=bounds.unique,
                enum=bounds.enum,
                pattern=bounds.pattern,
            ),
        )


class ReferencePart(FileModel):
    """Attributes: `resource` is a dataset's id; empty: the same dataset."""

    resource: ProjectId | Literal[""] = ""
    fields: OneOrMore = Field(min_length=1)


class ForeignKeyPart(FileModel):
    fields: OneOrMore = Field(min_length=1)
    reference: ReferencePart

    def foreign_key(self) -> ForeignKey:
        return ForeignKey(
            fields=self.fields,
            dataset_id=self.reference.resource or None,
            referred=self.reference.fields,
        )


class SchemaPart(FileModel):
    fields: tuple[FieldPart, ...] = Field(min_length=1)
    primary_key: OneOrMore = Field(alias="primaryKey", default=())
    foreign_keys: tuple[ForeignKeyPart, ...] = Field(alias="foreignKeys", default=())


def schema_problems(schema: SchemaPart) -> Iterator[Problem]:
    """What is wrong with the fields and keys of a table, as far as it alone can tell."""
    names = {field.name for field in schema.fields}
    yield from _field_problems(schema, names)
    yield from _key_problems(schema, names)


def _field_problems(schema: SchemaPart, names: set[str]) -> Iterator[Problem]:
    taken = set(names)
    for index, field in enumerate(schema.fields):
        path = f"{_SCHEMA}.fields[{index}]"
        bounds = field.constraints or _UNBOUND
        low, high = bounds.minimum, bounds.maximum
        if low is not None and high is not None and low > high:
            yield Problem(path=f"{path}.constraints.maximum", message="is below the minimum")
        for place, one in enumerate(field.tre.alternatives if field.tre else ()):
            if one.name in taken:
                message = "is the name of a field or of another alternative too"
                yield Problem(path=f"{path}.tre.alternatives[{place}].name", message=message)
            taken.add(one.name)


def _key_problems(schema: SchemaPart, names: set[str]) -> Iterator[Problem]:
    own = dict[str, str]()
    yield from _unknown(schema.primary_key, names, f"{_SCHEMA}.primaryKey")
    for index, key in enumerate(schema.foreign_keys):
        path = f"{_SCHEMA}.foreignKeys[{index}]"
        yield from _unknown(key.fields, names, f"{path}.fields")
        if len(key.fields) != len(key.reference.fields):
            message = "must have as many fields as the key"
            yield Problem(path=f"{path}.reference.fields", message=message)
        if not key.reference.resource:
            yield from _unknown(key.reference.fields, names, f"{path}.reference.fields")
            own |= dict(zip(key.fields, key.reference.fields, strict=False))
            if any(_leads_back(name, own) for name in key.fields):
                yield Problem(path=path, message="makes a circle: it leads back to itself")


def _leads_back(start: str, refers_to: Mapping[str, str]) -> bool:
    seen, here = {start}, refers_to.get(start)
    while here is not None and here not in seen:
        seen.add(here)
        here = refers_to.get(here)
    return here is not None


def _unknown(said: Sequence[str], names: set[str], path: str) -> Iterator[Problem]:
    for index, name in enumerate(said):
        if name not in names:
            yield Problem(path=f"{path}[{index}]", message="is not the name of a field")
