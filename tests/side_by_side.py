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


def group(nodeid: str) -> str:
    """The name under which a test's process is chosen."""
    file = nodeid.partition("::")[0]
    return next((name for name, places in USERS.items() if file.startswith(places)), file)


class ByInstallation(LoadScopeScheduling):
    """Hands out whole groups, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByInstallation:
    return ByInstallation(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that would start an installation in a second process."""
    for item in items:
        for name in USERS:
            if name in getattr(item, "fixturenames", ()) and group(item.nodeid) != name:
                raise pytest.UsageError(f"{item.nodeid} uses `{name}`: add its file to USERS")
