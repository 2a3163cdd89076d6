"""A described version of a dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from registry.domain.catalogue import NOTHING_SAID, CatalogueEntry
from registry.domain.release_terms import DEFAULT_DATASET_TERMS, DatasetTerms
from registry.domain.tier import Tier
from registry.domain.view_spec import Alternative


class FieldRole(StrEnum):
    ENTITY = "entity"
    HOLDING = "holding"
    DIRECT_IDENTIFIER = "direct_identifier"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    MEASURE = "measure"


class SpecialCategory(StrEnum):
    """Personal data of special categories (UK GDPR, article 9) and of offences (article 10)."""

    RACIAL_OR_ETHNIC_ORIGIN = "racial_or_ethnic_origin"
    POLITICAL_OPINIONS = "political_opinions"
    RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS = "religious_or_philosophical_beliefs"
    TRADE_UNION_MEMBERSHIP = "trade_union_membership"
    GENETIC = "genetic"
    BIOMETRIC = "biometric"
    HEALTH = "health"
    SEX_LIFE_OR_ORIENTATION = "sex_life_or_orientation"
    CRIMINAL_OFFENCE = "criminal_offence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What values must meet, beside a field's bounds.

    Attributes:
        enum: The values there may be, as text; empty: any.
        pattern: A regular expression that a whole value matches.
    """

    is_required: bool = False
    is_unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None


UNCONSTRAINED = Constraints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column.

    Attributes:
        minimum, maximum: Bounds that hold for everybody, such as the lowest age asked.
        impossible: Combinations of column and label that nobody can have, such as pregnant men.
        alternatives: Less intrusive forms of it. Who asks for the field itself says why none does.
        is_never_in_view: Nobody is given it in any form, such as a telephone number.
        is_linkable: Other datasets can be joined by it.
        category: The special category of personal data that it is of, if it is.
    """

    name: str
    type: str
    description: str = ""
    role: FieldRole | None = None
    minimum: float | None = None
    maximum: float | None = None
    impossible: tuple[Mapping[str, str], ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    is_never_in_view: bool = False
    title: str = ""
    is_linkable: bool = False
    category: SpecialCategory | None = None
    constraints: Constraints = UNCONSTRAINED


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
        release: What it asks of people before an output made of it may leave.
        entry: What the catalogue says of it.
        training: The courses that it asks of whoever works on it.
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
    release: DatasetTerms = DEFAULT_DATASET_TERMS
    entry: CatalogueEntry = NOTHING_SAID
    training: tuple[str, ...] = ()

    @property
    def directory(self) -> PurePosixPath:
        """What a workspace gets to see: everything in the data file's directory."""
        return PurePosixPath(self.path).parent
