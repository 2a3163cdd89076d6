"""What the worker is told from outside."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from output_checker.disclosure.readers.kinds import MAX_FILE_BYTES
from output_checker.domain.terms import REQUIRED_REVIEWS

_PREFIX = "HAVEN_"
_SECRETS_DIR = "HAVEN_SECRETS_DIR"


class Settings(BaseSettings):
    """Environment variables named HAVEN_<FIELD>, or files of that name, small, in secrets.

    The secrets' directory is HAVEN_SECRETS_DIR, or /run/secrets. A misspelt variable stops
    the worker instead of being ignored.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True)

    database_url: SecretStr
    store_endpoint: str = Field(description="Host and port of the S3 server")
    store_secure: bool = Field(default=False, description="Whether to use TLS to it")
    store_access_key: SecretStr
    store_secret_key: SecretStr
    release_bucket: str = "releases"
    release_key: SecretStr | None = Field(default=None, description="Signs releases: Ed25519, PEM")
    signing_command: str = Field(default="", description="Signs them instead of a key here")
    signing_public_key: Path | None = Field(default=None, description="Of the key that it has")
    public_url: str = Field(default="", description="Where people find the portal")
    retention_days: int = Field(default=30, ge=1, description="How long a release is locked")
    outputs_dir: Path
    answers_dir: Path
    quarantine_dir: Path
    datasets_dir: Path
    ingress_dir: Path = Field(description="Where the portal keeps files that come in")
    inputs_dir: Path = Field(description="Where they are laid for workspaces, by project")
    reruns_dir: Path = Field(description="Where notebooks are handed over to be run again")
    indexes_dir: Path = Field(description="Where what the leak search asks of datasets is kept")
    index_secret: SecretStr = Field(description="Encrypts it: 64 hexadecimal digits")
    max_file_bytes: int = Field(default=MAX_FILE_BYTES, gt=0, description="Largest output")
    max_request_bytes: int = Field(default=MAX_FILE_BYTES, gt=0, description="All of a request")
    max_files: int = Field(default=20, gt=0, description="Files in one request")
    required_reviews: int = Field(
        default=REQUIRED_REVIEWS, ge=REQUIRED_REVIEWS, description="Different checkers a request"
    )
    link_days: int = Field(default=14, ge=1)
    link_downloads: int = Field(default=10, ge=1)
    poll_seconds: float = Field(default=0.3, gt=0, description="Between looks at the workspaces")
    ready_file: Path = Path("/tmp/ready")  # noqa: S108 - the container's own, on a tmpfs

    @classmethod
    def load(cls) -> Self:
        """Raises: SystemExit for a variable nobody knows; ValidationError for a wrong one."""
        known_only(cls.model_fields)
        return cls(_secrets_dir=secrets_dir())


def known_only(fields: Iterable[str]) -> None:
    """Raises: SystemExit, for a variable of Haven's that is none of the fields."""
    known = {_PREFIX + field.upper() for field in fields} | {_SECRETS_DIR}
    given = {name for name in os.environ if name.startswith(_PREFIX)}
    if unknown := sorted(given - known):
        raise SystemExit(f"Unknown settings: {', '.join(unknown)}")


def secrets_dir() -> Path | None:
    """Where small files hold secret settings; None where there is no such folder."""
    secrets = Path(os.environ.get(_SECRETS_DIR, "/run/secrets"))
    return secrets if secrets.is_dir() else None
