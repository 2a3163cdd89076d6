"""What the hub tells the gateway about each running workspace: one small file each.

The hub writes, the gateway reads. A workspace without a file does not exist for the gateway.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A running workspace.

    Attributes:
        started_id: New at each start, so that no session outlives the workspace it was made for.
        client_id: The hub's OAuth client for this server.
        client_secret: Its secret. Stays between hub and gateway; the container never sees it.
        socket: Path of the workspace's socket, relative to the sockets' folder.
        mounts: The datasets' folders that it was started with.
        tier: How its person reaches it: `pixel` or `browser`.
        networks: From where it is opened, as `192.0.2.0/24`; none: from anywhere.
        budgets: What the project says of `session_bytes` and `day_bytes`; the tier's, where it
            says nothing.
    """

    username: str
    project: str
    started_id: str
    client_id: str
    client_secret: str
    socket: str
    mounts: list[str]
    tier: str
    networks: list[str] = field(default_factory=list)
    budgets: dict[str, int] = field(default_factory=dict)


def path_of(folder: Path, username: str, project: str) -> Path:
    # Neither name can hold a tilde, so no two workspaces share a file.
    return folder / f"{username}~{project}.json"


def write(folder: Path, registration: Registration) -> None:
    path = path_of(folder, registration.username, registration.project)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(registration), file)
    draft.replace(path)


def remove(folder: Path, username: str, project: str) -> None:
    path_of(folder, username, project).unlink(missing_ok=True)


def every(folder: Path) -> list[Registration]:
    names = (path.stem.split("~", 1) for path in folder.glob("*~*.json"))
    found = (read(folder, username, project) for username, project in names)
    return [registration for registration in found if registration is not None]


def read(folder: Path, username: str, project: str) -> Registration | None:
    try:
        return Registration(**json.loads(path_of(folder, username, project).read_text()))
    except (OSError, ValueError, TypeError):
        return None
