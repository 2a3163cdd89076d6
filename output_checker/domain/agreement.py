"""Whether everybody who must agree has agreed, on exactly the bytes that are there."""

from collections.abc import Iterator
from dataclasses import dataclass

from output_checker.domain.consent import Override, SignOff
from output_checker.domain.output_file import OutputFile, snapshot_sha256
from output_checker.domain.rerun import Rerun
from output_checker.domain.review import Review, Vote
from output_checker.domain.terms import DEFAULT_TERMS, REQUIRED_OVERRIDES, RerunRule, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an agreement must be about: one turn of one person's request."""

    author: str
    turn: int
    snapshot_sha256: str
    required_reviews: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The files of a turn, and all that was said about them by people who may still say it."""

    files: tuple[OutputFile, ...] = ()
    reviews: tuple[Review, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    overrides: tuple[Override, ...] = ()
    terms: Terms = DEFAULT_TERMS
    rerun: Rerun | None = None

    @property
    def outputs(self) -> tuple[OutputFile, ...]:
        """The files that would leave: a vote is on each of these."""
        return tuple(file for file in self.files if file.may_leave)

    def decided(self, about: About) -> tuple[Review, ...]:
        """Finished reviews of these bytes, one a checker."""
        found = {
            review.checker: review
            for review in self.reviews
            if review.is_of(turn=about.turn, snapshot_sha256=about.snapshot_sha256)
            and review.is_finished
            and review.checker != about.author
        }
        return tuple(found.values())

    def reviews_needed(self, about: About) -> int:
        return max(about.required_reviews, self.terms.reviews)

    def common_vote(self, about: About) -> Vote | None:
        """What enough checkers said with one voice: None while they are too few, or differ."""
        votes = {review.vote for review in self.decided(about)}
        return votes.pop() if self.is_voted(about) and len(votes) == 1 else None

    def is_voted(self, about: About) -> bool:
        """Whether as many have finished as must."""
        return len(self.decided(about)) >= self.reviews_needed(about)

    def missing(self, about: About) -> Iterator[str]:
        """Everything that stands in the way of a release, in words; nothing: it may leave."""
        if not self.outputs or snapshot_sha256(self.files) != about.snapshot_sha256:
            yield "The list of files is not the one that was reviewed"
        decided = self.decided(about)
        approving = [review for review in decided if review.approves_all(self.outputs)]
        if len(approving) < self.reviews_needed(about):
            yield f"{self.reviews_needed(about)} different checkers must approve every file"
        if len(approving) < len(decided):
            yield "Checkers disagree"
        for file in self.outputs:
            yield from self._missing_override(file, about)
        for dataset in self.unsigned(about):
            yield f"An owner of {dataset} must sign off"
        if why := self.why_not_rerun(about):
            yield why

    def why_not_rerun(self, about: About) -> str | None:
        """Why these files are not those that their notebook makes, where the project asks it."""
        if self.terms.rerun is not RerunRule.REQUIRE:
            return None
        if self.rerun is None:
            return (
                "In this project the notebook that makes the files is run again; name it (notebook)"
            )
        if self.rerun.made(turn=about.turn, snapshot_sha256=about.snapshot_sha256):
            return None
        if self.rerun.is_open:
            return "Its notebook is run again first; it goes to review when the files are the same"
        return "Its notebook did not make the same files when it was run again"

    def unsigned(self, about: About) -> tuple[str, ...]:
        """The datasets of which an owner must still agree, in order."""
        return tuple(sorted(self.terms.sign_offs - self.signed_off(about)))

    def signed_off(self, about: About) -> frozenset[str]:
        """The datasets of which an owner agreed who is neither the author nor a voter."""
        voters = {review.checker for review in self.decided(about)}
        return frozenset(
            one.dataset
            for one in self.sign_offs
            if (one.turn, one.snapshot_sha256) == (about.turn, about.snapshot_sha256)
            and one.owner not in voters | {about.author}
        )

    def overriders(self, file: OutputFile, about: About) -> frozenset[str]:
        return frozenset(
            one.person
            for one in self.overrides
            if (one.file_id, one.sha256) == (file.file_id, file.sha256)
            and one.person != about.author
            and one.reason.strip()
        )

    def not_overridden(self, about: About) -> tuple[OutputFile, ...]:
        """The failing files that too few have let pass, where people may."""
        return tuple(
            file
            for file in self.outputs
            if self._may_be_overridden(file)
            and len(self.overriders(file, about)) < REQUIRED_OVERRIDES
        )

    def _may_be_overridden(self, file: OutputFile) -> bool:
        may = self.terms.allows_override and file.can_be_overridden
        return may and not file.is_reviewable

    def _missing_override(self, file: OutputFile, about: About) -> Iterator[str]:
        if file.is_reviewable:
            return
        if not self._may_be_overridden(file):
            yield f"File {file.position + 1} fails, and nobody may override that"
        elif file in self.not_overridden(about):
            yield f"File {file.position + 1} fails; {REQUIRED_OVERRIDES} people must override that"
