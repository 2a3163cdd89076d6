"""What a descriptor says to the catalogue, and the words for each wrong place."""

from datetime import date

import pytest
import yaml

from registry.adapters.descriptor import read_descriptor
from registry.application.stored_entry import entry_from_stored, entry_to_stored
from registry.domain.catalogue import (
    NOTHING_SAID,
    AccessRights,
    ContactPoint,
    DatasetKind,
    Discoverable,
    Disposal,
    ForeignKey,
    GeographyLevel,
    PublishedAlternative,
    UpdateFrequency,
    UseCondition,
)
from registry.domain.dataset import SpecialCategory
from registry.domain.errors import WrongFile

FULL = """
identifier: urn:tre:ds:pace-redundancy
title: PACE redundancy notifications
alternativeTitle: PACE
summary: Who was offered help after a redundancy.
description: One row a notification.
publisher: skills-development
creator: skills-development
contactPoint: {contactName: Data Team, email: data@example.org}
accessRights: INTERNAL
securityClassification: OFFICIAL
licence: https://example.org/agreements/pace-1
updateFrequency: freq:quarterly
version: 2026.3.0
modified: 2026-10-01
issued: 2019-05-01
theme: [labour-market]
keyword: [redundancy]
related: [urn:tre:ds:claims]
spatial: {coverage: Scotland, finest: datazone}
temporal: {start: 2019-01, end: 2026-09, timeLag: P5M}
kind: frozen
unit: person
conformsTo: [frictionless:table-schema]
resources:
  - name: notifications
    path: pace/notifications.parquet
    hash: sha256:SHA
    schema:
      primaryKey: rid
      foreignKeys: [{fields: employer, reference: {resource: employers, fields: employer}}]
      fields:
        - {name: rid, type: string, title: Row, constraints: {required: true, unique: true}}
        - {name: employer, type: string, tre: {linkable: exact}}
        - {name: ill, type: string, constraints: {enum: ["yes", "no"]}, tre: {category: health}}
tre:
  entity: rid
  identifiers: [rid]
  sdc: {policy: sacro-10}
  discoverable: public
  steward: sds-data
  owners: [skills-development]
  boards: [dwp-hmrc-wpls]
  gateways: [ssaa-1992-122c, dea-2017-research]
  conditions: [{duo: "DUO:0000027"}, {duo: "DUO:0000025", until: 2027-03-31}]
  retention: {until: 2028-03-31}
  privacy_notice: https://example.org/privacy
  published_alternatives: [nomis-ucc, {id: stat-xplore-uc, title: Stat-Xplore, coverage: GB}]
  synthetic: {level: structural}
""".replace("SHA", "a" * 64)


@pytest.fixture
def read(tmp_path):
    def read(**changes):
        content = yaml.load(FULL, Loader=yaml.BaseLoader)
        for place, value in changes.items():
            part = content["tre"] if place.startswith("tre_") else content
            part[place.removeprefix("tre_")] = value
        path = tmp_path / "one.yaml"
        path.write_text(yaml.safe_dump(content) if changes else FULL)
        return read_descriptor(path, None)

    return read


@pytest.fixture
def problems(read):
    def problems(**changes):
        with pytest.raises(WrongFile) as wrong:
            read(**changes)
        return [str(problem) for problem in wrong.value.problems]

    return problems


def test_a_descriptor_says_what_it_is_who_decides_and_what_else_is_published(read):
    dataset = read()
    entry = dataset.entry

    assert dataset.version_id.dataset_id == "pace-redundancy"
    assert entry.contact_point == ContactPoint(name="Data Team", email="data@example.org")
    assert entry.access_rights is AccessRights.INTERNAL
    assert entry.update_frequency is UpdateFrequency.QUARTERLY
    assert entry.creator == ("skills-development",)
    assert (entry.temporal.start, entry.temporal.end) == (date(2019, 1, 1), date(2026, 9, 30))
    assert entry.spatial.finest is GeographyLevel.DATAZONE
    assert entry.kind is DatasetKind.FROZEN
    assert entry.discoverable is Discoverable.PUBLIC
    assert entry.conditions[1] == UseCondition(duo="DUO:0000025", until=date(2027, 3, 31))
    assert entry.retention is not None
    assert entry.retention.disposal is Disposal.DESTROY
    assert entry.published_alternatives == (
        PublishedAlternative(alternative_id="nomis-ucc"),
        PublishedAlternative(alternative_id="stat-xplore-uc", title="Stat-Xplore", coverage="GB"),
    )
    assert entry.foreign_keys == (
        ForeignKey(fields=("employer",), dataset_id="employers", referred=("employer",)),
    )


def test_a_descriptor_says_of_columns_what_links_and_what_is_of_a_special_category(read):
    row, employer, ill = read().fields

    assert row.title == "Row"
    assert row.constraints.is_required
    assert row.constraints.is_unique
    assert (employer.is_linkable, row.is_linkable) == (True, False)
    assert ill.category is SpecialCategory.HEALTH
    assert ill.constraints.enum == ("yes", "no")


def test_an_entry_is_the_same_after_it_was_kept(read):
    entry = read().entry

    assert entry_from_stored(entry_to_stored(entry)) == entry
    assert entry_from_stored({}) == NOTHING_SAID


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("accessRights", "SECRET", "accessRights: must be 'OPEN', 'INTERNAL' or 'COMMERCIAL'"),
        ("contactPoint", {"contactName": "A"}, "contactPoint.email: is required"),
        ("contactPoint", {"contactName": "A", "email": "a@b"},
         "contactPoint.email: must be one mail address such as ada@example.org, in plain letters"),
        ("modified", "2026-02-30", "modified: must be a date such as 2027-03-31"),
        ("modified", "1790000000", "modified: must be a date such as 2027-03-31"),
        ("modified", "2018-01-01", "modified: is before issued"),
        ("temporal", {"start": "2026-10", "end": "2026-09"},
         "temporal.end: is before temporal.start"),
        ("temporal", {"timeLag": "P"},
         "temporal.timeLag: must be an ISO 8601 duration such as P5M"),
        ("theme", ["labour-market", "labour-market"], "theme[1]: is in the list already"),
        ("tre_conditions", [{"duo": "DUO:25"}],
         "tre.conditions[0].duo: must be a code such as DUO:0000025"),
        ("tre_published_alternatives", [{"id": "a", "url": "javascript:alert(1)"}],
         "tre.published_alternatives[0].url: must be an address that begins with https://"),
        ("tre_retention", {"until": "2020-01-01"}, "tre.retention.until: is before modified"),
        ("contact_point", {}, "contact_point: is not a known key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(problems, place, value, said):
    assert said in problems(**{place: value})
