"""A dataset's descriptor: one YAML file that describes one version of a dataset.

The dataset is described as in the UK Cross-Government Metadata Exchange Model, columns as in
Frictionless Table Schema; what a trusted research environment adds stands under `tre`.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field, StringConstraints

from registry.adapters.columns import column_problems
from registry.adapters.entry_in_file import (
    DatasetPart,
    Identifier,
    WhoDecidesPart,
    catalogue_entry,
    entry_problems,
)
from registry.adapters.field_in_file import SchemaPart, schema_problems
from registry.adapters.fields import Course, FileModel, Line, PolicyName, Version
from registry.adapters.terms_in_file import DatasetReleasePart
from registry.adapters.yaml_files import read_model
from registry.domain.dataset import DatasetVersion, FieldRole, VersionId
from registry.domain.errors import Problem, WrongFile
from registry.domain.tier import Tier
from registry.domain.view_place import VIEWS

_READ_BYTES = 1024 * 1024
_SUFFIXES = (".parquet", ".csv")


class _Resource(FileModel):
    name: Line
    path: Line
    hash: Annotated[str, StringConstraints(pattern="^sha256:[0-9a-f]{64}$")] | None = None
    table_schema: SchemaPart = Field(alias="schema")


class _Sdc(FileModel):
    policy: PolicyName


class _Tre(WhoDecidesPart):
    entity: Line | None = None
    identifiers: tuple[Line, ...] = ()
    sdc: _Sdc
    tier: Tier | None = None
    release: DatasetReleasePart = DatasetReleasePart()
    training: tuple[Course, ...] = ()


class _Descriptor(DatasetPart):
    identifier: Identifier
    title: Line
    summary: Line
    publisher: Line
    version: Version
    unit: Line
    resources: tuple[_Resource, ...] = Field(min_length=1, max_length=1)
    tre: _Tre


def read_description(path: Path) -> DatasetVersion:
    """Read what a descriptor says, without its data file, whose hash stays empty.

    Raises:
        WrongFile: With every problem found.
    """
    read = read_model(path, _Descriptor)
    if problems := _problems(read):
        raise WrongFile(str(path), problems)
    return _dataset(read, read.resources[0].path, "")


def read_descriptor(
    path: Path, datasets_dir: Path | None, *, gateways: frozenset[str] | None = None
) -> DatasetVersion:
    """Read a descriptor and the hash of the data file it describes.

    The data file's path is relative to the descriptor when that lies beneath the datasets
    directory, else to the datasets directory.

    Args:
        path: The descriptor.
        datasets_dir: Where the data files are; None where they cannot be reached, and then the
            descriptor must state the file's hash.
        gateways: Ids of the legal gateways that there are; None where no register says.

    Raises:
        WrongFile: With every problem found.
    """
    read = read_model(path, _Descriptor)
    problems = _problems(read, gateways)
    resource = read.resources[0]
    place = _place(path, resource.path, datasets_dir)
    if isinstance(place, Problem):
        raise WrongFile(str(path), [*problems, place])
    sha256 = _hash(resource, datasets_dir / place if datasets_dir else None)
    if isinstance(sha256, Problem):
        problems.append(sha256)
    elif datasets_dir and (datasets_dir / place).exists():
        described = {field.name: field.type for field in resource.table_schema.fields}
        problems += column_problems(datasets_dir / place, described)
    if problems or isinstance(sha256, Problem):
        raise WrongFile(str(path), problems)
    return _dataset(read, str(place), sha256)


def _problems(read: _Descriptor, gateways: frozenset[str] | None = None) -> list[Problem]:
    schema = schema_problems(read.resources[0].table_schema)
    return [*_column_problems(read), *entry_problems(read, read.tre, gateways), *schema]


def _dataset(read: _Descriptor, path: str, sha256: str) -> DatasetVersion:
    schema = read.resources[0].table_schema
    return DatasetVersion(
        version_id=VersionId(dataset_id=read.identifier, version=read.version),
        title=read.title,
        summary=read.summary,
        publisher=read.publisher,
        unit=read.unit,
        path=path,
        sha256=sha256,
        entity=read.tre.entity,
        identifiers=read.tre.identifiers,
        policy=read.tre.sdc.policy,
        tier=read.tre.tier,
        release=read.tre.release.terms(),
        training=tuple(sorted(set(read.tre.training))),
        fields=tuple(part.field() for part in schema.fields),
        entry=catalogue_entry(
            read,
            read.tre,
            primary_key=schema.primary_key,
            foreign_keys=tuple(part.foreign_key() for part in schema.foreign_keys),
        ),
    )


def _column_problems(read: _Descriptor) -> Iterator[Problem]:
    seen: set[str] = set()
    identifiers = frozenset(read.tre.identifiers)
    names = {field.name for field in read.resources[0].table_schema.fields}
    for index, field in enumerate(read.resources[0].table_schema.fields):
        path = f"resources[0].schema.fields[{index}]"
        role = field.tre.role if field.tre else None
        if field.name in seen:
            yield Problem(path=f"{path}.name", message="is the name of an earlier field too")
        seen.add(field.name)
        for place, labels in enumerate(field.tre.impossible if field.tre else ()):
            if not labels or not set(labels) <= names:
                yield Problem(
                    path=f"{path}.tre.impossible[{place}]",
                    message="must give a label for one or more of the fields",
                )
        if role is FieldRole.ENTITY and field.name != read.tre.entity:
            yield Problem(path=f"{path}.tre.role", message="is entity, but `tre.entity` differs")
        if role is FieldRole.DIRECT_IDENTIFIER and field.name not in identifiers:
            yield Problem(
                path=f"{path}.tre.role",
                message="is direct_identifier, but `tre.identifiers` does not list the field",
            )
    if read.tre.entity is not None and read.tre.entity not in seen:
        yield Problem(path="tre.entity", message="is not the name of a field")
    for index, name in enumerate(read.tre.identifiers):
        if name not in seen:
            message = "is not the name of a field"
            yield Problem(path=f"tre.identifiers[{index}]", message=message)


def _place(descriptor: Path, written: str, datasets_dir: Path | None) -> PurePosixPath | Problem:
    """The data file relative to the datasets directory."""
    where = "resources[0].path"
    relative = PurePosixPath(written)
    if relative.is_absolute() or ".." in relative.parts:
        return Problem(path=where, message="must be a relative path without `..`")
    if relative.suffix not in _SUFFIXES:
        return Problem(path=where, message=f"must end in {' or '.join(_SUFFIXES)}")
    if datasets_dir is not None:
        root, beside = datasets_dir.resolve(), descriptor.resolve().parent
        if beside.is_relative_to(root):
            relative = PurePosixPath(beside.relative_to(root)) / relative
        if not (root / relative).resolve().is_relative_to(root):
            return Problem(path=where, message="leads out of the datasets directory by a link")
    if VIEWS in relative.parts:
        return Problem(path=where, message=f"must not lie in {VIEWS}, which is for views")
    if len(relative.parts) == 1:
        return Problem(
            path=where,
            message="must lie in a directory of its own: a workspace is given the whole directory",
        )
    return relative


def _hash(resource: _Resource, file: Path | None) -> str | Problem:
    stated = resource.hash.removeprefix("sha256:") if resource.hash else None
    if file is None or (stated is not None and not file.exists()):
        if stated is None:
            message = "is required where the data file cannot be read"
            return Problem(path="resources[0].hash", message=message)
        return stated
    if not file.is_file():
        return Problem(path="resources[0].path", message="is not a file in the datasets directory")
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_READ_BYTES):
            digest.update(block)
    if stated is not None and digest.hexdigest() != stated:
        return Problem(path="resources[0].hash", message="is not the hash of the data file")
    return digest.hexdigest()
