"""What a project, or a dataset it uses, asks of people before an output may leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FEWEST_REVIEWS: Final = 2
CLASSES: Final = ("publication", "internal", "code", "model", "table")


class RerunRule(StrEnum):
    """What a run of a request's notebook in a fresh workspace means; `off`: there is none."""

    OFF = "off"
    ADVISE = "advise"
    REQUIRE = "require"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Conflict:
    """Why somebody does not check somebody's outputs, whatever else they may do."""

    checker: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms:
    """What a project asks of a class of releases beside what it asks of all; only ever more.

    Attributes:
        reviews: How many different checkers must approve.
        link_days: How long links work at most; None: as the installation says.
        retention_days: How long a release is locked at least; None: as the installation says.
    """

    reviews: int = FEWEST_REVIEWS
    link_days: int | None = None
    retention_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTerms:
    """A project's terms.

    Attributes:
        reviews: How many different checkers must approve.
        override: Who may say, two of them together, that a failing file may leave; nobody: none
            is ever submitted.
        owners: For each dataset, who signs off what is made of it.
        conflicts: Pairs of people of whom the one does not check the other's outputs.
        due_days: Working days that checkers have.
        draft_days: After how many days without a movement an unsubmitted request is over.
        uncollected_days: After how many days a release that nobody collected is over.
        rerun: Whether notebooks are run again, and must then make the same files.
        rerun_seconds: How long one may run.
        classes: What is asked of some classes of releases, by name.
    """

    reviews: int = FEWEST_REVIEWS
    override: frozenset[str] = frozenset()
    owners: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conflicts: frozenset[Conflict] = frozenset()
    due_days: int = 5
    draft_days: int = 90
    uncollected_days: int = 30
    rerun: RerunRule = RerunRule.ADVISE
    rerun_seconds: int = 600
    classes: Mapping[str, ClassTerms] = field(default_factory=dict)

    def __str__(self) -> str:
        signing = sum(len(names) for names in self.owners.values())
        return (
            f"{self.reviews} checkers, {len(self.override)} who override, {signing} who sign off, "
            f"{len(self.conflicts)} conflicts; due in {self.due_days} working days, drafts end "
            f"after {self.draft_days} days, uncollected releases after {self.uncollected_days}; "
            f"re-runs: {self.rerun}, {self.rerun_seconds} seconds; "
            f"{len(self.classes)} classes with terms of their own"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetTerms:
    """A dataset's terms.

    Attributes:
        owner_sign_off: Whether one of its owners must agree to each release made of it.
        reviews: How many different checkers must approve.
    """

    owner_sign_off: bool = False
    reviews: int = FEWEST_REVIEWS


DEFAULT_TERMS: Final = ReleaseTerms()
DEFAULT_DATASET_TERMS: Final = DatasetTerms()
