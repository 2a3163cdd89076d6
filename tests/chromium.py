"""A real browser for tests of what people see: Debian's Chromium, headless."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

EXECUTABLE = "/usr/bin/chromium"


# One browser a module: its driver keeps an event loop running in the test's thread for as long as
# it lives, and beside a running loop no other module's `asyncio.run` starts.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Its own sandbox needs user namespaces that root in a container often does not have.
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh, signed-out browser window."""
    context = chromium.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()
