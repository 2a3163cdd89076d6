"""What the proxy is told: fixed routes, and how it encrypts; nothing changes it while it runs."""

import hashlib
import os
import shutil
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.errors import NotReady
from infra.instance import UIDS, Instance
from infra.tls import Source, Tls, host_of

PLAIN_PORT, TLS_PORT, HEALTH_PORT = 8000, 8443, 8002
HANDED = Path("/run/secrets")
A_YEAR_SECONDS = 31_536_000
# TLS 1.3 has no others; of TLS 1.2 only what keeps earlier sessions closed when a key is lost.
CIPHERS = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
)  # fmt: skip

OPTIONS = """\
{
	admin off
	persist_config off
	skip_install_trust
	http_port 8000
	https_port 8443
	auto_https AUTOMATIC
	servers {
		protocols h1 h2
		timeouts {
			read_header 10s
			idle 5m
		}
	}
}

(to) {
	reverse_proxy {args[0]} {
		# Said once, here, for every answer.
		header_down -Strict-Transport-Security
	}
}

(routes) {
	# The hub asks the portal directly; nobody does from outside.
	handle /internal/* {
		respond "Not found" 404
	}
	handle /hub/* {
		import to hub:8081
	}
	handle /user/* {
		import to gateway:8001
	}
	handle {
		import to portal:8000
	}
}

# For the container's own health check, whatever else is served.
http://:8002 {
	bind 127.0.0.1
	reverse_proxy portal:8000
}
"""
PLAIN = """
http://:8000 {
	import routes
}
"""
ONWARD = """
http://:8000 {
	redir PUBLIC{uri} 308
}
"""
ENCRYPTED = """
(encrypted) {
	tlsCERTIFICATE {
		protocols tls1.2 tls1.3
		ciphers CIPHERS
	}
	header Strict-Transport-Security "max-age=YEAR"
}

https://HOST:8443 {
	import encrypted
	import routes
}
"""
SUBDOMAINS = """
# One address a person: nothing but their own workspaces lives there.
https://*.HOST:8443 {
	import encrypted
	handle /user/* {
		import to gateway:8001
	}
	handle {
		redir PUBLIC{uri} 302
	}
}
"""


def configuration(instance: Instance) -> str:
    """The whole Caddyfile of an installation."""
    tls = instance.tls
    if tls is None:
        return OPTIONS.replace("AUTOMATIC", "off") + PLAIN
    if not tls.ends_here:
        return OPTIONS.replace("AUTOMATIC", "off") + PLAIN.replace(
            "import routes",
            f'header Strict-Transport-Security "max-age={A_YEAR_SECONDS}"\n\timport routes',
        )
    text = (
        OPTIONS.replace("AUTOMATIC", "disable_redirects\n\tdefault_sni HOST") + ENCRYPTED + ONWARD
    )
    if instance.subdomains:
        text += SUBDOMAINS
    return (
        text.replace("tlsCERTIFICATE {", _tls_lines(tls))
        .replace("CIPHERS", " ".join(CIPHERS))
        .replace("YEAR", str(A_YEAR_SECONDS))
        .replace("PUBLIC", instance.public_url)
        .replace("HOST", host_of(instance.public_url))
    )


def published_port(instance: Instance) -> int:
    """The port inside the proxy's container that people reach."""
    return TLS_PORT if instance.tls and instance.tls.ends_here else PLAIN_PORT


def hand_over(instance: Instance) -> None:
    """Give the proxy its configuration, certificate and key, and take away what it had before."""
    folder, uid = instance.secrets / "proxy", UIDS["proxy"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in _files(instance).items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.chown(folder / name, uid, uid)
    os.chown(folder, uid, uid)
    folder.chmod(0o500)


def fingerprint(instance: Instance) -> str:
    """Changes whenever what the proxy was handed does, so that it is then started anew."""
    folder, digest = instance.secrets / "proxy", hashlib.sha256()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def authority(instance: Instance) -> Path:
    """Where the proxy keeps the root certificate of its own authority, with `internal`."""
    return instance.home / "proxy" / "caddy" / "pki" / "authorities" / "local" / "root.crt"


def export_authority(instance: Instance) -> Path | None:
    """Put the root certificate where people can fetch it to install it; None without one.

    The certificate is public; the key beside it stays the proxy's.
    """
    if instance.tls is None or instance.tls.source is not Source.INTERNAL:
        return None
    exported = instance.home / "certificate-authority.pem"
    exported.write_bytes(authority(instance).read_bytes())
    exported.chmod(0o644)
    return exported


def wait_until_encrypted(instance: Instance, *, seconds: float = 60) -> None:
    """Wait until the proxy shows a certificate for the public address.

    Raises:
        NotReady: It has none; says where to look.
    """
    if instance.tls is None or not instance.tls.ends_here:
        return
    address, port = reachable_at(instance)
    name = host_of(instance.public_url)
    deadline = time.monotonic() + seconds
    while not shows_certificate(address, port, name):
        if time.monotonic() > deadline:
            raise NotReady(
                f"The proxy has no certificate for {name} after {seconds:.0f} s. With an authority "
                "asked over ACME, the name must lead to this machine from the authority's side, "
                "on ports 80 and 443. See `haven logs proxy`."
            )
        time.sleep(0.2)


def reachable_at(instance: Instance) -> tuple[str, int]:
    """Where this machine itself reaches what the proxy publishes."""
    host, _, port = instance.listen.rpartition(":")
    everywhere = ("", "0.0.0.0", "[::]")  # noqa: S104  compared, not bound
    return ("127.0.0.1" if host in everywhere else host.strip("[]")), int(port)


def shows_certificate(address: str, port: int, name: str) -> bool:
    """Whether a handshake for a name ends well; who signed the certificate is not looked at."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        certificate_shown(address, port, name, anybody)
    except OSError:
        return False
    return True


def certificate_shown(
    address: str, port: int, name: str, trust: ssl.SSLContext
) -> Mapping[str, Any]:
    """The certificate's fields, as far as it was verified.

    Raises:
        OSError: Nothing listens there, or the handshake failed.
    """
    with (
        socket.create_connection((address, port), timeout=5) as plain,
        trust.wrap_socket(plain, server_hostname=name) as connection,
    ):
        return connection.getpeercert() or {}


def _files(instance: Instance) -> dict[str, bytes]:
    files = {"Caddyfile": configuration(instance).encode()}
    tls = instance.tls
    for name, path in {
        "certificate.pem": tls and tls.certificate,
        "key.pem": tls and tls.key,
        "acme-root.pem": tls and tls.directory_root,
    }.items():
        if path:
            files[name] = path.read_bytes()
    return files


def _tls_lines(tls: Tls) -> str:
    if tls.source is Source.OWN:
        return f"tls {HANDED}/certificate.pem {HANDED}/key.pem {{"
    if tls.source is Source.INTERNAL:
        return "tls {\n\t\tissuer internal"
    lines = ["tls {", "\t\tissuer acme {", f"\t\t\temail {tls.email}"]
    if tls.directory:
        lines.append(f"\t\t\tdir {tls.directory}")
    if tls.directory_root:
        lines.append(f"\t\t\ttrusted_roots {HANDED}/acme-root.pem")
    return "\n".join([*lines, "\t\t}"])
