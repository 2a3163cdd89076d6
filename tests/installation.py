"""A whole installation of its own, started once a test session and removed with all it holds."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.client.kernel import Kernel
from infra import lifecycle, suite
from infra.demo import accounts
from infra.demo.story import Story
from infra.instance import Instance
from infra.signing_in import SigningIn

NAME = suite.NAME


@pytest.fixture(scope="session")
def platform(docker_engine: None) -> Iterator[Instance]:
    listen = f"127.0.0.1:{free_port()}"
    instance = Instance(
        name=NAME,
        home=Path("/var/lib") / NAME,
        listen=listen,
        public_url=f"http://{listen}",
        # Short, so that the releases of a test run are gone with it.
        retention_days=1,
        # Tests sign people in over and over, in several browsers at once.
        signing_in=SigningIn(mfa="off", one_session=False),
    )
    list(lifecycle.down(instance, volumes=True, keep_images=True))
    try:
        lifecycle.up(instance)
        yield instance
    finally:
        list(lifecycle.down(instance, volumes=True, keep_images=True))


@pytest.fixture(scope="session")
def told(platform: Instance) -> Iterator[Story]:
    """The demo's people, data and project, with the researcher's workspace open."""
    story = Story(instance=platform, password=accounts.password(platform))
    story.make_data()
    story.provision()
    story.open_workspace()
    story.run_notebook()
    yield story
    story.close()


@pytest.fixture
def kernel(told: Story) -> Iterator[Kernel]:
    with Kernel(told.browsers[accounts.RESEARCHER], accounts.PROJECT) as fresh:
        yield fresh


def free_port() -> int:
    with socket.socket() as asker:
        asker.bind(("127.0.0.1", 0))
        return int(asker.getsockname()[1])
