"""The portal's real parts, made from its settings."""

import secrets
import uuid

import httpx2
from minio import Minio
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork as CheckerUnitOfWork
from output_checker.adapters.release_store.connection import s3_client
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from portal.hub import JupyterHub
from portal.ledger_lines import ledger_lines
from portal.parts import Parts, SystemClock
from portal.settings import DatabaseSettings, Settings, StoreSettings
from portal.web.sign_in import CALLBACK_PATH
from registry.adapters.database.unit_of_work import SqlUnitOfWork as RegistryUnitOfWork
from registry.adapters.passwords import Argon2Passwords

_HUB_TIMEOUT_SECONDS = 10.0


class RandomIds:
    def new(self) -> str:
        return uuid.uuid4().hex

    def token(self) -> str:
        return secrets.token_urlsafe(32)


def database(settings: DatabaseSettings) -> tuple[Engine, sessionmaker[Session]]:
    engine = create_engine(
        settings.database_url.get_secret_value(),
        pool_pre_ping=True,
        # What people typed must not be in an error's words, and so in a log.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "haven-portal"},
    )
    return engine, sessionmaker(engine)


def store_client(settings: StoreSettings) -> Minio:
    return s3_client(
        endpoint=settings.store_endpoint,
        access_key=settings.store_access_key.get_secret_value(),
        secret_key=settings.store_secret_key.get_secret_value(),
        secure=settings.store_secure,
    )


def new_key() -> bytes:
    """A key for a process that counts no sign-ins."""
    return secrets.token_bytes(32)


def real_parts(settings: Settings) -> Parts:
    engine, sessions = database(settings)
    clock = SystemClock()
    client = store_client(settings)
    key = settings.session_secret.get_secret_value().encode()
    return Parts(
        settings=settings,
        engine=engine,
        sessions=sessions,
        clock=clock,
        ids=RandomIds(),
        hub=_hub(settings),
        passwords=Argon2Passwords(),
        store=S3ReleaseStore(client, settings.release_bucket),
        registry_unit_of_work=lambda: RegistryUnitOfWork(
            sessions, record_on=ledger_lines(clock), key=key
        ),
        checker_unit_of_work=lambda: CheckerUnitOfWork(sessions),
    )


def _hub(settings: Settings) -> JupyterHub:
    address = f"{str(settings.hub_api_url).rstrip('/')}/"
    return JupyterHub(
        httpx2.Client(base_url=address, timeout=_HUB_TIMEOUT_SECONDS, trust_env=False),
        client_id=settings.hub_client_id,
        client_secret=settings.hub_client_secret.get_secret_value(),
        redirect_uri=settings.origin + CALLBACK_PATH,
    )
