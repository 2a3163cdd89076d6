"""Release terms as the database keeps them: what was not said then has today's default."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from registry.domain.release_terms import (
    ClassTerms,
    Conflict,
    DatasetTerms,
    ReleaseTerms,
    RerunRule,
)


def to_stored(terms: ReleaseTerms) -> dict[str, Any]:
    return {
        "reviews": terms.reviews,
        "override": sorted(terms.override),
        "owners": {name: sorted(people) for name, people in sorted(terms.owners.items())},
        "conflicts": [asdict(one) for one in sorted(terms.conflicts)],
        "due_days": terms.due_days,
        "draft_days": terms.draft_days,
        "uncollected_days": terms.uncollected_days,
        "rerun": terms.rerun.value,
        "rerun_seconds": terms.rerun_seconds,
        "classes": {name: asdict(one) for name, one in sorted(terms.classes.items())},
    }


def from_stored(stored: Mapping[str, Any]) -> ReleaseTerms:
    said = dict(stored)
    if "override" in said:
        said["override"] = frozenset(said["override"])
    if "owners" in said:
        said["owners"] = {name: frozenset(people) for name, people in said["owners"].items()}
    if "conflicts" in said:
        said["conflicts"] = frozenset(Conflict(**one) for one in said["conflicts"])
    if "rerun" in said:
        said["rerun"] = RerunRule(said["rerun"])
    if "classes" in said:
        said["classes"] = {name: ClassTerms(**one) for name, one in said["classes"].items()}
    return ReleaseTerms(**said)


def dataset_to_stored(terms: DatasetTerms) -> dict[str, Any]:
    return asdict(terms)


def dataset_from_stored(stored: Mapping[str, Any]) -> DatasetTerms:
    return DatasetTerms(**stored)
