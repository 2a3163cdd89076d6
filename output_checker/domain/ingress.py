"""A file on its way into a project: the airlock in reverse, as one table of steps."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, InvalidOutput, InvalidTransition
from output_checker.domain.output_name import require_safe_path, shown

MOST_WORDS: Final = 2000


class IngressState(StrEnum):
    """`leaving` is still in `/inputs` for as long as it takes to remove it."""

    QUARANTINED = "quarantined"
    WAITING = "waiting"
    APPROVED = "approved"
    LAID = "laid"
    LEAVING = "leaving"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class IngressAction(StrEnum):
    RECORD_SCAN = "record_scan"
    STOP = "stop"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAY = "lay"
    TAKE_BACK = "take_back"
    REMOVE = "remove"


class IngressRole(StrEnum):
    """As whom a step is taken: an `admin` ends and never approves."""

    AUTHOR = "author"
    CHECKER = "checker"
    ADMIN = "admin"
    SYSTEM = "system"


class IngressNeed(StrEnum):
    NOTHING = ""
    REASON = "a reason in words"
    ANSWER = "a reason in words, where the scan found something"


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressStep:
    to: IngressState
    by: tuple[IngressRole, ...]
    need: IngressNeed = IngressNeed.NOTHING


_S, _A = IngressState, IngressAction
_AUTHOR: Final = (IngressRole.AUTHOR,)
_CHECKER: Final = (IngressRole.CHECKER,)
_SYSTEM: Final = (IngressRole.SYSTEM,)
_STOPPED: Final = IngressStep(to=_S.REFUSED, by=_SYSTEM, need=IngressNeed.REASON)
_TAKEN_BACK: Final = IngressStep(
    to=_S.LEAVING,
    by=(IngressRole.AUTHOR, IngressRole.CHECKER, IngressRole.ADMIN),
    need=IngressNeed.REASON,
)

# The whole workflow is this table. docs/reference/ingress-states.md is drawn from it.
INGRESS: Final[Mapping[tuple[IngressState, IngressAction], IngressStep]] = MappingProxyType(
    {
        (_S.QUARANTINED, _A.RECORD_SCAN): IngressStep(to=_S.WAITING, by=_SYSTEM),
        (_S.QUARANTINED, _A.STOP): _STOPPED,
        (_S.QUARANTINED, _A.WITHDRAW): IngressStep(to=_S.WITHDRAWN, by=_AUTHOR),
        (_S.WAITING, _A.APPROVE): IngressStep(to=_S.APPROVED, by=_CHECKER, need=IngressNeed.ANSWER),
        (_S.WAITING, _A.REFUSE): IngressStep(to=_S.REFUSED, by=_CHECKER, need=IngressNeed.REASON),
        (_S.WAITING, _A.WITHDRAW): IngressStep(to=_S.WITHDRAWN, by=_AUTHOR),
        (_S.APPROVED, _A.LAY): IngressStep(to=_S.LAID, by=_SYSTEM),
        (_S.APPROVED, _A.STOP): _STOPPED,
        (_S.APPROVED, _A.TAKE_BACK): _TAKEN_BACK,
        (_S.LAID, _A.TAKE_BACK): _TAKEN_BACK,
        (_S.LEAVING, _A.REMOVE): IngressStep(to=_S.TAKEN_BACK, by=_SYSTEM),
    }
)
# In these its name is taken in the project.
UNDER_WAY: Final = frozenset(was for was, _ in INGRESS)
# In these the worker has something to do.
FOR_THE_WORKER: Final = frozenset(
    was for (was, _), step in INGRESS.items() if IngressRole.SYSTEM in step.by
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanNote:
    """What the reader noticed, in words with counts and places and never the file's text."""

    kind: str
    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the sandboxed reader made of a file.

    Attributes:
        stops: Why nobody may let it in, in words; empty where a person may decide.
        notes: What a person who lets it in has to answer.
        excerpt: Its beginning as text, for who decides.
        is_whole: Whether the excerpt is all of what it says.
    """

    kind: str = ""
    stops: str = ""
    notes: tuple[ScanNote, ...] = ()
    excerpt: str = ""
    is_whole: bool = True

    @property
    def asks_for_words(self) -> bool:
        return bool(self.notes) or not self.is_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """Attributes: `decided_by` is who approved or refused; `reason` what was said last."""

    input_id: str
    project_id: str
    author: str
    name: str
    purpose: str
    sha256: str
    size_bytes: int
    state: IngressState
    created_at: datetime
    updated_at: datetime
    version: int = 1
    scan: Scan | None = None
    decided_by: str = ""
    reason: str = ""

    @property
    def folded_name(self) -> str:
        return folded(self.name)


def require_input_name(name: str) -> str:
    """Raises: InvalidOutput: It is not one plain name for a file in `/inputs`."""
    if "/" in name:
        raise InvalidOutput(f"{shown(name)}: files lie side by side in /inputs, without folders")
    require_safe_path(name)
    return name


def folded(name: str) -> str:
    """The same for names that differ only by case or by Unicode spelling."""
    return unicodedata.normalize("NFKC", name).casefold()


def require_words(words: str, what: str) -> str:
    """Raises: InvalidOutput: There are none, or too many."""
    said = words.strip()
    if not said:
        raise InvalidOutput(f"Give {what}")
    if len(said) > MOST_WORDS:
        raise InvalidOutput(f"Give {what} of at most {MOST_WORDS} characters")
    return said


def why_not_decide(file: IncomingFile, actor: Actor) -> str | None:
    """As for what leaves: never the author, never a member, and a checker of the project."""
    if actor.username == file.author:
        return "Nobody decides about a file that they bring in themselves"
    return actor.why_not_check(project_id=file.project_id, author=file.author)


def may_take(file: IncomingFile, action: IngressAction, actor: Actor) -> bool:
    """Whether this person may take this step now; the need of words is not asked."""
    step = INGRESS.get((file.state, action))
    return step is not None and any(_is(role, file, actor) for role in step.by)


def take(
    file: IncomingFile,
    action: IngressAction,
    *,
    actor: Actor,
    at: datetime,
    words: str = "",
    scan: Scan | None = None,
) -> IncomingFile:
    """The file after a step.

    Raises:
        Forbidden: It is not this person's to take.
        InvalidTransition: Not from here.
        InvalidOutput: Words are missing.
    """
    step = INGRESS.get((file.state, action))
    by = step.by if step else _anywhere(action)
    if not any(_is(role, file, actor) for role in by):
        raise Forbidden(_why_not(file, action, actor))
    if step is None:
        available = frozenset(one.value for was, one in INGRESS if was is file.state)
        raise InvalidTransition(file.state, action, available)
    must = step.need is IngressNeed.REASON or (
        step.need is IngressNeed.ANSWER and (file.scan is None or file.scan.asks_for_words)
    )
    said = require_words(words, "a reason") if must or words.strip() else ""
    is_decision = action in {_A.APPROVE, _A.REFUSE}
    return replace(
        file,
        state=step.to,
        updated_at=at,
        scan=scan or file.scan,
        decided_by=actor.username if is_decision else file.decided_by,
        reason=said or file.reason,
    )


def _anywhere(action: IngressAction) -> tuple[IngressRole, ...]:
    """Who takes a step wherever it is there: others are refused before they learn of a state."""
    return tuple({role for (_, one), step in INGRESS.items() if one is action for role in step.by})


def _is(role: IngressRole, file: IncomingFile, actor: Actor) -> bool:
    match role:
        case IngressRole.SYSTEM:
            return actor.is_system
        case IngressRole.AUTHOR:
            return actor.username == file.author and file.project_id in actor.member_of
        case IngressRole.CHECKER:
            return why_not_decide(file, actor) is None
        case IngressRole.ADMIN:
            return actor.is_admin


def _why_not(file: IncomingFile, action: IngressAction, actor: Actor) -> str:
    if action in {_A.APPROVE, _A.REFUSE}:
        return why_not_decide(file, actor) or "This is not yours to do"
    return "This is not yours to do"
