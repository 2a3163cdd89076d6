"""The gateway's app and its hub, for all tests of the gateway."""

from tests.unit.hub.test_gateway import browser, hub, settings

__all__ = ["browser", "hub", "settings"]
