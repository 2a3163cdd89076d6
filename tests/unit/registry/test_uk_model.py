"""Records of the UK Cross-Government Metadata Exchange Model: its own examples come in or not."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given

from registry.adapters.exchange.formats import Format, exported, import_draft
from registry.adapters.exchange.uk_model import read_record
from registry.domain.errors import WrongFile
from tests.unit.registry.test_exchange import DATASETS

EXAMPLES = Path(__file__).parent / "uk_model"
TODAY = date(2026, 11, 24)
MINIMAL = EXAMPLES / "valid" / "minimal-datset.yaml"


def problems_of(path):
    with pytest.raises(WrongFile) as wrong:
        read_record(path)
    return [str(one) for one in wrong.value.problems]


@pytest.mark.parametrize("path", sorted((EXAMPLES / "valid").iterdir()), ids=lambda path: path.stem)
def test_a_valid_example_becomes_a_draft(path, tmp_path):
    draft = tmp_path / "draft.yaml"

    import_draft(path, Format.UK_MODEL, draft, today=TODAY)

    made = yaml.safe_load(draft.read_text())
    assert made["identifier"] == "os-postcodes-data"
    assert (made["title"], made["version"]) == ("OS Postcodes Data", "2023-02")
    assert made["creator"] == ["ordnance-survey"]
    assert made["contactPoint"]["email"] == "customerservices@os.uk"
    assert made["updateFrequency"] in {"freq:monthly", "freq:quarterly"}
    assert made["securityClassification"] == "OFFICIAL"
    assert made["tre"]["source"]["format"] == "uk-model"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("invalid-frequency", "updateFrequency: must be "),
        ("invalid-type", "type: must be 'dcat:Dataset'"),
        ("invalid-distribution", "distribution[0]: must be text"),
        ("missing-frequency", "updateFrequency: is required"),
        ("multiple-frequency", "updateFrequency: must be "),
    ],
)
def test_an_invalid_example_is_refused_with_its_place(name, place, tmp_path):
    path = EXAMPLES / "invalid" / f"{name}.yaml"

    [problem] = problems_of(path)

    assert problem.startswith(place)
    with pytest.raises(WrongFile):
        import_draft(path, Format.UK_MODEL, tmp_path / "draft.yaml", today=TODAY)
    assert not (tmp_path / "draft.yaml").exists()


def test_every_invalid_example_is_tried():
    assert len([*(EXAMPLES / "invalid").iterdir()]) == 5


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("ContactPoint-fsa-minimal", []),
        ("invalid-contact-email", ["contactPoint.email"]),
        ("missing-contact-name", ["contactPoint.contactName"]),
    ],
)
def test_contact_points_are_held_against_the_model(name, places, tmp_path):
    record = yaml.safe_load(MINIMAL.read_text())
    contact = yaml.safe_load((EXAMPLES / "contact" / f"{name}.yaml").read_text())
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record | {"contactPoint": contact, "modified": "2023-02-01"}))

    found = problems_of(path) if places else read_record(path) and []

    assert [one.partition(":")[0] for one in found] == places


def test_a_slot_that_the_model_does_not_know_is_named(tmp_path):
    path = tmp_path / "record.yaml"
    path.write_text(MINIMAL.read_text().replace("licence:", "license:"))

    assert problems_of(path) == ["licence: is required", "license: is not a known key"]


@given(DATASETS)
def test_what_is_exported_keeps_to_the_model(tmp_path_factory, dataset):
    path = tmp_path_factory.mktemp("record") / "record.json"
    path.write_text(json.dumps(exported(dataset, Format.UK_MODEL)))

    assert read_record(path)["type"] == "dcat:Dataset"
