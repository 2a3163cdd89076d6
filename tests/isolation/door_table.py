"""Writes the table of doors and probes: `python -m tests.isolation.door_table > PAGE`."""

from collections.abc import Iterable, Iterator

from hub.probes.catalogue import NOT_YET, PROBES
from tests.isolation.doors import DOORS
from tests.isolation.front_doors import FRONT_DOORS
from tests.isolation.machine_doors import MACHINE_DOORS
from tests.isolation.screen_doors import SCREEN_DOORS

HEAD = """# Doors and probes

Each door was opened on purpose by a test, and the probes beside it said so; every other probe
went on saying "shut". Written by `python -m tests.isolation.door_table` from what the tests open;
a test fails when the two differ.
"""
PARTS = (
    ("The workspace's container", DOORS, "tests/isolation/test_doors.py"),
    ("The gateway and the server behind it", FRONT_DOORS, "tests/isolation/test_front_doors.py"),
    ("The gateway before a screen", SCREEN_DOORS, "tests/isolation/test_screen_doors.py"),
    ("The machine and the registry", MACHINE_DOORS, "tests/isolation/test_machine_doors.py"),
)


def page() -> str:
    return "\n".join([HEAD, *_tables(), *_missing(), ""])


def caught() -> set[str]:
    return {probe for _, doors, _ in PARTS for door in doors for probe in door.caught}


def _tables() -> Iterator[str]:
    for title, doors, test in PARTS:
        yield f"## {title}\n\nOpened by `{test}`.\n"
        yield from _table(("door", "probe that says OPEN"), (
            (door.words, ", ".join(sorted(door.caught))) for door in doors
        ))  # fmt: skip
        yield ""


def _missing() -> Iterator[str]:
    yield "## Not probed yet\n"
    yield from _table(("probe", "would try to", "why not yet", "issue"), (
        (one.probe_id, one.tries, one.reason, one.issue) for one in NOT_YET
    ))  # fmt: skip


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)


def never_opened() -> list[str]:
    """Probes whose door no test opens."""
    return [probe.probe_id for probe in PROBES if probe.probe_id not in caught()]


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
