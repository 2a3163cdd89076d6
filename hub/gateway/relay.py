"""Passes one HTTP request to a workspace and its answer back: judged, bounded, counted."""

from collections.abc import AsyncIterator
from typing import Final

import aiohttp
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from yarl import URL

from hub.gateway import answers, headers
from hub.gateway.answers import NotShown
from hub.gateway.budgets import Spent
from hub.gateway.meter import Kind, Passage
from hub.gateway.routes import Route

CHUNK_BYTES: Final = 64 * 1024
NO_CONTENT: Final = 204
# Larger answers are taken apart beside the loop that everybody's bytes pass through.
LARGE_BYTES: Final = 256 * 1024


class TooLarge(Exception):
    """The browser sends more than the limit."""


async def relay(
    request: Request,
    client: aiohttp.ClientSession,
    *,
    passage: Passage,
    route: Route,
    max_bytes: int,
) -> Response:
    """Send a browser's request to the workspace.

    Args:
        max_bytes: Largest body that the browser may send.
    """
    passage.asked()
    if int(request.headers.get("content-length", 0)) > max_bytes:
        return _too_large(passage)
    # As the browser wrote it, since that is what was judged: decoding it would change names.
    url = "http://workspace" + request.scope["raw_path"].decode("latin-1").split("?", 1)[0]
    if request.url.query:
        url += f"?{request.url.query}"
    try:
        async with client.request(
            request.method,
            URL(url, encoded=True),
            headers=headers.to_workspace(request.headers),
            data=_body(request, passage, max_bytes) if _has_body(request) else None,
            allow_redirects=False,
        ) as answer:
            body = await _read(answer, route.max_bytes)
            status = answer.status
    except (TooLarge, aiohttp.ClientError) as problem:
        # The client wraps what our own body raised while it was sending.
        if TooLarge in (type(problem), type(problem.__cause__)):
            return _too_large(passage)
        return refused("The workspace does not answer; reload in a moment.", 502)
    except NotShown as why:
        passage.refused()
        return refused(str(why), 413)
    return await _judged(body, status=status, route=route, passage=passage)


def refused(words: str, status: int) -> Response:
    """An answer of the gateway itself, in the form that JupyterLab shows to the person."""
    return Response(answers.refusal(words), status, dict(headers.SECURITY), "application/json")


async def stream(body: bytes, passage: Passage, kind: Kind) -> AsyncIterator[bytes]:
    """A body piece by piece, counted before each; ends early where a budget does.

    Raises:
        Spent: The next piece does not fit. The connection is then cut: a body that only looked
            whole would be taken for the whole.
    """
    for start in range(0, len(body), CHUNK_BYTES):
        piece = body[start : start + CHUNK_BYTES]
        await passage.to_browser(kind, len(piece))
        yield piece


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    pieces = []
    size = 0
    async for piece in answer.content.iter_chunked(CHUNK_BYTES):
        size += len(piece)
        if size > limit:
            answer.close()
            raise NotShown(
                "This is larger than what may be shown here. Look at it with code in a notebook."
            )
        pieces.append(piece)
    return b"".join(pieces)


async def _judged(body: bytes, *, status: int, route: Route, passage: Passage) -> Response:
    try:
        if len(body) > LARGE_BYTES:
            body = await run_in_threadpool(answers.judged, body, status=status, shape=route.shape)
        else:
            body = answers.judged(body, status=status, shape=route.shape)
        passage.require_open()
    except NotShown as why:
        passage.refused()
        return refused(str(why), 413)
    except Spent as spent:
        return refused(str(spent), 429)
    if status == NO_CONTENT or not body:
        return Response(None, status, dict(headers.SECURITY))
    told = {**headers.SECURITY, "Cache-Control": "no-store", "Content-Length": str(len(body))}
    return StreamingResponse(
        stream(body, passage, Kind.HTTP), status, told, media_type="application/json"
    )


def _too_large(passage: Passage) -> Response:
    passage.refused()
    return refused("This is larger than a workspace accepts.", 413)


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


async def _body(request: Request, passage: Passage, max_bytes: int) -> AsyncIterator[bytes]:
    sent = 0
    async for chunk in request.stream():
        sent += len(chunk)
        if sent > max_bytes:
            raise TooLarge
        passage.to_workspace(Kind.HTTP, len(chunk))
        yield chunk
