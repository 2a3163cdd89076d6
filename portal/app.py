"""The portal: every page and the API, put together."""

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from output_checker.web.routers import ROUTERS as CHECKER_ROUTERS
from portal.api import api_router, describe
from portal.crash_guard import CrashGuard
from portal.pages import STATIC_DIR, Pages
from portal.parts import Parts
from portal.same_origin import SameOrigin
from portal.security_headers import SecurityHeaders
from portal.shells import API, CheckerShell, RegistryShell
from portal.web import (
    error_pages,
    health,
    home,
    isolation,
    preferences,
    provider,
    second_factor,
    sign_in,
    terms,
    tokens,
)
from registry.web.routers import ROUTERS as REGISTRY_ROUTERS

_MODULES = (home, sign_in, provider, second_factor, terms, health, isolation, preferences, tokens)
_ROUTERS = tuple(module.router for module in _MODULES)
_MAX_BODY_BYTES = 256 * 1024
_STATIC_CACHE = "public, max-age=86400"


class CachedFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _STATIC_CACHE
        return response


def create_app(parts: Parts, pages: Pages | None = None) -> FastAPI:
    """Put the portal together. Nothing is listed to strangers: a route describes the API."""
    pages = pages or Pages()
    app = FastAPI(
        title="Haven",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=_MAX_BODY_BYTES,
        middleware=[
            Middleware(SecurityHeaders, is_https=parts.settings.is_https),
            Middleware(CrashGuard, answer=error_pages.crashed),
            Middleware(
                SameOrigin,
                origin=parts.settings.origin,
                without=error_pages.INTERNAL,
                with_tokens=API,
                refuse=_refuse,
            ),
        ],
    )
    app.state.parts = parts
    app.state.pages = pages
    app.state.registry_shell = RegistryShell(parts, pages)
    app.state.checker_shell = CheckerShell(parts, pages)
    for router in (*_ROUTERS, *REGISTRY_ROUTERS):
        app.include_router(router)
    for router in CHECKER_ROUTERS:
        app.include_router(router)
    app.include_router(api_router())
    app.state.describe_api = describe
    app.mount("/static", CachedFiles(directory=STATIC_DIR), name="static")
    error_pages.register(app)
    return app


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    answer = await run_in_threadpool(error_pages.refuse_cross_site, Request(scope))
    await answer(scope, receive, send)
