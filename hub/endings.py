"""Ends of workspaces: why one is being stopped, and those that the portal has yet to be told.

One small file each, so that neither a restart of the hub nor a portal that is away loses an end.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.portal_client import Portal, PortalSilent, Unknown

log = logging.getLogger("haven.endings")

STOPPED, CRASHED, NOT_STARTED = "stopped", "crashed", "not_started"

# What a person reads who comes back and finds their workspace stopped.
WORDS = {
    "stopped_by_admin": "An administrator stopped this workspace.",
    "idle": "This workspace was stopped because nobody had used it for a while.",
    "too_long": "This workspace was stopped because it had run for as long as the project allows.",
    "lapsed": "This workspace was stopped because the right to it ended.",
    "untrained": "This workspace was stopped because a course that the project asks for no longer "
    "counts. Starting it again says which, and whom to ask.",
    "frozen": "This workspace was stopped because workspaces are frozen.",
    CRASHED: "This workspace ended by itself, perhaps for want of memory.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An end of a run.

    Attributes:
        reason: One of the portal's words for it.
        ended_at: ISO 8601, in UTC.
    """

    username: str
    project: str
    started_id: str
    reason: str
    ended_at: str


def give_reason(folder: Path, started_id: str, reason: str) -> None:
    """Note why a workspace is about to be stopped; whoever stops it reads it."""
    _replace(folder / f"{started_id}.reason", reason)


def note(folder: Path, *, username: str, project: str, started_id: str, reason: str) -> None:
    """Write an end down, under the reason that was given for it, if one was."""
    given = folder / f"{started_id}.reason"
    why = given.read_text() if given.exists() else reason
    ending = Ending(
        username=username,
        project=project,
        started_id=started_id,
        reason=why,
        ended_at=datetime.now(UTC).isoformat(),
    )
    _replace(folder / f"{started_id}.json", json.dumps(asdict(ending)))
    latest = _latest(folder, username, project)
    latest.parent.mkdir(parents=True, exist_ok=True)
    _replace(latest, why)
    given.unlink(missing_ok=True)


def why_stopped(folder: Path, username: str, project: str) -> str:
    """The latest end of a person's workspace, in words; nothing where there is none to explain."""
    latest = _latest(folder, username, project)
    return WORDS.get(latest.read_text(), "") if latest.exists() else ""


async def deliver(portal: Portal, folder: Path) -> None:
    """Tell the portal every end that it has not confirmed; what it does not hear stays."""
    for path in _untold(folder):
        try:
            ending = Ending(**json.loads(path.read_text()))
            await portal.ended(
                ending.username,
                ending.project,
                ending.started_id,
                reason=ending.reason,
                ended_at=ending.ended_at,
            )
        except FileNotFoundError:
            continue  # told by the other of the two processes that do this
        except PortalSilent:
            log.error("the portal could not be told of an end")
            return
        except (Unknown, ValueError, TypeError):
            log.error("an end that the portal does not know was dropped")
        path.unlink(missing_ok=True)


def _latest(folder: Path, username: str, project: str) -> Path:
    return folder / "latest" / project / username


def _untold(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _replace(path: Path, content: str) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(content)
    draft.replace(path)
