"""Everything the worker is made of, put together in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from minio import Minio
from sqlalchemy import Engine, text
from sqlalchemy.orm import sessionmaker

from output_checker.adapters.checks import EngineChecks
from output_checker.adapters.database.unit_of_work import SqlUnitOfWork, database_engine
from output_checker.adapters.queue.jobs import deferring_app
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.ledger_seals import S3LedgerSeals
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.adapters.settings import Settings
from output_checker.adapters.system import RandomIds, SystemClock
from output_checker.adapters.workspaces.answers import WorkspaceAnswers
from output_checker.adapters.workspaces.outputs import WorkspaceOutputs
from output_checker.application.publish import Publishing
from output_checker.application.release import Releasing
from output_checker.application.understand import Receiving
from output_checker.disclosure.index.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    engine: Engine
    store: S3ReleaseStore
    seals: S3LedgerSeals
    receiving: Receiving
    releasing: Releasing
    publishing: Publishing

    def is_database_answering(self) -> bool:
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT count(*) FROM alembic_version")).scalar())


def build(settings: Settings) -> Parts:
    engine = database_engine(settings.database_url.get_secret_value())
    sessions, jobs = sessionmaker(engine), deferring_app()

    def unit_of_work() -> SqlUnitOfWork:
        return SqlUnitOfWork(sessions, jobs)

    receiving = _receiving(settings, unit_of_work)
    client = store_client(settings)
    store = S3ReleaseStore(client, settings.release_bucket)
    return Parts(
        settings=settings,
        engine=engine,
        store=store,
        seals=S3LedgerSeals(client, settings.release_bucket),
        receiving=receiving,
        releasing=_releasing(settings, receiving, store),
        publishing=Publishing(
            unit_of_work=unit_of_work,
            ids=receiving.ids,
            answers=receiving.answers,
            public_url=settings.public_url.rstrip("/"),
        ),
    )


def store_client(settings: Settings) -> Minio:
    return s3_client(
        endpoint=settings.store_endpoint,
        access_key=settings.store_access_key.get_secret_value(),
        secret_key=settings.store_secret_key.get_secret_value(),
        secure=settings.store_secure,
    )


def _receiving(settings: Settings, unit_of_work: Callable[[], SqlUnitOfWork]) -> Receiving:
    return Receiving(
        unit_of_work=unit_of_work,
        clock=SystemClock(),
        ids=RandomIds(),
        outputs=WorkspaceOutputs(
            outputs_dir=settings.outputs_dir,
            quarantine_dir=settings.quarantine_dir,
            max_file_bytes=settings.max_file_bytes,
            max_request_bytes=settings.max_request_bytes,
        ),
        answers=WorkspaceAnswers(answers_dir=settings.answers_dir),
        checks=EngineChecks(
            datasets_dir=settings.datasets_dir,
            max_file_bytes=settings.max_file_bytes,
            indexes=Store(
                folder=settings.indexes_dir,
                key=bytes.fromhex(settings.index_secret.get_secret_value()),
            ),
        ),
        max_files=settings.max_files,
        required_reviews=settings.required_reviews,
    )


def _releasing(settings: Settings, receiving: Receiving, store: S3ReleaseStore) -> Releasing:
    return Releasing(
        unit_of_work=receiving.unit_of_work,
        clock=receiving.clock,
        ids=receiving.ids,
        outputs=receiving.outputs,
        checks=receiving.checks,
        store=store,
        retention=timedelta(days=settings.retention_days),
        link_life=timedelta(days=settings.link_days),
        link_downloads=settings.link_downloads,
    )
