"""A real browser for tests of what people see: Debian's Chromium, headless."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

EXECUTABLE = "/usr/bin/chromium"


@pytest.fixture(scope="session")
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
