"""Project files and descriptors: what is read, and the words for every wrong shape."""

import hashlib
from datetime import date

import duckdb
import pytest

from registry.adapters.descriptor import read_descriptor
from registry.adapters.project_file import read_project_file
from registry.domain.dataset import FieldRole, VersionId
from registry.domain.errors import WrongFile
from registry.domain.grant import Grant
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
)

DESCRIPTOR = """
identifier: jobs
title: Jobs
summary: Jobs of people
publisher: An office
version: "1.0.0"
unit: person
resources:
  - name: jobs
    path: jobs.parquet
    schema:
      fields:
        - {name: nino, type: string, tre: {role: direct_identifier}}
        - {name: person, type: string, tre: {role: entity}}
        - {name: pay, type: number, description: Weekly}
tre:
  entity: person
  identifiers: [nino]
  sdc: {policy: sacro-10}
"""

PROJECT = """
people:
  - {username: alice, display_name: Alice Araya, password: correct horse battery}
  - {username: adele, display_name: Adele Adams, roles: [admin, auditor], active: false}
datasets:
  - descriptor: datasets/jobs/1/jobs.yaml
project:
  id: regional-pay
  title: Regional pay
  ends_on: 2027-03-31
  policy: sacro-10
  members: [alice]
  checkers: [alice, adele]
  grants: [{dataset: jobs, version: "1.0.0"}]
"""


def write_data(file, columns="'QQ' as nino, 'a' as person, 1.5 as pay"):
    duckdb.sql(f"select {columns}").write_parquet(str(file))


@pytest.fixture
def datasets(tmp_path):
    folder = tmp_path / "datasets" / "jobs" / "1"
    folder.mkdir(parents=True)
    write_data(folder / "jobs.parquet")
    (folder / "jobs.yaml").write_text(DESCRIPTOR)
    return tmp_path / "datasets"


@pytest.fixture
def problems(tmp_path, datasets):
    def problems(text, *, where="project.yaml"):
        path = tmp_path / where
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text)
        with pytest.raises(WrongFile) as wrong:
            read_project_file(path, datasets)
        return [str(problem) for problem in wrong.value.problems]

    return problems


@pytest.fixture
def descriptor_problems(datasets):
    def problems(text, datasets_dir=datasets):
        path = datasets / "jobs" / "1" / "jobs.yaml"
        path.write_text(text)
        with pytest.raises(WrongFile) as wrong:
            read_descriptor(path, datasets_dir)
        return [str(problem) for problem in wrong.value.problems]

    return problems


def test_a_whole_file_is_read(tmp_path, datasets):
    (tmp_path / "project.yaml").write_text(PROJECT)

    wanted = read_project_file(tmp_path / "project.yaml", datasets)

    alice, adele = wanted.people
    assert alice.first_password == "correct horse battery"
    assert (adele.person.is_admin, adele.person.is_auditor, adele.person.is_active) == (
        True, True, False,
    )  # fmt: skip
    assert wanted.project.ends_on == date(2027, 3, 31)
    assert wanted.project.grants == {
        Grant(version_id=VersionId(dataset_id="jobs", version="1.0.0"))
    }
    assert wanted.places["checker", "adele"] == "project.checkers[1]"
    [dataset] = wanted.datasets
    assert dataset.path == "jobs/1/jobs.parquet"
    assert (
        dataset.sha256
        == hashlib.sha256(datasets.joinpath("jobs/1/jobs.parquet").read_bytes()).hexdigest()
    )
    assert dataset.fields[1].role is FieldRole.ENTITY


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("title: Regional", "titel: Regional", "project.titel: is not a known key"),
        ("title: Regional", "titel: Regional", "project.title: is required"),
        ("id: regional-pay", "id: regional--pay", "project.id: must be 3 to 30 lower-case"),
        ("id: regional-pay", "id: Regional", "project.id: must be 3 to 30 lower-case"),
        ("title: Regional pay", "title: 7", "project.title: must be text"),
        ("2027-03-31", "soon", "project.ends_on: must be a date such as 2027-03-31"),
        ("2027-03-31", "2027-02-30", "project.ends_on: must be a date such as 2027-03-31"),
        ("2027-03-31", "2027-03-31 12:00:00", "project.ends_on: must be a date such as"),
        ("2027-03-31", "20270331", "project.ends_on: must be a date such as 2027-03-31"),
        ("members: [alice]", "members: [alice, Bob]", "project.members[1]: must be 2 to 31"),
        ("members: [alice]", "members: alice", "project.members: must be a list"),
        ("members: [alice]", "members: [alice, alice]",
         "project.members[1]: alice is there already, at project.members[0]"),
        ("title: Regional pay", "title: Regional pay\n  tier: paper",
         "project.tier: must be 'pixel' or 'browser'"),
        ('version: "1.0.0"', "version: 1.0", "project.grants[0].version: must be text"),
        ('version: "1.0.0"', 'version: "1.0.0", view: {columns: []}',
         "project.grants[0].view.columns: "),
        ('version: "1.0.0"',
         'version: "1.0.0", view: {columns: [{source: a}], where: [{source: a}]}',
         "project.grants[0].view.where[0]: must say one of in, not_in, at_least and below"),
        ('version: "1.0.0"',
         'version: "1.0.0", view: {columns: [{source: a, transform: reverse}]}',
         "project.grants[0].view.columns[0].transform: must be keep, year_of"),
        ("username: adele", "username: alice", "people[1].username: alice is there already"),
        ("roles: [admin, auditor]", "roles: [boss]",
         "people[1].roles[0]: must be 'admin' or 'auditor'"),
        ("correct horse battery", "short", "people[0].password: must have 12 to 1024"),
        ("correct horse battery", "alice-alice-alice",
         "people[0].password: must not contain the username"),
        ("correct horse battery", "aaaaaaaaaaaaaa", "people[0].password: must not repeat"),
        ("Alice Araya", '"Alice\\nAraya"', "people[0].display_name: must be one line"),
        ("Alice Araya", '"Alice\\u202Eayara"', "people[0].display_name: must be one line"),
        ("datasets/jobs/1/jobs.yaml", "none.yaml", "datasets[0].descriptor: "),
    ],
)  # fmt: skip
def test_each_wrong_shape_is_named_with_its_path(problems, was, now, problem):
    assert was in PROJECT

    found = problems(PROJECT.replace(was, now))

    assert any(one.startswith(problem) for one in found), found


def test_a_grant_may_name_a_view(tmp_path, datasets):
    view = (
        "view: {columns: [{source: region}, {name: birth_year, source: born, transform: year_of}],"
        " where: [{source: region, in: [north]}, {source: born, below: '2000-01-01'}],"
        " sample: 0.5}"
    )
    written = PROJECT.replace('version: "1.0.0"', f'version: "1.0.0", {view}')
    (tmp_path / "project.yaml").write_text(written)

    (grant,) = read_project_file(tmp_path / "project.yaml", datasets).project.grants

    assert grant.view == ViewSpec(
        columns=(
            ViewColumn(name="region", source="region"),
            ViewColumn(
                name="birth_year", source="born", transform=Transform(kind=TransformKind.YEAR_OF)
            ),
        ),
        where=(
            Condition(source="region", comparison=Comparison.IN, values=("north",)),
            Condition(source="born", comparison=Comparison.BELOW, values=("2000-01-01",)),
        ),
        sample=0.5,
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("project: [", "is not YAML"),
        ("project: &a {id: *a}", "aliases"),
        ("a: &a [x, x]\nb: *a", "aliases"),
        ("people: []\npeople: []", "the key people is written twice"),
        ('"\\ud800": 1\n"\\ud800": 2', "the key \\ud800 is written twice"),
        ("people: []\nproject: !!python/object/apply:os.system [ls]", "is not YAML"),
        ("- a", "must be a mapping"),
        ("3", "must be a mapping"),
        ("", "must be a mapping"),
        (b"\xff\xfe", "is not UTF-8 text"),
        ("a: \x00", "is not YAML"),
        ("x: " + "[" * 5000, "is nested too deeply"),
        ("#" * (1024 * 1024 + 1), "is larger than"),
    ],
    ids=range(13),
)
def test_what_is_not_a_project_file_at_all_is_said_in_words(problems, text, problem):
    assert problem in problems(text)[0]


def test_a_password_is_never_quoted(problems):
    found = problems(PROJECT.replace("correct horse battery", "hunter2") + "\n  extra: 1\n")

    assert "hunter2" not in str(found)


def test_a_file_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(WrongFile) as wrong:
        read_project_file(tmp_path / "none.yaml", None)

    assert "cannot be opened" in str(wrong.value.problems[0])


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("entity: person", "entity: firm", "tre.entity: is not the name of a field"),
        ("identifiers: [nino]", "identifiers: [nino, name]",
         "tre.identifiers[1]: is not the name of a field"),
        ("identifiers: [nino]", "identifiers: []",
         "resources[0].schema.fields[0].tre.role: is direct_identifier, but"),
        ("name: pay", "name: nino", "resources[0].schema.fields[2].name: is the name of"),
        ("description: Weekly", "tre: {impossible: [{age: '3'}]}",
         "resources[0].schema.fields[2].tre.impossible[0]: must give a label"),
        ("path: jobs.parquet", "path: ../jobs.parquet", "resources[0].path: must be a relative"),
        ("path: jobs.parquet", "path: /etc/passwd", "resources[0].path: must be a relative"),
        ("path: jobs.parquet", "path: jobs.xlsx", "resources[0].path: must end in"),
        ("path: jobs.parquet", "path: other.parquet", "resources[0].path: is not a file"),
        ("type: number", "type: number, constraints: {minimum: .nan}",
         "resources[0].schema.fields[2].constraints.minimum: must be a number"),
        ("description: Weekly", 'description: "a\\0b"',
         "resources[0].schema.fields[2].description: must be text"),
        ("description: Weekly", 'description: "\\ud800"',
         "resources[0].schema.fields[2].description: must be text"),
        ("title: Jobs", 'title: "\\ud800"', "title: must be text"),
        ("title: Jobs", '"\\ud800": Jobs', "(the whole file): must be text"),
        ("type: number", "type: money", "resources[0].schema.fields[2].type: must be 'string'"),
        ("entity: person", "entity: person\n  tier: none", "tre.tier: must be 'pixel' or"),
        ("policy: sacro-10", "policy: Sacro 10", "tre.sdc.policy: must be lower-case"),
        ("    path: jobs.parquet", "    path: jobs.parquet\n    hash: sha256:" + "0" * 64,
         "resources[0].hash: is not the hash of the data file"),
    ],
)  # fmt: skip
def test_each_wrong_shape_of_a_descriptor_is_named(descriptor_problems, was, now, problem):
    assert was in DESCRIPTOR

    found = descriptor_problems(DESCRIPTOR.replace(was, now))

    assert any(one.startswith(problem) for one in found), found


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ("'QQ' as nino, 'a' as person", "fields[2].name: is no column of the data file"),
        ("'QQ' as nino, 'a' as person, 1.5 as pay, 'x' as phone",
         "fields: must describe the column phone of the data file"),
        ("'QQ' as nino, 'a' as person, 'much' as pay",
         "fields[2].type: is number, but the data file has VARCHAR"),
    ],
)  # fmt: skip
def test_a_descriptor_must_fit_its_data(datasets, descriptor_problems, columns, problem):
    write_data(datasets / "jobs" / "1" / "jobs.parquet", columns)

    assert descriptor_problems(DESCRIPTOR) == ["resources[0].schema." + problem]


def test_of_a_csv_file_the_header_is_compared(datasets, descriptor_problems):
    datasets.joinpath("jobs/1/jobs.csv").write_text("nino,person,phone\nQQ,a,1\n")

    assert descriptor_problems(DESCRIPTOR.replace("jobs.parquet", "jobs.csv")) == [
        "resources[0].schema.fields[2].name: is no column of the data file",
        "resources[0].schema.fields: must describe the column phone of the data file",
    ]


def test_a_data_file_that_is_no_table_is_refused(datasets, descriptor_problems):
    datasets.joinpath("jobs/1/jobs.parquet").write_bytes(b"PAR1")

    assert descriptor_problems(DESCRIPTOR) == ["resources[0].path: cannot be read as a table"]


def test_a_data_file_may_not_be_a_link_out_of_the_datasets(datasets, descriptor_problems, tmp_path):
    secret = tmp_path / "secret.parquet"
    secret.write_bytes(b"x")
    (datasets / "jobs" / "1" / "jobs.parquet").unlink()
    (datasets / "jobs" / "1" / "jobs.parquet").symlink_to(secret)

    assert "leads out" in descriptor_problems(DESCRIPTOR)[0]


def test_a_data_file_needs_a_directory_of_its_own(datasets):
    (datasets / "jobs.yaml").write_text(DESCRIPTOR)
    (datasets / "jobs.parquet").write_bytes(b"x")

    with pytest.raises(WrongFile) as wrong:
        read_descriptor(datasets / "jobs.yaml", datasets)

    assert "directory of its own" in str(wrong.value.problems[0])


def test_a_descriptor_says_what_nobody_can_be_and_who_owns_the_entity(datasets, tmp_path):
    path = tmp_path / "jobs.yaml"
    text = DESCRIPTOR.replace(
        "        - {name: pay, type: number, description: Weekly}",
        "        - {name: firm, type: string, tre: {role: holding}}\n"
        "        - name: age\n          type: integer\n          constraints: {minimum: 16}\n"
        "          tre: {impossible: [{age: '16', firm: own}]}",
    ).replace("path: jobs.parquet", f"path: a/jobs.parquet\n    hash: sha256:{'ab' * 32}")
    path.write_text(text)

    fields = {field.name: field for field in read_descriptor(path, None).fields}

    assert fields["firm"].role is FieldRole.HOLDING
    assert (fields["age"].minimum, fields["age"].maximum) == (16.0, None)
    assert fields["age"].impossible == ({"age": "16", "firm": "own"},)


def test_without_the_data_the_descriptor_must_state_its_hash(datasets, descriptor_problems):
    text = DESCRIPTOR.replace("path: jobs.parquet", "path: jobs/1/jobs.parquet")

    assert descriptor_problems(text, None) == [
        "resources[0].hash: is required where the data file cannot be read"
    ]

    path = datasets / "jobs" / "1" / "jobs.yaml"
    stated = "path: jobs/1/jobs.parquet\n    hash: sha256:" + "ab" * 32
    path.write_text(DESCRIPTOR.replace("path: jobs.parquet", stated))
    assert read_descriptor(path, None).sha256 == "ab" * 32


def person_with(tmp_path, email):
    file = tmp_path / "people.yaml"
    file.write_text(f"people:\n  - {{username: alice, display_name: Alice, email: {email}}}\n")
    return read_project_file(file, None).people[0].person


@pytest.mark.parametrize("email", ["ada@example.org", "a.b+c_d@mail.example-two.co"])
def test_a_mail_address_is_read(tmp_path, email):
    assert person_with(tmp_path, email).email == email


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "ada@localhost",
        "'ada@example.org, eve@example.org'",
        "Ada <ada@example.org>",
        '"ada@example.org\\nBcc: eve@example.org"',
        '"ada@example.org\\r"',
        "a..b@example.org",
        ".a@example.org",
        "ada@-example.org",
        "ada@example..org",
        "adä@example.org",
        "'a\"b@example.org'",
        f"{'a' * 250}@example.org",
    ],
)
def test_what_is_no_single_plain_mail_address_is_refused(tmp_path, email):
    with pytest.raises(WrongFile) as wrong:
        person_with(tmp_path, email)

    [problem] = wrong.value.problems
    assert (problem.path, "one mail address" in problem.message) == ("people[0].email", True)


def test_a_person_without_a_mail_address_has_none(tmp_path):
    file = tmp_path / "people.yaml"
    file.write_text("people:\n  - {username: alice, display_name: Alice}\n")

    assert read_project_file(file, None).people[0].person.email is None
