"""Who may do what: one table, from which docs/reference/roles.md is drawn.

A test walks it against the running portal, another against the page.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Who(StrEnum):
    """People, each with this role alone. Who has several may do what each of them may."""

    AUTHOR = "author"
    MEMBER = "other member"
    CHECKER = "checker"
    OWNER = "owner"
    OVERRIDER = "overrider"
    RECIPIENT = "recipient"
    STEWARD = "steward"
    ADMIN = "admin"
    AUDITOR = "auditor"
    OTHER = "anybody else"


_WHO_WORDS: Final = {
    Who.AUTHOR: "works on the project, and made the output that the line is about",
    Who.MEMBER: "works on the project",
    Who.CHECKER: "checks the project's outputs",
    Who.OWNER: "is named in the project as who signs off for a dataset",
    Who.OVERRIDER: "is named in the project as one of those who override",
    Who.RECIPIENT: "is named in the request as who gets the release",
    Who.STEWARD: "is a steward of the organisation whose data the project uses",
    Who.ADMIN: "administers the platform",
    Who.AUDITOR: "reads what happened",
    Who.OTHER: "is signed in and has no part in the project",
}
EVERYBODY: Final = frozenset(Who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that some may do.

    Attributes:
        address: Method and path; nothing where the portal has no address for it.
        may: Who; everybody else is refused.
    """

    words: str
    may: AbstractSet[Who]
    address: str = ""


DEEDS: Final = (
    Deed(
        words="Start a workspace on the project's data",
        address="GET /internal/workspaces/{username}/{project_id}",
        may={Who.AUTHOR, Who.MEMBER},
    ),
    Deed(
        words="See the project: its people, data and limits",
        address="GET /projects/{project_id}",
        may={Who.AUTHOR, Who.MEMBER, Who.CHECKER, Who.ADMIN, Who.AUDITOR},
    ),
    Deed(
        words="See what was brought into the project",
        address="GET /projects/{project_id}/inputs",
        may={Who.AUTHOR, Who.MEMBER, Who.CHECKER, Who.ADMIN, Who.AUDITOR},
    ),
    Deed(
        words="Bring a file into the project",
        address="POST /projects/{project_id}/inputs",
        may={Who.AUTHOR, Who.MEMBER},
    ),
    Deed(
        words="Let a file that was brought in into `/inputs`",
        address="POST /projects/{project_id}/inputs/{input_id}/step",
        may={Who.CHECKER},
    ),
    Deed(
        words="See a request, and what the rules found",
        address="GET /requests/{request_id}",
        may={Who.AUTHOR, Who.MEMBER, Who.CHECKER, Who.OWNER, Who.OVERRIDER, Who.AUDITOR},
    ),
    Deed(
        words="See the output itself on a page",
        address="GET /requests/{request_id}/files/{file_id}/preview",
        may={Who.CHECKER, Who.OWNER, Who.OVERRIDER},
    ),
    Deed(
        words="Vote on an output",
        address="POST /review/{request_id}/vote",
        may={Who.CHECKER},
    ),
    Deed(
        words="Let a failing file pass, together with another",
        address="POST /review/{request_id}/files/{file_id}/override",
        may={Who.OVERRIDER},
    ),
    Deed(
        words="Sign off for a dataset",
        address="POST /review/{request_id}/sign-off",
        may={Who.OWNER},
    ),
    Deed(
        words="Take a request back",
        address="POST /requests/{request_id}/withdraw",
        may={Who.AUTHOR},
    ),
    Deed(
        words="Take a release back, which an admin does without seeing it",
        address="GET /requests/{released_id}/withdraw-release",
        may={Who.AUTHOR, Who.OWNER, Who.ADMIN},
    ),
    Deed(
        words="Collect a released file",
        address="GET /collect/{token}",
        may={Who.RECIPIENT},
    ),
    Deed(
        words="Decide about a request for the organisation's data, but never their own",
        may={Who.STEWARD},
    ),
    Deed(
        words="See the certificate of what became of a closed project's files",
        address="GET /projects/{project_id}/certificate",
        may={Who.OWNER, Who.STEWARD, Who.ADMIN, Who.AUDITOR},
    ),
    Deed(
        words="See which organisations there are",
        address="GET /organisations",
        may=EVERYBODY,
    ),
    Deed(
        words="See people and their training: a steward, their own organisation's",
        address="GET /people",
        may={Who.STEWARD, Who.ADMIN, Who.AUDITOR},
    ),
    Deed(
        words="Stop somebody's workspace",
        address="GET /workspaces/{username}/{project_id}/stop",
        may={Who.ADMIN},
    ),
    Deed(
        words="Freeze workspaces",
        address="POST /workspaces/freeze",
        may={Who.ADMIN},
    ),
    Deed(
        words="Freeze all that leaves",
        address="POST /egress/freeze",
        may={Who.ADMIN},
    ),
    Deed(
        words="See which workspaces run, what is frozen and what crosses",
        address="GET /workspaces",
        may={Who.ADMIN, Who.AUDITOR},
    ),
    Deed(
        words="Read the ledger",
        address="GET /ledger",
        may={Who.ADMIN, Who.AUDITOR},
    ),
)


def as_markdown() -> str:
    """The page: the roles in words, then a line for each deed and a column for each role."""
    lines = [
        "# Who may do what",
        "",
        "Drawn from `DEEDS` in `portal/who_may.py` by `python -m portal.draw_roles`; a test fails",
        "when the two differ, and another tries each cell on the running portal.",
        "",
        *(f"- **{who}** {_WHO_WORDS[who]}" for who in Who),
        "",
        "Each column is somebody with that role alone. Who has several may do what each of them",
        "may, but nobody checks, signs off, overrides or decides about what they or a project of",
        "their own ask for. Being an admin gives no data and no role of data: roles are given in",
        "files, with `haven apply` on the machine, and each is a line of the ledger.",
        "",
        f"| | {' | '.join(Who)} |",
        f"|---|{'---|' * len(Who)}",
    ]
    for deed in DEEDS:
        marks = " | ".join("yes" if who in deed.may else "no" for who in Who)
        lines.append(f"| {deed.words} | {marks} |")
    return "\n".join([*lines, ""])
