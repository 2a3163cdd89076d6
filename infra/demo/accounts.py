"""The demo's people, and the file that provisions them and their project."""

import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from infra.instance import Instance

PROJECT = "earnings-gap"
SECOND_PROJECT = "first-look"
RESEARCHER, FIRST_CHECKER, SECOND_CHECKER, ADMIN, AUDITOR = (
    "ada",
    "bashir",
    "chidi",
    "dana",
    "emeka",
)
PEOPLE = {
    RESEARCHER: ("Ada Okafor", "researcher; also named as a checker, which does not help her"),
    FIRST_CHECKER: ("Bashir Haddad", "output checker; steward of the office whose data it is"),
    SECOND_CHECKER: ("Chidi Nwosu", "output checker"),
    ADMIN: ("Dana Whitlock", "admin: sees the ledger, no data and no outputs"),
    AUDITOR: ("Emeka Obi", "auditor: reads everything that happened"),
}
OFFICE, INSTITUTE = "fictional-statistics", "labour-institute"
ORGANISATIONS = {
    OFFICE: ("Office for Fictional Statistics", "public"),
    INSTITUTE: ("Institute for Labour Studies", "academic"),
}
ORGANISATION_ROLES: dict[str, tuple[str, list[str]]] = {
    RESEARCHER: (INSTITUTE, ["analyst"]),
    FIRST_CHECKER: (OFFICE, ["steward", "data_owner"]),
    SECOND_CHECKER: (INSTITUTE, ["contact"]),
}
COURSE = "safe-researcher"
ROLES = {ADMIN: ["admin"], AUDITOR: ["auditor"]}
DATASETS = {"labour-market": "labour-market/1.0.0", "labsup": "labsup/1.0.0"}
PROJECT_DAYS = 365


def folder(instance: Instance) -> Path:
    path = instance.home / "demo"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def password(instance: Instance) -> str:
    """One password for the demo's people, made at the first run and kept."""
    path = folder(instance) / "password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(new_password())
    return path.read_text()


def new_password() -> str:
    """Two words and a number: no letters by chance, which could spell somebody's username."""
    return f"{secrets.choice(WORDS)}-{secrets.choice(WORDS)}-{secrets.randbelow(10**9):09d}"


WORDS = ("amber", "birch", "cobalt", "drift", "ember", "fjord", "garnet", "heather", "indigo")


def project_file(instance: Instance) -> Path:
    """The demo's project file, as this version writes it; its end date stays as it was."""
    path = folder(instance) / "project.yaml"
    ends_on = _end_date(path) or (datetime.now(UTC) + timedelta(days=PROJECT_DAYS)).date()
    content = {
        "organisations": [
            {"id": name, "title": title, "kind": kind}
            for name, (title, kind) in ORGANISATIONS.items()
        ],
        "people": [_person(instance, name, ends_on) for name in PEOPLE],
        "datasets": [
            {"descriptor": str(instance.datasets / place / "descriptor.yaml")}
            for place in DATASETS.values()
        ],
        "project": {
            "id": PROJECT,
            "title": "The earnings gap by age and sex",
            "ends_on": ends_on,
            "policy": "sacro-10",
            # The story drives kernels over HTTP, as a test would.
            "tier": "browser",
            "training": [COURSE],
            "members": [RESEARCHER],
            "checkers": [RESEARCHER, FIRST_CHECKER, SECOND_CHECKER],
            "grants": [{"dataset": name, "version": "1.0.0"} for name in DATASETS],
        },
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def _end_date(path: Path) -> date | None:
    if not path.exists():
        return None
    written: date = yaml.safe_load(path.read_text())["project"]["ends_on"]
    return written


def second_project_file(instance: Instance) -> Path:
    """A second, small project, in the tier that a project gets whose file does not say."""
    path = folder(instance) / "second-project.yaml"
    first = yaml.safe_load(project_file(instance).read_text())["project"]
    content = {
        "project": {
            "id": SECOND_PROJECT,
            "title": "A first look at the labour market",
            "ends_on": first["ends_on"],
            "policy": "sacro-10",
            "members": [RESEARCHER],
            "checkers": [FIRST_CHECKER, SECOND_CHECKER],
            "grants": [{"dataset": "labour-market", "version": "1.0.0"}],
            "profiles": {"small": {"cpus": 1, "memory_gib": 2}},
        }
    }
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def _person(instance: Instance, username: str, until: date) -> dict[str, object]:
    person: dict[str, object] = {"username": username, "display_name": PEOPLE[username][0]}
    person["password"] = password(instance)
    if username in ROLES:
        person["roles"] = ROLES[username]
    if username in ORGANISATION_ROLES:
        organisation, roles = ORGANISATION_ROLES[username]
        person |= {"organisation": organisation, "organisation_roles": {organisation: roles}}
    if username == RESEARCHER:
        completed = until - timedelta(days=PROJECT_DAYS)
        person["training"] = [
            {"course": COURSE, "completed_on": f"{completed}", "expires_on": f"{until}"}
        ]
    return person
