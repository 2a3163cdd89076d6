"""The portal's real parts, made from its settings."""

import secrets
import uuid

import httpx2

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork as CheckerUnitOfWork
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from portal.clock import SystemClock
from portal.connections import database, store_client
from portal.hub import JupyterHub
from portal.ledger_lines import ledger_lines
from portal.parts import Parts
from portal.settings import Settings
from portal.web.sign_in import CALLBACK_PATH
from registry.adapters.database.unit_of_work import SqlUnitOfWork as RegistryUnitOfWork
from registry.adapters.passwords import Argon2Passwords

_HUB_TIMEOUT_SECONDS = 10.0


class RandomIds:
    def new(self) -> str:
        return uuid.uuid4().hex

    def token(self) -> str:
        return secrets.token_urlsafe(32)


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
