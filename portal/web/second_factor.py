"""Setting up a second factor, its recovery codes, and proving it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Form, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT

from portal.gates import SignInNeeded
from portal.parts import Parts
from portal.sessions import BrowserSession
from portal.shells import RegistryShell, browser_sessions
from portal.sign_in_state import is_our_path
from registry.application import second_factor
from registry.application.sign_in_ports import SignInParts
from registry.domain.errors import NotValid, TooManyAttempts, WrongCode
from registry.domain.second_factor import Mfa, SecondFactor

router = APIRouter(prefix="/second-factor", tags=["second factor"])

Code = Annotated[str, Form(max_length=256)]
_LETTERS_A_GROUP: Final = 4
EMPTY: Final = Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPage:
    """How far the viewer's second factor is.

    Attributes:
        state: none, pending, set or again (prove it once more, then go to `back`).
        qr: The picture for the app, as SVG of our own making.
        recovery: Just made: shown now, and never again.
        left: How many recovery codes are unused.
        is_vouched: Whether a provider signed the viewer in, and so must prove it again.
    """

    state: str
    is_required: bool = False
    secret: str = ""
    qr: Markup = EMPTY
    recovery: Sequence[str] = ()
    since: datetime | None = None
    left: int = 0
    back: str = ""
    error: str | None = None
    is_vouched: bool = False

    @property
    def heading(self) -> str:
        return "Prove that it is you" if self.state == "again" else "Second factor"


@router.get("")
def show_second_factor(request: Request) -> Response:
    _, shell, browser = _around(request)
    return shell.page(request, "portal/second_factor.html", _page(shell.sign_in, browser.username))


@router.post("/begin")
def begin_second_factor(request: Request) -> RedirectResponse:
    _, shell, browser = _around(request)
    second_factor.begin_setup(shell.sign_in, username=browser.username)
    return RedirectResponse("/second-factor", HTTP_303_SEE_OTHER)


@router.post("/confirm")
def confirm_second_factor(request: Request, code: Code = "") -> Response:
    """The answer shows the recovery codes, so it is a page and no redirect to one."""
    parts, shell, browser = _around(request)
    try:
        fresh = second_factor.confirm(
            shell.sign_in, username=browser.username, code=code, session=browser.session_hash
        )
    except (WrongCode, TooManyAttempts, NotValid) as wrong:
        return _again(request, wrong)
    _proved(parts, browser, parts.clock.now())
    page = SecondFactorPage(state="set", recovery=fresh)
    return shell.page(request, "portal/second_factor.html", page)


@router.post("/recovery-codes")
def renew_recovery_codes(request: Request, code: Code = "") -> Response:
    _, shell, browser = _around(request)
    try:
        fresh = second_factor.renew_recovery(shell.sign_in, username=browser.username, code=code)
    except (WrongCode, TooManyAttempts) as wrong:
        return _again(request, wrong)
    page = SecondFactorPage(state="set", recovery=fresh)
    return shell.page(request, "portal/second_factor.html", page)


@router.get("/again")
def ask_again(request: Request, back: Annotated[str, Query(max_length=500)] = "") -> Response:
    _, shell, browser = _around(request)
    with shell.sign_in.unit_of_work() as uow:
        is_vouched = uow.sign_ins.vouched_at(browser.username) is not None
    page = SecondFactorPage(state="again", back=back, is_vouched=is_vouched)
    return shell.page(request, "portal/second_factor.html", page)


@router.post("/again")
def prove_again(
    request: Request, code: Code = "", back: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    parts, shell, browser = _around(request)
    try:
        at = second_factor.step_up(shell.sign_in, username=browser.username, code=code)
    except (WrongCode, TooManyAttempts) as wrong:
        page = SecondFactorPage(state="again", back=back, error=str(wrong))
        status = HTTP_422_UNPROCESSABLE_CONTENT
        return shell.page(request, "portal/second_factor.html", page, status=status)
    _proved(parts, browser, at)
    return RedirectResponse(back if is_our_path(back) else "/", HTTP_303_SEE_OTHER)


def _page(parts: SignInParts, username: str, error: str | None = None) -> SecondFactorPage:
    with parts.unit_of_work() as uow:
        factor = uow.second_factors.find(username)
        left = uow.second_factors.recovery_left(username)
    is_required = parts.mfa is Mfa.REQUIRED
    if factor is not None and factor.confirmed_at is not None:
        return SecondFactorPage(state="set", since=factor.confirmed_at, left=left, error=error)
    if factor is None or not factor.is_pending(parts.clock.now()):
        return SecondFactorPage(state="none", is_required=is_required, error=error)
    return _pending(parts, factor, error)


def _pending(parts: SignInParts, factor: SecondFactor, error: str | None) -> SecondFactorPage:
    secret, address = parts.codes.shown(factor)
    groups = range(0, len(secret), _LETTERS_A_GROUP)
    return SecondFactorPage(
        state="pending",
        secret=" ".join(secret[at : at + _LETTERS_A_GROUP] for at in groups),
        # White beneath it in every theme: a reader needs dark on light.
        qr=Markup(segno.make(address, error="m").svg_inline(scale=5, light="white")),  # noqa: S704 - drawn, holds no text
        error=error,
    )


def _again(request: Request, wrong: Exception) -> Response:
    _, shell, browser = _around(request)
    page = _page(shell.sign_in, browser.username, error=str(wrong))
    status = HTTP_422_UNPROCESSABLE_CONTENT
    return shell.page(request, "portal/second_factor.html", page, status=status)


def _proved(parts: Parts, browser: BrowserSession, at: datetime) -> None:
    with parts.sessions() as session:
        browser_sessions(parts, session).proved(browser.session_hash, at)
        session.commit()


def _around(request: Request) -> tuple[Parts, RegistryShell, BrowserSession]:
    """For whoever is signed in with a browser, whatever they still have to do."""
    parts: Parts = request.app.state.parts
    shell: RegistryShell = request.app.state.registry_shell
    shell.person(request)
    browser = shell.browser_session(request)
    if browser is None:
        raise SignInNeeded
    return parts, shell, browser
