"""Turning view models into pages. Templates get `page`, one frozen value, and `frame`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    Environment,
    PackageLoader,
    PrefixLoader,
    Undefined,
    UndefinedError,
)
from jinja2.utils import missing
from starlette.responses import HTMLResponse

STATIC_DIR: Final = Path(__file__).parent / "static"
_KIBIBYTE: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the navigation."""

    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page; `username` is None where nobody is signed in."""

    username: str | None = None
    display_name: str = ""
    places: Sequence[Place] = ()


class PageUndefined(Undefined):
    """Fails for a misspelt attribute of a view model, and for nothing else.

    Jinja's own strict kind cannot be used: the design system's macros test for parameters
    that nobody gave.
    """

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[Exception] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)  # type: ignore[arg-type]
        if is_dataclass(obj):
            raise UndefinedError(f"{type(obj).__name__} has no attribute {name}")


class Pages:
    def __init__(self) -> None:
        self._environment = Environment(
            loader=PrefixLoader(
                {
                    name: PackageLoader(name if name == "govuk_frontend_jinja" else f"{name}")
                    for name in ("govuk_frontend_jinja", "portal")
                }
                | {
                    "registry": PackageLoader("registry.web"),
                    "output_checker": PackageLoader("output_checker.web"),
                }
            ),
            autoescape=True,
            undefined=PageUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"moment": moment, "day": day, "size": size}
        # In the address, so that a changed stylesheet is fetched again though it is cached.
        content = (STATIC_DIR / "haven.css").read_bytes()
        self._environment.globals["stylesheet"] = (
            f"/static/haven.css?v={hashlib.sha256(content).hexdigest()[:12]}"
        )

    def render(
        self, template: str, page: object, frame: Frame, *, status: int = 200
    ) -> HTMLResponse:
        text = self._environment.get_template(template).render(page=page, frame=frame)
        return HTMLResponse(text, status)


def moment(at: datetime) -> str:
    return f"{at.day} {at:%B %Y} at {at:%H:%M} UTC"


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def size(size_bytes: int) -> str:
    if size_bytes < _KIBIBYTE:
        return f"{size_bytes} bytes"
    if size_bytes < _KIBIBYTE**2:
        return f"{size_bytes / _KIBIBYTE:.1f} KiB"
    return f"{size_bytes / _KIBIBYTE**2:.1f} MiB"
