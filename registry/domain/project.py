"""A project: who works on which data, who checks what comes out, until when."""

from dataclasses import dataclass
from datetime import date

from registry.domain.closure import Closure
from registry.domain.dataset import VersionId
from registry.domain.grant import Grant
from registry.domain.limits import DEFAULT_LIMITS, Limits
from registry.domain.release_terms import DEFAULT_TERMS, ReleaseTerms
from registry.domain.tier import DEFAULT_TIER, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as its file describes it.

    A member may be named as a checker too; the review refuses their vote. The file is allowed
    to say it because a person can join one project of many that they check.

    Attributes:
        training: The courses that its members must have completed.
        networks: From where its workspaces are opened, as `192.0.2.0/24`; none: from anywhere.
        closure: What becomes of its files once it is over; None: they stay.
    """

    project_id: str
    title: str
    ends_on: date
    policy: str
    tier: Tier = DEFAULT_TIER
    limits: Limits = DEFAULT_LIMITS
    release: ReleaseTerms = DEFAULT_TERMS
    is_closed: bool = False
    training: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    closure: Closure | None = None
    members: frozenset[str] = frozenset()
    checkers: frozenset[str] = frozenset()
    grants: frozenset[Grant] = frozenset()

    @property
    def versions(self) -> frozenset[VersionId]:
        """The dataset versions that it is given, whole or in part."""
        return frozenset(grant.version_id for grant in self.grants)

    def short_of_checkers(self, required: int) -> dict[str, int]:
        """The members whose requests nobody could approve: for each, how many may check theirs.

        Args:
            required: How many different checkers must approve a request.
        """
        may_check = {member: len(self._may_check(member)) for member in sorted(self.members)}
        return {member: count for member, count in may_check.items() if count < required}

    def _may_check(self, member: str) -> frozenset[str]:
        pairs = self.release.conflicts
        return self.checkers - {member} - {one.checker for one in pairs if one.author == member}
