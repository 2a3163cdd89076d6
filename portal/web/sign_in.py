"""Signing in by way of the hub, and signing out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from portal import gates, sign_in_state
from portal.parts import Parts
from portal.shells import SharedShell, browser_sessions
from registry.application import queries
from registry.application.sign_out import sign_out as end_everywhere
from registry.domain.second_factor import is_asked

router = APIRouter()

CALLBACK_PATH = "/oauth_callback"


ENDED_WORDS: Final = {
    "signed_out": (
        "You are signed out",
        "Every session of yours is over: in each browser, here and in your workspaces.",
    ),
    "elsewhere": (
        "You were signed out, because you signed in somewhere else",
        "If that was not you, change your password and tell the administrator at once.",
    ),
    "password": (
        "You were signed out, because your password changed",
        "If that was not you, tell the administrator at once.",
    ),
    "second_factor": (
        "You were signed out, because your second factor changed",
        "If that was not you, tell the administrator at once.",
    ),
}


class SignInFailed(Exception):
    """The way back from the hub led nowhere; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutPage:
    """Attributes: `why` is one of `ENDED_WORDS`."""

    why: str

    @property
    def words(self) -> tuple[str, str]:
        return ENDED_WORDS[self.why]


def send_to_hub(request: Request) -> RedirectResponse:
    """Send a browser to the hub to sign in, and remember where it was going."""
    parts = _parts(request)
    settings = parts.settings
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    is_page = request.method == "GET" and request.url.path != "/sign-in"
    state = sign_in_state.begin(path if is_page else "/", parts.clock.now())
    question = {
        "client_id": settings.hub_client_id,
        "redirect_uri": settings.origin + CALLBACK_PATH,
        "response_type": "code",
        "state": state.state,
        "code_challenge": state.challenge,
        "code_challenge_method": "S256",
    }
    answer = RedirectResponse(
        f"/hub/api/oauth2/authorize?{urlencode(question)}", HTTP_303_SEE_OTHER
    )
    answer.set_cookie(
        sign_in_state.cookie_name(state.state, is_https=settings.is_https),
        sign_in_state.seal(state, _key(parts)),
        max_age=int(sign_in_state.LIFE.total_seconds()),
        path=CALLBACK_PATH,
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
    )
    return answer


@router.get("/sign-in")
def begin(request: Request) -> RedirectResponse:
    return send_to_hub(request)


@router.get(CALLBACK_PATH)
def finish(
    request: Request,
    code: Annotated[str, Query(max_length=512)] = "",
    state: Annotated[str, Query(max_length=512)] = "",
) -> RedirectResponse:
    parts = _parts(request)
    now = parts.clock.now()
    is_https, cookie = parts.settings.is_https, parts.settings.session_cookie
    name = sign_in_state.cookie_name(state, is_https=is_https)
    begun = sign_in_state.unseal(request.cookies.get(name, ""), _key(parts), state=state, now=now)
    if begun is None or not code:
        raise SignInFailed("This sign-in was started too long ago, or in another browser.")
    username = parts.hub.username(code=code, verifier=begun.verifier)
    with parts.sessions() as session:
        if queries.actor(session, username) is None:
            raise SignInFailed("Your account is not registered here, or is switched off.")
        # A browser that was signed in already gets a new secret, and the old one dies.
        browsers = browser_sessions(parts, session)
        browsers.end(request.cookies.get(cookie, ""))
        secret = browsers.start(
            username,
            now,
            second_factor_at=_proved_at(parts, username),
            bound_to=gates.bound_to(parts, request),
        )
        session.commit()
    answer = RedirectResponse(begun.next_path, HTTP_303_SEE_OTHER)
    answer.set_cookie(cookie, secret, path="/", httponly=True, samesite="lax", secure=is_https)
    answer.delete_cookie(name, path=CALLBACK_PATH, httponly=True, samesite="lax", secure=is_https)
    return answer


@router.post("/sign-out")
def sign_out(request: Request) -> RedirectResponse:
    parts = _parts(request)
    cookie, is_https = parts.settings.session_cookie, parts.settings.is_https
    shell: SharedShell = request.app.state.registry_shell
    viewer = shell.viewer_or_none(request)
    with parts.sessions() as session:
        browser_sessions(parts, session).end(request.cookies.get(cookie, ""))
        session.commit()
    if viewer is not None:
        end_everywhere(parts.sign_in.unit_of_work(), username=viewer.username)
    answer = RedirectResponse("/signed-out", HTTP_303_SEE_OTHER)
    answer.delete_cookie(cookie, path="/", httponly=True, samesite="lax", secure=is_https)
    return answer


@router.get("/signed-out")
def signed_out(
    request: Request, why: Annotated[str, Query(max_length=64)] = "signed_out"
) -> Response:
    """Also where a browser is sent whose session was ended before its time."""
    parts = _parts(request)
    shell: SharedShell = request.app.state.registry_shell
    page = SignedOutPage(why=why if why in ENDED_WORDS else "signed_out")
    answer = shell.page(request, "portal/signed_out.html", page)
    if shell.viewer_or_none(request) is None:
        cookie, is_https = parts.settings.session_cookie, parts.settings.is_https
        answer.delete_cookie(cookie, path="/", httponly=True, samesite="lax", secure=is_https)
    return answer


def _proved_at(parts: Parts, username: str) -> datetime | None:
    """When a second factor was proved last; the hub lets nobody in without who has one."""
    with parts.sign_in.unit_of_work() as uow:
        factor = uow.second_factors.find(username)
        vouched_at = uow.sign_ins.vouched_at(username)
    if vouched_at is not None:
        return vouched_at
    return factor.used_at if factor and is_asked(parts.settings.mfa, factor) else None


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def _key(parts: Parts) -> bytes:
    return parts.settings.session_secret.get_secret_value().encode()
