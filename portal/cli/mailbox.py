"""The two directories through which a workspace talks: manifests out, answers in."""

import contextlib
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

WAIT_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.1
_SHORT_ID: Final = 8
# Where a notebook that is run again finds its code; a workspace has no such place.
RERUN: Final = Path("/run/rerun")
NOT_ASKED: Final = {
    "state": "not asked",
    "message": "This notebook is being run again, so nothing is asked for.",
}


def is_rerun() -> bool:
    """Whether this is a notebook that is run again: nobody reads what it would ask."""
    return RERUN.is_dir()


class Told(Exception):
    """Its words are for whoever asked, and say all there is to know."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class WrongRequest(Told):
    """What was asked cannot be asked; nothing was sent, or what was sent is refused."""


class NoAnswer(Told):
    """It was sent, and nobody has answered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where outputs and manifests go, and where answers appear."""

    outputs: Path
    answers: Path
    wait_seconds: float = WAIT_SECONDS

    @classmethod
    def of_this_workspace(cls) -> Self:
        """/outputs and /run/haven, unless the environment names others."""
        return cls(
            outputs=Path(os.environ.get("HAVEN_OUTPUTS", "/outputs")),
            answers=Path(os.environ.get("HAVEN_RUN", "/run/haven")),
            wait_seconds=float(os.environ.get("HAVEN_WAIT_SECONDS", WAIT_SECONDS)),
        )

    def relative(self, file: Path) -> str:
        """A file's path in the outputs directory; a plain name may also be one in there."""
        roots = {self.outputs, self.outputs.resolve()}
        written = [file, *(root / file for root in roots if not file.is_absolute())]
        # Not resolve(): a link is refused by the worker, in words that say so.
        candidates = [Path(os.path.abspath(path)) for path in written]  # noqa: PTH100
        for candidate in candidates:
            for root in roots:
                if candidate.is_relative_to(root) and os.path.lexists(candidate):
                    return candidate.relative_to(root).as_posix()
        if any(os.path.lexists(candidate) for candidate in candidates):
            raise WrongRequest(f"{file} is not beneath {self.outputs}; copy it there first")
        raise WrongRequest(f"{file}: no such file")

    def ask(self, manifest: Mapping[str, Any], tick: Callable[[], None]) -> Mapping[str, Any]:
        """Write a manifest and wait for its answer; in a re-run, do neither.

        Raises:
            WrongRequest: The manifest cannot be written.
            NoAnswer: None came in time, or whoever waited was interrupted.
        """
        if is_rerun():
            return NOT_ASKED
        name = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{secrets.token_hex(4)}.json"
        self._write(name, json.dumps(manifest, indent=1))
        try:
            return self._wait(name, tick)
        except KeyboardInterrupt:
            raise NoAnswer(
                "you do not wait any longer. It was sent and goes on; see haven status in a minute"
            ) from None

    def _wait(self, name: str, tick: Callable[[], None]) -> Mapping[str, Any]:
        answer = self.answers / "answers" / name
        deadline = time.monotonic() + self.wait_seconds
        while time.monotonic() < deadline:
            if (found := _load(answer)) is not None:
                self._forget(name)
                return found
            tick()
            time.sleep(_POLL_SECONDS)
        raise NoAnswer("no answer yet. It was sent; see haven status in a minute")

    def requests(self) -> list[Mapping[str, Any]]:
        """Every request of this workspace, the one that changed last first."""
        found = [_load(path) for path in (self.answers / "requests").glob("*.json")]
        known = [request for request in found if request is not None]
        return sorted(known, key=lambda request: str(request.get("at")), reverse=True)

    def full_id(self, written: str) -> str:
        """The whole id of a request that is named by its beginning."""
        ids = [str(request.get("request_id")) for request in self.requests()]
        matching = [known for known in ids if known.startswith(written)]
        if len(matching) == 1:
            return matching[0]
        if len(matching) > 1:
            raise WrongRequest(f"{written} is the beginning of several requests; write more of it")
        if len(written) > _SHORT_ID:
            return written
        raise WrongRequest(f"no request begins with {written}; see haven status")

    def _write(self, name: str, content: str) -> None:
        folder = self.outputs / ".haven"
        try:
            folder.mkdir(exist_ok=True)
            # Renamed when whole, so that nobody reads half a manifest.
            unfinished = folder / f".{name}.part"
            unfinished.write_text(content, encoding="utf-8")
            unfinished.rename(folder / name)
        except OSError as error:
            raise WrongRequest(f"{folder} cannot be written: {error.strerror}") from None

    def _forget(self, name: str) -> None:
        """Take an answered manifest away: the worker reads only so many of one workspace."""
        with contextlib.suppress(OSError):
            (self.outputs / ".haven" / name).unlink()


def _load(path: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
