"""Descriptions that go to other catalogues and come back.

The examples are our own: they follow the rules of the UK Cross-Government Metadata Exchange Model
(its mandatory slots, enumerations, versions and addresses), but are not that model's own files.
"""

import json
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.adapters.descriptor import read_descriptor
from registry.adapters.exchange.described import MANDATORY, described
from registry.adapters.exchange.formats import FROM, TO, Format, exported, import_draft
from registry.domain.catalogue import (
    AccessRights,
    CatalogueEntry,
    ContactPoint,
    SecurityClassification,
    UpdateFrequency,
)
from registry.domain.dataset import DatasetVersion, Field, VersionId
from registry.domain.errors import WrongFile
from tests.unit.registry.test_catalogue_entry import FULL

TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 24)

WORDS = st.text(
    st.characters(categories=["L", "N", "P", "S"], include_characters=" "), min_size=1, max_size=60
).map(lambda text: " ".join(text.split())).filter(bool)  # fmt: skip
IDS = st.from_regex(r"[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True).filter(
    lambda text: len(text) > 2
)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MAILS = st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.(uk|org)", fullmatch=True)

DATASETS = st.builds(
    lambda name, title, publisher, version, entry: DatasetVersion(
        version_id=VersionId(dataset_id=name, version=version),
        title=title,
        summary=title,
        publisher=publisher,
        unit="person",
        path="one/one.parquet",
        sha256="a" * 64,
        entity=None,
        identifiers=(),
        policy="sacro-10",
        fields=(Field(name="person", type="string"),),
        entry=entry,
    ),
    IDS,
    WORDS,
    WORDS,
    st.tuples(*[st.integers(0, 99)] * 3).map(lambda parts: "{}.{}.{}".format(*parts)),
    st.builds(
        CatalogueEntry,
        description=WORDS,
        creator=st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple),
        contact_point=st.builds(ContactPoint, name=WORDS, email=MAILS),
        access_rights=st.sampled_from(AccessRights),
        security_classification=st.sampled_from(SecurityClassification),
        licence=WORDS,
        modified=DAYS,
        update_frequency=st.sampled_from(UpdateFrequency),
    ),
)


@given(DATASETS)
def test_all_that_the_model_demands_comes_back_from_dcat(dataset):
    said = described(dataset)
    back = FROM[Format.DCAT](json.loads(json.dumps(TO[Format.DCAT](said))))
    back["identifier"] = f"urn:tre:ds:{back['identifier']}"

    assert {name: back.get(name) for name in MANDATORY} == {name: said[name] for name in MANDATORY}


@given(DATASETS, st.sampled_from([Format.CKAN, Format.DATAPACKAGE]))
def test_and_from_ckan_and_data_packages(dataset, format_):
    said = described(dataset)
    back = FROM[format_](json.loads(json.dumps(TO[format_](said))))
    back["identifier"] = f"urn:tre:ds:{back['identifier']}"

    assert {name: back.get(name) for name in MANDATORY} == {name: said[name] for name in MANDATORY}


@pytest.fixture
def full(tmp_path):
    path = tmp_path / "full.yaml"
    path.write_text(FULL)
    return read_descriptor(path, None)


@pytest.mark.parametrize("format_", Format)
def test_nothing_of_where_data_lies_or_what_it_holds_is_exported(full, format_):
    written = json.dumps(exported(full, format_))

    assert "pace/" not in written
    assert full.sha256 not in written
    assert "sacro-10" not in written


def test_a_data_package_brings_back_every_variable(full):
    back = FROM[Format.DATAPACKAGE](exported(full, Format.DATAPACKAGE))

    assert back["resources"][0]["schema"] == described(full)["resources"][0]["schema"]
    assert back["resources"][0]["schema"]["fields"][1]["tre"] == {"linkable": True}


def test_croissant_says_what_it_must_and_that_data_is_nowhere_to_be_fetched(full):
    made = exported(full, Format.CROISSANT)

    needed = {"@context", "@type", "dct:conformsTo", "description", "license", "name", "url",
              "creator", "datePublished", "distribution"}  # fmt: skip
    assert needed <= made.keys()
    assert made["distribution"][0]["contentUrl"] == "urn:tre:ds:pace-redundancy:2026.3.0"
    assert [one["name"] for one in made["recordSet"][0]["field"]] == ["rid", "employer", "ill"]


def test_what_was_exported_can_be_drafted_completed_and_read_again(full, tmp_path):
    source, draft = tmp_path / "package.json", tmp_path / "draft.yaml"
    source.write_text(json.dumps(exported(full, Format.DATAPACKAGE)))

    made = import_draft(source, Format.DATAPACKAGE, draft, today=TODAY)

    assert made.missing == ("tre.sdc.policy",)
    content = yaml.safe_load(draft.read_text())
    content["tre"] |= {"sdc": {"policy": "sacro-10"}}
    content["resources"][0] |= {"hash": f"sha256:{'a' * 64}", "path": "pace/notifications.parquet"}
    for field in content["resources"][0]["schema"]["fields"]:
        assert isinstance(field["name"], str)
    draft.write_text(yaml.safe_dump(content))
    read = read_descriptor(draft, None)
    assert read.title == full.title
    assert read.entry.source is not None
    assert read.entry.source.harvested_on == TODAY
    assert read.fields == full.fields


@pytest.mark.parametrize("format_", Format)
def test_the_same_source_twice_changes_nothing(full, tmp_path, format_):
    source, draft = tmp_path / "source.json", tmp_path / "draft.yaml"
    source.write_text(json.dumps(exported(full, format_)))
    assert import_draft(source, format_, draft, today=TODAY).is_changed
    first = draft.read_bytes()

    again = import_draft(source, format_, draft, today=LATER)

    assert not again.is_changed
    assert draft.read_bytes() == first


def test_what_somebody_wrote_into_a_draft_is_not_overwritten(full, tmp_path):
    source, draft = tmp_path / "source.json", tmp_path / "draft.yaml"
    draft.write_text("title: My own title\ntre: {steward: me}\n")
    source.write_text(json.dumps(exported(full, Format.DCAT)))

    import_draft(source, Format.DCAT, draft, today=TODAY)

    content = yaml.safe_load(draft.read_text())
    assert content["title"] == "My own title"
    assert content["tre"]["steward"] == "me"
    assert content["publisher"] == "skills-development"
    assert content["tre"]["source"]["format"] == "dcat"


OTHERS_DCAT = {
    "@context": "https://www.w3.org/ns/dcat3.jsonld",
    "@graph": [
        {"@type": "foaf:Agent", "@id": "https://example.org/office"},
        {
            "@type": ["http://www.w3.org/ns/dcat#Dataset"],
            "@id": "https://example.org/data/Claimant%20Count",
            "http://purl.org/dc/terms/title": [{"@value": "Claimant count", "@language": "en"}],
            "dcterms:description": "Who claims.\n\nMonthly.",
            "dcterms:publisher": {"@id": "https://example.org/office"},
            "dcterms:accrualPeriodicity": {
                "@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
            },
            "dcterms:modified": "2026-10-01T09:30:00Z",
            "dcat:keyword": ["claims", {"@value": "work"}, 7, None],
            "dcat:contactPoint": [
                {"vcard:fn": "Team", "vcard:hasEmail": {"@id": "mailto:t@example.org"}}
            ],
        },
    ],
}


def test_another_catalogues_dcat_becomes_a_draft():
    draft = FROM[Format.DCAT](OTHERS_DCAT)

    assert draft == {
        "identifier": "claimant-20count",
        "title": "Claimant count",
        "summary": "Who claims. Monthly.",
        "description": "Who claims.\n\nMonthly.",
        "publisher": "https://example.org/office",
        "contactPoint": {"contactName": "Team", "email": "t@example.org"},
        "modified": "2026-10-01",
        "updateFrequency": "freq:monthly",
        "keyword": ["claims", "work", "7"],
    }


OTHERS_CKAN = {
    "success": True,
    "result": {
        "name": "Vacancies_2026",
        "title": "Vacancies",
        "notes": "What is free",
        "organization": {"title": "An office", "name": "an-office"},
        "author": "Ada",
        "author_email": "ada@example.org",
        "license_title": "OGL",
        "metadata_modified": "2026-10-01T00:00:00.1",
        "tags": [{"name": "jobs"}],
        "groups": [{"name": "Labour Market"}],
        "extras": [
            {"key": "accessRights", "value": "open"},
            {"key": "temporal", "value": '{"start": "2020-01-01"}'},
            {"key": "harvest_url", "value": "x"},
            {"key": "spatial", "value": "{broken"},
            {"value": 1},
        ],
    },
}


def test_another_catalogues_ckan_becomes_a_draft():
    draft = FROM[Format.CKAN](OTHERS_CKAN)

    assert draft["identifier"] == "vacancies-2026"
    assert draft["publisher"] == "An office"
    assert draft["theme"] == ["labour-market"]
    assert draft["accessRights"] == "OPEN"
    assert draft["temporal"] == {"start": "2020-01-01"}
    assert "harvest_url" not in draft


@pytest.mark.parametrize(
    ("format_", "content", "said"),
    [
        (Format.DCAT, "{}", "must hold one dcat:Dataset; it holds 0"),
        (Format.DCAT, json.dumps({"@graph": [{"@type": "dcat:Dataset"}] * 2}), "it holds 2"),
        (Format.CKAN, "{}", "`result.name` is not there"),
        (Format.DATAPACKAGE, '{"resources": []}', "`resources[0]` is not there"),
        (Format.DATAPACKAGE, '{"resources": [{}, {}]}', "has 2"),
        (Format.CROISSANT, "{}", "`name` is not there"),
        (Format.DCAT, "[]", "must be one JSON object"),
        (Format.DCAT, "{", "is not JSON"),
        (Format.DCAT, "[" * 100_000, "is not JSON"),
        (Format.DCAT, " " * 1_100_000, "is larger than"),
    ],
)
def test_what_is_no_description_is_refused_and_no_draft_is_written(
    tmp_path, format_, content, said
):
    source, draft = tmp_path / "source.json", tmp_path / "draft.yaml"
    source.write_text(content)

    with pytest.raises(WrongFile) as wrong:
        import_draft(source, format_, draft, today=TODAY)

    assert said in str(wrong.value.problems[0])
    assert not draft.exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["@type", "@graph", "dct:title", "dcat:contactPoint", "result", "name", "extras", "key",
             "value", "resources", "schema", "fields", "recordSet", "field", "contributors",
             "licenses", "spatial", "temporal", "distribution", "creator", "tre:descriptor"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip


@given(st.sampled_from(Format), st.dictionaries(st.text(max_size=5), JSON) | JSON)
def test_a_document_of_any_shape_is_drafted_or_refused_in_words(format_, document):
    given_ = document if isinstance(document, dict) else {"@type": "dcat:Dataset", "name": document}
    try:
        draft = FROM[format_](given_)
    except ValueError as refused:
        assert str(refused).startswith("must")  # noqa: PT017
    else:
        yaml.safe_dump(draft)
