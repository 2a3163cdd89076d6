"""Whether the portal lives, and whether it can work."""

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


@router.get("/ready")
def ready(request: Request) -> PlainTextResponse:
    parts: Parts = request.app.state.parts
    try:
        with parts.engine.connect() as connection:
            connection.execute(text("SELECT 1 FROM person LIMIT 1"))
    except SQLAlchemyError:
        return PlainTextResponse("the database does not answer\n", HTTP_503_SERVICE_UNAVAILABLE)
    return PlainTextResponse("ready\n")
