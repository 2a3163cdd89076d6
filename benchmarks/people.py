"""People with a project each, for measuring many workspaces at once; they are left behind."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from hub.client.browser import Browser
from infra import admin
from infra.demo import accounts, data
from infra.instance import Instance

DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    browser: Browser
    project: str


@contextmanager
def with_people(instance: Instance, count: int) -> Iterator[list[Person]]:
    """Provision people in the browser tier, and sign them in; stop their workspaces afterwards."""
    data.ensure(instance)
    password = accounts.password(instance)
    with ExitStack() as open_browsers, tempfile.TemporaryDirectory() as scratch:
        people = []
        for number in range(count):
            username = f"bench-{number}"
            project = f"bench-of-{number}"
            path = Path(scratch) / f"{project}.yaml"
            path.write_text(yaml.safe_dump(_content(instance, username, project, password)))
            admin.output_of(instance, "project", "apply", str(path))
            browser = Browser(instance.public_url, username, instance.trusted)
            open_browsers.callback(browser.http.close)
            browser.sign_in(password)
            people.append(Person(browser=browser, project=project))
        try:
            yield people
        finally:
            for person in people:
                person.browser.close_workspace(person.project)


def _content(instance: Instance, username: str, project: str, password: str) -> dict[str, object]:
    place = instance.datasets / accounts.DATASETS["labour-market"] / "descriptor.yaml"
    ends_on = (datetime.now(UTC) + timedelta(days=DAYS)).date()
    return {
        "people": [{"username": username, "display_name": username, "password": password}],
        "datasets": [{"descriptor": str(place)}],
        "project": {
            "id": project,
            "title": f"Bench {username}",
            "ends_on": ends_on,
            "policy": "sacro-10",
            "tier": "browser",
            "members": [username],
            "grants": [{"dataset": "labour-market", "version": "1.0.0"}],
        },
    }
