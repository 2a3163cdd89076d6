"""What a dataset's descriptor says of it beyond its columns: what it is, who decides, what else is.

The names follow the UK Cross-Government Metadata Exchange Model. Identifier, title, summary,
publisher and version are those of the `DatasetVersion` that an entry belongs to. What nobody said
is None or empty, never a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class AccessRights(StrEnum):
    OPEN = "OPEN"
    INTERNAL = "INTERNAL"
    COMMERCIAL = "COMMERCIAL"


class SecurityClassification(StrEnum):
    OFFICIAL = "OFFICIAL"
    SECRET = "SECRET"  # noqa: S105  a classification
    TOP_SECRET = "TOP_SECRET"  # noqa: S105
    NOT_APPLICABLE = "NOT_APPLICABLE"


class UpdateFrequency(StrEnum):
    """Terms of the Dublin Core frequency vocabulary, without their prefix `freq:`."""

    CONTINUOUS = "continuous"
    DAILY = "daily"
    THREE_TIMES_A_WEEK = "threeTimesAWeek"
    SEMIWEEKLY = "semiweekly"
    WEEKLY = "weekly"
    THREE_TIMES_A_MONTH = "threeTimesAMonth"
    BIWEEKLY = "biweekly"
    SEMIMONTHLY = "semimonthly"
    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    THREE_TIMES_A_YEAR = "threeTimesAYear"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"
    BIENNIAL = "biennial"
    TRIENNIAL = "triennial"
    IRREGULAR = "irregular"


class GeographyLevel(StrEnum):
    UK = "uk"
    COUNTRY = "country"
    REGION = "region"
    COUNTY = "county"
    LAD = "lad"
    WARD = "ward"
    MSOA = "msoa"
    INTERMEDIATE_ZONE = "intermediate_zone"
    LSOA = "lsoa"
    DATAZONE = "datazone"
    OA = "oa"
    POSTCODE = "postcode"
    ADDRESS = "address"


FINENESS: Final[Mapping[GeographyLevel, int]] = {
    GeographyLevel.UK: 0,
    GeographyLevel.COUNTRY: 1,
    GeographyLevel.REGION: 2,
    GeographyLevel.COUNTY: 3,
    GeographyLevel.LAD: 4,
    GeographyLevel.WARD: 5,
    GeographyLevel.MSOA: 6,
    GeographyLevel.INTERMEDIATE_ZONE: 6,
    GeographyLevel.LSOA: 7,
    GeographyLevel.DATAZONE: 7,
    GeographyLevel.OA: 8,
    GeographyLevel.POSTCODE: 9,
    GeographyLevel.ADDRESS: 10,
}
"""How fine a level is; levels of different nations that are about as fine have the same number."""


class DatasetKind(StrEnum):
    LIVE = "live"
    FROZEN = "frozen"
    INDEX = "index"
    SURVEY = "survey"
    DERIVED = "derived"


class Discoverable(StrEnum):
    """Who may know that a dataset exists."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    MEMBERS = "members"


class Disposal(StrEnum):
    DESTROY = "destroy"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpatialCoverage:
    """Attributes: `coverage` in words; `finest` is the finest level that rows can be told by."""

    coverage: str = ""
    finest: GeographyLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalCoverage:
    """Attributes: first and last day covered; `time_lag` is an ISO 8601 duration such as P5M."""

    start: date | None = None
    end: date | None = None
    time_lag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCondition:
    """A condition of use: a code of the Data Use Ontology such as DUO:0000025, and its end."""

    duo: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAlternative:
    """What is published already and may do; who applies says why it does not."""

    alternative_id: str
    title: str = ""
    url: str | None = None
    coverage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    until: date
    disposal: Disposal = Disposal.DESTROY


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticCopy:
    """Attributes: `level` such as structural; `path` relative to the datasets directory."""

    level: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Attributes: `dataset_id` is the dataset referred to; None: the same one."""

    fields: tuple[str, ...]
    dataset_id: str | None
    referred: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Another catalogue's description that this one began as.

    Attributes: `format` such as dcat; `sha256` of the file that was read, in hex.
    """

    format: str
    file: str
    sha256: str
    harvested_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """What is said of one version of a dataset.

    Attributes:
        creator: Who made it: names or organisation ids, first things first.
        licence: An address or a name.
        related: Ids or addresses of what it belongs with.
        conforms_to: Standards that it meets, such as `ons:geography-2024`.
        owners: Ids of the organisations that decide about it; each must agree.
        steward: Username or organisation id of who looks after it.
        boards: Ids of the boards that must vote.
        gateways: Ids of the legal gateways by which it may be had.
        privacy_notice: The notice's address or text.
    """

    alternative_title: str = ""
    description: str = ""
    creator: tuple[str, ...] = ()
    contact_point: ContactPoint | None = None
    access_rights: AccessRights | None = None
    security_classification: SecurityClassification | None = None
    licence: str | None = None
    modified: date | None = None
    issued: date | None = None
    update_frequency: UpdateFrequency | None = None
    theme: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    spatial: SpatialCoverage = SpatialCoverage()
    temporal: TemporalCoverage = TemporalCoverage()
    kind: DatasetKind | None = None
    conforms_to: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    discoverable: Discoverable = Discoverable.MEMBERS
    owners: tuple[str, ...] = ()
    steward: str | None = None
    boards: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    conditions: tuple[UseCondition, ...] = ()
    privacy_notice: str = ""
    published_alternatives: tuple[PublishedAlternative, ...] = ()
    retention: Retention | None = None
    synthetic: SyntheticCopy | None = None
    source: Source | None = None


NOTHING_SAID: Final = CatalogueEntry()
