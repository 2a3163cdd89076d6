"""What the mirror answers: a pure function from a request and the list to an answer.

Nothing is fetched and nothing is passed on, so that nothing that a workspace asks leaves the
machine. Each refusal is a 403 whose reason phrase is what people must know: pip shows that line.

Source:
    PEP 503 (pages), PEP 691 (the same as JSON).
"""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from infra.packages.listing import Listing, Wheel
from infra.packages.names import NotAName, package_name, wheel_name

HOSTS: Final = ("127.0.0.1", "localhost")
OK, FORBIDDEN = 200, 403
_JSON: Final = "application/vnd.pypi.simple.v1+json"
_HTML: Final = "text/html; charset=utf-8"
_PATH: Final = re.compile(r"[A-Za-z0-9._/+!-]*")
_SOURCES: Final = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".egg")
LONGEST_REASON: Final = 400
LONGEST_TARGET: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request's head. `has_body`: whether bytes would follow."""

    method: str
    target: str
    host: str
    accept: str = ""
    has_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        reason: The words beside the status.
        wheel: The file to send instead of `body`.
        refused: The kind of refusal, for counting; empty when there is none.
    """

    status: int = OK
    reason: str = "OK"
    content_type: str = _HTML
    body: bytes = b""
    wheel: Wheel | None = None
    refused: str = ""


class _Refused(Exception):
    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


def answer(listing: Listing, asked: Asked, *, ask_at: str) -> Answer:
    """Answer a request.

    Args:
        listing: What may be installed, and what lies here.
        asked: The request.
        ask_at: Where people ask for a package, for the words of a refusal.
    """
    try:
        _require_harmless(asked)
        return _found(listing, asked.target.replace("%2B", "+").replace("%2b", "+"), asked.accept)
    except _Refused as refused:
        return _refusal(refused.kind, f"{refused} Ask for packages at {ask_at}")


def _require_harmless(asked: Asked) -> None:
    if asked.method not in ("GET", "HEAD"):
        raise _Refused("method", "This mirror gives packages and takes nothing.")
    if not asked.target.startswith("/") or asked.target.startswith("//"):
        raise _Refused("other-host", "This mirror passes nothing on to other hosts.")
    if asked.host.rpartition(":")[0] not in HOSTS:
        raise _Refused("other-host", "This mirror stands for no other host.")
    if asked.has_body:
        raise _Refused("body", "This mirror gives packages and takes nothing.")
    if "?" in asked.target or "#" in asked.target:
        raise _Refused("query", "This mirror answers no query strings.")
    if len(asked.target) > LONGEST_TARGET:
        raise _Refused("address", "This mirror has no address as long as that.")


def _found(listing: Listing, path: str, accept: str) -> Answer:
    if _PATH.fullmatch(path) is None:
        raise _Refused("address", "This mirror has no such address.")
    match path.strip("/").split("/"):
        case ["simple"]:
            return _index(listing, accept)
        case ["simple", name]:
            return _package(listing, name, accept)
        case ["files", file_name]:
            return _file(listing, file_name)
        case _:
            raise _Refused("address", "This mirror has no such address.")


def _index(listing: Listing, accept: str) -> Answer:
    names = sorted(listing.allowed)
    if _JSON in accept:
        return _as_json({"meta": _META, "projects": [{"name": name} for name in names]})
    return _as_html("Packages", [f'<a href="/simple/{name}/">{name}</a>' for name in names])


def _package(listing: Listing, text: str, accept: str) -> Answer:
    name = _name(text)
    if name in listing.refused:
        raise _Refused("refused", f"{name} was refused: {listing.refused[name].rstrip('.')}.")
    if name not in listing.allowed:
        raise _Refused("not-listed", f"{name} is not on the list of allowed packages.")
    wheels = listing.served(name)
    if not wheels:
        raise _Refused("empty", f"{name} is allowed, but no wheel of it has been imported.")
    if _JSON in accept:
        return _as_json(_description(name, wheels))
    return _as_html(name, [_link(one) for one in wheels])


def _file(listing: Listing, file_name: str) -> Answer:
    if file_name.endswith(_SOURCES):
        raise _Refused("source", "Only wheels are given: building from source runs its code.")
    try:
        name = wheel_name(file_name)
    except NotAName:
        raise _Refused("address", "This mirror has no such file.") from None
    wheel = listing.wheels.get(file_name)
    if wheel is None or name.package not in listing.allowed:
        raise _Refused("not-listed", "This file is not on the list of allowed packages.")
    if not listing.is_served(wheel):
        raise _Refused("version", f"This version of {name.package} is not allowed.")
    return Answer(content_type="application/octet-stream", wheel=wheel)


def _name(text: str) -> str:
    try:
        return package_name(text)
    except NotAName:
        raise _Refused("address", "That is not the name of a package.") from None


_META: Final = {"api-version": "1.0"}


def _description(name: str, wheels: Sequence[Wheel]) -> dict[str, object]:
    files = [
        {"filename": one.file_name, "url": _url(one), "hashes": {"sha256": one.sha256},
         **({"requires-python": one.requires_python} if one.requires_python else {})}
        for one in wheels
    ]  # fmt: skip
    return {"meta": _META, "name": name, "files": files}


def _link(wheel: Wheel) -> str:
    needs = html.escape(wheel.requires_python)
    python = f' data-requires-python="{needs}"' if needs else ""
    return f'<a href="{_url(wheel)}#sha256={wheel.sha256}"{python}>{wheel.file_name}</a>'


def _url(wheel: Wheel) -> str:
    return f"/files/{wheel.file_name.replace('+', '%2B')}"


def _as_json(said: dict[str, object]) -> Answer:
    return Answer(content_type=_JSON, body=json.dumps(said).encode())


def _as_html(title: str, lines: Sequence[str]) -> Answer:
    meta = '<meta name="pypi:repository-version" content="1.0">'
    listed = "<br>\n".join(lines)
    page = f"<!DOCTYPE html>\n<html><head>{meta}<title>{title}</title></head>\n<body>\n{listed}\n"
    return Answer(body=f"{page}</body></html>\n".encode())


def _refusal(kind: str, words: str) -> Answer:
    # One line of plain letters: it stands in the answer's first line.
    plain = "".join(one if " " <= one <= "~" else "?" for one in " ".join(words.split()))
    reason = plain[:LONGEST_REASON]
    return Answer(status=FORBIDDEN, reason=reason, content_type="text/plain; charset=utf-8",
                  body=f"{reason}\n".encode(), refused=kind)  # fmt: skip
