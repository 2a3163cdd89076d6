"""A project: who works on which data, who checks what comes out, until when."""

from dataclasses import dataclass
from datetime import date

from registry.domain.dataset import VersionId
from registry.domain.limits import DEFAULT_LIMITS, Limits
from registry.domain.tier import DEFAULT_TIER, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as its file describes it.

    A member may be named as a checker too; the review refuses their vote. The file is allowed
    to say it because a person can join one project of many that they check.
    """

    project_id: str
    title: str
    ends_on: date
    policy: str
    tier: Tier = DEFAULT_TIER
    limits: Limits = DEFAULT_LIMITS
    is_closed: bool = False
    members: frozenset[str] = frozenset()
    checkers: frozenset[str] = frozenset()
    grants: frozenset[VersionId] = frozenset()

    def short_of_checkers(self, required: int) -> dict[str, int]:
        """The members whose requests nobody could approve: for each, how many may check theirs.

        Args:
            required: How many different checkers must approve a request.
        """
        may_check = {member: len(self.checkers - {member}) for member in sorted(self.members)}
        return {member: count for member, count in may_check.items() if count < required}
