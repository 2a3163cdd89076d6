"""Dataset versions in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.database.catalogue import SqlCatalogue
from registry.adapters.database.tables import DatasetVersionRow
from registry.application.stored_entry import entry_from_stored, entry_to_stored
from registry.application.stored_terms import dataset_from_stored, dataset_to_stored
from registry.domain.dataset import (
    UNCONSTRAINED,
    Constraints,
    DatasetVersion,
    Field,
    FieldRole,
    SpecialCategory,
    VersionId,
)
from registry.domain.tier import Tier
from registry.domain.view_spec import Alternative, transform_from_stored


class SqlDatasets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def every_version(self) -> Mapping[VersionId, DatasetVersion]:
        versions = map(_dataset, self._session.scalars(select(DatasetVersionRow)))
        return {dataset.version_id: dataset for dataset in versions}

    def find(self, version_id: VersionId) -> DatasetVersion | None:
        key = (version_id.dataset_id, version_id.version)
        row = self._session.get(DatasetVersionRow, key)
        return _dataset(row) if row is not None else None

    def versions_of(self, dataset_id: str) -> list[DatasetVersion]:
        """The one added last first."""
        rows = select(DatasetVersionRow).where(DatasetVersionRow.dataset_id == dataset_id)
        order = (DatasetVersionRow.added_at.desc(), DatasetVersionRow.version.desc())
        return [*map(_dataset, self._session.scalars(rows.order_by(*order)))]

    def add(self, dataset: DatasetVersion, *, at: datetime) -> None:
        self._session.add(
            DatasetVersionRow(
                dataset_id=dataset.version_id.dataset_id,
                version=dataset.version_id.version,
                title=dataset.title,
                summary=dataset.summary,
                publisher=dataset.publisher,
                unit=dataset.unit,
                path=dataset.path,
                sha256=dataset.sha256,
                entity=dataset.entity,
                identifiers=[*dataset.identifiers],
                policy=dataset.policy,
                tier=dataset.tier.value if dataset.tier else None,
                release=dataset_to_stored(dataset.release),
                training=[*dataset.training],
                fields=[asdict(field) for field in dataset.fields],
                entry=entry_to_stored(dataset.entry),
                added_at=at,
            )
        )
        self._session.flush()
        SqlCatalogue(self._session).list_version(dataset)


def _dataset(row: DatasetVersionRow) -> DatasetVersion:
    return DatasetVersion(
        version_id=VersionId(dataset_id=row.dataset_id, version=row.version),
        title=row.title,
        summary=row.summary,
        publisher=row.publisher,
        unit=row.unit,
        path=row.path,
        sha256=row.sha256,
        entity=row.entity,
        identifiers=tuple(row.identifiers),
        policy=row.policy,
        tier=Tier(row.tier) if row.tier else None,
        release=dataset_from_stored(row.release),
        training=tuple(row.training),
        fields=tuple(map(_field, row.fields)),
        entry=entry_from_stored(row.entry),
    )


def _field(stored: dict[str, Any]) -> Field:
    role, category = stored["role"], stored.get("category")
    return Field(
        name=stored["name"],
        type=stored["type"],
        description=stored["description"],
        role=FieldRole(role) if role is not None else None,
        # Versions that were added before these were known have none.
        minimum=stored.get("minimum"),
        maximum=stored.get("maximum"),
        impossible=tuple(stored.get("impossible", ())),
        alternatives=tuple(map(_alternative, stored.get("alternatives", ()))),
        is_never_in_view=stored.get("is_never_in_view", False),
        title=stored.get("title", ""),
        is_linkable=stored.get("is_linkable", False),
        category=SpecialCategory(category) if category is not None else None,
        constraints=_constraints(stored.get("constraints")),
    )


def _constraints(stored: dict[str, Any] | None) -> Constraints:
    return Constraints(**stored | {"enum": tuple(stored["enum"])}) if stored else UNCONSTRAINED


def _alternative(stored: dict[str, Any]) -> Alternative:
    return Alternative(
        name=stored["name"],
        transform=transform_from_stored(stored["transform"]),
        description=stored["description"],
    )
