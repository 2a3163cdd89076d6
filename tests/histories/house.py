"""The output checker's real parts around one project of its own, to be made anew in any process."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork, database_engine
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.adapters.signing import KeySigner
from output_checker.adapters.system import RandomIds, SystemClock
from output_checker.adapters.workspaces.answers import WorkspaceAnswers
from output_checker.adapters.workspaces.outputs import WorkspaceOutputs
from output_checker.application.publish import Publishing
from output_checker.application.release import Releasing
from output_checker.application.understand import Receiving
from output_checker.domain.actor import Actor
from tests.histories.dying import Fate
from tests.unit.output_checker.fakes import FakeChecks

AUTHOR, CHECKERS = "ada", ("ben", "cat", "dee")
BUCKET = "releases"


@dataclass(frozen=True)
class Address:
    """Where the parts are; `release_key` signs."""

    database_url: str
    store: str
    store_keys: tuple[str, str]
    release_key: str
    folder: Path


class MortalStore:
    """The store; whoever puts something into it may die right before and right after."""

    def __init__(self, store: S3ReleaseStore, fate: Fate) -> None:
        self._store = store
        self._fate = fate

    def put(self, *arguments: Any, **named: Any) -> None:
        self._fate.chance()
        self._store.put(*arguments, **named)
        self._fate.chance()

    def get(self, key: str, *, sha256: str) -> bytes:
        return self._store.get(key, sha256=sha256)


@dataclass
class House:
    """Parts for one process. After a fork a child makes its own: connections are not shared."""

    address: Address
    project: str
    fate: Fate = field(default_factory=lambda: Fate(left=None))

    def __post_init__(self) -> None:
        self.engine = database_engine(self.address.database_url)
        self.fate.watch_engine(self.engine)
        self.sessions = sessionmaker(self.engine)
        access_key, secret_key = self.address.store_keys
        client = s3_client(
            endpoint=self.address.store, access_key=access_key, secret_key=secret_key
        )
        self.store = S3ReleaseStore(client, BUCKET)
        self.clock, self.ids = SystemClock(), RandomIds()
        folder = self.address.folder
        self.home = folder / "outputs" / self.project / AUTHOR
        self.outputs = WorkspaceOutputs(
            outputs_dir=folder / "outputs",
            quarantine_dir=folder / "quarantine",
            max_file_bytes=1024**2,
            max_request_bytes=4 * 1024**2,
        )
        self.answers = WorkspaceAnswers(answers_dir=folder / "answers")
        self.checks = FakeChecks()

    def uow(self) -> SqlUnitOfWork:
        return _MortalUnitOfWork(self.sessions, self.fate)

    @property
    def receiving(self) -> Receiving:
        return Receiving(
            unit_of_work=self.uow, clock=self.clock, ids=self.ids, outputs=self.outputs,
            answers=self.answers, checks=self.checks, max_files=20,
        )  # fmt: skip

    @property
    def releasing(self) -> Releasing:
        return Releasing(
            unit_of_work=self.uow, clock=self.clock, ids=self.ids, outputs=self.outputs,
            checks=self.checks, signer=KeySigner(self.address.release_key),
            store=MortalStore(self.store, self.fate), retention=timedelta(days=1),
            link_life=timedelta(days=14), link_downloads=3,
        )  # fmt: skip

    @property
    def publishing(self) -> Publishing:
        return Publishing(
            unit_of_work=self.uow, ids=self.ids, answers=self.answers, public_url="http://h"
        )

    def person(self, username: str) -> Actor:
        with SqlUnitOfWork(self.sessions) as uow:
            found = uow.registry.actor(username)
        assert found is not None
        return found

    def ask(self, document: dict[str, Any]) -> None:
        """Leave a manifest, as a workspace does."""
        folder = self.home / ".haven"
        folder.mkdir(exist_ok=True)
        (folder / "new.tmp").write_text(json.dumps(document))
        (folder / "new.tmp").rename(folder / f"{uuid.uuid4().hex}.json")

    def asked(self) -> list[str]:
        return sorted(path.name for path in (self.home / ".haven").glob("*.json"))

    def answered(self, name: str) -> bool:
        folder = self.address.folder / "answers" / self.project / AUTHOR / "answers"
        return (folder / name).exists()

    def rows(self, sql: str) -> list[Any]:
        """Rows of a query about this project, which it calls :project."""
        with self.sessions() as session:
            return list(session.execute(text(sql), {"project": self.project}))

    def populate(self) -> None:
        """Needs a database address that may write the registry's tables."""
        with self.sessions() as session:
            for statement in _REGISTRY:
                session.execute(text(statement), {"project": self.project})
            session.commit()
        self.home.mkdir(parents=True)

    def close(self) -> None:
        self.engine.dispose()


class _MortalUnitOfWork(SqlUnitOfWork):
    def __init__(self, sessions: sessionmaker[Any], fate: Fate) -> None:
        super().__init__(sessions)
        self._fate = fate

    def commit(self) -> None:
        super().commit()
        self._fate.chance()


_REGISTRY = (
    *(
        "INSERT INTO person (username, display_name, is_admin, is_auditor, is_active, created_at)"
        f" VALUES ('{name}', '{name}', false, false, true, now()) ON CONFLICT DO NOTHING"
        for name in (AUTHOR, *CHECKERS)
    ),
    """
    INSERT INTO project (project_id, title, ends_on, policy, tier, limits, is_closed, created_at)
    VALUES (:project, 'History', '2099-01-01', 'sacro-10', 'browser', '{}', false, now())
    """,
    f"INSERT INTO project_member (project_id, username) VALUES (:project, '{AUTHOR}')",
    *(
        f"INSERT INTO project_checker (project_id, username) VALUES (:project, '{name}')"
        for name in (AUTHOR, *CHECKERS)
    ),
)
