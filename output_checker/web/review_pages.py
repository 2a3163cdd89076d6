"""What the pages of a review show: one chosen file between the list of files and what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from output_checker.application.record_view import FilePreview
from output_checker.application.request_views import FileView, RequestView
from output_checker.application.review import MAX_COMMENT_LETTERS
from output_checker.domain.claim import Claim
from output_checker.domain.errors import NotFound
from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.domain.review import Vote
from output_checker.web.previews import FilePanel, GroupPanel, file_panels, group_panels


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteForm:
    """What was filled in, and what is wrong with it."""

    turn: int
    files: Mapping[str, Vote]
    vote: str = ""
    comment: str = ""
    vote_error: str | None = None
    comment_error: str | None = None
    max_comment_letters: int = MAX_COMMENT_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteTable:
    """The votes of a turn side by side: a line for each file, a column for each checker."""

    checkers: tuple[str, ...]
    files: tuple[tuple[str, tuple[Vote | None, ...]], ...]
    whole: tuple[Vote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A review with one file open; `form` is None where this viewer cannot vote (any more).

    Attributes:
        groups: With their files in the order of the list; `file_count` counts these.
        panel, group: The chosen file and its group; None while there are no files.
        others: Claims of other checkers.
        table: The votes of this turn, where the viewer may see those of others.
    """

    request: RequestView
    groups: tuple[GroupPanel, ...]
    file_count: int
    panel: FilePanel | None
    group: FileGroup | None
    form: VoteForm | None
    next_step: str | None
    is_overdue: bool
    is_mine: bool
    others: tuple[Claim, ...]
    table: VoteTable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidePage:
    """What the checker is about to say, and what would leave if all say so.

    Attributes:
        panels: The files that would leave.
        shown_only: Those that stay: supporting files and code.
    """

    request: RequestView
    form: VoteForm
    panels: tuple[FilePanel, ...]
    shown_only: tuple[FilePanel, ...]
    table: VoteTable | None


def grouped(view: RequestView, previews: Sequence[FilePreview] = ()) -> tuple[GroupPanel, ...]:
    """Groups with their files, numbered from 1 in the order in which they are listed."""
    roles = list(FileRole)
    names = [group.name for group in view.groups]
    known = [file for file in view.files if file.group in names]
    in_order = sorted(known, key=lambda file: (names.index(file.group), roles.index(file.role)))
    return group_panels(view.groups, file_panels(in_order, previews))


def listed(groups: Sequence[GroupPanel]) -> tuple[FilePanel, ...]:
    return tuple(panel for one in groups for panel in one.panels)


def chosen(groups: Sequence[GroupPanel], number: int) -> tuple[FilePanel | None, FileGroup | None]:
    """The file of that number and its group; of no files at all, none.

    Raises:
        NotFound: There are files, but none of that number.
    """
    for one in groups:
        for panel in one.panels:
            if panel.number == number:
                return panel, one.group
    if listed(groups):
        raise NotFound("There is no such file in this request")
    return None, None


def vote_table(view: RequestView) -> VoteTable | None:
    """None while this viewer sees the vote of one checker at most."""
    now = [one for one in view.votes if one.turn == view.summary.turn]
    outputs = [file for file in view.files if file.may_leave]
    if len(now) < 2:  # noqa: PLR2004 - side by side is two
        return None
    checkers = tuple(one.checker for one in now)
    return VoteTable(
        checkers=checkers,
        files=tuple((file.name, _votes_on(file, checkers)) for file in outputs),
        whole=tuple(one.vote for one in now),
    )


def said_so_far(view: RequestView) -> dict[str, Vote]:
    """The votes of this checker, by the ids of the files that would leave."""
    return {file.file_id: file.vote for file in view.files if file.may_leave}


def fresh_form(view: RequestView) -> VoteForm:
    """What this checker said so far, to go on with."""
    return VoteForm(
        turn=view.summary.turn,
        files=said_so_far(view),
        comment=view.comment,
    )


def _votes_on(file: FileView, checkers: Sequence[str]) -> tuple[Vote | None, ...]:
    votes = file.votes or {}
    return tuple(votes.get(checker) for checker in checkers)
