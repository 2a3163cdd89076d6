"""A file somebody wants to take out, as the snapshot holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from output_checker.domain.canonical import sha256_of
from output_checker.domain.file_group import UNNAMED_GROUP, FileRole

# Allow-lists: a verdict this module has never heard of is neither reviewable nor overridable.
REVIEWABLE_VERDICTS: Final = frozenset({"pass", "review"})
_OVERRIDABLE_VERDICT: Final = "fail"
# What was never judged cannot be judged otherwise.
_NOT_JUDGED: Final = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """One checked file of one turn of a request.

    Attributes:
        name: Path relative to the workspace's outputs directory.
        verdict: The engine's word: pass, review or fail.
        findings: The engine's findings as its JSON report spells them.
        previews: Bounded, inert descriptions of its parts for the review page.
    """

    file_id: str
    request_id: str
    turn: int
    position: int
    name: str
    sha256: str
    size_bytes: int
    verdict: str
    dataset: str | None = None
    findings: tuple[Mapping[str, Any], ...] = ()
    previews: tuple[Mapping[str, Any], ...] = ()
    role: FileRole = FileRole.OUTPUT
    group: str = UNNAMED_GROUP

    @property
    def may_leave(self) -> bool:
        """Whether it is one of those that are released; the others are only ever shown."""
        return self.role is FileRole.OUTPUT

    @property
    def is_reviewable(self) -> bool:
        return self.verdict in REVIEWABLE_VERDICTS

    @property
    def can_be_overridden(self) -> bool:
        """Whether people may let it pass though it fails: it was judged, and they can see it."""
        is_judged = all(finding.get("rule") != _NOT_JUDGED for finding in self.findings)
        return self.verdict == _OVERRIDABLE_VERDICT and is_judged and bool(self.previews)


def snapshot_sha256(files: Iterable[OutputFile]) -> str:
    """One hash for names, bytes and roles of a set of files, in order."""
    ordered = sorted(files, key=lambda file: file.position)
    return sha256_of([_entry(file) for file in ordered])


def _entry(file: OutputFile) -> list[str | int]:
    plain: list[str | int] = [file.name, file.sha256, file.size_bytes]
    # As it was hashed before there were roles and groups: what is in review stays what it is.
    if file.may_leave and file.group == UNNAMED_GROUP:
        return plain
    return [*plain, file.role.value, file.group]
