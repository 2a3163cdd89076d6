"""A described version of a dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from registry.domain.tier import Tier


class FieldRole(StrEnum):
    ENTITY = "entity"
    HOLDING = "holding"
    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column.

    Attributes:
        minimum, maximum: Bounds that hold for everybody, such as the lowest age asked.
        impossible: Combinations of column and label that nobody can have, such as pregnant men.
    """

    name: str
    type: str
    description: str = ""
    role: FieldRole | None = None
    minimum: float | None = None
    maximum: float | None = None
    impossible: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class VersionId:
    dataset_id: str
    version: str

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetVersion:
    """One version of a dataset. A version never changes: other bytes are another version.

    Attributes:
        path: The data file, relative to the datasets directory.
        sha256: Of the data file.
        entity: The column that tells one contributor from another, if there is one.
        identifiers: Columns that name a contributor; never publishable.
        policy: Name of the disclosure policy that outputs from it must meet.
        tier: The loosest tier that a workspace with it may have; None when any will do.
    """

    version_id: VersionId
    title: str
    summary: str
    publisher: str
    unit: str
    path: str
    sha256: str
    entity: str | None
    identifiers: tuple[str, ...]
    policy: str
    fields: tuple[Field, ...]
    tier: Tier | None = None

    @property
    def directory(self) -> PurePosixPath:
        """What a workspace gets to see: everything in the data file's directory."""
        return PurePosixPath(self.path).parent
