"""How notices leave the machine: a mail server, a webhook, both, or not at all."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from infra.errors import NotReady

HOST_AND_PORT: Final = re.compile(r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?):([0-9]{1,5})$")
MAIL_ADDRESS: Final = re.compile(r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])$")
URL: Final = re.compile(r"^https://[^\s\"'`$\\]+$")
SECURITIES: Final = ("starttls", "tls")
LAST_PORT: Final = 65535
LAST_HOUR: Final = 23
_SETTINGS: Final = ("HAVEN_SMTP", "HAVEN_WEBHOOK_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """Where notices go.

    Attributes:
        smtp_host: The mail server; empty for none.
        smtp_security: `starttls` or `tls`; nothing is sent in the clear.
        login: A file with the name and the password to sign in with, a line each; None: nobody
            signs in.
        mail_from: The sender's address.
        webhook_url: The one https address that is called; empty for none.
        authorities: A PEM file to trust instead of the system's, for a closed network.
        digest_hour: When digests go out, in UTC.
    """

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    login: Path | None = None
    mail_from: str = ""
    webhook_url: str = ""
    authorities: Path | None = None
    digest_hour: int = 7

    @property
    def words(self) -> str:
        ways = [f"mail by {self.smtp_host}"] if self.smtp_host else []
        if self.webhook_url:
            ways.append(f"a webhook at {urlsplit(self.webhook_url).hostname}")
        return " and ".join(ways)

    def files(self) -> dict[str, str]:
        """What the notifier is handed as files, by name.

        Raises:
            NotReady: A file is missing, others can read it, or it is not as it should be.
        """
        found = {}
        if self.login is not None:
            found["haven_smtp_username"], found["haven_smtp_password"] = _login(self.login)
        if self.authorities is not None:
            if not self.authorities.is_file():
                raise NotReady(f"{self.authorities} is not there; HAVEN_NOTICES_CA names it")
            found["authorities.pem"] = self.authorities.read_text()
        return found


def read(environment: Mapping[str, str]) -> Notifying | None:
    """What the settings say; None: notices stay in Haven.

    Raises:
        NotReady: A setting is wrong, or would send something in the clear.
    """
    if not any(environment.get(name) for name in _SETTINGS):
        return None
    host, port = _host_and_port(environment.get("HAVEN_SMTP", ""))
    security = environment.get("HAVEN_SMTP_SECURITY", "starttls")
    if security not in SECURITIES:
        raise NotReady(f"HAVEN_SMTP_SECURITY is {security!r}; it can be {' or '.join(SECURITIES)}")
    mail_from = environment.get("HAVEN_MAIL_FROM", "")
    if host and not MAIL_ADDRESS.fullmatch(mail_from):
        raise NotReady("HAVEN_SMTP is set: set HAVEN_MAIL_FROM to the sender's address, too")
    url = environment.get("HAVEN_WEBHOOK_URL", "")
    if url and not (URL.fullmatch(url) and urlsplit(url).hostname and "@" not in url):
        raise NotReady("HAVEN_WEBHOOK_URL must be one https:// address without a user")
    return Notifying(
        smtp_host=host,
        smtp_port=port,
        smtp_security=security,
        login=_path(environment, "HAVEN_SMTP_LOGIN"),
        mail_from=mail_from,
        webhook_url=url,
        authorities=_path(environment, "HAVEN_NOTICES_CA"),
        digest_hour=_hour(environment.get("HAVEN_DIGEST_HOUR", "7")),
    )


def from_environment() -> Notifying | None:
    return read(os.environ)


def for_compose(found: Notifying | None) -> dict[str, str]:
    """The variables of `notifier.yaml`; empty texts where there is no notifier."""
    settings = found or Notifying()
    return {
        "HAVEN_SMTP_HOST": settings.smtp_host,
        "HAVEN_SMTP_PORT": str(settings.smtp_port),
        "HAVEN_SMTP_SECURITY": settings.smtp_security,
        "HAVEN_MAIL_FROM": settings.mail_from,
        "HAVEN_WEBHOOK_URL": settings.webhook_url,
        "HAVEN_AUTHORITIES": "/run/secrets/authorities.pem" if settings.authorities else "",
        "HAVEN_DIGEST_HOUR": str(settings.digest_hour),
    }


def _host_and_port(told: str) -> tuple[str, int]:
    if not told:
        return "", 587
    found = HOST_AND_PORT.fullmatch(told)
    if found is None or not 0 < int(found[3]) <= LAST_PORT:
        raise NotReady(f"HAVEN_SMTP is {told!r}; write a host and a port, as mail.example.org:587")
    return found[1], int(found[3])


def _hour(told: str) -> int:
    if not told.isdecimal() or int(told) > LAST_HOUR:
        raise NotReady(f"HAVEN_DIGEST_HOUR is {told!r}; it can be 0 to {LAST_HOUR}, in UTC")
    return int(told)


def _login(path: Path) -> tuple[str, str]:
    if not path.is_file():
        raise NotReady(f"{path} is not there; HAVEN_SMTP_LOGIN names it")
    if path.stat().st_mode & 0o077:
        raise NotReady(f"{path} can be read by others; run: chmod 0400 {path}")
    lines = path.read_text().splitlines()
    if len(lines) != len(("name", "password")) or not all(lines):
        raise NotReady(f"{path} must hold two lines: a name, and its password")
    return lines[0], lines[1]


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None
