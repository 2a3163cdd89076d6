"""One installation of Haven on a machine: its name, its folder, its address."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from infra.errors import NotReady
from infra.notifying import Notifying
from infra.notifying import from_environment as notifying_from_environment
from infra.signing_in import SigningIn
from infra.signing_in import from_environment as signing_in_from_environment
from infra.tls import Source, Tls
from infra.tls import from_environment as tls_from_environment

MOST_RETENTION_DAYS = 3650

REPOSITORY = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^[a-z][a-z0-9-]{0,20}$")
RUNTIME = re.compile(r"^[a-z][a-z0-9._-]{0,60}$")

# User ids of the processes. High, fixed, and the same on the host and in the containers, so that a
# folder's owner says which process may write there.
WORKSPACE_UID = 64100
UIDS = {
    "proxy": 64110,
    "hub": 64111,
    "gateway": 64112,
    "portal": 64113,
    "worker": 64114,
    "database": 64115,
    "store": 64116,
    "notifier": 64117,
    "views": 64118,
    "mirror": 64119,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """Where an installation lives.

    Attributes:
        name: Also the compose project's name and the prefix of each workspace's container.
        home: The folder on the host that holds everything but the database and the store.
        listen: Address and port that the proxy publishes.
        public_url: What people type; no trailing slash.
        retention_days: How long nobody can delete a release.
        tls: How people's connections are encrypted; None for plain http on this machine.
        subdomains: Whether each person's workspaces have an address of their own.
        notifying: Where notices are sent besides Haven's pages; None: nowhere.
        signing_in: What people must prove, and how long that holds.
        runtime: Which of the engine's runtimes workspaces use; empty for its default.
    """

    name: str
    home: Path
    listen: str
    public_url: str
    retention_days: int = 30
    tls: Tls | None = None
    subdomains: bool = False
    runtime: str = ""
    notifying: Notifying | None = None
    signing_in: SigningIn = field(default_factory=SigningIn)

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def sockets(self) -> Path:
        return self.home / "sockets"

    @property
    def trusted(self) -> Path | None:
        """A certificate that programs on this machine trust besides the machine's own; or None."""
        if self.tls is None or self.tls.source is Source.ACME:
            return None
        if self.tls.source is Source.INTERNAL:
            return self.home / "certificate-authority.pem"
        return self.tls.certificate

    @property
    def datasets(self) -> Path:
        return self.home / "datasets"


def from_environment() -> Instance:
    name = os.environ.get("HAVEN_INSTANCE", "haven")
    if not NAME.match(name):
        raise NotReady(f"HAVEN_INSTANCE is {name!r}; use small letters, digits and hyphens")
    home = Path(os.environ.get("HAVEN_HOME", f"/var/lib/{name}"))
    if str(home) != str(home).lower():
        # Python's urlparse lowers the host part of an http+unix address, and paths end up there.
        raise NotReady(f"HAVEN_HOME is {home}; use a path in small letters")
    listen = os.environ.get("HAVEN_LISTEN", "127.0.0.1:8000")
    public_url = os.environ.get("HAVEN_PUBLIC_URL", f"http://{listen}").rstrip("/")
    tls = tls_from_environment(public_url, listen)
    return Instance(
        name=name,
        home=home,
        listen=listen,
        public_url=public_url,
        retention_days=_retention_days(),
        tls=tls,
        subdomains=_subdomains(tls),
        runtime=_runtime(),
        notifying=notifying_from_environment(),
        signing_in=signing_in_from_environment(),
    )


def _retention_days() -> int:
    wanted = os.environ.get("HAVEN_RETENTION_DAYS", "30")
    if not wanted.isdecimal() or not 0 < int(wanted) <= MOST_RETENTION_DAYS:
        raise NotReady(
            f"HAVEN_RETENTION_DAYS is {wanted!r}; it can be 1 to {MOST_RETENTION_DAYS} days"
        )
    return int(wanted)


def _subdomains(tls: Tls | None) -> bool:
    wanted = os.environ.get("HAVEN_SUBDOMAINS", "no")
    if wanted not in ("yes", "no"):
        raise NotReady(f"HAVEN_SUBDOMAINS is {wanted!r}; it can be yes or no")
    if wanted == "no":
        return False
    if tls is None or tls.source in (Source.OUTSIDE, Source.ACME):
        raise NotReady(
            "HAVEN_SUBDOMAINS needs a certificate for every name below the host: your own "
            "(HAVEN_TLS_CERTIFICATE), or HAVEN_TLS=internal. An authority asked over ACME gives "
            "none without a key to your DNS, which Haven does not hold."
        )
    return True


def _runtime() -> str:
    runtime = os.environ.get("HAVEN_WORKSPACE_RUNTIME", "")
    if runtime and not RUNTIME.match(runtime):
        raise NotReady(f"HAVEN_WORKSPACE_RUNTIME is {runtime!r}; use a runtime's name, as runsc")
    return runtime
