"""The worker as its own process: what it answers, how it ends, what it survives."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

from output_checker.adapters.database.alone import alone
from output_checker.adapters.database.unit_of_work import database_engine
from tests.conftest import REPOSITORY, migrate, service
from tests.integration.output_checker import servers
from tests.integration.output_checker.conftest import RELEASE_KEY, populate, submission
from tests.integration.output_checker.relay import Relay
from tests.waiting import eventually

TABLE = b"region,n\n" + b"".join(f"{region},500\n".encode() for region in ("north", "south"))
PEOPLE = "person,region\n" + "".join(
    f"QQ{number:06}C,{'north' if number % 2 else 'south'}\n" for number in range(1000)
)
PEOPLE += "".join(f"QQ{number:06}D,east\n" for number in range(3))
SPEC = {"rows": ["region"], "aggregate": "count"}
MARKER = "QQ000007C"


@dataclass
class Worker:
    """The process, its settings and what it said."""

    environment: dict[str, str]
    log: Path
    process: subprocess.Popen | None = None

    def start(self, *, ready: bool = True) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "output_checker.adapters.worker"],
                env=self.environment, cwd=REPOSITORY, stdout=log, stderr=log,
            )  # fmt: skip
        if ready:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        try:
            eventually(self.is_ready, 90)
        except AssertionError as error:
            error.add_note(f"{time.strftime('%X')}: {self.log.read_text()[-3000:]}")
            raise

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            age = time.time() - Path(self.environment["HAVEN_READY_FILE"]).stat().st_mtime
        except FileNotFoundError:
            return False
        return age < 5

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.process = None
        return code


@pytest.fixture
def make_worker(house, database, seaweed):
    workers = []

    def make(database_url: str = database.app_url, store: str = seaweed.endpoint) -> Worker:
        folder = house.folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        worker = Worker(
            log=folder / f"worker-{len(workers)}.log",
            environment=kept | {
                "HAVEN_SECRETS_DIR": str(folder),
                "HAVEN_DATABASE_URL": database_url,
                "HAVEN_STORE_ENDPOINT": store,
                "HAVEN_STORE_ACCESS_KEY": servers.WORKER_KEYS[0],
                "HAVEN_STORE_SECRET_KEY": servers.WORKER_KEYS[1],
                "HAVEN_PUBLIC_URL": "http://haven.test",
                "HAVEN_RETENTION_DAYS": "1",
                "HAVEN_OUTPUTS_DIR": str(folder / "outputs"),
                "HAVEN_ANSWERS_DIR": str(folder / "answers"),
                "HAVEN_QUARANTINE_DIR": str(folder / "quarantine"),
                "HAVEN_INDEXES_DIR": str(folder / "indexes"),
                "HAVEN_RERUNS_DIR": str(folder / "reruns"),
                "HAVEN_INGRESS_DIR": str(folder / "ingress"),
                "HAVEN_INPUTS_DIR": str(folder / "inputs"),
                "HAVEN_INDEX_SECRET": "ab" * 32,
                "HAVEN_RELEASE_KEY": RELEASE_KEY,
                "HAVEN_DATASETS_DIR": str(folder / "datasets"),
                "HAVEN_READY_FILE": str(folder / f"ready-{len(workers)}"),
            },
        )  # fmt: skip
        workers.append(worker)
        return worker

    yield make
    for worker in workers:
        if worker.process is not None:
            worker.process.kill()
            worker.process.wait()


@pytest.fixture
def worker(make_worker) -> Worker:
    found = make_worker()
    found.start()
    return found


@pytest.fixture
def data(house, database):
    """A dataset the project was granted: a thousand people of two regions, and three of a third."""
    (house.folder / "datasets" / "people").mkdir()
    (house.folder / "datasets" / "people" / "data.csv").write_text(PEOPLE)
    grant(database.owner_url, house.project)


def grant(owner_url: str, project: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO dataset_version (dataset_id, version, title, summary, publisher,"
                " unit, path, sha256, entity, identifiers, policy, fields, added_at) VALUES"
                " ('people', '1', 'People', '', '', '', 'people/data.csv', :sha256, 'person',"
                " '{person}', 'sacro-10', '[]', now())"
            ),
            {"sha256": hashlib.sha256(PEOPLE.encode()).hexdigest()},
        )
        connection.execute(
            text("INSERT INTO project_grant VALUES (:project, 'people', '1')"),
            {"project": project},
        )
    engine.dispose()


def a_table(name: str = "a.csv") -> dict:
    return {"path": name, "spec": SPEC, "dataset": "people"}


def wait_for_answer(house, name: str, seconds: float = 20) -> dict:
    eventually(lambda: house.answered(name) is not None, seconds)
    return house.answered(name)


@pytest.mark.usefixtures("data")
def test_findings_come_back_by_themselves(house, worker):
    assert worker.is_ready()
    house.write("a.csv", TABLE)
    house.write("small.csv", TABLE + b"east,3\n")

    passes = house.ask(submission(files=[a_table()]))
    fails = house.ask(submission(files=[a_table("small.csv")]))

    assert wait_for_answer(house, passes)["state"] == "submitted"
    answer = wait_for_answer(house, fails)
    assert (answer["state"], answer["verdict"]) == ("draft", "fail")
    assert answer["report"]["files"][0]["findings"]


@pytest.mark.usefixtures("data")
def test_of_two_workers_one_answers_a_manifest(house, make_worker):
    for worker in (make_worker(), make_worker()):
        worker.start()
    names = []
    for number in range(8):
        house.write(f"t{number}.csv", TABLE)
        names.append(house.ask(submission(files=[a_table(f"t{number}.csv")])))

    answers = [wait_for_answer(house, name, seconds=60) for name in names]

    assert [one["state"] for one in answers] == ["submitted"] * 8
    with house.uow() as uow:
        received = [one for one in uow.ledger.all() if one.event == "request.received"]
    assert sorted(one.subject for one in received) == sorted(
        f"request:{one['request_id']}" for one in answers
    )


def test_what_one_is_at_nobody_else_is_at_until_it_ends(database):
    engines = [database_engine(database.app_url) for _ in range(2)]
    first, second = (alone(engine, "a manifest") for engine in engines)

    with first as mine, second as others:
        assert (mine, others) == (True, False)
        with alone(engines[1], "another") as another:
            assert another
    with alone(engines[1], "a manifest") as again:
        assert again

    for engine in engines:
        engine.dispose()


@pytest.mark.usefixtures("data")
def test_the_whole_way_out(house, worker, boto):
    house.write("a.csv", TABLE)
    request_id = wait_for_answer(house, house.ask(submission(files=[a_table()])))["request_id"]
    house.vote("ben", request_id)
    assert worker.is_ready()

    house.vote("cat", request_id)
    eventually(lambda: (house.published(request_id) or {}).get("state") == "released")

    (link,) = house.published(request_id)["links"]
    assert link["address"].startswith("http://haven.test/collect/")
    listed = boto.list_object_versions(Bucket="releases", Prefix=f"{house.project}/")["Versions"]
    assert len(listed) == 3


@pytest.mark.usefixtures("data")
def test_nothing_a_workspace_can_put_there_stops_the_worker(house, worker):
    home = house.home()
    (home / "empty.csv").touch()
    (home / "cut.csv").write_bytes(b"\xff\xfea")
    (home / "nul.csv").write_bytes(b"a,b\n\x00,1\n")
    (home / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(home / "pipe.csv")
    (home / "folder.csv").mkdir()
    with (home / "huge.csv").open("wb") as file:
        file.truncate(1024**3)
    names = {
        path.name: house.ask(submission(files=[a_table(path.name)]))
        for path in home.iterdir()
        if path.name != ".haven"
    }
    bad = [
        house.ask(content)
        for content in (b"not json", b"", b"\xff", b"[" * 9999, b"[]", b" " * 300_000)
    ]
    folder = home / ".haven"
    (folder / "link.json").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    bad += ["link.json", "pipe.json", "folder.json"]

    for name in bad:
        answer = wait_for_answer(house, name)
        assert answer["state"] == "refused"
        assert answer["message"]
    for path, name in names.items():
        answer = wait_for_answer(house, name)
        assert answer["state"] in {"refused", "draft"}, path
        assert answer["message"]
    house.write("a.csv", TABLE)
    fine = house.ask(submission(files=[a_table()]))
    assert wait_for_answer(house, fine)["state"] == "submitted"
    assert worker.is_ready()


@pytest.mark.parametrize("kind", ["link", "pipe", "file"])
def test_a_manifest_folder_that_is_none_stops_nobody(house, worker, kind):
    elsewhere = house.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.json").write_text("{}")
    place = house.home() / ".haven"
    {
        "link": lambda: place.symlink_to(elsewhere),
        "pipe": lambda: os.mkfifo(place),
        "file": lambda: place.write_text("{}"),
    }[kind]()
    time.sleep(1)
    assert house.answered("x.json") is None

    (house.folder / "outputs" / house.project / "mel" / ".haven").mkdir(parents=True)
    (house.folder / "outputs" / house.project / "mel" / ".haven" / "m.json").write_text("{}")
    eventually(lambda: house.answered("m.json", "mel") is not None)
    assert worker.is_ready()


def test_a_flood_of_manifests_keeps_nobody_waiting(house, worker, database):
    nothing = {"version": 1, "action": "check", "files": [{"path": "none.csv"}]}
    flood = [house.ask(nothing) for _ in range(300)]
    other = house.folder / "outputs" / "other-project" / "bob" / ".haven"
    other.mkdir(parents=True)
    (other / "m.json").write_text("{}")

    answer = house.folder / "answers" / "other-project" / "bob" / "answers" / "m.json"
    eventually(answer.exists)

    assert house.answered(flood[-1]) is None, "the flood was worked off first"
    assert worker.is_ready()


def test_it_stops_when_told_and_is_then_not_ready(house, worker):
    assert worker.end(signal.SIGTERM) == 0

    assert not Path(worker.environment["HAVEN_READY_FILE"]).exists()
    assert '"event": "worker stopped"' in worker.log.read_text()


@pytest.mark.usefixtures("data")
def test_what_was_begun_is_finished_before_it_stops(house, worker):
    house.write("a.csv", TABLE)
    name = house.ask(submission(files=[a_table()]))
    eventually(lambda: house.scalar("SELECT count(*) FROM release_request") == 1)

    assert worker.end(signal.SIGTERM) == 0
    assert house.answered(name)["state"] == "submitted"


@pytest.mark.usefixtures("data")
def test_neither_logs_nor_ledger_hold_what_files_hold(house, worker):
    house.write("rows.csv", PEOPLE.encode()[:2000])
    (house.home() / "broken.csv").write_bytes(f'"{MARKER}\n'.encode())
    names = [
        house.ask(submission(files=[{"path": name, "dataset": "people"}]))
        for name in ("rows.csv", "broken.csv")
    ]
    for name in names:
        answer = wait_for_answer(house, name)
        assert answer["verdict"] == "fail"
        assert MARKER not in json.dumps(answer)
    worker.end()

    assert MARKER not in worker.log.read_text()
    with house.uow() as uow:
        assert MARKER not in repr(list(uow.ledger.all()))


def test_a_killed_workers_release_is_finished_by_the_next(house, make_worker, seaweed, boto):
    wire = Relay(seaweed.port)
    worker = make_worker(store=wire.endpoint)
    request_id = house.submit("a.csv", "b.csv")["request_id"]
    worker.start()
    house.vote("ben", request_id)
    wire.hold()
    wire.seen.clear()
    house.vote("cat", request_id)
    eventually(lambda: f"/{request_id}/".encode() in wire.seen)
    worker.end(signal.SIGKILL)
    wire.close()
    assert house.scalar("SELECT state FROM release_request") == "releasing"

    after = make_worker()
    after.start()
    eventually(lambda: house.scalar("SELECT state FROM release_request") == "released")

    assert house.events().count("request.release") == 1
    listed = boto.list_object_versions(Bucket="releases", Prefix=f"{house.project}/")["Versions"]
    assert len(listed) == 4


def test_a_store_that_goes_away_makes_it_not_ready_and_loses_nothing(house, make_worker, tmp_path):
    (tmp_path / "weed").mkdir()
    store = servers.seaweed(tmp_path / "weed")
    store.start()
    try:
        worker = make_worker(store=store.endpoint)
        request_id = house.submit("a.csv")["request_id"]
        worker.start()
        house.vote("ben", request_id)
        store.stop()
        eventually(lambda: not worker.is_ready())
        house.vote("cat", request_id)
        time.sleep(2)
        assert house.scalar("SELECT state FROM release_request") in {"approved", "releasing"}

        store.start()
        eventually(worker.is_ready)
        eventually(lambda: house.scalar("SELECT state FROM release_request") == "released", 70)
    finally:
        store.stop()


@pytest.fixture
def restartable(tmp_path):
    """A PostgreSQL of its own behind a wire: restarting it moves its port."""
    (tmp_path / "secrets").mkdir()
    passwords = {f"{name}_password": name[0] for name in ("owner", "app", "hub", "notifier")}
    with service("database", 5432, passwords, tmp_path / "secrets") as (name, port):
        wire = Relay(port)
        address = "postgresql+psycopg://{}@127.0.0.1:" + str(wire.port) + "/haven"
        yield name, wire, address.format("haven_owner:o"), address.format("haven_app:a")
        wire.close()


def docker(*arguments: str) -> str:
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


def can_answer(url: str) -> bool:
    engine = database_engine(url)
    try:
        with engine.connect():
            return True
    except Exception:  # noqa: BLE001 - a database that starts refuses in many ways
        return False
    finally:
        engine.dispose()


def test_a_database_that_restarts_makes_it_not_ready_and_loses_nothing(
    house, make_worker, restartable
):
    name, wire, owner_url, app_url = restartable
    eventually(lambda: can_answer(owner_url), 60)
    migrate(owner_url)
    populate(owner_url, house.project)
    engine = database_engine(app_url)
    house.sessions = sessionmaker(engine)
    worker = make_worker(database_url=app_url)
    request_id = house.submit("a.csv")["request_id"]
    worker.start()
    house.vote("ben", request_id)

    docker("restart", "--time", "1", name)
    eventually(lambda: not worker.is_ready())
    manifest = house.ask(b"written while the database is away")
    wire.target = int(docker("port", name, "5432").splitlines()[0].rpartition(":")[2])

    worker.wait_until_ready()
    assert wait_for_answer(house, manifest, 40)["state"] == "refused"
    house.vote("cat", request_id)
    eventually(lambda: house.scalar("SELECT state FROM release_request") == "released", 70)
    engine.dispose()
