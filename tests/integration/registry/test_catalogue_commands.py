"""`haven dataset export`, `import` and `inventory` on a real database."""

import csv
import io
import json

import duckdb
import pytest
import yaml
from sqlalchemy import text

from registry.application import catalogue_queries
from registry.domain.dataset import VersionId
from tests.unit.registry.test_catalogue_entry import FULL


@pytest.fixture
def add(haven, tmp_path, tag):
    """Adds the full description as a dataset of this test's own; returns its id."""

    def add(version="2026.3.0", **changes):
        dataset_id = f"pace-{tag}"
        content = yaml.load(FULL, Loader=yaml.BaseLoader) | changes
        content |= {"identifier": dataset_id, "version": version}
        content["resources"][0]["path"] = f"{dataset_id}/{version}/one.parquet"
        (tmp_path / "one.yaml").write_text(yaml.safe_dump(content))
        result = haven("dataset", "add", "one.yaml")
        assert result.exit_code == 0, result.output
        return dataset_id

    return add


@pytest.mark.parametrize("format_", ["dcat", "ckan", "datapackage", "croissant"])
def test_a_description_is_exported_and_made_into_a_draft(haven, add, tmp_path, format_):
    dataset_id = add()

    exported = haven("dataset", "export", dataset_id, "--format", format_)
    (tmp_path / "source.json").write_text(exported.stdout)
    drafted = haven("dataset", "import", "source.json", "--format", format_, "--to", "new.yaml")
    again = haven("dataset", "import", "source.json", "--format", format_, "--to", "new.yaml")

    assert (exported.exit_code, drafted.exit_code, again.exit_code) == (0, 0, 0)
    assert "new.yaml: written" in drafted.stdout
    assert "tre.sdc.policy: still to be said" in drafted.stdout
    assert "nothing to change" in again.stdout
    assert yaml.safe_load((tmp_path / "new.yaml").read_text())["title"].startswith("PACE")


def test_the_version_added_last_is_exported_unless_another_is_named(haven, add):
    add("1.0.0")
    dataset_id = add("2.0.0", title="Newer")

    last = json.loads(haven("dataset", "export", dataset_id).stdout)
    first = json.loads(haven("dataset", "export", dataset_id, "--version", "1.0.0").stdout)

    assert (last["dct:title"], last["dcat:version"]) == ("Newer", "2.0.0")
    assert first["dcat:version"] == "1.0.0"


def test_what_is_not_registered_is_not_exported(haven, tag):
    result = haven("dataset", "export", f"none-{tag}")

    assert result.exit_code == 2
    assert "No dataset is registered" in result.output


def test_a_source_that_cannot_be_read_is_named_with_its_place(haven, tmp_path):
    (tmp_path / "source.json").write_text("{}")

    result = haven("dataset", "import", "source.json", "--format", "ckan")

    assert result.exit_code == 2
    assert "source.json: (the whole file): must be the answer of package_show" in result.output
    assert not (tmp_path / "draft.yaml").exists()


def test_the_inventory_has_what_the_database_has(haven, add, sessions):
    dataset_id = add(title="=1+1")

    as_csv = [*csv.DictReader(io.StringIO(haven("dataset", "inventory").stdout))]
    as_json = json.loads(haven("dataset", "inventory", "--format", "json").stdout)
    with sessions() as session:
        there = session.scalar(text("SELECT count(*) FROM dataset_version"))

    assert len(as_csv) == len(as_json) == there
    [row] = [one for one in as_json if one["dataset"] == dataset_id]
    assert row["owners"] == "skills-development"
    assert row["gateways"] == "ssaa-1992-122c dea-2017-research"
    assert row["kept_until"] == "2028-03-31"
    assert row["next_due"] == "2027-01-01"
    assert row["variables"] == 3
    [cells] = [one for one in as_csv if one["dataset"] == dataset_id]
    assert cells["title"] == "'=1+1"
    assert cells["is_overdue"] == str(row["is_overdue"])


def test_a_description_is_the_same_after_it_was_registered(haven, add):
    add()

    assert haven("dataset", "add", "one.yaml").stdout == "no changes\n"


SMALL = """
identifier: people-{tag}
title: People
summary: People and places
publisher: An office
version: "1.0.0"
unit: person
resources:
  - name: people
    path: people-{tag}/1/people.parquet
    schema:
      fields:
        - {{name: person, type: string, tre: {{role: entity}}}}
        - {{name: place, type: string}}
tre: {{entity: person, sdc: {{policy: sacro-10}}}}
"""


@pytest.fixture
def people(haven, tmp_path, tag):
    """100 people, of whom 3 live where nobody else does; `haven` makes the directory."""
    file = tmp_path / "datasets" / f"people-{tag}" / "1" / "people.parquet"
    file.parent.mkdir(parents=True)
    places = "CASE WHEN n < 3 THEN 'Lonely' WHEN n < 60 THEN 'North' ELSE 'South' END"
    duckdb.sql(f"SELECT 'Q' || n AS person, {places} AS place FROM range(100) t(n)").write_parquet(
        str(file)
    )
    (tmp_path / "people.yaml").write_text(SMALL.format(tag=tag))
    return file


def kept(sessions, tag):
    with sessions() as session:
        return catalogue_queries.profile(
            session, VersionId(dataset_id=f"people-{tag}", version="1.0.0")
        )


@pytest.mark.usefixtures("people")
def test_a_dataset_that_is_added_has_a_profile_that_names_no_small_group(
    haven, tag, sessions, ledger_of
):
    assert haven("dataset", "add", "people.yaml").exit_code == 0

    shown = kept(sessions, tag)
    person, place = shown.columns
    assert (shown.threshold, shown.people) == (10, 100)
    assert (person.is_unique, person.categories) == (True, ())
    # South is left out with Lonely: its 40 would give the 3 away.
    assert place.categories == (("North", 55),)
    assert place.has_others
    with sessions() as session:
        stored = str(session.scalars(text("SELECT shown FROM dataset_profile")).all())
    assert "Lonely" not in stored
    [line] = [one for one in ledger_of() if one.event == "registry.dataset_profiled"]
    assert line.details == {"threshold": "10", "columns": "2"}


def test_a_profile_is_made_once_and_never_of_data_that_has_changed(haven, people, tag, sessions):
    content = people.read_bytes()
    haven("dataset", "add", "people.yaml")
    first = kept(sessions, tag)
    again = haven("dataset", "profile", f"people-{tag}")
    duckdb.sql("SELECT 'Q' AS person, 'East' AS place FROM range(50)").write_parquet(str(people))
    changed = haven("dataset", "profile", f"people-{tag}")

    assert content != people.read_bytes()
    assert again.exit_code == 0
    assert changed.exit_code == 2
    assert "not what was registered" in changed.output
    assert kept(sessions, tag) == first


def test_data_that_cannot_be_reached_has_no_profile_and_the_command_says_so(haven, add):
    dataset_id = add()

    assert haven("dataset", "profile", dataset_id).exit_code == 2
