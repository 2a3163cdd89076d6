"""One installation of Haven on a machine: its name, its folder, its address."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from infra.errors import NotReady

REPOSITORY = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^[a-z][a-z0-9-]{0,20}$")

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
    """

    name: str
    home: Path
    listen: str
    public_url: str
    retention_days: int = 30

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def sockets(self) -> Path:
        return self.home / "sockets"

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
    return Instance(
        name=name,
        home=home,
        listen=listen,
        public_url=os.environ.get("HAVEN_PUBLIC_URL", f"http://{listen}").rstrip("/"),
        retention_days=int(os.environ.get("HAVEN_RETENTION_DAYS", "30")),
    )
