"""The account as PostgreSQL keeps it, and everything one can do to it as its superuser."""

import threading
from datetime import datetime, timedelta, timezone

import pytest

from output_checker.adapters.system import SystemClock
from output_checker.application.release import release
from output_checker.application.verify_ledger import verify_ledger
from output_checker.domain.workflow import State

CLOCK = SystemClock()
EXCHANGE = """
    UPDATE ledger SET seq = 99 WHERE seq = 2;
    UPDATE ledger SET seq = 2 WHERE seq = 4;
    UPDATE ledger SET seq = 4 WHERE seq = 99;
"""
ADD = """
    INSERT INTO ledger
    SELECT 7, at, 'eve', event, subject, project, details, entry_hash, entry_hash
    FROM ledger WHERE seq = 6;
"""


def write(house, *lines: str, details=None) -> None:
    for line in lines:
        with house.uow() as uow:
            uow.ledger.append(
                at=CLOCK.now(),
                actor="ada",
                event="tested",
                subject=line,
                project=house.project,
                details=details or {"n": 1, "words": "été \u202e", "nested": {"b": [None, True]}},
            )
            uow.commit()


@pytest.fixture
def tamper(database):
    def act(sql: str) -> None:
        database.as_superuser(f"SET session_replication_role = replica; {sql}")

    return act


def test_what_was_written_verifies_after_its_way_through_the_database(house):
    write(house, *"abcdef")

    verdict = verify_ledger(house.uow())
    assert (verdict.broken_at, verdict.head.seq) == (None, 6)


@pytest.mark.parametrize(
    ("sql", "seq"),
    [
        ("UPDATE ledger SET actor = 'eve' WHERE seq = 3", 3),
        ("UPDATE ledger SET event = 'x' WHERE seq = 3", 3),
        ("UPDATE ledger SET details = details || '{\"n\": 2}' WHERE seq = 4", 4),
        ("UPDATE ledger SET at = at + interval '1 microsecond' WHERE seq = 2", 2),
        ("UPDATE ledger SET project = NULL WHERE seq = 5", 5),
        ("DELETE FROM ledger WHERE seq = 3", 3),
        ("DELETE FROM ledger WHERE seq = 1", 1),
        ("DELETE FROM ledger WHERE seq = 3; UPDATE ledger SET seq = seq - 1 WHERE seq > 3", 3),
        (
            EXCHANGE,
            2,
        ),
        (
            ADD,
            7,
        ),
    ],
    ids=[
        "actor", "event", "details", "time", "project", "deleted", "first deleted",
        "deleted and renumbered", "exchanged", "added",
    ],
)  # fmt: skip
def test_tampering_is_named(house, tamper, sql, seq):
    write(house, *"abcdef")

    tamper(sql)

    assert verify_ledger(house.uow()).broken_at == seq


def test_a_cut_off_end_shows_against_a_release_record(house, tamper):
    request_id = house.approved()
    assert release(house.releasing, request_id=request_id) is State.RELEASED
    assert verify_ledger(house.uow()).broken_at is None
    anchor = house.scalar("SELECT ledger_seq FROM release")

    tamper(f"DELETE FROM ledger WHERE seq >= {anchor}")

    assert verify_ledger(house.uow()).broken_at == anchor


def test_many_writers_at_once_make_one_chain(house):
    threads = [
        threading.Thread(target=write, args=(house, *(f"{n}-{m}" for m in range(10))))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    verdict = verify_ledger(house.uow())
    assert (verdict.broken_at, verdict.head.seq) == (None, 80)


def test_a_line_stands_or_falls_with_its_transaction(house):
    with house.uow() as uow:
        uow.ledger.append(
            at=CLOCK.now(), actor="a", event="e", subject="s", project=None, details={}
        )

    assert house.events() == []


def test_times_of_any_zone_are_kept_as_utc(house):
    with house.uow() as uow:
        uow.ledger.append(
            at=datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            actor="a",
            event="e",
            subject="s",
            project=None,
            details={},
        )
        uow.commit()

    assert verify_ledger(house.uow()).broken_at is None


def test_a_span_of_the_ledger_is_read_from_after_one_line_up_to_another(house):
    write(house, *"abcdef")

    with house.uow() as uow:
        assert [one.seq for one in uow.ledger.all(after=2, until=4)] == [3, 4]
        assert uow.ledger.head(until=4).seq == 4
        assert uow.ledger.head(until=0).seq == 0
    assert verify_ledger(house.uow(), spans=3) == verify_ledger(house.uow())
