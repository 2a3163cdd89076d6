"""The page on which anybody, signed in or not, says how pages look and whether keys work."""

from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from portal.parts import Parts
from portal.preferences import Preferences, Theme
from portal.shells import SharedShell

router = APIRouter()

_YEAR_SECONDS: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesPage:
    preferences: Preferences


@router.get("/preferences")
def show_preferences(request: Request) -> Response:
    shell: SharedShell = request.app.state.registry_shell
    page = PreferencesPage(preferences=Preferences.of(request.cookies))
    return shell.page(request, "portal/preferences.html", page)


@router.post("/preferences")
def set_preferences(
    request: Request,
    theme: Annotated[Theme | None, Form()] = None,
    keys: Annotated[Literal["on", "off"] | None, Form()] = None,
    back: Annotated[str, Form(max_length=2000)] = "/preferences",
) -> RedirectResponse:
    """Keep what is said; what is not said stays as it was."""
    parts: Parts = request.app.state.parts
    wanted = Preferences.of(request.cookies)
    if theme is not None:
        wanted = replace(wanted, theme=theme)
    if keys is not None:
        wanted = replace(wanted, has_keys=keys == "on")
    answer = RedirectResponse(own_path(back), HTTP_303_SEE_OTHER)
    for name, value in wanted.cookies().items():
        answer.set_cookie(
            name,
            value,
            max_age=_YEAR_SECONDS,
            path="/",
            httponly=True,
            samesite="lax",
            secure=parts.settings.is_https,
        )
    return answer


def own_path(back: str) -> str:
    """A place on this very site, whatever was asked for."""
    said = urlsplit(back)
    is_ours = back.startswith("/") and not said.scheme and not said.netloc
    return back if is_ours and "\\" not in back and back.isprintable() else "/preferences"
