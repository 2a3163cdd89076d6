"""When a project's files may go, and when not."""

from datetime import date

import pytest

from registry.application.close_out import read_certificate
from registry.domain.closure import Closure, ClosureMode, ClosureState
from registry.domain.errors import NotValid

DESTROY = Closure(mode=ClosureMode.DESTROY, retain_days=30)
END = date(2026, 3, 31)


def state(**changes):
    said = {"ends_on": END, "closed_on": None, "closure": DESTROY, "running": 0}
    return ClosureState(**said | changes)


@pytest.mark.parametrize(
    ("changes", "today", "why"),
    [
        ({}, date(2026, 3, 31), "open until 2026-03-31"),
        ({}, date(2026, 4, 30), "kept until 2026-05-01"),
        ({}, date(2026, 5, 1), None),
        ({"closed_on": date(2026, 1, 10)}, date(2026, 2, 8), "kept until 2026-02-09"),
        ({"closed_on": date(2026, 1, 10)}, date(2026, 2, 9), None),
        ({"closed_on": date(2026, 6, 1)}, date(2026, 5, 1), None),
        ({"running": 1}, date(2026, 5, 1), "1 of its workspaces run"),
        ({"closure": None}, date(2030, 1, 1), "does not say"),
    ],
)
def test_files_go_only_when_the_project_is_over_and_their_days_are_too(changes, today, why):
    said = state(**changes).why_not(today)

    assert said is None if why is None else why in said


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"project": "pay", "mode": "keep", "files": []}',
        '{"project": "pay", "mode": "destroy", "files": [{"sha256": "a"}]}',
        '{"project": "pay", "mode": "destroy", "files": [1]}',
    ],
)
def test_what_is_no_certificate_is_refused(document):
    with pytest.raises(NotValid, match="no certificate"):
        read_certificate(document)


def test_a_certificate_counts_what_it_lists():
    read = read_certificate(
        '{"project": "pay", "mode": "destroy", "files": [{"bytes": 3}, {"bytes": 4}]}'
    )

    assert (read.files, read.size_bytes, read.mode) == (2, 7, ClosureMode.DESTROY)
