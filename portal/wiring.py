"""The portal's real parts, made from its settings."""

import secrets
import uuid
from functools import partial

import httpx2

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork as CheckerUnitOfWork
from output_checker.adapters.release_store.s3 import S3ReleaseStore
from portal.clock import SystemClock
from portal.connections import database, store_client
from portal.hub import JupyterHub
from portal.ledger_lines import ledger_lines
from portal.oidc import OidcProvider, OidcSettings
from portal.parts import Parts
from portal.settings import Settings
from portal.web.provider import CALLBACK_PATH as PROVIDER_CALLBACK_PATH
from portal.web.sign_in import CALLBACK_PATH
from registry.adapters.database.unit_of_work import SqlUnitOfWork as RegistryUnitOfWork
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.totp import TotpCodes
from registry.application.sign_in_ports import SignInParts

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
    passwords = Argon2Passwords()

    def registry_work(*, token: str | None = None) -> RegistryUnitOfWork:
        lines = ledger_lines(clock, token=token)
        return RegistryUnitOfWork(sessions, record_on=lines, key=key)

    return Parts(
        settings=settings,
        engine=engine,
        sessions=sessions,
        clock=clock,
        ids=RandomIds(),
        hub=_hub(settings),
        passwords=passwords,
        store=S3ReleaseStore(client, settings.release_bucket),
        registry_unit_of_work=registry_work,
        sign_in=SignInParts(
            unit_of_work=registry_work,
            passwords=passwords,
            codes=TotpCodes(settings.second_factor_key.get_secret_value().encode()),
            clock=clock,
            mfa=settings.mfa,
            is_single=settings.one_session,
        ),
        provider=_provider(settings),
        checker_unit_of_work=partial(CheckerUnitOfWork, sessions),
        outbox_unit_of_work=partial(CheckerUnitOfWork, sessions),
    )


def _provider(settings: Settings) -> OidcProvider | None:
    if not settings.oidc_issuer:
        return None
    wanted = OidcSettings(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=settings.origin + PROVIDER_CALLBACK_PATH,
        scope=settings.oidc_scope,
        username_claim=settings.oidc_username_claim,
        strong_amr=settings.oidc_strong_amr,
        strong_acr=settings.oidc_strong_acr,
        groups_claim=settings.oidc_groups_claim,
        roles=settings.oidc_roles,
    )
    return OidcProvider(httpx2.Client(timeout=_HUB_TIMEOUT_SECONDS), wanted)


def _hub(settings: Settings) -> JupyterHub:
    address = f"{str(settings.hub_api_url).rstrip('/')}/"
    return JupyterHub(
        httpx2.Client(base_url=address, timeout=_HUB_TIMEOUT_SECONDS, trust_env=False),
        client_id=settings.hub_client_id,
        client_secret=settings.hub_client_secret.get_secret_value(),
        redirect_uri=settings.origin + CALLBACK_PATH,
    )
