"""The API: what pages do, as JSON, and its description."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from output_checker.web.api.routers import ROUTERS as CHECKER_ROUTERS
from portal.problems import MEDIA_TYPE, Problem
from portal.shells import API
from portal.web.api import description, isolation
from registry.web.api.routers import ROUTERS as REGISTRY_ROUTERS

_TITLE: Final = "Haven"
_VERSION: Final = "1"
_WORDS: Final = (
    "What people do on Haven's pages about release requests and applications. A program asks "
    "with a personal token, made on the page /tokens; it may do what its person may, and the "
    "ledger names the token. Errors are problem details (RFC 9457) that hold identifiers and "
    "states, never data."
)
# What any operation may answer, beside what its route says.
_ANYWHERE: Final = {
    400: "What was sent is not HTTP, or not JSON, as it should be",
    401: "Nobody is signed in, or the token does not work",
    403: "Not from one of Haven's own pages, and without a token",
    422: "Wrong or missing: the problem says where",
    500: "A fault of Haven",
    503: "The database or the store does not answer",
}
_WITH_A_BODY: Final = {413: "More than Haven takes"}
# The server itself answers where the length that was announced is too much.
_PLAIN: Final = {"text/plain": {"schema": {"type": "string"}}}
_SECURITY: Final[dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal token"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-haven_session",
        "description": "A signed-in browser; what changes something must come from our own pages",
    },
}


def api_router() -> APIRouter:
    """Each operation is named for the function that answers it."""
    router = APIRouter(prefix=API.rstrip("/"), generate_unique_id_function=lambda route: route.name)
    for one in (*CHECKER_ROUTERS, *REGISTRY_ROUTERS, isolation.router, description.router):
        router.include_router(one)
    return router


@cache
def describe() -> dict[str, Any]:
    """OpenAPI 3.1, with every status that an operation may answer."""
    found = get_openapi(
        title=_TITLE, version=_VERSION, description=_WORDS, routes=api_router().routes
    )
    components = found["components"]
    problem = Problem.model_json_schema()
    components["schemas"] = {
        name: schema
        for name, schema in (components["schemas"] | {"Problem": problem}).items()
        if name not in {"HTTPValidationError", "ValidationError"}
    }
    components["securitySchemes"] = _SECURITY
    found["security"] = [{name: []} for name in _SECURITY]
    for operation in _operations(found):
        _say_problems(operation)
    return found


def _operations(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in found["paths"].values():
        yield from path.values()


def _say_problems(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    words = _ANYWHERE | (_WITH_A_BODY if "requestBody" in operation else {})
    for status, said in words.items():
        responses.setdefault(str(status), {"description": said})
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, response in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            is_length = int(status) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            response["content"] = content | _PLAIN if is_length else content
    operation["responses"] = dict(sorted(responses.items()))
