"""Workspaces that nobody can reach: started by a hub that ended before it could say so.

The gateway knows a workspace by its registration; a container without one holds memory and data
for nobody. What the present hub is just starting has none either, so only what is older than the
hub's own start is taken away.
"""

import logging
from math import floor
from pathlib import Path
from typing import Any, Protocol

from hub import registrations

log = logging.getLogger("haven.orphans")


class Engine(Protocol):
    """What is needed of the engine's client."""

    def containers(self, *, all: bool, filters: dict[str, Any]) -> list[dict[str, Any]]: ...  # noqa: A002  docker-py's word

    def remove_container(self, container: str, *, v: bool, force: bool) -> None: ...


def remove(engine: Engine, *, instance: str, folder: Path, started_before: float) -> list[str]:
    """Remove an installation's workspaces that are older than a time and not registered.

    Args:
        engine: The engine's client.
        instance: The installation's name.
        folder: The registrations' folder.
        started_before: When the present hub started, in seconds since 1970.

    Returns:
        The names of the containers that were removed.
    """
    label = {"label": [f"haven.instance={instance}"]}
    known = {(one.username, one.project) for one in registrations.every(folder)}
    removed = []
    for one in engine.containers(all=True, filters=label):
        whose = one["Labels"].get("haven.user", ""), one["Labels"].get("haven.project", "")
        # The engine gives whole seconds: what was made in the hub's first one may be the hub's.
        if whose in known or one["Created"] >= floor(started_before):
            continue
        engine.remove_container(one["Id"], v=True, force=True)
        removed.append(one["Names"][0].lstrip("/"))
        log.warning("a workspace that nobody could reach was removed %s", removed[-1])
    return removed
