"""A second installation, as people would reach it: https, and an address of their own each.

What is done to it (services killed, workspaces gone wild) disturbs no other test's installation.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.client.browser import Browser
from infra import admin, lifecycle, suite
from infra.demo import accounts
from infra.demo.story import Story
from infra.instance import Instance
from infra.shell import run
from infra.signing_in import SigningIn
from infra.tls import Source, Tls
from tests.installation import free_port

HOST = "haven.test"


@pytest.fixture(scope="session")
def names() -> Iterator[None]:
    """Make the installation's names mean loopback, for this process only."""
    found = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **more: Any) -> Any:
        text = host.decode() if isinstance(host, bytes) else host
        is_ours = isinstance(text, str) and (text == HOST or text.endswith(f".{HOST}"))
        return found("127.0.0.1" if is_ours else host, *arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield


@pytest.fixture(scope="session")
def secured(docker_engine: None, names: None) -> Iterator[Story]:
    """The demo's people, data and project over https, with the researcher's workspace open."""
    port, plain = free_port(), free_port()
    name = f"{suite.NAME[:12]}-tls"
    instance = Instance(
        name=name,
        home=Path("/var/lib") / name,
        listen=f"127.0.0.1:{port}",
        public_url=f"https://{HOST}:{port}",
        retention_days=1,
        tls=Tls(source=Source.INTERNAL, plain_listen=f"127.0.0.1:{plain}"),
        subdomains=True,
        signing_in=SigningIn(mfa="optional", one_session=False),
    )
    list(lifecycle.down(instance, volumes=True, keep_images=True))
    try:
        lifecycle.up(instance)
        story = Story(instance=instance, password=accounts.password(instance))
        story.make_data()
        story.provision()
        story.open_workspace()
        yield story
        story.close()
    finally:
        list(lifecycle.down(instance, volumes=True, keep_images=True))


@pytest.fixture
def researcher(secured: Story) -> Browser:
    """Their browser at their workspace, also where a test before made the gateway forget them."""
    browser = secured.browsers[accounts.RESEARCHER]
    browser.http.get(browser.workspace_path(accounts.PROJECT, "lab"))
    return browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a project of their own, whose workspace may be ended, filled or frozen."""

    browser: Browser
    project: str
    instance: Instance

    @property
    def username(self) -> str:
        return self.browser.username

    @property
    def container(self) -> str:
        """The id of their running workspace's container; empty when there is none."""
        return run("docker", "ps", "--quiet", "--no-trunc",
                   "--filter", f"label=haven.instance={self.instance.name}",
                   "--filter", f"label=haven.user={self.username}").strip()  # fmt: skip


def add_person(story: Story, username: str, folder: Path) -> Person:
    """An account, a project in the browser tier, and a signed-in browser."""
    content = yaml.safe_load(accounts.project_file(story.instance).read_text())
    person = {"username": username, "display_name": username, "password": story.password}
    content["people"].append(person)
    content["project"].update(
        id=f"of-{username}", title=f"Of {username}", members=[username], training=[]
    )
    path = folder / f"{username}.yaml"
    path.write_text(yaml.safe_dump(content))
    admin.output_of(story.instance, "project", "apply", str(path))
    browser = Browser(story.instance.public_url, username, story.instance.trusted)
    browser.sign_in(story.password)
    return Person(browser=browser, project=f"of-{username}", instance=story.instance)


@pytest.fixture(scope="session")
def neighbours(
    secured: Story, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Person, Person]]:
    """Two people who share nothing but the platform: one to go wild, one to notice it."""
    folder = tmp_path_factory.mktemp("neighbours")
    people = (add_person(secured, "wilma", folder), add_person(secured, "quentin", folder))
    yield people
    for person in people:
        person.browser.http.close()
