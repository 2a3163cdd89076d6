"""Personal tokens for programs: made here, shown once, revoked here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT

from portal.parts import Parts
from portal.shells import RegistryShell
from portal.tokens.api_tokens import LONGEST_DAYS, LONGEST_NAME, ApiToken, ApiTokens
from registry.application.queries import ActorView
from registry.domain.errors import NotValid

router = APIRouter(prefix="/tokens", tags=["tokens"])

_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensPage:
    """The viewer's tokens.

    Attributes:
        secret: Of the one that was just made: shown now, and never again.
        error: What is wrong with the form.
        name, days: As they were filled in.
    """

    tokens: Sequence[ApiToken]
    now: datetime
    secret: str | None = None
    error: str | None = None
    name: str = ""
    days: int = _DAYS
    longest_days: int = LONGEST_DAYS
    longest_name: int = LONGEST_NAME


@router.get("")
def list_tokens(request: Request) -> Response:
    parts, shell, viewer = _around(request)
    with parts.sessions() as session:
        page = TokensPage(tokens=ApiTokens(session).of(viewer.username), now=parts.clock.now())
    return shell.page(request, "portal/tokens.html", page)


@router.post("")
def make_token(
    request: Request,
    name: Annotated[str, Form(max_length=1000)] = "",
    days: Annotated[int, Form(ge=0, le=10_000)] = _DAYS,
) -> Response:
    """The answer shows the secret, so it is a page and no redirect to one."""
    parts, shell, viewer = _around(request)
    now, status = parts.clock.now(), 200
    secret, error = None, None
    with parts.sessions() as session:
        tokens = ApiTokens(session)
        try:
            secret = tokens.make(
                token_id=parts.ids.new(), username=viewer.username, name=name, days=days, now=now
            )
            session.commit()
        except NotValid as wrong:
            error, status = str(wrong), HTTP_422_UNPROCESSABLE_CONTENT
        mine = tokens.of(viewer.username)
    page = TokensPage(
        tokens=mine,
        now=now,
        secret=secret,
        error=error,
        name=name if error else "",
        days=days if error else _DAYS,
    )
    return shell.page(request, "portal/tokens.html", page, status=status)


@router.post("/{token_id}/revoke")
def revoke_token(token_id: str, request: Request) -> RedirectResponse:
    parts, _, viewer = _around(request)
    with parts.sessions() as session:
        ApiTokens(session).revoke(token_id, username=viewer.username, now=parts.clock.now())
        session.commit()
    return RedirectResponse("/tokens", HTTP_303_SEE_OTHER)


def _around(request: Request) -> tuple[Parts, RegistryShell, ActorView]:
    parts: Parts = request.app.state.parts
    shell: RegistryShell = request.app.state.registry_shell
    return parts, shell, shell.viewer(request)
