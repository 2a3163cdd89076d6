"""The installation's secrets: made once, one folder a process, readable by that process only."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from infra.instance import UIDS, Instance
from infra.probes import signed

DATABASE = "postgresql+psycopg://{role}:{password}@database:5432/{name}"


def ensure(instance: Instance) -> None:
    """Write the secrets that are not there yet; what is there is kept."""
    # Shared by two processes each, so made first and written into both folders.
    shared = {name: _remembered(instance, name) for name in _SHARED}
    release_key = _remembered(instance, "release_key", signed.new_key)
    contents = _contents(shared, release_key)
    if provider := instance.signing_in.provider:
        contents["portal"] |= provider.files()
    if instance.notifying:
        contents["notifier"] = _notifiers(shared) | instance.notifying.files()
    # Written anew, so that nothing of an earlier mail server stays.
    shutil.rmtree(instance.secrets / "notifier", ignore_errors=True)
    for process, files in contents.items():
        _write_folder(instance.secrets / process, files, _OWNERS.get(process, 0))
    _ensure_signing_key(instance.secrets / "probes" / "signing_key")


def fingerprint(instance: Instance, process: str) -> str:
    """Changes whenever a process's secrets do, so that it is then started anew."""
    folder, digest = instance.secrets / process, hashlib.sha256()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _contents(shared: dict[str, str], release_key: str) -> dict[str, dict[str, str]]:
    """The files of each process."""
    database = DATABASE
    owner = database.format(role="haven_owner", password=shared["owner_password"], name="haven")
    app = database.format(role="haven_app", password=shared["app_password"], name="haven")
    hub = database.format(role="hub", password=shared["hub_password"], name="hub")
    return {
        "database": {one: shared[one] for one in _SHARED if one.endswith("_password")},
        "store": {one: shared[one] for one in _SHARED if one.endswith("_key")},
        "migrate": {"haven_database_url": owner},
        "admin": {"haven_database_url": app},
        "portal": {
            "haven_database_url": app,
            "haven_hub_client_secret": shared["portal_hub_token"],
            "haven_internal_token": shared["internal_token"],
            "haven_traffic_token": shared["traffic_token"],
            "haven_session_secret": shared["session_secret"],
            "haven_second_factor_key": shared["second_factor_secret"],
            "haven_store_access_key": shared["portal_access_key"],
            "haven_store_secret_key": shared["portal_secret_key"],
            "haven_release_public_key": signed.public_key(release_key),
        },
        "worker": {
            "haven_database_url": app,
            "haven_store_access_key": shared["worker_access_key"],
            "haven_store_secret_key": shared["worker_secret_key"],
            "haven_index_secret": shared["index_secret"],
            "haven_release_key": release_key,
        },
        "views": {"haven_database_url": app, "haven_view_secret": shared["view_secret"]},
        "gateway": {"traffic_token": shared["traffic_token"]},
        "hub": {
            "database_url": hub,
            "cookie_secret": shared["hub_cookie_secret"],
            "portal_token": shared["internal_token"],
            "portal_service_token": shared["portal_hub_token"],
            "access_watch_token": shared["access_watch_token"],
        },
    }


def _notifiers(shared: dict[str, str]) -> dict[str, str]:
    password = shared["notifier_password"]
    return {
        "haven_database_url": DATABASE.format(
            role="haven_notifier", password=password, name="haven"
        ),
        "haven_webhook_key": shared["webhook_secret"],
    }


# The administrator's commands run as root; migrations as the portal's user.
_OWNERS = {**UIDS, "migrate": UIDS["portal"]}
_SHARED = (
    "owner_password", "app_password", "hub_password", "notifier_password", "webhook_secret",
    "worker_access_key", "worker_secret_key", "portal_access_key", "portal_secret_key",
    "portal_hub_token", "internal_token", "session_secret", "hub_cookie_secret",
    "access_watch_token", "traffic_token", "index_secret", "second_factor_secret",
    "view_secret",
)  # fmt: skip


def _ensure_signing_key(path: Path) -> None:
    """The key that signs the probes' results: no process has it, only who runs them."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, signed.new_key(), os.getuid())


def _remembered(
    instance: Instance, name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)
) -> str:
    path = instance.secrets / "all" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, make(), os.getuid())
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
