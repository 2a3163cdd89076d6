"""`release.toml` in the outputs folder: which files belong together, and what to know of them.

    [[group]]
    name = "Earnings"
    context = "Mean weekly pay by age band, from the labour market survey"
    controls = "Bands under 10 people merged; means rounded to whole pounds"
    outputs = ["earnings.csv", "earnings.png"]
    supporting = ["counts.csv"]
    code = ["analysis.py"]

Beside the groups it may name `recipients`, the `dataset` of the tables, the `notebook` that
makes the files, and the `class` of the release. Standard library only.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from portal.cli.mailbox import WrongRequest

NAME: Final = "release.toml"
ROLES: Final = {"outputs": "output", "supporting": "supporting", "code": "code"}
CLASSES: Final = ("publication", "internal", "code", "model", "table")
_KEYS: Final = frozenset({"group", "recipients", "dataset", "notebook", "class"})
_GROUP_KEYS: Final = frozenset({"name", "context", "controls", *ROLES})


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A file, named relative to the release file; `role` is output, supporting or code."""

    path: Path
    role: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile:
    groups: tuple[dict[str, str], ...]
    files: tuple[NamedFile, ...]
    recipients: tuple[str, ...]
    dataset: str | None
    notebook: Path | None = None
    release_class: str | None = None


def read_release_file(path: Path) -> ReleaseFile:
    """Raises: WrongRequest, with words, for a file that does not say what is to be released."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongRequest(f"{path} is not TOML: {error}") from None
    except OSError as error:
        raise WrongRequest(f"{path}: {error.strerror}") from None
    return release_of(path, said)


def release_of(path: Path, said: Mapping[str, Any]) -> ReleaseFile:
    """What a release file says, read already; files are named relative to `path`.

    Raises:
        WrongRequest: It does not say what is to be released.
    """
    _require_known(path, said, _KEYS)
    notebook = _text(path, said, "notebook")
    groups = said.get("group")
    if not isinstance(groups, list) or not groups:
        raise WrongRequest(f"{path} has no [[group]]")
    return ReleaseFile(
        groups=tuple(_group(path, group) for group in groups),
        files=tuple(file for group in groups for file in _files(path, group)),
        recipients=tuple(_names(path, said, "recipients")),
        dataset=_text(path, said, "dataset") or None,
        notebook=path.parent / notebook if notebook else None,
        release_class=_class(path, said),
    )


def _class(path: Path, said: Mapping[str, Any]) -> str | None:
    found = _text(path, said, "class")
    if found and found not in CLASSES:
        raise WrongRequest(f"{path}: class is one of {', '.join(CLASSES)}")
    return found or None


def _group(path: Path, said: Any) -> dict[str, str]:
    if not isinstance(said, dict):
        raise WrongRequest(f"{path}: a group is a table, written [[group]]")
    _require_known(path, said, _GROUP_KEYS)
    if not _text(path, said, "name"):
        raise WrongRequest(f"{path}: a group has no name")
    return {key: _text(path, said, key) for key in ("name", "context", "controls")}


def _files(path: Path, said: Mapping[str, Any]) -> Iterator[NamedFile]:
    for key, role in ROLES.items():
        for name in _names(path, said, key):
            yield NamedFile(path=path.parent / name, role=role, group=said["name"].strip())


def _names(path: Path, said: Mapping[str, Any], key: str) -> list[str]:
    found = said.get(key, [])
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise WrongRequest(f"{path}: {key} is a list of names")
    return found


def _text(path: Path, said: Mapping[str, Any], key: str) -> str:
    found = said.get(key, "")
    if not isinstance(found, str):
        raise WrongRequest(f"{path}: {key} is text")
    return found.strip()


def _require_known(path: Path, said: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(said.keys() - known):
        offer = ", ".join(sorted(known))
        raise WrongRequest(f"{path}: {unknown[0]} is not known here; known are {offer}")
