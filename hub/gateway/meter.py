"""Counts every byte that passes between a browser and a workspace, in both directions.

One file a workspace, rewritten every few seconds, so that the counts survive a restart.
"""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.registrations import Registration

log = logging.getLogger("haven.gateway.meter")


@dataclass(slots=True, kw_only=True)
class Count:
    """What has passed for one start of one workspace.

    Attributes:
        to_browser: Bytes of bodies and messages from the workspace.
        to_workspace: Bytes of bodies and messages from the browser.
        refused: Requests that the route list or a limit turned away.
    """

    username: str
    project: str
    started_id: str
    to_browser: int = 0
    to_workspace: int = 0
    requests: int = 0
    refused: int = 0


class Meter:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counts: dict[str, Count] = {}
        self._changed: set[str] = set()

    def count(self, registration: Registration) -> Count:
        """The count to add to; what an earlier gateway counted is carried on."""
        identity = registration.started_id
        if identity not in self._counts:
            self._counts[identity] = self._read(identity) or Count(
                username=registration.username,
                project=registration.project,
                started_id=identity,
            )
        self._changed.add(identity)
        return self._counts[identity]

    def flush(self) -> None:
        changed, self._changed = self._changed, set()
        for identity in changed:
            draft = self._folder / f"{identity}.new"
            try:
                draft.write_text(json.dumps(asdict(self._counts[identity])))
                draft.replace(self._folder / f"{identity}.json")
            except OSError:
                self._changed.add(identity)
                log.exception("counts could not be written")

    def _read(self, identity: str) -> Count | None:
        try:
            return Count(**json.loads((self._folder / f"{identity}.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None
