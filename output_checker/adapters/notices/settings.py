"""What the notifier is told from outside."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from output_checker.adapters.settings import known_only, secrets_dir


def _https(url: str) -> str:
    if not url:
        return url
    found = AnyHttpUrl(url)
    if found.scheme != "https" or found.username or found.password or found.fragment:
        raise ValueError("must be an https address without a user or a fragment")
    return url


class NotifierSettings(BaseSettings):
    """Environment variables named HAVEN_<FIELD>, or files of that name, small, in secrets.

    Attributes:
        smtp_host: Empty: no mail is sent.
        smtp_security: How the connection is encrypted; in the clear nothing is sent.
        mail_from: The sender.
        authorities: A PEM file of certificates to trust instead of the system's.
        webhook_url: The one address that is called; empty: none is.
        webhook_key: Signs what is posted there.
    """

    model_config = SettingsConfigDict(env_prefix="HAVEN_", frozen=True, env_ignore_empty=True)

    database_url: SecretStr
    public_url: str
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = ""
    webhook_url: Annotated[str, AfterValidator(_https)] = ""
    webhook_key: SecretStr = SecretStr("")
    authorities: Path | None = None
    digest_hour: int = Field(default=7, ge=0, le=23, description="UTC")
    poll_seconds: float = Field(default=5.0, gt=0)
    ready_file: Path = Path("/tmp/ready")  # noqa: S108 - the container's own, on a tmpfs

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not (self.smtp_host or self.webhook_url):
            raise ValueError("has neither a mail server nor a webhook: there is nothing to do")
        if self.smtp_host and not self.mail_from:
            raise ValueError("needs HAVEN_MAIL_FROM with HAVEN_SMTP_HOST")
        if self.webhook_url and not self.webhook_key.get_secret_value():
            raise ValueError("needs HAVEN_WEBHOOK_KEY with HAVEN_WEBHOOK_URL")
        return self

    @classmethod
    def load(cls) -> Self:
        """Raises: SystemExit for a variable nobody knows; ValidationError for a wrong one."""
        known_only(cls.model_fields)
        return cls(_secrets_dir=secrets_dir())
