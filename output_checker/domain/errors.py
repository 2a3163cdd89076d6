"""Every error a caller can act on, in one tree.

OutputCheckerError
├── NotFound                 404  no such thing, or not yours to see
├── Forbidden                403  you may see it, you may not do this
│   └── EgressFrozen              nothing leaves at present
├── Conflict                 409  it moved while you were looking
│   ├── InvalidTransition
│   ├── ConcurrentUpdate
│   ├── AlreadyVoted
│   └── StaleReview
├── LinkClosed               410  the link was yours, and is over
├── InvalidSubmission        422  the content of the request is wrong
│   ├── InvalidManifest
│   └── InvalidOutput
├── IntegrityLost            500  stored bytes are not the bytes that were reviewed
└── DependencyUnavailable    503  database, store or workspace did not answer
    └── StoreDoesNotLock

`code` is the stable name clients and tests rely on; the message is for people and
may change. Messages name identifiers and states only, never file contents.
"""

from typing import ClassVar


class OutputCheckerError(Exception):
    code: ClassVar[str] = "output_checker"
    http_status: ClassVar[int] = 500


class NotFound(OutputCheckerError):
    code = "not_found"
    http_status = 404


class Forbidden(OutputCheckerError):
    code = "forbidden"
    http_status = 403


class EgressFrozen(Forbidden):
    code = "egress_frozen"


class Conflict(OutputCheckerError):
    code = "conflict"
    http_status = 409


class InvalidTransition(Conflict):
    """The action is not available from the request's present state.

    Carries the actions that are available, so that a page can offer them.
    """

    code = "invalid_transition"

    def __init__(self, state: str, action: str, available: frozenset[str]) -> None:
        offer = ", ".join(sorted(available)) or "nothing"
        super().__init__(f"Cannot {action} a request that is {state}; available: {offer}")
        self.state = state
        self.action = action
        self.available = available


class ConcurrentUpdate(Conflict):
    code = "concurrent_update"


class AlreadyVoted(Conflict):
    code = "already_voted"


class StaleReview(Conflict):
    """The files changed after the reviewer opened them."""

    code = "stale_review"


class LinkClosed(OutputCheckerError):
    code = "link_closed"
    http_status = 410


class InvalidSubmission(OutputCheckerError):
    code = "invalid_submission"
    http_status = 422


class InvalidManifest(InvalidSubmission):
    code = "invalid_manifest"


class InvalidOutput(InvalidSubmission):
    code = "invalid_output"


class IntegrityLost(OutputCheckerError):
    code = "integrity_lost"
    http_status = 500


class DependencyUnavailable(OutputCheckerError):
    code = "dependency_unavailable"
    http_status = 503


class StoreDoesNotLock(DependencyUnavailable):
    code = "store_does_not_lock"
