"""How a descriptor writes what the catalogue says of a dataset.

Names are those of the UK Cross-Government Metadata Exchange Model; who decides stands under `tre`.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from registry.adapters.field_in_file import OneOrMore
from registry.adapters.fields import Email, FileModel, Line, Paragraph, ProjectId
from registry.domain import catalogue
from registry.domain.catalogue import (
    AccessRights,
    CatalogueEntry,
    ContactPoint,
    DatasetKind,
    Discoverable,
    Disposal,
    ForeignKey,
    GeographyLevel,
    PublishedAlternative,
    SecurityClassification,
    SpatialCoverage,
    SyntheticCopy,
    TemporalCoverage,
    UpdateFrequency,
    UseCondition,
)
from registry.domain.errors import Problem

_DAY_WORDS: Final = "must be a date such as 2027-03-31"
_ID_PREFIX: Final = "urn:tre:ds:"


def _matching(pattern: str, words: str) -> AfterValidator:
    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise ValueError(words)
        return value

    return AfterValidator(check)


def _written_day(value: object) -> object:
    # pydantic would take a number for seconds since 1970.
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise ValueError(_DAY_WORDS)


def _edge_of(*, last: bool) -> BeforeValidator:
    """A day, or the first or last one of a month or year."""

    def read(value: object) -> object:
        said = str(value) if type(value) is int else value
        if isinstance(said, str) and re.fullmatch(r"[1-9]\d{3}", said):
            return f"{said}-12-31" if last else f"{said}-01-01"
        if isinstance(said, str) and re.fullmatch(r"[1-9]\d{3}-(0[1-9]|1[0-2])", said):
            days = monthrange(int(said[:4]), int(said[5:]))[1]
            return f"{said}-{days if last else 1:02}"
        return _written_day(said)

    return BeforeValidator(read)


def _frequency(value: object) -> object:
    return value.removeprefix("freq:") if isinstance(value, str) else value


def _own_id(value: object) -> object:
    return value.removeprefix(_ID_PREFIX) if isinstance(value, str) else value


Identifier = Annotated[ProjectId, BeforeValidator(_own_id)]
Day = Annotated[date, BeforeValidator(_written_day)]
Address = Annotated[
    Line, _matching(r"https?://[^\s/]+\S*", "must be an address that begins with https://")
]
Frequency = Annotated[UpdateFrequency, BeforeValidator(_frequency)]
Lag = Annotated[
    Line,
    _matching(r"P(?=\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?", "must be an ISO 8601 duration such as P5M"),
]
Duo = Annotated[Line, _matching(r"DUO:\d{7}", "must be a code such as DUO:0000025")]
Slug = Annotated[
    Line,
    _matching(
        r"[a-z0-9][a-z0-9._-]{0,62}", "must be up to 63 lower-case letters, digits, `.`, `_`, `-`"
    ),
]


class CamelModel(FileModel):
    model_config = ConfigDict(alias_generator=to_camel)


class ContactPart(CamelModel):
    contact_name: Line
    email: Email


class SpatialPart(CamelModel):
    coverage: Line | None = None
    finest: GeographyLevel | None = None


class TemporalPart(CamelModel):
    start: Annotated[date, _edge_of(last=False)] | None = None
    end: Annotated[date, _edge_of(last=True)] | None = None
    time_lag: Lag | None = None


class DatasetPart(CamelModel):
    """What a descriptor says at its top beside what every descriptor must say."""

    alternative_title: Line | None = None
    description: Paragraph = ""
    creator: OneOrMore = ()
    contact_point: ContactPart | None = None
    access_rights: AccessRights | None = None
    security_classification: SecurityClassification | None = None
    licence: Line | None = None
    modified: Day | None = None
    issued: Day | None = None
    update_frequency: Frequency | None = None
    theme: tuple[Slug, ...] = ()
    keyword: tuple[Line, ...] = ()
    related: tuple[Line, ...] = ()
    spatial: SpatialPart = SpatialPart()
    temporal: TemporalPart = TemporalPart()
    kind: DatasetKind | None = None
    conforms_to: OneOrMore = ()


class ConditionPart(FileModel):
    duo: Duo
    until: Day | None = None


class AlternativeSourcePart(FileModel):
    id: Slug
    title: Line | None = None
    url: Address | None = None
    coverage: Line | None = None


class RetentionPart(FileModel):
    until: Day
    disposal: Disposal = Disposal.DESTROY


class SyntheticPart(FileModel):
    level: Slug
    path: Line | None = None


class SourcePart(FileModel):
    format: Slug
    file: Line
    sha256: Annotated[Line, _matching(r"[0-9a-f]{64}", "must be a SHA-256 in hex")]
    harvested_on: Day


def _named(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


class WhoDecidesPart(FileModel):
    """What a descriptor says under `tre` of who sees it, who decides, and until when."""

    discoverable: Discoverable = Discoverable.MEMBERS
    owners: tuple[ProjectId, ...] = ()
    steward: Line | None = None
    boards: tuple[Slug, ...] = ()
    gateways: tuple[Slug, ...] = ()
    conditions: tuple[ConditionPart, ...] = ()
    privacy_notice: Paragraph = ""
    published_alternatives: tuple[
        Annotated[AlternativeSourcePart, BeforeValidator(_named)], ...
    ] = ()
    retention: RetentionPart | None = None
    synthetic: SyntheticPart | None = None
    source: SourcePart | None = None


def catalogue_entry(
    top: DatasetPart,
    tre: WhoDecidesPart,
    *,
    primary_key: tuple[str, ...] = (),
    foreign_keys: tuple[ForeignKey, ...] = (),
) -> CatalogueEntry:
    return CatalogueEntry(
        alternative_title=top.alternative_title or "",
        description=top.description,
        creator=top.creator,
        contact_point=_contact(top.contact_point),
        access_rights=top.access_rights,
        security_classification=top.security_classification,
        licence=top.licence,
        modified=top.modified,
        issued=top.issued,
        update_frequency=top.update_frequency,
        theme=top.theme,
        keyword=top.keyword,
        related=top.related,
        spatial=SpatialCoverage(coverage=top.spatial.coverage or "", finest=top.spatial.finest),
        temporal=TemporalCoverage(**dict(top.temporal)),
        kind=top.kind,
        conforms_to=top.conforms_to,
        primary_key=primary_key,
        foreign_keys=foreign_keys,
        discoverable=tre.discoverable,
        owners=tre.owners,
        steward=tre.steward,
        boards=tre.boards,
        gateways=tre.gateways,
        conditions=tuple(UseCondition(duo=one.duo, until=one.until) for one in tre.conditions),
        privacy_notice=tre.privacy_notice,
        published_alternatives=tuple(map(_published, tre.published_alternatives)),
        retention=catalogue.Retention(**dict(tre.retention)) if tre.retention else None,
        synthetic=_synthetic(tre.synthetic),
        source=catalogue.Source(**dict(tre.source)) if tre.source else None,
    )


def _contact(part: ContactPart | None) -> ContactPoint | None:
    return ContactPoint(name=part.contact_name, email=part.email) if part else None


def _synthetic(part: SyntheticPart | None) -> SyntheticCopy | None:
    return SyntheticCopy(level=part.level, path=part.path or "") if part else None


def _published(part: AlternativeSourcePart) -> PublishedAlternative:
    return PublishedAlternative(
        alternative_id=part.id,
        title=part.title or "",
        url=part.url,
        coverage=part.coverage or "",
    )


def entry_problems(
    top: DatasetPart, tre: WhoDecidesPart, gateways: frozenset[str] | None = None
) -> Iterator[Problem]:
    """Dates that contradict each other, what is said twice, and gateways that there are not.

    Args:
        gateways: Ids of those that there are; None where no register says.
    """
    yield from _date_problems(top, tre)
    for index, name in enumerate(tre.gateways if gateways is not None else ()):
        if name not in (gateways or ()):
            yield Problem(
                path=f"tre.gateways[{index}]", message="is no legal gateway of the register"
            )
    for path, said in (
        ("theme", top.theme),
        ("keyword", top.keyword),
        ("tre.owners", tre.owners),
        ("tre.boards", tre.boards),
        ("tre.gateways", tre.gateways),
        ("tre.published_alternatives", [one.id for one in tre.published_alternatives]),
    ):
        yield from _repeated(path, said)


def _date_problems(top: DatasetPart, tre: WhoDecidesPart) -> Iterator[Problem]:
    start, end = top.temporal.start, top.temporal.end
    if start and end and start > end:
        yield Problem(path="temporal.end", message="is before temporal.start")
    if top.issued and top.modified and top.issued > top.modified:
        yield Problem(path="modified", message="is before issued")
    if start and top.modified and start > top.modified:
        yield Problem(path="temporal.start", message="is after modified: nothing could be covered")
    if tre.retention and top.modified and tre.retention.until < top.modified:
        yield Problem(path="tre.retention.until", message="is before modified")


def _repeated(path: str, said: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, one in enumerate(said):
        if one in seen:
            yield Problem(path=f"{path}[{index}]", message="is in the list already")
        seen.add(one)
