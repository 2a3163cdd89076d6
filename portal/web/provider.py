"""Signing in by way of an identity provider: there, back, and on to the hub with a ticket."""

import secrets
from dataclasses import replace
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER, HTTP_404_NOT_FOUND

from portal import sign_in_state
from portal.oidc import Claimed, OidcProvider, ProviderRefused, ProviderUnavailable
from portal.parts import Parts
from portal.sign_in_state import SignInState
from portal.web.sign_in import SignInFailed
from registry.application.sign_in_by_provider import Vouched, refuse, sign_in_by_provider

_log = structlog.get_logger()

router = APIRouter(prefix="/provider", tags=["sign-in"])

CALLBACK_PATH: Final = "/provider/callback"
# Where the hub takes the ticket, and the only place the browser shows it.
HUB_PATH: Final = "/hub/provider"
TICKET_COOKIE: Final = "haven_ticket"
_TICKET_SECONDS: Final = 60
# In front of a state: the person must prove it again, however lately they did.
_FRESH: Final = "fresh."


@router.get("")
def begin_at_provider(
    request: Request,
    back: Annotated[str, Query(alias="next", max_length=500)] = "/",
    fresh: Annotated[bool, Query()] = False,
) -> RedirectResponse:
    parts, provider = _parts(request)
    state = sign_in_state.begin(back, parts.clock.now())
    if fresh:
        state = replace(state, state=_FRESH + secrets.token_urlsafe(24))
    try:
        address = provider.address(
            state=state.state, verifier=state.verifier, is_fresh=fresh, now=parts.clock.now()
        )
    except (ProviderUnavailable, ProviderRefused):
        _refused(parts, "", "unavailable")
        raise
    answer = RedirectResponse(address, HTTP_303_SEE_OTHER)
    answer.set_cookie(
        _cookie(parts, state.state),
        sign_in_state.seal(state, _key(parts)),
        max_age=int(sign_in_state.LIFE.total_seconds()),
        path=CALLBACK_PATH,
        httponly=True,
        samesite="lax",
        secure=parts.settings.is_https,
    )
    return answer


@router.get("/callback")
def finish_at_provider(
    request: Request,
    code: Annotated[str, Query(max_length=2048)] = "",
    state: Annotated[str, Query(max_length=512)] = "",
) -> RedirectResponse:
    parts, provider = _parts(request)
    name, now = _cookie(parts, state), parts.clock.now()
    begun = sign_in_state.unseal(request.cookies.get(name, ""), _key(parts), state=state, now=now)
    if begun is None or not code:
        raise SignInFailed("This sign-in was started too long ago, or in another browser.")
    claimed = _claimed(parts, provider, begun, code)
    ticket = sign_in_by_provider(parts.sign_in, _vouched(provider, claimed))
    answer = RedirectResponse(HUB_PATH, HTTP_303_SEE_OTHER)
    is_https = parts.settings.is_https
    answer.set_cookie(
        ticket_cookie(is_https=is_https),
        ticket,
        max_age=_TICKET_SECONDS,
        path=HUB_PATH,
        httponly=True,
        samesite="lax",
        secure=is_https,
    )
    answer.delete_cookie(name, path=CALLBACK_PATH, httponly=True, samesite="lax", secure=is_https)
    # Whatever session this browser had began before this proof.
    session = parts.settings.session_cookie
    answer.delete_cookie(session, path="/", httponly=True, samesite="lax", secure=is_https)
    return answer


def ticket_cookie(*, is_https: bool) -> str:
    return f"__Secure-{TICKET_COOKIE}" if is_https else TICKET_COOKIE


def _claimed(parts: Parts, provider: OidcProvider, begun: SignInState, code: str) -> Claimed:
    try:
        return provider.claimed(
            code=code,
            verifier=begun.verifier,
            is_fresh=begun.state.startswith(_FRESH),
            now=parts.clock.now(),
        )
    except ProviderRefused as refused:
        _refused(parts, "", refused.why)
        raise
    except ProviderUnavailable:
        _refused(parts, "", "unavailable")
        raise


def _vouched(provider: OidcProvider, claimed: Claimed) -> Vouched:
    mapped = provider.settings.roles
    # A provider that says nothing about groups takes the roles it could have given.
    groups = claimed.groups or frozenset()
    roles = None if mapped is None else frozenset(mapped[one] for one in groups if one in mapped)
    return Vouched(
        issuer=claimed.issuer,
        subject=claimed.subject,
        username=claimed.username,
        has_second_factor=claimed.has_second_factor,
        roles=roles,
    )


def _refused(parts: Parts, username: str, why: str) -> None:
    _log.warning("sign-in by the provider refused", why=why)
    refuse(parts.sign_in.unit_of_work(), username=username, why=why)


def _parts(request: Request) -> tuple[Parts, OidcProvider]:
    parts: Parts = request.app.state.parts
    if parts.provider is None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    return parts, parts.provider


def _cookie(parts: Parts, state: str) -> str:
    return sign_in_state.cookie_name(state, is_https=parts.settings.is_https)


def _key(parts: Parts) -> bytes:
    # Not the key of the other way in: what is sealed for one is worth nothing for the other.
    return b"provider:" + parts.settings.session_secret.get_secret_value().encode()
