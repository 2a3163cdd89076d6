"""What the pages about applications share."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import Depends, Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from registry.adapters.gateways.register_file import shipped_register
from registry.application.applications.look import Seen, look_at
from registry.application.queries import ActorView
from registry.domain.applications.gateways import Register
from registry.domain.applications.problems import problems
from registry.domain.errors import Problem
from registry.web.shell import Shell

MOST_FIELDS: Final = 12_000
ApplicationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def register() -> Register:
    return shipped_register()


def seen(shell: Shell, viewer: ActorView, application_id: str) -> Seen:
    return look_at(
        shell.unit_of_work(),
        shell.clock,
        application_id=application_id,
        actor=viewer.username,
        register=register(),
    )


def problems_of(one: Seen) -> tuple[Problem, ...]:
    """What keeps it from being submitted as it stands."""
    opened = one.opened
    asking = opened.application.asking(opened.context)
    return problems(asking, opened.context.register, today=opened.context.today)


def back_to(application_id: str, place: str = "") -> Response:
    return RedirectResponse(f"/applications/{application_id}{place}", HTTP_303_SEE_OTHER)


def to_list() -> Response:
    return RedirectResponse("/applications", HTTP_303_SEE_OTHER)


async def _typed(request: Request) -> Mapping[str, str]:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    found: dict[str, list[str]] = {}
    for key, value in form.multi_items():
        if not isinstance(value, UploadFile):
            found.setdefault(key, []).append(value)
    return {key: "\n".join(values).replace("\r\n", "\n") for key, values in found.items()}


# Whatever a form held; of several values with one name, one a line.
Typed = Annotated[Mapping[str, str], Depends(_typed)]
