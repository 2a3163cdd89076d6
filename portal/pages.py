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

from portal.preferences import DEFAULT, Preferences

STATIC_DIR: Final = Path(__file__).parent / "static"
_KIBIBYTE: Final = 1024
_HOURS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of the navigation."""

    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page.

    Attributes:
        username: None where nobody is signed in.
        here: The page's own address, to come back to.
    """

    username: str | None = None
    display_name: str = ""
    places: Sequence[Place] = ()
    preferences: Preferences = DEFAULT
    here: str = "/"


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
        self._environment.filters["working_time"] = working_time
        # In the address, so that a changed file is fetched again though it is cached.
        self._environment.globals |= {
            "stylesheet": _static("haven.css"),
            "preview_stylesheet": _static("preview.css"),
            "script": _static("haven.js"),
        }

    def render(
        self, template: str, page: object, frame: Frame, *, status: int = 200
    ) -> HTMLResponse:
        text = self._environment.get_template(template).render(page=page, frame=frame)
        return HTMLResponse(text, status)


def _static(name: str) -> str:
    """Its address, which changes with what is in it."""
    content = (STATIC_DIR / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


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


def working_time(seconds: float) -> str:
    """In words; a working day is the whole of a day that is not of a weekend."""
    hours = seconds / 3600
    if hours < 1:
        return "an hour"
    if hours < _HOURS_A_DAY:
        return f"{hours:.0f} hours"
    return f"{hours / _HOURS_A_DAY:.1f} working days"
