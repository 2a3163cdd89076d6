"""The parts of a manifest that say which files belong together and what they are for."""

from collections.abc import Mapping, Sequence
from typing import Final

from output_checker.domain.errors import InvalidManifest
from output_checker.domain.file_group import UNNAMED_GROUP, FileGroup, FileRole
from output_checker.domain.manifest_shapes import members, storable_text

MAX_GROUPS: Final = 20
MAX_NAME_LETTERS: Final = 100
MAX_WORDS_LETTERS: Final = 10_000
_GROUP_KEYS: Final = frozenset({"name", "context", "controls"})


def groups(body: Mapping[str, object]) -> tuple[FileGroup, ...]:
    """The groups that are named; where none is, one with what is said of all files.

    Raises:
        InvalidManifest: Their shape is wrong; the message says where.
    """
    value = body.get("groups")
    if value is None:
        return (_group(body, "", UNNAMED_GROUP),)
    if "context" in body or "controls" in body:
        raise InvalidManifest("groups: each has its own context and controls; leave out the others")
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_GROUPS:
        raise InvalidManifest(f"groups: must be a list of 1 to {MAX_GROUPS} groups")
    found = tuple(_named(item, f"groups[{index}].") for index, item in enumerate(value))
    if len({group.name for group in found}) != len(found):
        raise InvalidManifest("groups: two have the same name")
    return found


def role(value: object, where: str) -> FileRole:
    if value is None:
        return FileRole.OUTPUT
    if isinstance(value, str) and value in set(FileRole):
        return FileRole(value)
    raise InvalidManifest(f"{where}: must be output, supporting or code")


def group_of(value: object, where: str, known: Sequence[FileGroup]) -> str:
    names = [group.name for group in known]
    if value is None and names == [UNNAMED_GROUP]:
        return UNNAMED_GROUP
    if not isinstance(value, str) or value not in names:
        raise InvalidManifest(f"{where}: must be the name of one of the groups")
    return value


def require_outputs(known: Sequence[FileGroup], outputs: frozenset[str]) -> None:
    """Raises: InvalidManifest, for a group in which nothing is meant to leave."""
    for group in known:
        if group.name not in outputs:
            raise InvalidManifest(f"groups: {group.name} has no output file, so nothing to release")


def _named(value: object, where: str) -> FileGroup:
    body = members(value, where.rstrip("."), _GROUP_KEYS)
    name = storable_text(body.get("name"), f"{where}name", most=MAX_NAME_LETTERS)
    if not name or not name.isprintable():
        raise InvalidManifest(f"{where}name: must be one line of text")
    return _group(body, where, name)


def _group(body: Mapping[str, object], where: str, name: str) -> FileGroup:
    return FileGroup(
        name=name,
        context=storable_text(body.get("context", ""), f"{where}context", most=MAX_WORDS_LETTERS),
        controls=storable_text(
            body.get("controls", ""), f"{where}controls", most=MAX_WORDS_LETTERS
        ),
    )
