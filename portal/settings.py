"""What the portal is told from outside."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from portal.sessions import Binding, cookie_name
from registry.domain.second_factor import Mfa


def _with_driver(url: SecretStr) -> SecretStr:
    scheme, found, rest = url.get_secret_value().partition("://")
    if not found or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError("must start with postgresql://")
    return SecretStr(f"postgresql+psycopg://{rest}")


class DatabaseSettings(BaseSettings):
    """Environment variables named HAVEN_<FIELD>, or files of that name (in lower case).

    The files are looked for in HAVEN_SECRETS_DIR, /run/secrets unless told otherwise.
    """

    model_config = SettingsConfigDict(env_prefix="HAVEN_", frozen=True, extra="ignore")

    database_url: Annotated[SecretStr, AfterValidator(_with_driver)]
    datasets_dir: Path | None = Field(
        default=None, description="Where data files are; needed to register a dataset"
    )


class ReleaseKeySettings(BaseSettings):
    """What checks the signatures of this installation; read as `DatabaseSettings` are."""

    model_config = SettingsConfigDict(env_prefix="HAVEN_", frozen=True, extra="ignore")

    release_public_key: str


class StoreSettings(DatabaseSettings):
    """Where releases are, and the key to read them."""

    store_endpoint: str = "store:8333"
    store_secure: bool = False
    store_access_key: SecretStr
    store_secret_key: SecretStr
    release_bucket: str = "releases"


class Settings(StoreSettings):
    """Nothing that weakens a control has a default."""

    public_url: AnyHttpUrl = Field(description="Where browsers find Haven, without a path")
    hub_api_url: AnyHttpUrl = AnyHttpUrl("http://hub:8081/hub/api")
    hub_client_id: str = "service-haven"
    hub_client_secret: SecretStr = Field(min_length=16)
    internal_token: SecretStr = Field(min_length=32)
    traffic_token: SecretStr = Field(min_length=32)
    session_secret: SecretStr = Field(min_length=32)
    second_factor_key: SecretStr = Field(min_length=32)

    release_public_key: str = Field(description="Checks the signatures of releases: Ed25519, PEM")

    session_hours: int = Field(default=12, gt=0, description="Longest life of a sign-in")
    session_idle_minutes: int = Field(default=60, gt=0, description="Ends a sign-in not used")
    session_binding: Binding = Field(
        default=Binding.NONE, description="What a session's cookie may only be used from"
    )
    one_session: bool = Field(default=True, description="A new sign-in ends the person's others")
    mfa: Mfa = Field(default=Mfa.REQUIRED, description="Whether people need a second factor")
    step_up_minutes: int = Field(
        default=0, ge=0, description="Age of a code after which deciding needs another; 0: never"
    )

    ingress_dir: Path = Field(
        default=Path("/srv/ingress"), description="Where files that come in wait"
    )
    ingress_file_bytes: int = Field(
        default=8 * 1024**2, gt=0, le=16 * 1024**2, description="Largest file that comes in"
    )
    ingress_project_bytes: int = Field(
        default=256 * 1024**2, gt=0, description="All that a project ever brings in"
    )

    oidc_issuer: str = Field(default="", description="An OpenID provider; empty: none is asked")
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_username_claim: str = "preferred_username"
    oidc_strong_amr: frozenset[str] = frozenset({"mfa", "otp", "hwk", "fido"})
    oidc_strong_acr: frozenset[str] = frozenset()
    oidc_groups_claim: str = "groups"
    oidc_roles: dict[str, Literal["admin", "auditor"]] | None = None
    oidc_scope: str = "openid profile"

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser writes them into `Origin`."""
        return str(self.public_url).rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.public_url.scheme == "https"

    @property
    def session_cookie(self) -> str:
        return cookie_name(is_https=self.is_https)


def read_settings() -> Settings:
    return Settings(_secrets_dir=_secrets_dir())


def read_release_key() -> str:
    """The public key, in PEM. Raises: ValidationError, where none is here."""
    return ReleaseKeySettings(_secrets_dir=_secrets_dir()).release_public_key


def read_store_settings() -> StoreSettings:
    return StoreSettings(_secrets_dir=_secrets_dir())


def read_database_settings() -> DatabaseSettings:
    return DatabaseSettings(_secrets_dir=_secrets_dir())


def _secrets_dir() -> Path | None:
    directory = Path(os.environ.get("HAVEN_SECRETS_DIR", "/run/secrets"))
    return directory if directory.is_dir() else None
