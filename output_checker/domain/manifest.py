"""What a workspace asks for, read from bytes that a stranger wrote."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NoReturn

from output_checker.domain.errors import InvalidManifest
from output_checker.domain.file_group import UNNAMED_GROUP, FileGroup, FileRole
from output_checker.domain.manifest_groups import group_of, groups, require_outputs, role
from output_checker.domain.manifest_shapes import members, require_storable
from output_checker.domain.output_name import require_distinct, require_safe_path
from output_checker.domain.release_class import ReleaseClass

MAX_MANIFEST_BYTES: Final = 256 * 1024
MAX_RECIPIENTS: Final = 20

_USERNAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_DATASET = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_KEYS = frozenset(
    {
        "version",
        "action",
        "files",
        "context",
        "controls",
        "groups",
        "notebook",
        "recipients",
        "request_id",
        "class",
    }
)
_FILE_KEYS = frozenset({"path", "spec", "dataset", "role", "group"})


class Wish(StrEnum):
    CHECK = "check"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFile:
    path: str
    spec: Mapping[str, Any] | None = None
    dataset: str | None = None
    role: FileRole = FileRole.OUTPUT
    group: str = UNNAMED_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    wish: Wish
    files: tuple[ManifestFile, ...] = ()
    groups: tuple[FileGroup, ...] = ()
    recipients: tuple[str, ...] = ()
    notebook: str | None = None
    request_id: str | None = None
    release_class: ReleaseClass | None = None


def parse(content: bytes, *, max_files: int) -> Manifest:
    """Read a manifest, or say in words what is wrong with it.

    Raises:
        InvalidManifest: Its shape is wrong; the message says where.
        InvalidOutput: One of its paths cannot be used.
    """
    body = members(_decode(content), "the manifest", _KEYS)
    # `True == 1` in Python, and `true` is not a version.
    if type(body.get("version")) is not int or body["version"] != 1:
        raise InvalidManifest("version: must be 1")
    wish = _wish(body.get("action"))
    request_id = _matching(body.get("request_id"), _REQUEST_ID, "request_id", "a request's id")
    if wish is Wish.WITHDRAW:
        if request_id is None:
            raise InvalidManifest("request_id: say which request to withdraw")
        return Manifest(wish=wish, request_id=request_id)
    named = groups(body)
    files = _files(body.get("files"), max_files, named)
    require_distinct(file.path for file in files)
    outputs = frozenset(file.group for file in files if file.role is FileRole.OUTPUT)
    require_outputs(named, outputs)
    return Manifest(
        wish=wish,
        files=files,
        groups=named,
        recipients=recipients(body.get("recipients", [])),
        notebook=_notebook(body.get("notebook"), files),
        request_id=request_id,
        release_class=_class(body.get("class")),
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


def _wish(value: object) -> Wish:
    if isinstance(value, str) and value in set(Wish):
        return Wish(value)
    raise InvalidManifest("action: must be check, submit or withdraw")


def _class(value: object) -> ReleaseClass | None:
    if value is None:
        return None
    if isinstance(value, str) and value in set(ReleaseClass):
        return ReleaseClass(value)
    raise InvalidManifest(f"class: must be one of {', '.join(ReleaseClass)}")


def _files(value: object, max_files: int, named: Sequence[FileGroup]) -> tuple[ManifestFile, ...]:
    if not isinstance(value, list) or not value:
        raise InvalidManifest("files: must be a list with at least one file")
    if len(value) > max_files:
        raise InvalidManifest(f"files: at most {max_files} files fit in one request")
    return tuple(_file(item, f"files[{index}]", named) for index, item in enumerate(value))


def _file(value: object, where: str, named: Sequence[FileGroup]) -> ManifestFile:
    body = members(value, where, _FILE_KEYS)
    path = body.get("path")
    if not isinstance(path, str):
        raise InvalidManifest(f"{where}.path: must be text")
    require_safe_path(path)
    spec = body.get("spec")
    # Its keys are the engine's to judge, which knows every kind of spec.
    if spec is not None and not isinstance(spec, dict):
        raise InvalidManifest(f"{where}.spec: must be an object in braces")
    require_storable(spec, f"{where}.spec")
    return ManifestFile(
        path=path,
        spec=spec,
        dataset=_matching(body.get("dataset"), _DATASET, f"{where}.dataset", "a dataset's id"),
        role=role(body.get("role"), f"{where}.role"),
        group=group_of(body.get("group"), f"{where}.group", named),
    )


def _notebook(value: object, files: Sequence[ManifestFile]) -> str | None:
    """The notebook that makes the files; it is shown to checkers like other code."""
    if value is None:
        return None
    code = [file.path for file in files if file.role is FileRole.CODE]
    if not isinstance(value, str) or value not in code or not value.endswith(".ipynb"):
        raise InvalidManifest("notebook: must be one of the code files, named .ipynb")
    return value


def _matching(value: object, pattern: re.Pattern[str], where: str, what: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidManifest(f"{where}: must be {what}")
    return value


def recipients(value: object) -> tuple[str, ...]:
    """Raises: InvalidManifest, when it is no list of usernames, or too long."""
    if not isinstance(value, list) or len(value) > MAX_RECIPIENTS:
        raise InvalidManifest(f"recipients: must be a list of at most {MAX_RECIPIENTS} usernames")
    if not all(isinstance(name, str) and _USERNAME.fullmatch(name) for name in value):
        raise InvalidManifest("recipients: each must be a username")
    return tuple(dict.fromkeys(value))
