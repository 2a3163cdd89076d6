"""Runs code in a workspace's kernel over the websocket that JupyterLab's page uses."""

import json
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from hub.client.browser import Browser, BrowserError
from hub.client.channel import Channel, channel

MAX_MESSAGE_BYTES = 64 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """What a cell printed, and the error it ended with, if any."""

    text: str
    error: str | None


class Kernel:
    """A running kernel in a workspace; use as a context manager, which ends it."""

    def __init__(self, browser: Browser, project: str) -> None:
        self._browser = browser
        self._project = project
        answer = browser.api(project, "POST", "api/kernels", json={"name": "python3"})
        if answer.status_code != 201:  # noqa: PLR2004  Created
            raise BrowserError(f"The kernel did not start: {answer.status_code}")
        self._id = answer.json()["id"]
        self._session = uuid.uuid4().hex
        self._open = ExitStack()
        self._channel = self._open.enter_context(self._connect(self._session))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()
        self._browser.api(self._project, "DELETE", f"api/kernels/{self._id}")

    def connect(self) -> AbstractContextManager[Channel]:
        """One more websocket to this kernel, as another page of the same person has it."""
        return self._connect(uuid.uuid4().hex)

    def _connect(self, session: str) -> AbstractContextManager[Channel]:
        path = self._browser.workspace_path(self._project, f"api/kernels/{self._id}/channels")
        url = self._browser.workspaces_at.replace("http", "ws", 1) + path
        return channel(
            f"{url}?session_id={session}",
            origin=self._browser.workspaces_at,
            additional_headers={"Cookie": self._browser.cookie_header(path)},
            ssl=self._browser.trust if url.startswith("wss") else None,
            max_size=MAX_MESSAGE_BYTES,
            compression=None,
            ping_interval=None,
            # A kernel that starts on a busy machine keeps its first caller waiting.
            open_timeout=60,
            # What has not been read by then is not waited for.
            close_timeout=1,
        )

    def run(
        self, code: str, *, seconds: float = 300, heard: Callable[[str], None] | None = None
    ) -> CellResult:
        """Run a cell to its end.

        Args:
            code: Python, as typed into a cell.
            seconds: How long to wait at most.
            heard: Called with each piece of text as it is printed.

        Raises:
            TimeoutError: It did not end in time.
        """
        message_id = uuid.uuid4().hex
        self._channel.send(json.dumps(self._request(message_id, code)))
        text: list[str] = []
        error: str | None = None
        deadline = time.monotonic() + seconds
        while True:
            message = json.loads(self._channel.recv(timeout=deadline - time.monotonic()))
            if message.get("parent_header", {}).get("msg_id") != message_id:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                text.append(content["text"])
                if heard:
                    heard(content["text"])
            elif message["msg_type"] == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return CellResult(text="".join(text), error=error)

    def begin(self, code: str) -> None:
        """Start a cell, and do not wait for it."""
        self._channel.send(json.dumps(self._request(uuid.uuid4().hex, code)))

    def reconnect(self) -> None:
        """Open the websocket to the same kernel anew, as JupyterLab does after a break."""
        self._open.close()
        self._channel = self._open.enter_context(self._connect(self._session))

    def _request(self, message_id: str, code: str) -> dict[str, Any]:
        return {
            "header": {
                "msg_id": message_id,
                "msg_type": "execute_request",
                "username": self._browser.username,
                "session": self._session,
                "version": "5.4",
            },
            "parent_header": {},
            "metadata": {},
            "content": {
                "code": code,
                "silent": False,
                "store_history": False,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": True,
            },
            "channel": "shell",
            "buffers": [],
        }
