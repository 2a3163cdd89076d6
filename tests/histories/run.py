"""Live many random histories with processes killed in between, and check what must hold.

usage: python -m tests.histories.run [--count 500] [--seed N]

Needs Docker, for PostgreSQL; the S3 server comes with requirements/dev.txt. A history that breaks
a promise is printed with its number and its steps; the same seed and number live it again.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from infra.probes.signed import new_key
from infra.shell import succeeds
from output_checker.application.verify_ledger import verify_ledger
from tests.conftest import DATABASE_PASSWORDS, migrate, service
from tests.histories.history import live
from tests.histories.house import Address, House
from tests.histories.promises import keep
from tests.integration.output_checker import servers
from tests.waiting import eventually

SEED = 20_261_123


def live_many(
    address: Address,
    *,
    seed: int,
    numbers: range,
    disturbed: Callable[[], AbstractContextManager[None]] | None = None,
) -> Counter[str]:
    """Live histories by their numbers and check each; then the ledger of all of them.

    Args:
        address: Where the parts are.
        seed, numbers: They tell what happens in each.
        disturbed: As `live` has it.

    Returns:
        How many processes were killed, in which steps, and how the requests ended.

    Raises:
        AssertionError: A promise is broken; the message holds the history.
    """
    counted: Counter[str] = Counter()
    for number in numbers:
        house = House(address, project_of(seed, number))
        house.populate()
        chance = random.Random(f"{seed} {number}")
        told = live(address, house, chance, disturbed)
        try:
            assert not told.waits, "something waits for ever"
            counted += keep(house)
        except AssertionError as broken:
            steps = "\n  ".join(told.steps)
            words = f"history {number} of seed {seed}: {broken}\n  {steps}"
            raise AssertionError(words) from None
        finally:
            house.close()
        counted += told.counted
    house = House(address, "none")
    verdict = verify_ledger(house.uow())
    house.close()
    assert verdict.broken_at is None, f"the ledger is broken at line {verdict.broken_at}"
    counted["ledger lines"] = verdict.head.seq
    return counted


def project_of(seed: int, number: int) -> str:
    return f"h{seed % 10_000}-{number}"


def address_of(database_url: str, server: servers.Server, folder: Path) -> Address:
    for name in ("outputs", "answers", "quarantine"):
        (folder / name).mkdir()
    found = Address(
        database_url=database_url,
        store=server.endpoint,
        store_keys=servers.WORKER_KEYS,
        release_key=new_key(),
        folder=folder,
    )
    House(found, "none").store.prepare()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name in ("secrets", "store", "house"):
            (folder / name).mkdir()
        with service("database", 5432, DATABASE_PASSWORDS, folder / "secrets") as (name, port):
            eventually(lambda: succeeds(["docker", "exec", name, "pg_isready", "--host=127.0.0.1"]))
            owner_url = f"postgresql+psycopg://haven_owner:owner-test@127.0.0.1:{port}/haven"
            migrate(owner_url)
            server = servers.seaweed(folder / "store")
            server.start()
            try:
                address = address_of(owner_url, server, folder / "house")
                started = time.monotonic()
                counted = live_many(address, seed=asked.seed, numbers=range(asked.count))
            finally:
                server.stop()
    lines = [f"{asked.count} histories in {time.monotonic() - started:.0f} s"]
    lines += [f"  {name}: {count}" for name, count in sorted(counted.items())]
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
