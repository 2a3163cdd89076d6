"""The installation's secrets: made once, one folder a process, readable by that process only."""

import os
import secrets
from pathlib import Path

from infra.instance import UIDS, Instance
from infra.probes import signed


def ensure(instance: Instance) -> None:
    """Write the secrets that are not there yet; what is there is kept."""
    # Shared by two processes each, so made first and written into both folders.
    shared = {name: _remembered(instance, name) for name in _SHARED}
    database = "postgresql+psycopg://{role}:{password}@database:5432/{name}"
    owner = database.format(role="haven_owner", password=shared["owner_password"], name="haven")
    app = database.format(role="haven_app", password=shared["app_password"], name="haven")
    hub = database.format(role="hub", password=shared["hub_password"], name="hub")
    store_keys = {name: shared[name] for name in _SHARED if name.endswith("_key")}
    contents = {
        "database": {name: shared[name] for name in _SHARED if name.endswith("_password")},
        "store": store_keys,
        "migrate": {"haven_database_url": owner},
        "admin": {"haven_database_url": app},
        "portal": {
            "haven_database_url": app,
            "haven_hub_client_secret": shared["portal_hub_token"],
            "haven_internal_token": shared["internal_token"],
            "haven_traffic_token": shared["traffic_token"],
            "haven_session_secret": shared["session_secret"],
            "haven_store_access_key": shared["portal_access_key"],
            "haven_store_secret_key": shared["portal_secret_key"],
        },
        "worker": {
            "haven_database_url": app,
            "haven_store_access_key": shared["worker_access_key"],
            "haven_store_secret_key": shared["worker_secret_key"],
            "haven_index_secret": shared["index_secret"],
        },
        "gateway": {"traffic_token": shared["traffic_token"]},
        "hub": {
            "database_url": hub,
            "cookie_secret": shared["hub_cookie_secret"],
            "portal_token": shared["internal_token"],
            "portal_service_token": shared["portal_hub_token"],
            "access_watch_token": shared["access_watch_token"],
        },
    }
    for process, files in contents.items():
        _write_folder(instance.secrets / process, files, _OWNERS.get(process, 0))
    _ensure_signing_key(instance.secrets / "probes" / "signing_key")


# The administrator's commands run as root; migrations as the portal's user.
_OWNERS = {**UIDS, "migrate": UIDS["portal"]}
_SHARED = (
    "owner_password", "app_password", "hub_password",
    "worker_access_key", "worker_secret_key", "portal_access_key", "portal_secret_key",
    "portal_hub_token", "internal_token", "session_secret", "hub_cookie_secret",
    "access_watch_token", "traffic_token", "index_secret",
)  # fmt: skip


def _ensure_signing_key(path: Path) -> None:
    """The key that signs the probes' results: no process has it, only who runs them."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, signed.new_key(), os.getuid())


def _remembered(instance: Instance, name: str) -> str:
    path = instance.secrets / "all" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, secrets.token_hex(32), os.getuid())
    return path.read_text()


def _write_folder(folder: Path, files: dict[str, str], uid: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.chown(folder, uid, uid)
    folder.chmod(0o500)
    for name, content in files.items():
        _write(folder / name, content, uid)


def _write(path: Path, content: str, uid: int) -> None:
    if path.exists() and path.read_text() == content:
        return
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    os.chown(path, uid, uid)
