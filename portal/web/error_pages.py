"""Errors as pages that say what to do next, and as JSON for the hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.status import (
    HTTP_303_SEE_OTHER,
    HTTP_401_UNAUTHORIZED,
    HTTP_403_FORBIDDEN,
    HTTP_422_UNPROCESSABLE_CONTENT,
    HTTP_500_INTERNAL_SERVER_ERROR,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from output_checker.domain.errors import OutputCheckerError
from portal.gates import CodeNeeded, FirstThis, SessionEnded, SignInNeeded
from portal.hub import HubRefused, HubUnavailable
from portal.oidc import ProviderRefused, ProviderUnavailable
from portal.pages import Frame, Pages
from portal.problems import places, problem
from portal.shells import API, SharedShell
from portal.web.sign_in import SignInFailed, send_to_hub
from registry.application.sign_in_queries import Missing
from registry.domain.errors import RegistryError

_log = structlog.get_logger()

INTERNAL: Final = "/internal/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What happened (`words`, in a sentence) and what to do about it (`advice`)."""

    status: int
    title: str
    words: str
    advice: tuple[str, ...]


_TITLES: Final = {
    400: "That request makes no sense",
    401: "Sign in to go on",
    403: "You may not do this",
    404: "Page not found",
    405: "That cannot be done here",
    409: "This has changed since you looked",
    410: "This link is closed",
    413: "That is too much to send",
    422: "Something in the form is missing or wrong",
    500: "Sorry, something went wrong",
    503: "Sorry, a part of Haven does not answer",
}
_ADVICE: Final[Mapping[int, tuple[str, ...]]] = {
    403: (
        "If this is your own request, its page shows where it stands; checkers decide on it.",
        "If you should have this right, ask the administrator of the project.",
    ),
    404: (
        "If you typed or pasted the address, check that it is complete.",
        "If it belongs to a project, ask its administrator whether you are part of it.",
    ),
    409: ("Nothing of yours was saved. Go back, reload the page and see how things stand now.",),
    410: ("Ask the author of the request to have the files released to you again.",),
    422: ("Go back, mend the form and send it again.",),
    500: (
        "Nothing was changed. Try again in a minute.",
        "If it happens again, tell the administrator what you were doing and when.",
    ),
    503: ("Nothing was changed. Try again in a minute; what you submitted is safe.",),
}
_WORDS: Final = {
    403: "Your account does not have the right for this.",
    404: "There is no such page, or it is not yours to see.",
    405: "The page was asked for in a way it does not understand.",
    422: "What was sent does not fit this page.",
}


def register(app: FastAPI) -> None:
    app.exception_handler(SignInNeeded)(_sign_in)
    app.exception_handler(FirstThis)(_first_this)
    app.exception_handler(CodeNeeded)(_code_needed)
    app.exception_handler(OutputCheckerError)(_domain_error)
    app.exception_handler(RegistryError)(_domain_error)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(SignInFailed)(_sign_in_failed)
    app.exception_handler(HubRefused)(_sign_in_failed)
    app.exception_handler(HubUnavailable)(_unavailable)
    app.exception_handler(ProviderRefused)(_sign_in_failed)
    app.exception_handler(ProviderUnavailable)(_provider_unavailable)
    app.exception_handler(OperationalError)(_unavailable)
    app.exception_handler(DataError)(_cannot_be_stored)


def answer(
    request: Request,
    status: int,
    *,
    code: str,
    words: str,
    advice: tuple[str, ...] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error as the one who asked can read it."""
    title = _TITLES.get(status, "That did not work")
    if request.scope["path"].startswith(API):
        return problem(status, code=code, title=title, detail=words, headers=headers)
    if request.url.path.startswith(INTERNAL):
        return JSONResponse({"code": code, "detail": words}, status, headers=headers)
    page = ErrorPage(
        status=status,
        title=title,
        words=words,
        advice=_ADVICE.get(status, ()) if advice is None else advice,
    )
    if status >= HTTP_500_INTERNAL_SERVER_ERROR:
        # Who is signed in is not asked: what failed may be what would be asked.
        pages: Pages = request.app.state.pages
        return pages.render("portal/error.html", page, Frame(), status=status)
    shell: SharedShell = request.app.state.registry_shell
    return shell.page(request, "portal/error.html", page, status=status)


def refuse_cross_site(request: Request) -> Response:
    return answer(
        request,
        HTTP_403_FORBIDDEN,
        code="cross_site",
        words="This was not sent from one of Haven's own pages, so nothing was changed.",
        advice=("Open Haven in this browser and try again from there.",),
    )


def crashed(request: Request) -> Response:
    return answer(
        request,
        HTTP_500_INTERNAL_SERVER_ERROR,
        code="crashed",
        words="Haven ran into an error that it did not expect.",
    )


def _sign_in(request: Request, error: Exception) -> Response:
    if request.scope["path"].startswith(API):
        return answer(
            request,
            HTTP_401_UNAUTHORIZED,
            code="sign_in_needed",
            words="Nobody is signed in, or the token does not work (any more).",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if isinstance(error, SessionEnded):
        return RedirectResponse(f"/signed-out?why={error.because}", HTTP_303_SEE_OTHER)
    return send_to_hub(request)


def _first_this(request: Request, error: Exception) -> Response:
    assert isinstance(error, FirstThis)
    if request.scope["path"].startswith(API):
        return answer(
            request, HTTP_403_FORBIDDEN, code=error.missing.value, words=error.missing.words
        )
    place = "/terms" if error.missing is Missing.TERMS else "/second-factor"
    return RedirectResponse(place, HTTP_303_SEE_OTHER)


def _code_needed(request: Request, _error: Exception) -> Response:
    """What a form said is lost where no page asked before it: nothing is kept of it."""
    if request.scope["path"].startswith(API):
        words = "Prove your second factor again first: open /second-factor/again."
        return answer(request, HTTP_403_FORBIDDEN, code="code_needed", words=words)
    back = request.url.path if request.method == "GET" else ""
    return RedirectResponse(f"/second-factor/again?{urlencode({'back': back})}", HTTP_303_SEE_OTHER)


def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, OutputCheckerError | RegistryError)
    if error.http_status >= HTTP_500_INTERNAL_SERVER_ERROR:
        _log.error("dependency failed", code=error.code)
    return answer(request, error.http_status, code=error.code, words=_sentence(str(error)))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    words = _WORDS.get(status, error.detail)
    return answer(request, status, code=f"http_{status}", words=words, headers=error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if request.url.path.startswith(INTERNAL):
        # Where it is wrong, and never what was sent: it may be a password.
        detail = f"wrong or missing: {places(error.errors())}"
        return JSONResponse({"code": "invalid", "detail": detail}, HTTP_422_UNPROCESSABLE_CONTENT)
    words = _WORDS[HTTP_422_UNPROCESSABLE_CONTENT]
    if request.scope["path"].startswith(API):
        words = f"Wrong or missing: {places(error.errors())}."
    return answer(request, HTTP_422_UNPROCESSABLE_CONTENT, code="invalid", words=words)


def _cannot_be_stored(request: Request, _error: Exception) -> Response:
    """A text with a NUL, or a number beyond all: there is nothing in the database like that."""
    words = _WORDS[HTTP_422_UNPROCESSABLE_CONTENT]
    return answer(request, HTTP_422_UNPROCESSABLE_CONTENT, code="invalid", words=words)


def _sign_in_failed(request: Request, error: Exception) -> Response:
    is_said = isinstance(error, SignInFailed | ProviderRefused)
    words = str(error) if is_said else "The hub did not confirm who you are."
    advice = ("Start again from the first page of Haven.",)
    status = HTTP_403_FORBIDDEN
    return answer(request, status, code="sign_in_failed", words=words, advice=advice)


def _unavailable(request: Request, error: Exception) -> Response:
    _log.error("dependency failed", kind=type(error).__name__)
    words = "The sign-in service or the database did not answer."
    return answer(request, HTTP_503_SERVICE_UNAVAILABLE, code="unavailable", words=words)


def _provider_unavailable(request: Request, _error: Exception) -> Response:
    words = "The sign-in of your organisation does not answer. Nobody is signed in without it."
    return answer(request, HTTP_503_SERVICE_UNAVAILABLE, code="unavailable", words=words)


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
