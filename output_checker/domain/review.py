"""What reviewers say about one turn of a request: about each file, and about the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from output_checker.domain.output_file import OutputFile


class Vote(StrEnum):
    """`return` asks for changes. A review that is not finished is `undecided`."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    UNDECIDED = "undecided"


# A file is mended or let go; only a request as a whole is rejected.
FILE_VOTES: Final = frozenset({Vote.APPROVE, Vote.RETURN, Vote.UNDECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVote:
    """A word on exactly the bytes that `sha256` stands for."""

    vote: Vote
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One checker's word on exactly the bytes that `snapshot_sha256` stands for.

    Attributes:
        files: The votes on single files, by their id.
        is_blind: Whether it was decided without sight of the others' votes.
    """

    request_id: str
    turn: int
    checker: str
    vote: Vote
    comment: str
    snapshot_sha256: str
    at: datetime
    files: Mapping[str, FileVote] = field(default_factory=dict)
    is_blind: bool = True

    @property
    def is_finished(self) -> bool:
        return self.vote is not Vote.UNDECIDED

    def is_of(self, *, turn: int, snapshot_sha256: str) -> bool:
        return self.turn == turn and self.snapshot_sha256 == snapshot_sha256

    def approves(self, file: OutputFile) -> bool:
        said = self.files.get(file.file_id)
        return said is not None and said.vote is Vote.APPROVE and said.sha256 == file.sha256

    def approves_all(self, files: Iterable[OutputFile]) -> bool:
        return self.vote is Vote.APPROVE and all(self.approves(file) for file in files)


def votes_on(files: Iterable[OutputFile], votes: Mapping[str, Vote]) -> dict[str, FileVote]:
    """Votes by file id, tied to the bytes; one that is not there is undecided."""
    return {
        file.file_id: FileVote(vote=votes.get(file.file_id, Vote.UNDECIDED), sha256=file.sha256)
        for file in files
    }
