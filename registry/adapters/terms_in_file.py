"""The parts of project files and descriptors that say what a release needs of people."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from registry.adapters.fields import FileModel, ProjectId, Username
from registry.domain.release_terms import (
    DEFAULT_TERMS,
    FEWEST_REVIEWS,
    ClassTerms,
    Conflict,
    DatasetTerms,
    ReleaseTerms,
    RerunRule,
)

Reviews = Annotated[int, Field(ge=FEWEST_REVIEWS, le=20)]
Days = Annotated[int, Field(ge=1, le=3650)]
Seconds = Annotated[int, Field(ge=10, le=7200)]
# YAML takes a bare `off` for false.
Rerun = Annotated[RerunRule, BeforeValidator(lambda said: "off" if said is False else said)]


class ConflictPart(FileModel):
    checker: Username
    author: Username


class ClassPart(FileModel):
    reviews: Reviews | None = None
    link_days: Days | None = None
    retention_days: Days | None = None


class ReleasePart(FileModel):
    reviews: Reviews = FEWEST_REVIEWS
    override: tuple[Username, ...] = ()
    owners: dict[ProjectId, tuple[Username, ...]] = Field(default_factory=dict)
    conflicts: tuple[ConflictPart, ...] = ()
    due_days: Days = DEFAULT_TERMS.due_days
    draft_days: Days = DEFAULT_TERMS.draft_days
    uncollected_days: Days = DEFAULT_TERMS.uncollected_days
    rerun: Rerun = DEFAULT_TERMS.rerun
    rerun_seconds: Seconds = DEFAULT_TERMS.rerun_seconds
    classes: dict[Literal["publication", "internal", "code", "model", "table"], ClassPart] = Field(
        default_factory=dict
    )

    def terms(self) -> ReleaseTerms:
        return ReleaseTerms(
            reviews=self.reviews,
            override=frozenset(self.override),
            owners={name: frozenset(people) for name, people in self.owners.items()},
            conflicts=frozenset(
                Conflict(checker=one.checker, author=one.author) for one in self.conflicts
            ),
            due_days=self.due_days,
            draft_days=self.draft_days,
            uncollected_days=self.uncollected_days,
            rerun=self.rerun,
            rerun_seconds=self.rerun_seconds,
            classes={
                name: ClassTerms(
                    reviews=self.reviews if one.reviews is None else one.reviews,
                    link_days=one.link_days,
                    retention_days=one.retention_days,
                )
                for name, one in self.classes.items()
            },
        )


class DatasetReleasePart(FileModel):
    owner_sign_off: bool = False
    reviews: Reviews = FEWEST_REVIEWS

    def terms(self) -> DatasetTerms:
        return DatasetTerms(owner_sign_off=self.owner_sign_off, reviews=self.reviews)
