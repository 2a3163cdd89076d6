"""Orders to run a notebook, and what becomes of each: files, like a workspace's own mailbox.

The worker writes orders and reads states; the hub reads orders and writes states. Neither holds
what the other does: the worker has no engine, the hub no notebook and no output.
"""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

log = logging.getLogger("haven.rerun")

RUNNING, DONE, FAILED, TIMED_OUT = "running", "done", "failed", "timed_out"
MOST_SECONDS: Final = 7200
_MOST_BYTES: Final = 64 * 1024
_ID: Final = re.compile(r"[0-9a-f]{32}")
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One run.

    Attributes:
        notebook: Its path in the folder of code that was laid out with the order.
        seconds: How long it may take.
        epoch: When it was asked for, in seconds since 1970: what programs take for the date.
        sources: Folders of the dataset versions that it is about, in order.
    """

    rerun_id: str
    project: str
    username: str
    notebook: str
    seconds: int
    epoch: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folder of re-runs in an installation's home."""

    folder: Path

    @property
    def orders(self) -> Path:
        return self.folder / "orders"

    @property
    def states(self) -> Path:
        return self.folder / "states"

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs"

    def notebooks(self, rerun_id: str) -> Path:
        """On the host: the hub itself does not see it."""
        return self.folder / "notebooks" / rerun_id

    def every(self) -> Iterator[Order]:
        """The orders that are there, the oldest first; what is none is passed over."""
        found = [path for path in self.orders.glob("*.json") if _ID.fullmatch(path.stem)]
        for path in sorted(found, key=_age):
            try:
                yield read(path)
            except (OSError, ValueError, TypeError, KeyError):
                log.error("an order to run a notebook cannot be read")

    def is_ordered(self, rerun_id: str) -> bool:
        return (self.orders / f"{rerun_id}.json").exists()

    def known(self) -> set[str]:
        """Every run of which something is left."""
        return {path.stem for path in self.states.glob("*.json")} | {
            path.name for path in self.outputs.iterdir() if _ID.fullmatch(path.name)
        }

    def state(self, rerun_id: str) -> str | None:
        path = self.states / f"{rerun_id}.json"
        return str(json.loads(path.read_text())["state"]) if path.exists() else None

    def say(self, rerun_id: str, state: str, *, reason: str = "", image: str = "") -> None:
        path = self.states / f"{rerun_id}.json"
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({"state": state, "reason": reason, "image": image}))
        draft.chmod(0o640)
        draft.replace(path)

    def forget(self, rerun_id: str) -> None:
        (self.states / f"{rerun_id}.json").unlink(missing_ok=True)


def read(path: Path) -> Order:
    """Raises: OSError, ValueError, TypeError or KeyError, for what is no order."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError("larger than an order is")
    said: dict[str, Any] = json.loads(path.read_text())
    order = Order(**{**said, "sources": tuple(said["sources"])})
    names = (order.project, order.username)
    # Raises TypeError for what is no text.
    if order.rerun_id != path.stem or not all(map(_NAME.fullmatch, names)):
        raise ValueError("names that are none")
    numbers = (order.seconds, order.epoch)
    if not all(isinstance(one, int) for one in numbers) or not 0 < order.seconds <= MOST_SECONDS:
        raise ValueError("a time that is none")
    return order


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
