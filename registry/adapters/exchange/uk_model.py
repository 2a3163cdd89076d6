"""Records of the UK Cross-Government Metadata Exchange Model (co-cddo), in YAML or JSON.

A record is held against the model before a draft is made of it: its mandatory slots, enumerations,
and nothing under names that the model does not know.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from registry.adapters.entry_in_file import CamelModel, ContactPart, Day, Frequency
from registry.adapters.exchange import reading
from registry.adapters.exchange.described import MANDATORY
from registry.adapters.exchange.plain import plain_draft
from registry.adapters.field_in_file import OneOrMore
from registry.adapters.fields import Line, Paragraph
from registry.adapters.yaml_files import held_against, load_yaml
from registry.domain.catalogue import AccessRights, SecurityClassification

TYPE: Final = "dcat:Dataset"
_OPTIONAL: Final = ("alternativeTitle", "summary", "keyword", "theme", "issued")


class _Record(CamelModel):
    """Slots are those of the model's class Dataset; distributions are named by their address."""

    identifier: Line
    type: Literal["dcat:Dataset"]
    title: Line
    alternative_title: OneOrMore = ()
    summary: Line | None = None
    description: Annotated[Paragraph, StringConstraints(min_length=1)]
    access_rights: AccessRights
    security_classification: SecurityClassification
    contact_point: ContactPart
    creator: OneOrMore = Field(min_length=1)
    publisher: Line
    licence: Line
    created: Day | None = None
    issued: Day | None = None
    modified: Day
    version: Line
    update_frequency: Frequency
    keyword: OneOrMore = ()
    theme: OneOrMore = ()
    related_resource: OneOrMore = ()
    distribution: OneOrMore = ()


def read_record(path: Path) -> dict[str, Any]:
    """A record that keeps to the model.

    Raises:
        WrongFile: It does not; every problem is named with its path.
    """
    content = reading.read_bounded(path)
    # JSON writes some letters as YAML does not read them.
    is_json = content.lstrip().startswith(b"{")
    found = reading.json_object(path, content) if is_json else load_yaml(path)
    record = held_against(path, found, _Record)
    return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def to_record(described: Mapping[str, Any]) -> dict[str, Any]:
    slots = {name: described.get(name) for name in (*MANDATORY, *_OPTIONAL)}
    return reading.said({**slots, "type": TYPE, "relatedResource": described.get("related")})


def from_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A descriptor's draft; it has no columns, and its distributions are no copy to analyse."""
    placed = {
        "identifier": reading.slug(record.get("identifier")),
        "summary": reading.summary_of(record.get("summary"), record.get("description")),
        "related": reading.lines(record.get("relatedResource")),
    }
    return plain_draft(record) | reading.said(placed)
