"""JupyterLab's page and programs, served from the gateway's own copy.

A workspace is never asked for these: whoever replaces the server in it cannot answer here. The
copy is made from the same packages when the images are built (`images/lab`).
"""

import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from hub.gateway.headers import SECURITY, page_security

PLACEHOLDER: Final = "/user/haven-person/haven-project/"
# The name of each program holds a hash of what is in it.
CACHE: Final = "private, max-age=86400"
_TYPES: Final = {".js": "text/javascript", ".woff": "font/woff", ".woff2": "font/woff2"}
_PAGE: Final = re.compile(r"lab(?:/workspaces/(?P<workspace>[^/]+))?(?:/tree(?:/(?P<tree>.*))?)?")
_LANGUAGE: Final = re.compile(r"lab/api/translations/[A-Za-z_-]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedFile:
    path: Path
    content_type: str
    packed: Path | None


class Trusted:
    """The copy in a folder, as `images/lab/collect.py` lays it out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def files(self) -> Mapping[str, TrustedFile]:
        """By the address beneath a workspace's own; only what is listed here is ever opened."""
        root = self._folder / "files"
        found = (path for path in sorted(root.rglob("*")) if path.is_file())
        return {
            path.relative_to(root).as_posix(): _described(path)
            for path in found
            if path.suffix != ".gz"
        }

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        return dict(json.loads((self._folder / "answers.json").read_text()))

    @cached_property
    def _page(self) -> str:
        return (self._folder / "page.html").read_text()

    @cached_property
    def _config(self) -> str:
        return (self._folder / "page-config.json").read_text()

    def answer(self, request: Request, path: str, *, base: str, nonce: str) -> Response | None:
        """What is served from here at an address, if anything is.

        Args:
            path: What follows the workspace's base address, still percent-encoded.
            base: The workspace's base address.
            nonce: New for each page: only the page's own scripts carry it.
        """
        plain = unquote(path)
        if plain.rstrip("/") in self.answers:
            return _json(self.answers[plain.rstrip("/")])
        if _LANGUAGE.fullmatch(plain):
            return _json({"data": {}, "message": "Haven has this page in English only"})
        if found := self.files.get(plain):
            return _file(request, found)
        if match := _PAGE.fullmatch(plain.rstrip("/")):
            return self._render(match, base=base, nonce=nonce)
        return None

    def _render(self, match: re.Match[str], *, base: str, nonce: str) -> Response:
        config = json.loads(self._config.replace(PLACEHOLDER, base))
        config["workspace"] = match["workspace"] or "default"
        config["treePath"] = match["tree"] or ""
        # Inside a script element: nothing in it may end the element.
        text = json.dumps(config)
        for letter in "<>&":
            text = text.replace(letter, f"\\u{ord(letter):04x}")
        page = self._page.replace(PLACEHOLDER, base).replace("HAVEN-NONCE", nonce)
        headers = {**page_security(nonce), "Cache-Control": "no-store"}
        return Response(page.replace("HAVEN-PAGE-CONFIG", text), 200, headers, "text/html")


def _described(path: Path) -> TrustedFile:
    packed = path.with_name(path.name + ".gz")
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return TrustedFile(
        path=path,
        content_type=kind or "application/octet-stream",
        packed=packed if packed.exists() else None,
    )


def _file(request: Request, found: TrustedFile) -> Response:
    headers = {**SECURITY, "Cache-Control": CACHE, "Vary": "Accept-Encoding"}
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed.read_bytes(), 200, headers, found.content_type)
    return Response(found.path.read_bytes(), 200, headers, found.content_type)


def _json(value: Any) -> Response:
    return Response(json.dumps(value), 200, dict(SECURITY), "application/json")
