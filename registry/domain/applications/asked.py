"""Which columns of which datasets an application asks for, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.domain.dataset import VersionId
from registry.domain.view_spec import (
    KEEP,
    Condition,
    Transform,
    ViewColumn,
    ViewSpec,
    stored_transform,
    stored_view,
    transform_from_stored,
    view_from_stored,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedColumn:
    """A column as it would stand in the view, and why none less intrusive does."""

    name: str
    source: str
    transform: Transform = KEEP
    justification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDataset:
    """What is asked of one dataset version.

    Attributes:
        published: For each published alternative, the code why it does not do.
    """

    version_id: VersionId
    columns: tuple[AskedColumn, ...] = ()
    where: tuple[Condition, ...] = ()
    sample: float = 1.0
    published: Mapping[str, str] = field(default_factory=dict)

    @property
    def view(self) -> ViewSpec:
        return ViewSpec(
            columns=tuple(
                ViewColumn(name=one.name, source=one.source, transform=one.transform)
                for one in self.columns
            ),
            where=self.where,
            sample=self.sample,
        )


def stored_asked(asked: AskedDataset) -> dict[str, Any]:
    """As JSON."""
    return {
        "dataset_id": asked.version_id.dataset_id,
        "version": asked.version_id.version,
        "columns": [
            {
                "name": one.name,
                "source": one.source,
                "transform": stored_transform(one.transform),
                "justification": one.justification,
            }
            for one in asked.columns
        ],
        "rows": {key: stored_view(asked.view)[key] for key in ("where", "sample")},
        "published": dict(asked.published),
    }


def asked_from_stored(stored: Mapping[str, Any]) -> AskedDataset:
    rows = view_from_stored({"columns": [], **stored["rows"]})
    return AskedDataset(
        version_id=VersionId(dataset_id=stored["dataset_id"], version=stored["version"]),
        columns=tuple(
            AskedColumn(
                name=one["name"],
                source=one["source"],
                transform=transform_from_stored(one["transform"]),
                justification=one["justification"],
            )
            for one in stored["columns"]
        ),
        where=rows.where,
        sample=rows.sample,
        published=dict(stored["published"]),
    )
