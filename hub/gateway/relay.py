"""Passes one HTTP request to a workspace and its answer back, counted as it streams."""

from collections.abc import AsyncIterator

import aiohttp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from yarl import URL

from hub.gateway import headers
from hub.gateway.meter import Kind, Passage

CHUNK_BYTES = 64 * 1024


class TooLarge(Exception):
    """The browser sends more than the limit."""


async def relay(
    request: Request, client: aiohttp.ClientSession, *, passage: Passage, base: str, max_bytes: int
) -> Response:
    """Send a browser's request to the workspace.

    Args:
        base: The workspace's base path, for the cookies that it may set.
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
        answer = await client.request(
            request.method,
            _exact(url),
            headers=headers.to_workspace(request.headers),
            data=_body(request, passage, max_bytes) if _has_body(request) else None,
            allow_redirects=False,
        )
    except (TooLarge, aiohttp.ClientError) as problem:
        # The client wraps what our own body raised while it was sending.
        if TooLarge in (type(problem), type(problem.__cause__)):
            return _too_large(passage)
        return PlainTextResponse("The workspace does not answer; reload in a moment.", 502)
    passed = StreamingResponse(_stream(answer, passage), status_code=answer.status)
    cookies = answer.headers.getall("Set-Cookie", [])
    secure = request.headers.get("x-forwarded-proto") == "https"
    raw = headers.to_browser(answer.headers, cookies, base, secure=secure)
    passed.raw_headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in raw]
    return passed


def _too_large(passage: Passage) -> Response:
    passage.refused()
    return PlainTextResponse("This is larger than a workspace accepts.", 413)


def _exact(url: str) -> URL:
    # Already percent-encoded by the browser; encoding it again would change file names.
    return URL(url, encoded=True)


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


async def _stream(answer: aiohttp.ClientResponse, passage: Passage) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
            await passage.to_browser(Kind.HTTP, len(chunk))
            yield chunk
    finally:
        answer.release()
