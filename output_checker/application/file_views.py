"""The files of a request as one person may see them: findings, votes, overrides."""

from collections.abc import Collection, Mapping, Sequence

from output_checker.application.request_views import FileView, OverrideView
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.consent import Override
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review, Vote
from output_checker.domain.workflow import BLIND, IN_REVIEW


def file_views(
    request: ReleaseRequest,
    agreement: Agreement,
    votes: Sequence[Review],
    mine: Review | None,
    actor: Actor,
    *,
    checkers: Collection[str],
) -> tuple[FileView, ...]:
    now = [one for one in votes if one.turn == request.turn]
    return tuple(
        FileView(
            file_id=file.file_id,
            name=file.name,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            verdict=file.verdict,
            dataset=file.dataset,
            kind=file.previews[0].get("kind") if file.previews else None,
            findings=file.findings,
            vote=_own_vote(file, mine, request),
            votes=_votes_on(file, now),
            overrides=tuple(
                OverrideView(person=one.person, reason=one.reason, at=one.at)
                for one in _visible_overrides(request, agreement, actor, checkers)
                if one.file_id == file.file_id
            ),
            can_override=can_override(request, agreement, file, actor),
            role=file.role,
            group=file.group,
        )
        for file in agreement.files
    )


def _visible_overrides(
    request: ReleaseRequest, agreement: Agreement, actor: Actor, checkers: Collection[str]
) -> tuple[Override, ...]:
    """A checker's word for a failing file is as good as a vote: not for who still votes blindly."""
    is_blind = request.state in BLIND and request.why_not_check(actor) is None
    hidden = set(checkers) - {actor.username} if is_blind else set()
    return tuple(one for one in agreement.overrides if one.person not in hidden)


def _own_vote(file: OutputFile, mine: Review | None, request: ReleaseRequest) -> Vote:
    """What one said of it; of an earlier turn, only that the very same bytes were fine."""
    if mine is None:
        return Vote.UNDECIDED
    if mine.turn == request.turn:
        said = mine.files.get(file.file_id)
        return said.vote if said and said.sha256 == file.sha256 else Vote.UNDECIDED
    fine = {one.sha256 for one in mine.files.values() if one.vote is Vote.APPROVE}
    return Vote.APPROVE if file.sha256 in fine else Vote.UNDECIDED


def _votes_on(file: OutputFile, reviews: Sequence[Review]) -> Mapping[str, Vote]:
    return {
        one.checker: one.files[file.file_id].vote for one in reviews if file.file_id in one.files
    }


def can_override(
    request: ReleaseRequest, agreement: Agreement, file: OutputFile, actor: Actor
) -> bool:
    return (
        request.state in IN_REVIEW
        and agreement.terms.allows_override
        and file.may_leave
        and file.can_be_overridden
        and request.why_not_override(actor) is None
        and actor.username not in agreement.overriders(file, request.about)
    )
