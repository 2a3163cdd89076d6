"""The portal's outer boundary: a crash becomes a page, and a log line that quotes nothing."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger()
_FRAMES: Final = 5


class CrashGuard:
    """Answers for whatever fails inside.

    Starlette's own guard hands the exception on to the server, whose log then quotes its
    message; a database error's message can hold what somebody typed.
    """

    def __init__(self, app: ASGIApp, *, answer: Callable[[Request], Response]) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def watched_send(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:  # noqa: BLE001 - the process boundary
            _log.error("request crashed", kind=type(error).__name__, places=_places(error))
            if not has_started:
                await self._answer(Request(scope))(scope, receive, send)


def _places(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
