"""The output checker on a real PostgreSQL, as the application's role, and a real S3 server."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

from infra.probes.signed import new_key
from output_checker.adapters.checks import EngineChecks
from output_checker.adapters.database.unit_of_work import SqlUnitOfWork, database_engine
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.adapters.signing import KeySigner
from output_checker.adapters.system import RandomIds, SystemClock
from output_checker.adapters.workspaces.answers import WorkspaceAnswers
from output_checker.adapters.workspaces.outputs import WorkspaceOutputs
from output_checker.application.publish import Publishing
from output_checker.application.receive import receive
from output_checker.application.release import Releasing
from output_checker.application.review import Ballot, review
from output_checker.application.steer_review import return_early
from output_checker.application.understand import Receiving
from output_checker.domain.actor import Actor
from output_checker.domain.review import Vote
from tests.integration.output_checker import servers
from tests.unit.output_checker.fakes import FakeChecks

RELEASE_KEY = new_key()
TABLES = (
    "ledger, release_request, output_file, output_image, output_table, review, sign_off, "
    "file_override, notice_message_notice, notice_message, notice_wish, notice, release, link, "
    "received, incoming_file, "
    "procrastinate_jobs, procrastinate_workers, project_grant, dataset_view, project_member, "
    "project_checker, portal_session, sign_in_failure, dataset_version, project, person"
)
EMPTY_ALL = f"SET session_replication_role = replica; TRUNCATE {TABLES} CASCADE;"


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory) -> Iterator[servers.Server]:
    server = servers.seaweed(tmp_path_factory.mktemp("seaweed"))
    server.start()
    yield server
    server.stop()


def connect_store(server: servers.Server, bucket: str = "releases") -> S3ReleaseStore:
    access_key, secret_key = servers.WORKER_KEYS
    client = s3_client(endpoint=server.endpoint, access_key=access_key, secret_key=secret_key)
    return S3ReleaseStore(client, bucket)


def boto_client(server: servers.Server, keys: tuple[str, str] = servers.WORKER_KEYS):
    return boto3.client(
        "s3",
        endpoint_url=f"http://{server.endpoint}",
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
    )


@pytest.fixture
def boto(seaweed):
    client = boto_client(seaweed)
    yield client
    client.close()


@dataclass
class House:
    """Everything real but the engine, which a test may make say what it likes."""

    project: str
    sessions: sessionmaker
    store: S3ReleaseStore
    folder: Path
    checks: FakeChecks | EngineChecks

    def uow(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.sessions)

    @property
    def outputs(self) -> WorkspaceOutputs:
        return WorkspaceOutputs(
            outputs_dir=self.folder / "outputs",
            quarantine_dir=self.folder / "quarantine",
            max_file_bytes=1024**2,
            max_request_bytes=4 * 1024**2,
        )

    @property
    def answers(self) -> WorkspaceAnswers:
        return WorkspaceAnswers(answers_dir=self.folder / "answers")

    @property
    def receiving(self) -> Receiving:
        return Receiving(
            unit_of_work=self.uow,
            clock=SystemClock(),
            ids=RandomIds(),
            outputs=self.outputs,
            answers=self.answers,
            checks=self.checks,
            max_files=20,
        )

    @property
    def releasing(self) -> Releasing:
        return Releasing(
            unit_of_work=self.uow,
            clock=SystemClock(),
            ids=RandomIds(),
            outputs=self.outputs,
            checks=self.checks,
            signer=KeySigner(RELEASE_KEY),
            store=self.store,
            retention=timedelta(days=1),
            link_life=timedelta(days=14),
            link_downloads=2,
        )

    @property
    def publishing(self) -> Publishing:
        return Publishing(
            unit_of_work=self.uow, ids=RandomIds(), answers=self.answers, public_url="http://h"
        )

    def person(self, username: str) -> Actor:
        with self.uow() as uow:
            found = uow.registry.actor(username)
        assert found is not None
        return found

    def home(self, username: str = "ada") -> Path:
        return self.folder / "outputs" / self.project / username

    def write(self, name: str, content: bytes = b"region,n\nnorth,120\n") -> None:
        (self.home() / name).write_bytes(content)

    def ask(self, document: object, name: str | None = None) -> str:
        """Leave a manifest as a workspace does; returns its name."""
        name = name or f"{uuid.uuid4().hex}.json"
        folder = self.home() / ".haven"
        folder.mkdir(exist_ok=True)
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        (folder / "new.tmp").write_bytes(content)
        (folder / "new.tmp").rename(folder / name)
        return name

    def answered(self, name: str, username: str = "ada") -> dict | None:
        path = self.folder / "answers" / self.project / username / "answers" / name
        return json.loads(path.read_text()) if path.exists() else None

    def published(self, request_id: str, username: str = "ada") -> dict | None:
        return self.answers.published(
            project=self.project, username=username, request_id=request_id
        )

    def submit(self, *names: str, **changes: object) -> dict:
        """Receive what is asked for here and now; no worker may be running beside."""
        for name in names:
            self.write(name)
        name = self.ask(submission(*names, **changes))
        receive(self.receiving, project=self.project, username="ada", manifest_name=name)
        answer = self.answered(name)
        assert answer is not None
        return answer

    def vote(self, username: str, request_id: str, vote: Vote = Vote.APPROVE, turn: int = 1):
        said = Vote.RETURN if vote is Vote.REJECT else vote
        with self.uow() as uow:
            files = {file.file_id: said for file in uow.files.of(request_id, turn=turn)}
        ballot = Ballot(turn=turn, vote=vote, comment="looked at it", files=files)
        return review(
            self.uow(),
            SystemClock(),
            request_id=request_id,
            ballot=ballot,
            actor=self.person(username),
        )

    def give_back(self, username: str, request_id: str, turn: int = 1):
        return return_early(
            self.uow(),
            SystemClock(),
            request_id=request_id,
            turn=turn,
            comment="row 3 is small",
            actor=self.person(username),
        )

    def approved(self, *names: str, **changes: object) -> str:
        request_id = self.submit(*(names or ("a.csv",)), **changes)["request_id"]
        self.vote("ben", request_id)
        self.vote("cat", request_id)
        return request_id

    def scalar(self, sql: str, **parameters: object) -> object:
        with self.sessions() as session:
            return session.execute(text(sql), parameters).scalar()

    def events(self) -> list[str]:
        with self.uow() as uow:
            return [entry.event for entry in uow.ledger.all()]


def submission(*names: str, **changes: object) -> dict:
    return {
        "version": 1,
        "action": "submit",
        "files": [{"path": name} for name in names],
        "context": "Counts by region",
        "controls": "Rounded to 5",
    } | changes


@pytest.fixture
def _empty(database):
    database.as_superuser(EMPTY_ALL)
    yield
    database.as_superuser(EMPTY_ALL)


@pytest.fixture
def sessions(database, _empty):
    engine = database_engine(database.app_url)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def house(database, sessions, seaweed, tmp_path) -> House:
    store = connect_store(seaweed)
    store.prepare()
    project = f"p{uuid.uuid4().hex[:12]}"
    for name in ("outputs", "answers", "quarantine", "datasets", "reruns"):
        (tmp_path / name).mkdir()
    for name in ("orders", "notebooks", "states", "outputs"):
        (tmp_path / "reruns" / name).mkdir()
    (tmp_path / "outputs" / project / "ada").mkdir(parents=True)
    found = House(
        project=project, sessions=sessions, store=store, folder=tmp_path, checks=FakeChecks()
    )
    populate(database.owner_url, project)
    return found


def populate(owner_url: str, project: str) -> None:
    """People, a project, who belongs to it and who checks it; `ada` and `mo` are both."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        for name in ("ada", "mo", "mel", "ben", "cat", "audrey"):
            connection.execute(
                text(
                    "INSERT INTO person (username, display_name, is_admin, is_auditor, is_active,"
                    " created_at) VALUES (:name, :name, false, :name = 'audrey', true, now())"
                ),
                {"name": name},
            )
        connection.execute(
            text(
                "INSERT INTO project (project_id, title, ends_on, policy, tier, limits, is_closed,"
                " created_at) VALUES (:project, 'Labour', :ends_on, 'sacro-10', 'browser', '{}',"
                " false, now())"
            ),
            {"project": project, "ends_on": date(2099, 1, 1)},
        )
        for table, names in (
            ("project_member", ("ada", "mo", "mel")),
            ("project_checker", ("ada", "mo", "ben", "cat")),
        ):
            for name in names:
                connection.execute(
                    text(f"INSERT INTO {table} (project_id, username) VALUES (:project, :name)"),
                    {"project": project, "name": name},
                )
    engine.dispose()
