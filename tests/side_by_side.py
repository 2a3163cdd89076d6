"""Which tests may run at the same time as others: a plugin for pytest and pytest-xdist.

An installation is there once, under one name, so all tests that use it run in one process, one
after the other. What uses none is kept together by module.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

# The fixture that is an installation -> where the tests are that use it.
USERS = {
    "platform": (
        "tests/functional/",
        "tests/isolation/test_probes.py",
        "tests/isolation/test_machine_doors.py",
    ),
    "secured": ("tests/https/",),
}
# The longest groups: begun first, or one process would be busy with them when all else is done.
FIRST = (
    "platform",
    "tests/histories/test_histories.py",
    "secured",
    "tests/integration/portal/test_accessibility.py",
    "tests/integration/portal/test_schemathesis.py",
)


def group(nodeid: str) -> str:
    """The name under which a test's process is chosen."""
    file = nodeid.partition("::")[0]
    return next((name for name, places in USERS.items() if file.startswith(places)), file)


class ByInstallation(LoadScopeScheduling):
    """Hands out whole groups, in the order in which the tests are."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByInstallation:
    config.option.loadscopereorder = False
    return ByInstallation(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest groups first, and refuse an installation in a second process."""
    items.sort(key=lambda item: _place(group(item.nodeid)))
    for item in items:
        for name in USERS:
            if name in getattr(item, "fixturenames", ()) and group(item.nodeid) != name:
                raise pytest.UsageError(f"{item.nodeid} uses `{name}`: add its file to USERS")


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """The last test that uses an installation takes it down: idle, it would slow all others."""
    outcome = yield
    name = group(item.nodeid)
    if name in USERS and (nextitem is None or group(nextitem.nodeid) != name):
        manager = item.session._fixturemanager
        for fixture in manager.getfixturedefs(name, item) or ():
            fixture.finish(item._request)
    return outcome
