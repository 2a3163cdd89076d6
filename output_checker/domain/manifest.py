"""What a workspace asks for, read from bytes that a stranger wrote."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NoReturn

from output_checker.domain.errors import InvalidManifest
from output_checker.domain.output_name import require_distinct, require_safe_path

MAX_MANIFEST_BYTES: Final = 256 * 1024
MAX_CONTEXT_LETTERS: Final = 10_000
MAX_RECIPIENTS: Final = 20

_USERNAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_DATASET = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_KEYS = frozenset({"version", "action", "files", "context", "recipients", "request_id"})
_FILE_KEYS = frozenset({"path", "spec", "dataset"})
# A spec of today is three deep; more is somebody's trial of the decoder.
_MOST_DEPTH: Final = 20


class Wish(StrEnum):
    CHECK = "check"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFile:
    path: str
    spec: Mapping[str, Any] | None = None
    dataset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    wish: Wish
    files: tuple[ManifestFile, ...] = ()
    context: str = ""
    recipients: tuple[str, ...] = ()
    request_id: str | None = None


def parse(content: bytes, *, max_files: int) -> Manifest:
    """Read a manifest, or say in words what is wrong with it.

    Raises:
        InvalidManifest: Its shape is wrong; the message says where.
        InvalidOutput: One of its paths cannot be used.
    """
    body = _members(_decode(content), "the manifest", _KEYS)
    # `True == 1` in Python, and `true` is not a version.
    if type(body.get("version")) is not int or body["version"] != 1:
        raise InvalidManifest("version: must be 1")
    wish = _wish(body.get("action"))
    request_id = _matching(body.get("request_id"), _REQUEST_ID, "request_id", "a request's id")
    if wish is Wish.WITHDRAW:
        if request_id is None:
            raise InvalidManifest("request_id: say which request to withdraw")
        return Manifest(wish=wish, request_id=request_id)
    files = _files(body.get("files"), max_files)
    require_distinct(file.path for file in files)
    return Manifest(
        wish=wish,
        files=files,
        context=_context(body.get("context", "")),
        recipients=_recipients(body.get("recipients", [])),
        request_id=request_id,
    )


def _decode(content: bytes) -> object:
    if len(content) > MAX_MANIFEST_BYTES:
        raise InvalidManifest(f"The manifest is larger than {MAX_MANIFEST_BYTES} bytes")
    try:
        return json.loads(
            content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise InvalidManifest("The manifest is not UTF-8 text") from None
    except RecursionError:
        raise InvalidManifest("The manifest is nested too deeply") from None
    except ValueError:
        raise InvalidManifest("The manifest is not JSON") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidManifest("The manifest names a key twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidManifest(f"The manifest holds {name}, which is not JSON")


def _members(value: object, where: str, known: frozenset[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise InvalidManifest(f"{where}: must be an object in braces")
    if unknown := len(value.keys() - known):
        offer = ", ".join(sorted(known))
        raise InvalidManifest(f"{where}: {unknown} unknown key(s); known are {offer}")
    return value


def _wish(value: object) -> Wish:
    if isinstance(value, str) and value in set(Wish):
        return Wish(value)
    raise InvalidManifest("action: must be check, submit or withdraw")


def _files(value: object, max_files: int) -> tuple[ManifestFile, ...]:
    if not isinstance(value, list) or not value:
        raise InvalidManifest("files: must be a list with at least one file")
    if len(value) > max_files:
        raise InvalidManifest(f"files: at most {max_files} files fit in one request")
    return tuple(_file(item, f"files[{index}]") for index, item in enumerate(value))


def _file(value: object, where: str) -> ManifestFile:
    body = _members(value, where, _FILE_KEYS)
    path = body.get("path")
    if not isinstance(path, str):
        raise InvalidManifest(f"{where}.path: must be text")
    require_safe_path(path)
    spec = body.get("spec")
    # Its keys are the engine's to judge, which knows every kind of spec.
    if spec is not None and not isinstance(spec, dict):
        raise InvalidManifest(f"{where}.spec: must be an object in braces")
    _require_storable(spec, f"{where}.spec")
    return ManifestFile(
        path=path,
        spec=spec,
        dataset=_matching(body.get("dataset"), _DATASET, f"{where}.dataset", "a dataset's id"),
    )


def _matching(value: object, pattern: re.Pattern[str], where: str, what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidManifest(f"{where}: must be {what}")
    return value


def _context(value: object) -> str:
    if not isinstance(value, str):
        raise InvalidManifest("context: must be text")
    if len(value) > MAX_CONTEXT_LETTERS:
        raise InvalidManifest(f"context: at most {MAX_CONTEXT_LETTERS} letters")
    _require_storable(value, "context")
    return value.strip()


def _recipients(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_RECIPIENTS:
        raise InvalidManifest(f"recipients: must be a list of at most {MAX_RECIPIENTS} usernames")
    if not all(isinstance(name, str) and _USERNAME.fullmatch(name) for name in value):
        raise InvalidManifest("recipients: each must be a username")
    return tuple(dict.fromkeys(value))


def _require_storable(value: object, where: str, depth: int = 0) -> None:
    # PostgreSQL takes neither NUL nor half of a surrogate pair, and both are JSON.
    if isinstance(value, str):
        if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in value):
            raise InvalidManifest(f"{where}: holds characters that are not text")
    elif isinstance(value, dict | list):
        if depth >= _MOST_DEPTH:
            raise InvalidManifest(f"{where}: is nested too deeply")
        inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        for item in inside:
            _require_storable(item, where, depth + 1)
