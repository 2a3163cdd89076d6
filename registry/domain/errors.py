"""Every error of the registry that a caller can act on, in one tree.

RegistryError
├── NotFound             404  no such thing, or not yours to see
├── WrongFile            422  a file that cannot be applied; carries every problem found
├── NotValid             422  what was asked for makes no sense
├── WrongPassword        401  the name or the password is wrong; never says which
├── WrongCode            422  a code of a second factor is wrong, or was used before
├── TooManyAttempts      401  too many wrong passwords; wait
└── WeakPassword         422  a password that may not be set

`code` is the stable name that clients rely on; the message is for people and may change.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, and where: `path` reads like `project.members[2]`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class RegistryError(Exception):
    code: ClassVar[str] = "registry_error"
    http_status: ClassVar[int] = 500


class NotFound(RegistryError):
    code = "not_found"
    http_status = 404


class NotValid(RegistryError):
    code = "not_valid"
    http_status = 422


class WrongFile(RegistryError):
    code = "wrong_file"
    http_status = 422

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        super().__init__(f"{file}: {len(problems)} problem(s)")
        self.file = file
        self.problems = tuple(problems)


class WrongPassword(RegistryError):
    code = "wrong_password"
    http_status = 401


class WrongCode(RegistryError):
    code = "wrong_code"
    http_status = 422


class TooManyAttempts(RegistryError):
    code = "too_many_attempts"
    http_status = 401


class WeakPassword(RegistryError):
    code = "weak_password"
    http_status = 422
