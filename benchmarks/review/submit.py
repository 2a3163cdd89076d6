"""From `haven submit` to the findings: tables of several sizes against a million rows.

A real worker, PostgreSQL and S3 server. A manifest is put into the workspace's folder as the
command does it, and the clock runs until the answer file is there: taking the bytes in, reading
them in the sandbox, the evidence of every number from the source, rules, leak search, differencing,
the database. The index of the dataset is there already, as it is after the first request. Beside
it, in the same run, the least that anybody could do with the file: pandas groups the same million
rows by the same columns and compares the means. Writes `submit.json`.

usage: python -m benchmarks.review.submit [--rounds 7]
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import create_engine, text

from benchmarks.review.run import database
from infra.probes.signed import new_key
from tests.conftest import REPOSITORY
from tests.integration.output_checker import servers
from tests.integration.output_checker.conftest import connect_store, populate, submission
from tests.waiting import eventually

ROWS: Final = 1_000_000
SEED: Final = 20_261_123
PROJECT: Final = "benchmark"
# What spans each table; the first is what people release, the last is as large as they come.
TABLES: Final = {
    "small": ("region", "sector"),
    "medium": ("district", "year"),
    "large": ("district", "year", "sector"),
}


def people() -> pd.DataFrame:
    chance = np.random.default_rng(SEED)
    kinds = {"region": 12, "district": 330, "sector": 20, "year": 10}
    names = {
        name: [f"{name} with a name of usual length, number {at:03d}" for at in range(count)]
        for name, count in kinds.items()
    }
    return pd.DataFrame({
        "person": np.arange(ROWS),
        **{name: chance.choice(labels, ROWS) for name, labels in names.items()},
        "pay": np.round(chance.lognormal(10, 0.6, ROWS), 2),
    })  # fmt: skip


def table_of(data: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    return data.groupby(list(by))["pay"].mean().round(2).rename("pay").reset_index()


@contextmanager
def worker(folder: Path, url: str, store: servers.Server) -> Iterator[None]:
    key = new_key()
    settings = {
        "SECRETS_DIR": str(folder), "DATABASE_URL": url, "STORE_ENDPOINT": store.endpoint,
        "STORE_ACCESS_KEY": servers.WORKER_KEYS[0], "STORE_SECRET_KEY": servers.WORKER_KEYS[1],
        "PUBLIC_URL": "http://haven.test", "RETENTION_DAYS": "1", "INDEX_SECRET": "ab" * 32,
        "RELEASE_KEY": key, "READY_FILE": str(folder / "ready"),
        **{f"{name.upper()}_DIR": str(folder / name)
           for name in ("outputs", "answers", "quarantine", "indexes", "reruns", "datasets")},
    }  # fmt: skip
    environment = {**os.environ, **{f"HAVEN_{name}": said for name, said in settings.items()}}
    with (folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "output_checker.adapters.worker"]
        process = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=log, stderr=log)
        try:
            eventually((folder / "ready").exists, 60)
            yield
        finally:
            process.terminate()
            process.wait()


def grant(owner: str, file: Path) -> None:
    populate(f"postgresql+psycopg://{owner.partition('://')[2]}", PROJECT)
    engine = create_engine(f"postgresql+psycopg://{owner.partition('://')[2]}")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO dataset_version (dataset_id, version, title, summary, publisher,"
                " unit, path, sha256, entity, identifiers, policy, fields, added_at) VALUES"
                " ('people', '1', 'People', '', '', '', 'people/people.parquet', :sha256,"
                " 'person', '{person}', 'sacro-10', '[]', now())"
            ),
            {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()},
        )
        connection.execute(
            text(
                "INSERT INTO project_grant (project_id, dataset_id, version)"
                " VALUES (:project, 'people', '1')"
            ),
            {"project": PROJECT},
        )
    engine.dispose()


def submitted(folder: Path, number: int, table: bytes, by: Sequence[str]) -> tuple[float, str]:
    """Seconds to the answer, and the verdict."""
    home = folder / "outputs" / PROJECT / "ada"
    name = f"t{number}.csv"
    (home / name).write_bytes(table)
    spec = {"rows": list(by), "values": "pay", "aggregate": "mean"}
    manifest = submission(files=[{"path": name, "spec": spec, "dataset": "people"}])
    mailbox = home / ".haven"
    mailbox.mkdir(exist_ok=True)
    (mailbox / "new.tmp").write_text(json.dumps(manifest))
    answer = folder / "answers" / PROJECT / "ada" / "answers" / f"m{number}.json"
    begun = time.perf_counter()
    (mailbox / "new.tmp").rename(mailbox / f"m{number}.json")
    while not answer.exists():
        time.sleep(0.01)
        if time.perf_counter() - begun > 300:
            raise TimeoutError("no answer in five minutes")
    seconds = time.perf_counter() - begun
    return seconds, json.loads(answer.read_text())["verdict"]


def least(file: Path, table: bytes, by: Sequence[str], folder: Path) -> float:
    """Seconds of the rival: read both, group, compare."""
    printed = folder / "printed.csv"
    printed.write_bytes(table)
    begun = time.perf_counter()
    made = table_of(pd.read_parquet(file), by)
    said = pd.read_csv(printed)
    assert (made["pay"] == said["pay"]).all()
    return time.perf_counter() - begun


def measured(folder: Path, file: Path, rounds: int) -> Iterator[dict[str, Any]]:
    data, number = pd.read_parquet(file), 0
    for name, by in TABLES.items():
        made = table_of(data, by)
        table = made.to_csv(index=False).encode()
        ours, theirs, verdict = [], [], ""
        for at in range(rounds + 1):
            seconds, verdict = submitted(folder, number, table, by)
            number += 1
            rival = least(file, table, by, folder)
            # The first finds the index unbuilt.
            if at:
                ours.append(seconds)
                theirs.append(rival)
        yield {
            "table": name,
            "cells": len(made),
            "megabytes": round(len(table) / 1e6, 2),
            "verdict": verdict,
            "rounds": rounds,
            "p50_seconds": round(statistics.median(ours), 2),
            "slowest_seconds": round(max(ours), 2),
            "beside_pandas": round(statistics.median(ours) / statistics.median(theirs), 2),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as at:
        folder, file = Path(made), Path(made) / "datasets" / "people" / "people.parquet"
        for name in ("outputs", "answers", "quarantine", "indexes", "reruns"):
            (folder / name).mkdir()
        for name in ("orders", "notebooks", "states", "outputs"):
            (folder / "reruns" / name).mkdir()
        (folder / "outputs" / PROJECT / "ada").mkdir(parents=True)
        file.parent.mkdir(parents=True)
        people().to_parquet(file)
        store = servers.seaweed(Path(at))
        store.start()
        try:
            connect_store(store).prepare()
            with database(Path(at)) as (owner, app):
                grant(owner, file)
                with worker(folder, app, store):
                    found = list(measured(folder, file, rounds))
        finally:
            store.stop()
    result = {"dataset_rows": ROWS, "cores": os.cpu_count(), "tables": found}
    print(json.dumps(result, indent=2))
    place = Path(__file__).with_name("submit.json")
    place.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
