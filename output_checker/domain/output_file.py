"""A file somebody wants to take out, as the snapshot holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from output_checker.domain.canonical import sha256_of


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


def snapshot_sha256(files: Iterable[OutputFile]) -> str:
    """One hash for names and bytes of a set of files, in order."""
    ordered = sorted(files, key=lambda file: file.position)
    return sha256_of([[file.name, file.sha256, file.size_bytes] for file in ordered])
