"""The API's own description, in OpenAPI 3.1; for people who are signed in."""

from typing import Any

from fastapi import APIRouter, Request

from portal.shells import RegistryShell

router = APIRouter(tags=["description"])


@router.get("/openapi.json")
def show_description(request: Request) -> dict[str, Any]:
    """The API, as this says it."""
    shell: RegistryShell = request.app.state.registry_shell
    shell.viewer(request)
    description: dict[str, Any] = request.app.state.describe_api()
    return description
