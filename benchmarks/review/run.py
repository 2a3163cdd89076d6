"""Pages of a review under load, and a ledger walked from end to end.

A PostgreSQL of Haven's own image holds 100,000 requests and a million lines of the ledger. Fifty
checkers, each signed in, open their queue, then a request of it, then a page of the ledger's
auditor is fetched by one more: between two pages each of them reads for a while (THINK seconds on
average; people do), so the load is that of fifty people, not that of a machine. Beside each page
the same number of requests goes to /health by turns: that is what the same server takes for a page
that asks nothing of the database. The walk of the ledger stands beside `sha256` over the same
lines' text, read by psycopg: the least that a chain of hashes can cost here. Writes `result.json`.

usage: python -m benchmarks.review.run [--users 50] [--seconds 60] [--requests N] [--lines N]
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2
import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from benchmarks.review.filled import SEED, Size, checker, fill
from infra.probes.signed import new_key, public_key
from infra.shell import succeeds
from portal.sessions import BrowserSessions, cookie_name
from tests.conftest import DATABASE_PASSWORDS, migrate, service
from tests.integration.output_checker.servers import free_ports
from tests.waiting import eventually

THINK: Final = 4.0
LINK: Final = b'href="/review/'


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of a fresh one, as its owner and as the application."""
    with service("database", 5432, DATABASE_PASSWORDS, folder) as (name, port):
        eventually(lambda: succeeds(["docker", "exec", name, "pg_isready", "--host=127.0.0.1"]))
        place = f"127.0.0.1:{port}/haven"
        migrate(f"postgresql+psycopg://haven_owner:owner-test@{place}")
        owner, app = f"haven_owner:owner-test@{place}", f"haven_app:app-test@{place}"
        yield f"postgresql://{owner}", f"postgresql://{app}"


@contextmanager
def portal(url: str) -> Iterator[str]:
    (port,) = free_ports(1)
    secret = "a secret of the benchmark, long enough"
    settings = {
        "DATABASE_URL": url, "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HUB_CLIENT_SECRET": secret, "INTERNAL_TOKEN": secret, "TRAFFIC_TOKEN": secret,
        "SESSION_SECRET": secret, "STORE_ACCESS_KEY": "key", "STORE_SECRET_KEY": "secret",
        "RELEASE_PUBLIC_KEY": public_key(new_key()),
    }  # fmt: skip
    environment = {**os.environ, **{f"HAVEN_{name}": text for name, text in settings.items()}}
    command = [sys.executable, "-m", "benchmarks.review.serving", str(port)]
    process = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(address))
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health", trust_env=False).is_success
    except httpx2.HTTPError:
        return False


def signed_in(url: str, usernames: list[str]) -> dict[str, str]:
    """Cookies of sessions, by username."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with sessionmaker(engine)() as session:
        sessions = BrowserSessions(session, longest=timedelta(hours=9), idle=timedelta(hours=9))
        found = {name: sessions.start(name, datetime.now(UTC)) for name in usernames}
        session.commit()
    engine.dispose()
    return found


async def load(address: str, cookies: dict[str, str], seconds: float) -> dict[str, list[float]]:
    """Seconds of each page, by kind."""
    until = time.monotonic() + seconds
    taken: dict[str, list[float]] = defaultdict(list)
    users = (_user(address, name, secret, until, taken) for name, secret in cookies.items())
    await asyncio.gather(*users)
    return taken


async def _user(
    address: str, name: str, secret: str, until: float, taken: dict[str, list[float]]
) -> None:
    chance = random.Random(f"{SEED} {name}")
    cookies = {cookie_name(is_https=False): secret}
    async with httpx2.AsyncClient(
        base_url=address, cookies=cookies, timeout=60, trust_env=False
    ) as client:
        await asyncio.sleep(chance.random() * THINK)
        waiting: list[str] = []
        while time.monotonic() < until:
            for kind, path in _visit(name):
                at = path or chance.choice(waiting)
                started = time.perf_counter()
                answer = await client.get(at)
                taken[kind].append(time.perf_counter() - started)
                answer.raise_for_status()
                if kind == "queue":
                    waiting = _links(answer.content)
                await asyncio.sleep(chance.expovariate(1 / THINK))


def _visit(name: str) -> list[tuple[str, str]]:
    if name == "auditor":
        return [("ledger", "/ledger"), ("ledger_of_a_person", f"/ledger?actor={checker(3)}")]
    return [("queue", "/review"), ("health", "/health"), ("request", "")]


def _links(page: bytes) -> list[str]:
    found = page.split(LINK)[1:]
    assert found, "a queue without requests measures nothing"
    return [f"/review/{one[:32].decode()}" for one in found]


def percentiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": round(cuts[49] * 1e3, 1), "p95_ms": round(cuts[94] * 1e3, 1)}


def verified(url: str) -> float:
    """The whole command, as an administrator runs it."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "portal.cli.main", "ledger", "verify", "--without-store"]
    environment = {**os.environ, "HAVEN_DATABASE_URL": url}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def hashed(url: str) -> float:
    """Read the same lines and put each one's text through SHA-256, and no more."""
    started = time.perf_counter()
    digest = hashlib.sha256()
    with psycopg.connect(url) as connection, connection.cursor(name="lines") as cursor:
        cursor.itersize = 10_000
        for (line,) in cursor.execute("SELECT row_to_json(ledger)::text FROM ledger ORDER BY seq"):
            digest.update(line.encode())
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--requests", type=int, default=Size().requests)
    parser.add_argument("--lines", type=int, default=Size().lines)
    asked = parser.parse_args()
    size = Size(requests=asked.requests, lines=asked.lines, checkers=asked.users)
    with tempfile.TemporaryDirectory() as made, database(Path(made)) as (owner, app):
        started = time.perf_counter()
        fill(owner, size)
        print(f"filled in {time.perf_counter() - started:.0f} s", flush=True)
        names = [*(checker(number) for number in range(asked.users)), "auditor"]
        with portal(app) as address:
            taken = asyncio.run(load(address, signed_in(app, names), asked.seconds))
        walks = [(verified(app), hashed(app)) for _ in range(3)]
    pages = {kind: {"pages": len(one), **percentiles(one)} for kind, one in sorted(taken.items())}
    best = min(walks)
    result: dict[str, Any] = {
        "requests": size.requests,
        "ledger_lines": size.lines,
        "users": asked.users,
        "think_seconds": THINK,
        "cores": os.cpu_count(),
        "pages": pages,
        "verify_seconds": round(best[0], 2),
        "verify_beside_sha256": round(best[0] / best[1], 2),
    }
    print(json.dumps(result, indent=2))
    if size == Size():
        place = Path(__file__).with_name("result.json")
        place.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
