"""Which addresses of a workspace's server a browser may use. What is not listed is refused.

JupyterLab's page and programs are not here: `trusted` serves them. Left out on purpose: files/ (raw
downloads), nbconvert/ (exports), terminals, view/, the extension and plugin managers, metrics,
shutdown, config. What a researcher wants to take out goes through the output checker.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, unquote

READ: Final = frozenset({"GET", "HEAD"})
WRITE: Final = READ | {"POST", "PUT", "PATCH", "DELETE"}

KIBIBYTE: Final = 1024


class Shape(StrEnum):
    """What an answer must look like to pass."""

    JSON = "json"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A set of addresses of JupyterLab's own interface.

    Attributes:
        max_bytes: Largest answer that passes.
    """

    methods: frozenset[str]
    pattern: re.Pattern[str]
    max_bytes: int
    shape: Shape = Shape.JSON


def _route(
    methods: frozenset[str], pattern: str, kibibytes: int, shape: Shape = Shape.JSON
) -> Route:
    return Route(
        methods=methods,
        pattern=re.compile(pattern),
        max_bytes=kibibytes * KIBIBYTE,
        shape=shape,
    )


_ROUTES: Final = (
    _route(READ, r"lab/api/settings/?", 512),
    _route(WRITE, r"lab/api/settings/.+", 128),
    _route(WRITE, r"lab/api/workspaces(/.*)?", 128),
    _route(READ, r"api/?", 4),
    _route(READ, r"api/status", 4),
    _route(READ, r"api/kernelspecs(/.*)?", 64),
    _route(WRITE, r"api/(sessions|kernels)(/.*)?", 64),
    _route(WRITE, r"api/contents(/.*)?", 8 * KIBIBYTE, Shape.CONTENTS),
)
CHANNELS: Final = re.compile(r"api/kernels/[A-Za-z0-9-]{1,64}/channels")
EVENTS: Final = re.compile(r"api/events/subscribe")

_BACKWARDS: Final = re.compile(r"(^|/)\.\.?(/|$)|//|\\|\x00")
_FORMATS: Final = frozenset({"json", "text"})


def is_plain(path: str) -> bool:
    """Whether an address means what it says: no way back, nothing encoded twice."""
    plain = unquote(path)
    return not _BACKWARDS.search(plain) and "%" not in unquote(plain)


def find(method: str, path: str, query: str = "") -> Route | None:
    """The route that a request to a workspace's server may take, if there is one.

    Args:
        method: HTTP method, in capitals.
        path: What follows the workspace's base address, still percent-encoded.
        query: The raw query string.
    """
    if not is_plain(path) or not _asks_plainly(query):
        return None
    plain = unquote(path)
    for route in _ROUTES:
        if method in route.methods and route.pattern.fullmatch(plain):
            return route
    return None


def _asks_plainly(query: str) -> bool:
    # A notebook and a text open without base64; a dataset's file would leave whole with it.
    asked = parse_qsl(query, keep_blank_values=True)
    return all(
        name != "download" and (name != "format" or value in _FORMATS) for name, value in asked
    )
