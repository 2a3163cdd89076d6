"""The score of a description, and what would raise it."""

from dataclasses import replace
from datetime import date

import pytest

from registry.domain.catalogue import CatalogueEntry, ContactPoint, UpdateFrequency
from registry.domain.completeness import completeness
from registry.domain.dataset import DatasetVersion, Field, FieldRole, VersionId
from registry.domain.glossary import GLOSSARY, PROCESSING_TERMS

BARE = DatasetVersion(
    version_id=VersionId(dataset_id="jobs", version="1.0.0"),
    title="Jobs",
    summary="Jobs of people",
    publisher="An office",
    unit="person",
    path="jobs/jobs.parquet",
    sha256="a" * 64,
    entity=None,
    identifiers=(),
    policy="sacro-10",
    fields=(Field(name="person", type="string"), Field(name="pay", type="number")),
)


def test_a_bare_description_has_the_points_of_what_every_descriptor_says():
    # 25 of 121: eight demanded, five of who decides, five recommended, seven that join up,
    # descriptions and roles of variables.
    assert completeness(BARE).score == 20


def test_what_gains_most_stands_first_and_gains_what_it_says():
    found = completeness(BARE)
    first = found.missing[0]
    after = completeness(replace(BARE, entry=CatalogueEntry(access_rights="OPEN")))

    assert [one.gain for one in found.missing] == sorted(
        (one.gain for one in found.missing), reverse=True
    )
    assert first.place == "accessRights"
    assert after.score == found.score + first.gain
    assert "accessRights" not in {one.place for one in after.missing}


@pytest.mark.parametrize(
    "said",
    [
        {"contact_point": ContactPoint(name="A", email="a@example.org")},
        {"modified": date(2026, 1, 1)},
        {"update_frequency": UpdateFrequency.IRREGULAR},
        {"owners": ("an-office",)},
        {"gateways": ("dea-2017",)},
    ],
)
def test_each_thing_said_raises_the_score(said):
    more = replace(BARE, entry=CatalogueEntry(**said))

    assert completeness(more).score > completeness(BARE).score
    assert len(completeness(more).missing) == len(completeness(BARE).missing) - 1


def test_variables_count_by_the_share_that_is_described():
    half = replace(BARE, fields=(replace(BARE.fields[0], description="Who"), BARE.fields[1]))
    whole = replace(
        half, fields=tuple(replace(f, description="x", role=FieldRole.QUASI) for f in half.fields)
    )
    scores = [completeness(one).score for one in (BARE, half, whole)]

    assert scores == sorted(set(scores))
    assert not any("fields" in one.place for one in completeness(whole).missing)


def test_a_description_without_variables_has_a_score():
    assert completeness(replace(BARE, fields=())).score == 20


def test_the_glossary_has_the_eight_terms_of_the_guide_and_each_means_something():
    assert len(PROCESSING_TERMS) == 8
    assert set(PROCESSING_TERMS) <= set(GLOSSARY)
    assert all(name and meaning for name, meaning in GLOSSARY.values())
