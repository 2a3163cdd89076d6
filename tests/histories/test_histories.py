"""Hundreds of random histories with kill -9 in between: the promises of a release hold in all.

Each step runs in a process of its own, as the portal's or the worker's code does it, on a real
PostgreSQL and a real S3 server. More of them: `python -m tests.histories.run --count 5000`.
"""

import itertools
import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from infra.shell import run
from tests.examples import examples
from tests.histories.history import release_one
from tests.histories.house import House
from tests.histories.promises import keep
from tests.histories.run import SEED, address_of, live_many, project_of
from tests.integration.output_checker import servers
from tests.waiting import eventually

PARTS, OF_EACH = 10, 50
# A store takes seconds to start again.
DATABASE_CRASHES, STORE_DEATHS = 5, 2


@pytest.fixture(scope="module")
def store_server(tmp_path_factory) -> Iterator[servers.Server]:
    server = servers.seaweed(tmp_path_factory.mktemp("store-of-histories"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def address(database, store_server, tmp_path_factory):
    return address_of(database.owner_url, store_server, tmp_path_factory.mktemp("histories"))


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_released_twice_or_released_unreviewed_whoever_is_killed_when(
    address, part, record_property
):
    count = examples(OF_EACH)
    numbers = range(part * OF_EACH, part * OF_EACH + count)

    counted = live_many(address, seed=SEED, numbers=numbers)

    record_property("figures", f"{count} histories: {dict(counted)}")
    # What nobody was killed in, and nothing came out of, would show nothing.
    assert counted["killed"] >= count
    assert counted["released"] >= count // 20


def test_a_database_that_crashes_in_the_middle_of_steps_breaks_no_promise(
    address, database, record_property
):
    chance = random.Random(SEED)

    @contextmanager
    def crashed():
        time.sleep(chance.random() * 0.05)
        _kill_a_backend(database.container)
        try:
            yield
        finally:
            eventually(lambda: _answers(database.owner_url))

    counted = live_many(address, seed=SEED + 1, numbers=range(DATABASE_CRASHES), disturbed=crashed)

    record_property("figures", dict(counted))
    assert counted["disturbed"] >= DATABASE_CRASHES


def test_a_store_that_is_killed_in_the_middle_of_steps_breaks_no_promise(
    address, store_server, record_property
):
    @contextmanager
    def killed():
        store_server.stop()
        try:
            yield
        finally:
            store_server.start()

    counted = live_many(address, seed=SEED + 2, numbers=range(STORE_DEATHS), disturbed=killed)

    record_property("figures", dict(counted))
    assert counted["disturbed"] >= STORE_DEATHS


_NUMBERS = itertools.count()


@pytest.fixture
def lived(address):
    """A house in which one request was released."""
    house = House(address, project_of(SEED + 3, next(_NUMBERS)))
    house.populate()
    release_one(house)
    yield house
    house.close()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (
            """
            DELETE FROM review r USING release_request q
            WHERE q.request_id = r.request_id AND q.project_id = :project
            """,
            "released with 0 approvals",
        ),
        (
            """
            UPDATE release_request SET state = 'review'
            WHERE state = 'released' AND project_id = :project
            """,
            "the ledger ends in released",
        ),
        (
            "UPDATE link SET downloads = (downloads + 1) % 3 WHERE project_id = :project",
            "files were collected",
        ),
    ],
    ids=["unreviewed", "unwritten", "collected unseen"],
)
def test_a_broken_promise_is_noticed(lived, database, harm, words):
    keep(lived)
    sql = harm.replace(":project", f"'{lived.project}'")
    database.as_superuser(f"SET session_replication_role = replica; {sql}")

    with pytest.raises(AssertionError, match=words):
        keep(lived)


def test_an_object_that_nobody_approved_is_noticed(lived):
    keep(lived)
    released = lived.rows(
        "SELECT request_id FROM release_request WHERE project_id = :project AND state = 'released'"
    )
    key = f"{lived.project}/{released[0].request_id}/{'0' * 64}/c.csv"
    until = lived.clock.now().replace(microsecond=0) + timedelta(days=1)
    lived.store.put(key, b"x", content_type="text/csv", retain_until=until)

    with pytest.raises(AssertionError, match="other files than were reviewed"):
        keep(lived)


def _kill_a_backend(container: str) -> None:
    """Kill -9 of one: PostgreSQL ends all others, and recovers from its log."""
    lines = run("docker", "top", container, "-eo", "pid,args").splitlines()
    backends = [line.split()[0] for line in lines if "haven_owner" in line]
    if backends:
        os.kill(int(backends[0]), signal.SIGKILL)


def _answers(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar())
    except OperationalError:
        return False
    finally:
        engine.dispose()
