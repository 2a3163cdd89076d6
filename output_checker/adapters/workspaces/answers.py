"""Answers to workspaces: files that only the worker writes and that appear whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from output_checker.adapters.workspaces.beneath import Unreadable, directory_beneath, read_file
from output_checker.adapters.workspaces.outputs import write_atomically

_MAX_BYTES: Final = 16 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceAnswers:
    """Writes beneath `answers_dir`/project/username/{answers,requests}."""

    answers_dir: Path

    def answer(self, *, project: str, username: str, name: str, body: Mapping[str, Any]) -> None:
        self._write((project, username, "answers"), name, body)

    def publish(
        self, *, project: str, username: str, request_id: str, body: Mapping[str, Any]
    ) -> None:
        self._write((project, username, "requests"), f"{request_id}.json", body)

    def published(
        self, *, project: str, username: str, request_id: str
    ) -> Mapping[str, Any] | None:
        try:
            with directory_beneath(self.answers_dir, (project, username, "requests")) as folder:
                content = read_file(folder, f"{request_id}.json", max_bytes=_MAX_BYTES)
        except Unreadable:
            return None
        body = json.loads(content)
        assert isinstance(body, dict)
        return body

    def _write(self, where: tuple[str, ...], name: str, body: Mapping[str, Any]) -> None:
        content = json.dumps(body, indent=1, ensure_ascii=True).encode()
        with directory_beneath(self.answers_dir, where, create=True) as folder:
            write_atomically(folder, name, content, mode=0o644)
