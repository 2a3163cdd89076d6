"""Everything the worker is made of, put together in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from minio import Minio
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from output_checker.adapters.checks import EngineChecks
from output_checker.adapters.database.unit_of_work import SqlUnitOfWork, database_engine
from output_checker.adapters.ingress.folders import IngressQuarantine, ProjectInputs
from output_checker.adapters.ingress.scanner import SandboxScanner
from output_checker.adapters.queue.jobs import deferring_app
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.ledger_seals import S3LedgerSeals
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from output_checker.adapters.sandbox_reading import SandboxReading
from output_checker.adapters.settings import Settings
from output_checker.adapters.signing import CommandSigner, KeySigner
from output_checker.adapters.system import RandomIds, SystemClock
from output_checker.adapters.workspaces.answers import WorkspaceAnswers
from output_checker.adapters.workspaces.outputs import WorkspaceOutputs
from output_checker.adapters.workspaces.reruns import RerunFolder
from output_checker.application.follow_reruns import Following
from output_checker.application.ingress.follow import Bringing
from output_checker.application.note_deliveries import CountingUnitOfWork
from output_checker.application.publish import Publishing
from output_checker.application.release import Releasing
from output_checker.application.store_ports import Signer
from output_checker.application.understand import Receiving
from output_checker.disclosure.index.store import Store
from registry.application.policy_queries import site_policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    engine: Engine
    store: S3ReleaseStore
    seals: S3LedgerSeals
    receiving: Receiving
    releasing: Releasing
    publishing: Publishing
    following: Following
    bringing: Bringing
    counting: Callable[[], CountingUnitOfWork]

    def is_database_answering(self) -> bool:
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT count(*) FROM alembic_version")).scalar())


def build(settings: Settings) -> Parts:
    engine = database_engine(settings.database_url.get_secret_value())
    sessions, jobs = sessionmaker(engine), deferring_app()

    def unit_of_work() -> SqlUnitOfWork:
        return SqlUnitOfWork(sessions, jobs)

    receiving = _receiving(settings, unit_of_work, sessions)
    client = store_client(settings)
    store = S3ReleaseStore(client, settings.release_bucket)
    return Parts(
        settings=settings,
        engine=engine,
        store=store,
        seals=S3LedgerSeals(client, settings.release_bucket),
        receiving=receiving,
        releasing=_releasing(settings, receiving, store),
        counting=unit_of_work,
        publishing=Publishing(
            unit_of_work=unit_of_work,
            ids=receiving.ids,
            answers=receiving.answers,
            public_url=receiving.public_url,
        ),
        following=Following(
            receiving=receiving,
            runner=RerunFolder(folder=settings.reruns_dir, max_file_bytes=settings.max_file_bytes),
            reading=SandboxReading(),
        ),
        bringing=_bringing(settings, receiving),
    )


def _bringing(settings: Settings, receiving: Receiving) -> Bringing:
    most = settings.max_file_bytes
    return Bringing(
        unit_of_work=receiving.unit_of_work,
        clock=receiving.clock,
        quarantine=IngressQuarantine(folder=settings.ingress_dir, max_file_bytes=most),
        inputs=ProjectInputs(folder=settings.inputs_dir, max_file_bytes=most),
        scanner=SandboxScanner(),
    )


def store_client(settings: Settings) -> Minio:
    return s3_client(
        endpoint=settings.store_endpoint,
        access_key=settings.store_access_key.get_secret_value(),
        secret_key=settings.store_secret_key.get_secret_value(),
        secure=settings.store_secure,
    )


def signer(settings: Settings) -> Signer:
    """Raises: SystemExit, where nothing is there to sign with."""
    if settings.signing_command and settings.signing_public_key:
        return CommandSigner(settings.signing_command, settings.signing_public_key.read_text())
    if settings.release_key is None:
        raise SystemExit(
            "Nothing signs releases: set HAVEN_RELEASE_KEY, or HAVEN_SIGNING_COMMAND and "
            "HAVEN_SIGNING_PUBLIC_KEY"
        )
    return KeySigner(settings.release_key.get_secret_value())


def _receiving(
    settings: Settings, unit_of_work: Callable[[], SqlUnitOfWork], sessions: sessionmaker[Session]
) -> Receiving:
    def added() -> Mapping[str, str]:
        with sessions() as session:
            return site_policies(session)

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
            site_policies=added,
            indexes=Store(
                folder=settings.indexes_dir,
                key=bytes.fromhex(settings.index_secret.get_secret_value()),
            ),
        ),
        max_files=settings.max_files,
        required_reviews=settings.required_reviews,
        public_url=settings.public_url.rstrip("/"),
    )


def _releasing(settings: Settings, receiving: Receiving, store: S3ReleaseStore) -> Releasing:
    return Releasing(
        unit_of_work=receiving.unit_of_work,
        clock=receiving.clock,
        ids=receiving.ids,
        outputs=receiving.outputs,
        checks=receiving.checks,
        store=store,
        signer=signer(settings),
        retention=timedelta(days=settings.retention_days),
        link_life=timedelta(days=settings.link_days),
        link_downloads=settings.link_downloads,
    )
