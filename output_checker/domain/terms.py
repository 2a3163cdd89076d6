"""What a project and its datasets ask of people before an output may leave, as of now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from output_checker.domain.release_class import ReleaseClass

REQUIRED_REVIEWS: Final = 2
REQUIRED_OVERRIDES: Final = 2


class RerunRule(StrEnum):
    """Whether a request's notebook is run again, and whether it must make the same files."""

    OFF = "off"
    ADVISE = "advise"
    REQUIRE = "require"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms:
    """What a project asks of a class of releases, beside what it asks of all.

    Attributes:
        link_days: How long links work; None: as long as the installation's.
        retention_days: How long a release is locked; None: as long as the installation's.
    """

    reviews: int = REQUIRED_REVIEWS
    link_days: int | None = None
    retention_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for a project's requests.

    Attributes:
        reviews: How many different checkers must approve: the most that anybody asks for.
        sign_offs: The datasets of which an owner must agree.
        allows_override: Whether there are people who may let a failing file pass.
        due_days: Working days that checkers have.
        draft_days: After how many days without a movement an unsubmitted request is over.
        uncollected_days: After how many days a release that nobody collected is over.
        rerun: What a run of the request's notebook in a fresh workspace means here.
        rerun_seconds: How long that may take.
        classes: What is asked of some classes of releases, beside that.
        link_days, retention_days: Of the release at hand, where its classes say so.
    """

    reviews: int = REQUIRED_REVIEWS
    sign_offs: frozenset[str] = frozenset()
    allows_override: bool = False
    due_days: int = 5
    draft_days: int = 90
    uncollected_days: int = 30
    rerun: RerunRule = RerunRule.ADVISE
    rerun_seconds: int = 600
    classes: Mapping[ReleaseClass, ClassTerms] = field(default_factory=dict)
    link_days: int | None = None
    retention_days: int | None = None

    def of(self, classes: Iterable[ReleaseClass]) -> "Terms":
        """The terms of a release that is of all these classes: of each the strictest."""
        asked = [self.classes[one] for one in classes if one in self.classes]
        links = [self.link_days, *(one.link_days for one in asked)]
        retentions = [self.retention_days, *(one.retention_days for one in asked)]
        return replace(
            self,
            reviews=max([self.reviews, *(one.reviews for one in asked)]),
            link_days=min((days for days in links if days is not None), default=None),
            retention_days=max((days for days in retentions if days is not None), default=None),
        )


DEFAULT_TERMS: Final = Terms()
