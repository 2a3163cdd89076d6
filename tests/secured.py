"""A second installation, as people would reach it: https, and an address of their own each.

What is done to it (services killed, workspaces gone wild) disturbs no other test's installation.
"""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import lifecycle, suite
from infra.demo import accounts
from infra.demo.story import Story
from infra.instance import Instance
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
