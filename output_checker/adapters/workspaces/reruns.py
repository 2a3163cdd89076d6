"""The folder between the worker and whoever runs notebooks again: orders out, files back."""

import builtins
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from output_checker.adapters.workspaces.beneath import Unreadable, directory_beneath, read_file
from output_checker.adapters.workspaces.outputs import write_atomically
from output_checker.application.rerun_ports import Progress, Stopped
from output_checker.domain.output_name import require_safe_path
from output_checker.domain.rerun import Rerun, RerunState

REASONS: Final = frozenset({
    "", "refused", "data_changed", "not_started", "notebook", "memory", "moved_on",
})  # fmt: skip
MOST_COUNTED: Final = 1_000
MOST_CELLS: Final = 10_000
_SAID: Final = ".haven-rerun.json"
_MOST_BYTES: Final = 64 * 1024
# An exception of a notebook's own could spell anything in its name.
_ERRORS: Final = frozenset(
    name for name, thing in vars(builtins).items()
    if isinstance(thing, type) and issubclass(thing, BaseException)
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunFolder:
    """Writes `folder`/orders and `folder`/notebooks; reads `folder`/states and `folder`/outputs."""

    folder: Path
    max_file_bytes: int

    def order(self, rerun: Rerun, code: Mapping[str, bytes], *, sources: Collection[str]) -> None:
        self._lay_out(rerun.rerun_id, code)
        body = {
            "rerun_id": rerun.rerun_id,
            "project": rerun.project_id,
            "username": rerun.author,
            "notebook": rerun.notebook,
            "seconds": rerun.seconds,
            "epoch": int(rerun.asked_at.timestamp()),
            "sources": sorted(sources),
        }
        name, content = f"{rerun.rerun_id}.json", json.dumps(body).encode()
        with directory_beneath(self.folder, ("orders",)) as orders:
            write_atomically(orders, name, content, mode=0o640)

    def progress(self, rerun_id: str) -> Progress | None:
        if not (self.folder / "orders" / f"{rerun_id}.json").exists():
            return None
        try:
            said = self._read(("states",), f"{rerun_id}.json", _MOST_BYTES)
        except Unreadable:
            return Progress(state=RerunState.QUEUED)
        body = json.loads(said)
        reason = body["reason"] if body["reason"] in REASONS else "not_started"
        return Progress(state=RerunState(body["state"]), reason=reason, image=str(body["image"]))

    def stopped(self, rerun_id: str) -> Stopped | None:
        try:
            said = json.loads(self._read(("outputs", rerun_id), _SAID, _MOST_BYTES))
        except (Unreadable, ValueError, RecursionError):
            return None
        return _stopped(said)

    def made(self, rerun_id: str, path: str) -> bytes | None:
        *folders, name = require_safe_path(path)
        try:
            return self._read(("outputs", rerun_id, *folders), name, self.max_file_bytes)
        except Unreadable:
            return None

    def others(self, rerun_id: str, known: Collection[str]) -> int:
        root = self.folder / "outputs" / rerun_id
        passed = {*known, _SAID}
        return sum(path not in passed for path in _files(root))

    def keep_only(self, rerun_ids: Collection[str]) -> None:
        for path in (self.folder / "orders").glob("*.json"):
            if path.stem not in rerun_ids:
                path.unlink(missing_ok=True)
        for place in (self.folder / "notebooks").iterdir():
            if place.name not in rerun_ids:
                shutil.rmtree(place, ignore_errors=True)

    def _lay_out(self, rerun_id: str, code: Mapping[str, bytes]) -> None:
        root = self.folder / "notebooks" / rerun_id
        with suppress(FileNotFoundError):
            shutil.rmtree(root)
        _made(root)
        for path, content in code.items():
            *folders, name = require_safe_path(path)
            place = root
            for one in folders:
                place = place / one
                _made(place)
            (place / name).write_bytes(content)
            (place / name).chmod(0o440)

    def _read(self, folders: tuple[str, ...], name: str, most: int) -> bytes:
        with directory_beneath(self.folder, folders) as folder:
            return read_file(folder, name, max_bytes=most)


def _made(folder: Path) -> None:
    """For the group of workspaces to read; the folder above passes it on."""
    if not folder.exists():
        folder.mkdir()
        folder.chmod(0o2750)


def _stopped(said: Any) -> Stopped | None:
    cell = said.get("cell") if isinstance(said, dict) else None
    # `True` is an int in Python.
    if type(cell) is not int or not 0 < cell <= MOST_CELLS:
        return None
    error = str(said.get("error"))
    return Stopped(cell=cell, error=error if error in _ERRORS else "Error")


def _files(root: Path) -> Iterator[str]:
    """Paths of the files beneath; no link is followed.

    Folders count against the limit as well, and there is no recursion: either could be too deep.
    """
    left, folders = MOST_COUNTED, [""]
    while folders:
        above = folders.pop()
        # A folder that cannot be entered, such as one too deep to name, holds nothing to count.
        with suppress(OSError), os.scandir(root / above) as entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    return
                path = f"{above}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/")
                else:
                    yield path
