"""How people's connections are encrypted: whose certificate the proxy shows, and what is refused.

The certificate's key, the account at a certificate authority and an authority of one's own belong
to the proxy alone: no other process of the installation can read them.
"""

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from infra.errors import NotReady

HOST = re.compile(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
# What stands between words and braces in the proxy's configuration must not end there.
ONE_WORD = re.compile(r"^[^\s{}\"`]*$")


class Source(StrEnum):
    """Where the certificate comes from."""

    OWN = "own"
    ACME = "acme"
    INTERNAL = "internal"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the proxy encrypts.

    Attributes:
        source: Own files, an authority asked over ACME, an authority that the proxy keeps for a
            closed network, or a terminator in front of the proxy on this machine.
        certificate, key: PEM files, with `own`.
        email: Whom the authority writes to, with `acme`.
        directory: The authority's ACME address; empty for the proxy's default.
        directory_root: The certificate that signs that address's own, for an authority inside.
        plain_listen: Address and port that send people on to https; empty for none.
    """

    source: Source
    certificate: Path | None = None
    key: Path | None = None
    email: str = ""
    directory: str = ""
    directory_root: Path | None = None
    plain_listen: str = ""

    @property
    def ends_here(self) -> bool:
        """Whether the proxy itself shows a certificate."""
        return self.source is not Source.OUTSIDE


HOW = (
    "set HAVEN_TLS_CERTIFICATE and HAVEN_TLS_KEY, or HAVEN_TLS_ACME_EMAIL, or "
    "HAVEN_TLS=internal for a closed network, or HAVEN_TLS=outside when something on this machine "
    "in front of the proxy does it"
)


def read(environment: Mapping[str, str], *, public_url: str, listen: str) -> Tls | None:
    """What the settings say of TLS; None for plain http.

    Raises:
        NotReady: The settings contradict each other, or would let people in unencrypted.
    """
    source = _source(environment)
    _refuse_plain_addresses(public_url, listen, source)
    if source is None:
        return None
    email = environment.get("HAVEN_TLS_ACME_EMAIL", "")
    if source is Source.ACME and not email:
        raise NotReady("HAVEN_TLS is acme: set HAVEN_TLS_ACME_EMAIL too, so that the authority "
                       "can write before a certificate ends")  # fmt: skip
    for name in ("HAVEN_TLS_ACME_EMAIL", "HAVEN_TLS_ACME_DIRECTORY"):
        if not ONE_WORD.match(environment.get(name, "")):
            raise NotReady(f"{name} must be one word, without braces or quotes")
    tls = Tls(
        source=source,
        certificate=_path(environment, "HAVEN_TLS_CERTIFICATE"),
        key=_path(environment, "HAVEN_TLS_KEY"),
        email=email,
        directory=environment.get("HAVEN_TLS_ACME_DIRECTORY", ""),
        directory_root=_path(environment, "HAVEN_TLS_ACME_ROOT"),
        plain_listen=environment.get("HAVEN_LISTEN_PLAIN", _plain_beside(listen)),
    )
    if source is Source.OWN and not (tls.certificate and tls.key):
        raise NotReady("HAVEN_TLS is own: set both HAVEN_TLS_CERTIFICATE and HAVEN_TLS_KEY")
    return tls


def require_usable(tls: Tls, *, names: list[str]) -> None:
    """Make sure that an own certificate and key belong together, are valid now and name the host.

    Args:
        tls: What the settings say.
        names: The hosts that people will type; one with a leading `*.` stands for any name there.

    Raises:
        NotReady: A file is missing, others can read the key, or a browser would not accept it.
    """
    if tls.source is not Source.OWN or tls.certificate is None or tls.key is None:
        return
    for path in (tls.certificate, tls.key):
        if not path.is_file():
            raise NotReady(f"{path} is not there; it is named by HAVEN_TLS_CERTIFICATE or _KEY")
    if tls.key.stat().st_mode & 0o077:
        raise NotReady(f"{tls.key} can be read by others; run: chmod 0400 {tls.key}")
    for name in names:
        _try_handshake(tls.certificate, tls.key, name.replace("*.", "any."))


def _try_handshake(certificate: Path, key: Path, name: str) -> None:
    """Shake hands with oneself in memory, as a browser that trusts just this certificate."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        server_side.load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, ValueError) as problem:
        raise NotReady(f"{certificate} and {key} do not belong together, are not PEM, or the key "
                       "has a passphrase") from problem  # fmt: skip
    client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_side.load_verify_locations(certificate)
    client_side.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as problem:
                raise NotReady(f"{certificate} is no good for {name}: "
                               f"{problem.verify_message}") from problem  # fmt: skip


def host_of(public_url: str) -> str:
    return urlsplit(public_url).hostname or ""


def is_loopback(listen: str) -> bool:
    """Whether an address as Docker publishes it, `host:port` or `port`, stays on the machine."""
    host = listen.rpartition(":")[0].strip("[]")
    return host == "localhost" or _is_loopback_ip(host)


def _source(environment: Mapping[str, str]) -> Source | None:
    told = environment.get("HAVEN_TLS", "")
    if told:
        try:
            return Source(told)
        except ValueError:
            raise NotReady(f"HAVEN_TLS is {told!r}; it can be {', '.join(Source)}") from None
    if "HAVEN_TLS_CERTIFICATE" in environment or "HAVEN_TLS_KEY" in environment:
        return Source.OWN
    return Source.ACME if "HAVEN_TLS_ACME_EMAIL" in environment else None


def _refuse_plain_addresses(public_url: str, listen: str, source: Source | None) -> None:
    scheme, host = urlsplit(public_url).scheme, host_of(public_url)
    if scheme not in ("http", "https") or not HOST.match(host) or urlsplit(public_url).path:
        raise NotReady(f"HAVEN_PUBLIC_URL is {public_url!r}; write https:// and a host, no path")
    if scheme == "https" and source is None:
        raise NotReady(f"HAVEN_PUBLIC_URL is {public_url}, but nothing says who encrypts: {HOW}")
    if scheme == "http" and source is not None:
        raise NotReady(f"HAVEN_PUBLIC_URL is {public_url}; with TLS it must begin with https://")
    if scheme == "http" and not (host == "localhost" or _is_loopback_ip(host)):
        raise NotReady(
            f"HAVEN_PUBLIC_URL is {public_url}: passwords and data would cross the network "
            f"unencrypted. Use https:// and {HOW}"
        )
    encrypted_here = source is not None and source is not Source.OUTSIDE
    if not encrypted_here and not is_loopback(listen):
        raise NotReady(
            f"HAVEN_LISTEN is {listen}, which others than this machine can reach, and the proxy "
            f"would speak plain http there. Listen on 127.0.0.1, or {HOW}"
        )


def _plain_beside(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    return f"{host}:80" if port == "443" and host else ""


def _is_loopback_ip(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _path(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None


def from_environment(public_url: str, listen: str) -> Tls | None:
    return read(os.environ, public_url=public_url, listen=listen)
