"""For programs: whether the portal lives and can work, and the key that checks releases."""

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import PlainTextResponse
from starlette.status import HTTP_503_SERVICE_UNAVAILABLE

from portal.parts import Parts

router = APIRouter()


@router.get("/health")
def health() -> PlainTextResponse:
    return PlainTextResponse("ok\n")


@router.get("/release-key")
def release_key(request: Request) -> PlainTextResponse:
    """The public key that checks the signatures of releases, for `haven release verify`."""
    parts: Parts = request.app.state.parts
    return PlainTextResponse(parts.settings.release_public_key)


@router.get("/ready")
def ready(request: Request) -> PlainTextResponse:
    parts: Parts = request.app.state.parts
    try:
        with parts.engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM person LIMIT 1"))
    except SQLAlchemyError:
        return PlainTextResponse("the database does not answer\n", HTTP_503_SERVICE_UNAVAILABLE)
    return PlainTextResponse("ready\n")
