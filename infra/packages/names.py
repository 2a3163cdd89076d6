"""What packages and their files are called, and what a file's name says.

Source:
    PEP 503 (names), PEP 427 (wheels), PEP 440 (versions and what they must satisfy).
"""

import re
from dataclasses import dataclass
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

LONGEST_NAME: Final = 100
LONGEST_FILE_NAME: Final = 255
_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_FILE: Final = re.compile(r"[A-Za-z0-9_.+!-]+\.whl")


class NotAName(ValueError):
    """A text that no package, file or range of versions can be called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelName:
    """What a wheel's file name says: the package, normalised, and the version."""

    package: str
    version: str


def package_name(text: str) -> str:
    """The name as indexes compare it.

    Raises:
        NotAName: It is not the name of a package.
    """
    if len(text) > LONGEST_NAME or _NAME.fullmatch(text) is None:
        raise NotAName("that is not the name of a package")
    return str(canonicalize_name(text))


def wheel_name(file_name: str) -> WheelName:
    """Read a wheel's file name.

    Raises:
        NotAName: It is not the file name of a wheel.
    """
    if len(file_name) > LONGEST_FILE_NAME or _FILE.fullmatch(file_name) is None:
        raise NotAName("that is not the file name of a wheel")
    try:
        package, version, _build, _tags = parse_wheel_filename(file_name)
    except InvalidWheelFilename:
        raise NotAName("that is not the file name of a wheel") from None
    return WheelName(package=str(package), version=str(version))


def version(text: str) -> str:
    """A version as it is kept.

    Raises:
        NotAName: It is not a version.
    """
    try:
        return str(Version(text))
    except InvalidVersion:
        raise NotAName("that is not a version") from None


def versions(text: str) -> str:
    """A range of versions as it is kept; empty: every version.

    Raises:
        NotAName: It is not a range of versions.
    """
    try:
        return str(SpecifierSet(text))
    except InvalidSpecifier:
        raise NotAName("that is no range of versions; write one as '>=1.2,<2'") from None


def satisfies(version: str, wanted: str) -> bool:
    return SpecifierSet(wanted).contains(version, prereleases=True)
