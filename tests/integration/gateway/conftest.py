import pytest

from hub.gateway import main
from tests.integration.gateway.serving import RunningGateway, open_page
from tests.unit.hub.fake_screen import FakeScreen


@pytest.fixture
def gateway(tmp_path, monkeypatch):
    # The mount that follows no links is checked where it exists: on a real installation.
    monkeypatch.setattr(main, "require_no_links", lambda _folder: None)
    with RunningGateway(tmp_path, clipboard_in=True) as running:
        yield running


@pytest.fixture
def screen(gateway):
    with FakeScreen(gateway.socket) as running:
        yield running


@pytest.fixture
def shown(page, gateway, screen):
    """The page, signed in and connected."""
    open_page(page, gateway)
    return page
