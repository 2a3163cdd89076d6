"""Connections to the database and the release store, made from settings.

Apart from the portal's other parts: a command of an administrator needs these alone, and would
wait a second for the pages.
"""

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from portal.settings import DatabaseSettings, StoreSettings

if TYPE_CHECKING:
    from minio import Minio


def database(settings: DatabaseSettings) -> tuple[Engine, sessionmaker[Session]]:
    engine = create_engine(
        settings.database_url.get_secret_value(),
        pool_pre_ping=True,
        # What people typed must not be in an error's words, and so in a log.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "haven-portal"},
    )
    return engine, sessionmaker(engine)


def store_client(settings: StoreSettings) -> "Minio":
    from output_checker.adapters.release_store.connection import s3_client

    return s3_client(
        endpoint=settings.store_endpoint,
        access_key=settings.store_access_key.get_secret_value(),
        secret_key=settings.store_secret_key.get_secret_value(),
        secure=settings.store_secure,
    )


def new_key() -> bytes:
    """A key for a process that counts no sign-ins."""
    return secrets.token_bytes(32)
