"""From a search in the catalogue to a workspace with the view, and back: in real Chromium."""

import os
import re
import time
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
import yaml

from infra import admin, services
from infra.compose import container
from infra.demo import accounts
from infra.instance import WORKSPACE_UID
from infra.shell import run
from registry.domain.applications.form import SECTIONS, Kind
from tests.unit.registry.application_builders import ANSWERS
from tests.waiting import eventually

DATASET, PROJECT, SECOND = "redundancy", "redundancy-pay", "redundancy-place"
OFFICE, BOARD, COLLEGE = "skills-office", "pensions-board", "north-college"
# Username -> organisation and what they do for it.
PARTNERS = {
    "iona": (COLLEGE, ["analyst"]),
    "jamal": (COLLEGE, ["analyst"]),
    "oban": (OFFICE, ["assessor"]),
    "orla": (OFFICE, ["steward"]),
    "petra": (OFFICE, ["dpo"]),
    "bela": (BOARD, ["board"]),
    "boris": (BOARD, ["board"]),
    "kit": ("survey-trust", ["contact"]),
    "kofi": ("survey-trust", ["contact"]),
}
DESCRIPTOR = {
    "identifier": DATASET,
    "title": "Redundancy notifications",
    "summary": "Who was made redundant, by data zone",
    "publisher": OFFICE,
    "version": "1",
    "unit": "person",
    "spatial": {"finest": "datazone"},
    "resources": [
        {
            "name": "people",
            "path": "people.parquet",
            "schema": {
                "fields": [
                    {"name": "person", "type": "string", "tre": {"role": "entity"}},
                    {
                        "name": "date_of_birth",
                        "type": "date",
                        "tre": {
                            "role": "quasi",
                            "alternatives": [{"name": "year_of_birth", "transform": "year_of"}],
                        },
                    },
                    {"name": "telephone", "type": "string", "tre": {"never_in_view": True}},
                    {"name": "datazone", "type": "string", "tre": {"role": "quasi"}},
                ]
            },
        }
    ],
    "tre": {
        "entity": "person",
        "discoverable": "public",
        "owners": [OFFICE],
        "boards": [BOARD],
        "gateways": ["dea-2017-research"],
        "published_alternatives": [
            {"id": "nomis", "title": "NOMIS redundancies", "url": "https://example.org/nomis"}
        ],
        "sdc": {"policy": "sacro-10"},
    },
}


class Office:
    """The installation with its partners, as people with a browser meet it."""

    def __init__(self, instance, folder):
        self.instance, self.folder = instance, folder
        self.password = accounts.password(instance)

    def register(self):
        """The data on the disk, and the partners and the dataset by a file."""
        place = self.instance.datasets / DATASET / "1"
        place.mkdir(parents=True)
        duckdb.sql(
            "SELECT 'p' || i AS person, DATE '1950-01-01' + CAST(i AS INTEGER) AS date_of_birth,"
            " '0' || i AS telephone, 'zone-' || (i % 4) AS datazone FROM range(400) t(i)"
        ).write_parquet(str(place / "people.parquet"))
        descriptor = place / "descriptor.yaml"
        descriptor.write_text(yaml.safe_dump(DESCRIPTOR, sort_keys=False))
        for path in (place.parent, place, *place.iterdir()):
            os.chown(path, 0, WORKSPACE_UID)
            path.chmod(0o750 if path.is_dir() else 0o640)
        names = sorted({organisation for organisation, _ in PARTNERS.values()})
        self.apply(
            {
                "organisations": [{"id": one, "title": one, "kind": "public"} for one in names],
                "people": [
                    {
                        "username": username,
                        "display_name": username.title(),
                        "password": self.password,
                        "organisation": organisation,
                        "organisation_roles": {organisation: roles},
                    }
                    for username, (organisation, roles) in PARTNERS.items()
                ],
                "datasets": [{"descriptor": str(descriptor)}],
            }
        )

    def apply(self, content):
        path = self.folder / "applied.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False))
        return admin.output_of(self.instance, "apply", str(path))

    def sql(self, statement):
        return run(
            "docker", "exec", "-i", container(self.instance, "database"), "psql", "--host=/tmp",
            "--username=postgres", "--dbname=haven", "--quiet", "--tuples-only", "--no-align",
            "--set=ON_ERROR_STOP=1", stdin=statement.encode(),
        ).strip()  # fmt: skip

    def is_running(self, username, project):
        found = {(user, name) for user, name, _ in services.workspaces(self.instance)}
        return (username, project) in found

    def inode(self, username, project):
        """Of the data file that their workspace has, as its container sees it."""
        label = f"label=haven.project={project}"
        [name] = run(
            "docker", "ps", "-q", "--filter", f"label=haven.instance={self.instance.name}",
            "--filter", label, "--filter", f"label=haven.user={username}",
        ).split()  # fmt: skip
        script = "stat -c %i $(find -L /data -name people.parquet)"
        return int(run("docker", "exec", name, "sh", "-c", script))


class Person:
    """Somebody with a browser window of their own."""

    def __init__(self, office, browser, username):
        self.office, self.username = office, username
        self.page = browser.new_context().new_page()
        self.go("/hub/login")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", office.password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda address: "/hub/login" not in address)

    def go(self, path):
        return self.page.goto(self.office.instance.public_url + path, timeout=90_000)

    def press(self, name):
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def reads(self, text):
        self.page.get_by_text(text).first.wait_for()

    def fill_in(self, base, answers):
        """Each section, as its page asks."""
        for section in SECTIONS.values():
            self.go(f"{base}/sections/{section.name}")
            for question in section.questions:
                self.answer(question, answers.get(question.key, ""))
            self.press("Save and go back")

    def answer(self, question, said):
        if question.kind in (Kind.ONE_OF, Kind.SOME_OF):
            for one in said.split():
                self.page.check(f'input[name="{question.key}"][value="{one}"]')
        else:
            self.page.fill(f'[name="{question.key}"]', said)


@pytest.fixture(scope="module")
def office(platform, tmp_path_factory):
    one = Office(platform, tmp_path_factory.mktemp("office"))
    one.register()
    return one


@pytest.fixture(scope="module")
def person(office, chromium):
    known = {}

    def person(username):
        if username not in known:
            known[username] = Person(office, chromium, username)
        return known[username]

    yield person
    for one in known.values():
        one.page.context.close()


def answers_of(username, project):
    today = datetime.now(UTC).date()
    end = today + timedelta(days=200)
    return ANSWERS | {
        "about.project_id": project,
        "about.title": f"About {project}",
        "about.start": str(today),
        "about.end": str(end),
        "handling.retention": str(end),
        "people.lead": username,
        "people.members": username,
    }


def applied(analyst, project):
    """An application, begun at the catalogue's page and filled in; its address."""
    analyst.go(f"/catalogue/{DATASET}")
    analyst.page.get_by_role("link", name="Apply for it").click()
    analyst.press("Begin")
    analyst.page.wait_for_url(re.compile(r"/applications/[0-9a-f]{32}"))
    base = re.search(r"/applications/[0-9a-f]{32}", analyst.page.url)[0]
    analyst.fill_in(base, answers_of(analyst.username, project))
    return base


def choose(analyst, base, birth):
    analyst.go(f"{base}/data/{DATASET}")
    analyst.page.select_option("#form-1", birth)
    analyst.page.select_option("#form-3", "as-it-is")
    analyst.page.select_option("#published-0", "not_linkable")
    analyst.press("Save and stay")


def decided(person, base):
    """The assessor, the owner and the board do what an approval needs."""
    assessor = person("oban")
    assessor.go(f"{base}/assess")
    assessor.press("Start the assessment")
    assessor.go(f"{base}/assess")
    for one in assessor.page.locator('input[type=radio][value="met"]').all():
        one.check()
    assessor.press("Save the findings")
    assessor.press("Ask for the votes")
    for username, key in (
        ("orla", f"owner:{OFFICE}"), ("bela", f"board:{BOARD}"), ("boris", f"board:{BOARD}"),
    ):  # fmt: skip
        voter = person(username)
        voter.go(f"{base}/assess")
        voter.page.check('input[name=says][value="agree"]')
        voter.press(f"Vote as {key}")
    assessor.go(f"{base}/assess")
    assessor.page.fill("#checkers", "kit\nkofi")
    assessor.press("Approve")


def opened(analyst, project):
    """Their workspace, once the view is made."""

    def is_open():
        analyst.go(f"/hub/spawn/{analyst.username}/{project}")
        return analyst.office.is_running(analyst.username, project)

    eventually(is_open, 120)


def test_from_a_search_to_a_shared_view_and_its_end(office, person):
    analyst = person("iona")
    analyst.go("/catalogue?q=redundancy+datazone")
    analyst.page.get_by_role("link", name="Redundancy notifications").click()
    analyst.reads("NOMIS redundancies")

    base = applied(analyst, PROJECT)
    choose(analyst, base, "as-it-is")
    analyst.reads("A less intrusive form is offered")
    analyst.reads("Nobody is given this field in any form.")
    analyst.go(base)
    analyst.press("Submit the application")
    analyst.reads("This is missing or wrong")
    choose(analyst, base, "offer-0")
    analyst.go(base)
    analyst.press("Submit the application")
    decided(person, base)
    analyst.go(base)
    analyst.reads("In force until")
    opened(analyst, PROJECT)

    other = person("jamal")
    second = applied(other, SECOND)
    choose(other, second, "offer-0")
    other.go(second)
    other.press("Submit the application")
    decided(person, second)
    opened(other, SECOND)

    assert office.inode("iona", PROJECT) == office.inode("jamal", SECOND)
    [file] = (office.instance.datasets / ".views" / DATASET).rglob("people.parquet")
    assert file.stat().st_ino == office.inode("iona", PROJECT)
    assert duckdb.sql(f"SELECT * FROM '{file}'").columns == ["year_of_birth", "datazone"]
    steward = person("orla")
    steward.go("/views")
    assert steward.page.locator("[data-copies]").get_attribute("data-copies") == "1"
    steward.reads(f"{PROJECT}, {SECOND}")

    the_last_day_is_over(office, PROJECT)
    started = time.monotonic()
    while office.is_running("iona", PROJECT):
        assert time.monotonic() - started < 60, "the workspace still has the view"
        time.sleep(0.5)
    assert office.is_running("jamal", SECOND)
    analyst.go(f"/user/iona/{PROJECT}/")
    analyst.reads("the right to it ended")
    analyst.go(base)
    analyst.reads("Ended")


def the_last_day_is_over(office, project):
    """As if the clock had gone on: nobody waits for a day."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    office.sql(
        f"UPDATE application SET ends_on = '{yesterday}',"
        f""" body = jsonb_set(body, '{{agreed,ends_on}}', '"{yesterday}"')"""
        f" WHERE project_id = '{project}';"
        f"UPDATE project SET ends_on = '{yesterday}' WHERE project_id = '{project}'"
    )
