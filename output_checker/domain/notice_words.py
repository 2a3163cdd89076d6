"""What is said about each kind of notice, where it leads, and whether it is mailed by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from output_checker.domain.notice import Notice, NoticeKind


class Delivery(StrEnum):
    """How a person wants notices of a kind beside seeing them in Haven."""

    EACH = "each"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Attributes: `place` is the page; with `/` at its end, the id of what it is about follows."""

    words: str
    place: str = "/requests/"
    by_default: Delivery = Delivery.EACH


_REVIEW: Final = "/review/"
_HERE: Final = "/notices"
_APPLICATION: Final = "/applications/"
_INPUTS: Final = "/projects/{project_id}/inputs"

MANNERS: Final[Mapping[NoticeKind, Manner]] = MappingProxyType(
    {
        NoticeKind.FINDINGS_READY: Manner(
            words="Your files have been checked", by_default=Delivery.OFF
        ),
        NoticeKind.SUBMITTED: Manner(words="A request waits for checkers", place=_REVIEW),
        NoticeKind.TAKEN_OVER: Manner(
            words="Another checker took your place in a review", place=_REVIEW
        ),
        NoticeKind.VOTE_WANTED: Manner(words="A review waits for your vote", place=_REVIEW),
        NoticeKind.VOTES_DIFFER: Manner(words="Checkers see each other's votes now", place=_REVIEW),
        NoticeKind.SIGN_OFF_WANTED: Manner(
            words="A request waits for a sign-off by an owner of the data", place=_REVIEW
        ),
        NoticeKind.OVERRIDE_WANTED: Manner(
            words="A request with a failing file waits for those who override", place=_REVIEW
        ),
        NoticeKind.REVIEW_DUE: Manner(words="A review is due within a day", place=_REVIEW),
        NoticeKind.REVIEW_OVERDUE: Manner(words="A review is overdue", place=_REVIEW),
        NoticeKind.RETURNED: Manner(words="Changes to your request are asked for"),
        NoticeKind.APPROVED: Manner(words="Your request is approved", by_default=Delivery.OFF),
        NoticeKind.REJECTED: Manner(words="Your request is rejected"),
        NoticeKind.RELEASED: Manner(words="Files are released and can be collected"),
        NoticeKind.RELEASE_REFUSED: Manner(words="Your approved request could not be released"),
        NoticeKind.WITHDRAWN: Manner(
            words="A request you look at was withdrawn", place=_REVIEW, by_default=Delivery.DIGEST
        ),
        NoticeKind.RELEASE_WITHDRAWN: Manner(
            words="A release was withdrawn: delete your copies and do not use them", place=_HERE
        ),
        NoticeKind.LINK_REVOKED: Manner(words="A link of yours was closed", place=_HERE),
        NoticeKind.LINKS_EXPIRE: Manner(words="Links to released files end soon"),
        NoticeKind.DRAFT_EXPIRES: Manner(words="Your request ends soon unless you go on with it"),
        NoticeKind.DRAFT_EXPIRED: Manner(
            words="Your request is over: nothing happened to it for long",
            by_default=Delivery.DIGEST,
        ),
        NoticeKind.RELEASE_EXPIRED: Manner(
            words="A release is over: nobody collected it",
            place=_HERE,
            by_default=Delivery.DIGEST,
        ),
        NoticeKind.EGRESS_FROZEN: Manner(words="Nothing leaves at present", place="/"),
        NoticeKind.EGRESS_THAWED: Manner(words="What was held back may leave again", place="/"),
        NoticeKind.WORKSPACES_FROZEN: Manner(words="Workspaces are frozen", place="/"),
        NoticeKind.WORKSPACES_THAWED: Manner(words="Workspaces may start again", place="/"),
        NoticeKind.ISOLATION_ALERT: Manner(
            words="The isolation probes found something", place="/isolation"
        ),
        NoticeKind.STORE_MISMATCH: Manner(
            words="The release store is not as the ledger says",
            place="/ledger?event=store.mismatch",
        ),
        NoticeKind.INPUT_WAITING: Manner(
            words="A file that comes into a project waits for a checker", place=_INPUTS
        ),
        NoticeKind.INPUT_LAID: Manner(
            words="A file that you brought in is in /inputs",
            place=_INPUTS,
            by_default=Delivery.DIGEST,
        ),
        NoticeKind.INPUT_REFUSED: Manner(
            words="A file that you brought in was refused", place=_INPUTS
        ),
        NoticeKind.INPUT_TAKEN_BACK: Manner(
            words="A file that you brought in was taken out of /inputs",
            place=_INPUTS,
            by_default=Delivery.DIGEST,
        ),
        NoticeKind.APPLICATION_SUBMITTED: Manner(
            words="An application for data waits for an assessor", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_ASSESSED: Manner(
            words="Your application is being assessed",
            place=_APPLICATION,
            by_default=Delivery.OFF,
        ),
        NoticeKind.APPLICATION_REFERRED: Manner(
            words="Your application is with those who vote on it",
            place=_APPLICATION,
            by_default=Delivery.OFF,
        ),
        NoticeKind.APPLICATION_VOTE_WANTED: Manner(
            words="An application for data waits for your vote", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_VOTES_IN: Manner(
            words="An application has all its votes and waits for a decision", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_RETURNED: Manner(
            words="Questions about your application wait for you", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_APPROVED: Manner(
            words="Your application is approved", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_CONDITIONS: Manner(
            words="Conditions of an approval wait to be confirmed", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_REFUSED: Manner(
            words="Your application, or the amendment of it, is refused", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_ACTIVE: Manner(
            words="What an application asked for is given", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_WITHDRAWN: Manner(
            words="An application you judge was withdrawn",
            place=_APPLICATION,
            by_default=Delivery.DIGEST,
        ),
        NoticeKind.APPLICATION_ENDED: Manner(
            words="What an application had given is taken back", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_DUE_SOON: Manner(
            words="Your part in an application is due in a few days", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_DUE_TODAY: Manner(
            words="Your part in an application is due today", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_OVERDUE: Manner(
            words="An application is overdue", place=_APPLICATION
        ),
        NoticeKind.APPLICATION_ENDS_SOON: Manner(
            words="What an application gives ends soon", place=_APPLICATION
        ),
    }
)


def address(notice: Notice) -> str:
    """The page that it leads to, as a path."""
    place = MANNERS[notice.kind].place
    if place == _INPUTS:
        return place.format(project_id=notice.project_id)
    if place == _APPLICATION:
        return f"{place}{notice.application_id or ''}"
    return f"{place}{notice.request_id or ''}" if place in {"/requests/", _REVIEW} else place


def sentence(notice: Notice) -> str:
    """What happened, to which request or application, and by whom: nothing that is in it."""
    about = [f"project {notice.project_id}"] if notice.project_id else []
    if notice.request_id:
        about.append(f"request {notice.request_id[:8]}")
    if notice.application_id:
        about.append(f"application {notice.application_id[:8]}")
    if notice.actor:
        # A command's actor is what its environment says; here it is one line.
        about.append(f"by {''.join(filter(str.isprintable, notice.actor))}")
    words = MANNERS[notice.kind].words
    return f"{words} ({', '.join(about)})" if about else words
