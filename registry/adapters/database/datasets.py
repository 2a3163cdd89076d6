"""Dataset versions in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.database.tables import DatasetVersionRow
from registry.domain.dataset import DatasetVersion, Field, FieldRole, VersionId
from registry.domain.tier import Tier


class SqlDatasets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def every_version(self) -> Mapping[VersionId, DatasetVersion]:
        versions = map(_dataset, self._session.scalars(select(DatasetVersionRow)))
        return {dataset.version_id: dataset for dataset in versions}

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
                fields=[asdict(field) for field in dataset.fields],
                added_at=at,
            )
        )
        self._session.flush()


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
        fields=tuple(map(_field, row.fields)),
    )


def _field(stored: dict[str, Any]) -> Field:
    role = stored["role"]
    return Field(
        name=stored["name"],
        type=stored["type"],
        description=stored["description"],
        role=FieldRole(role) if role is not None else None,
        # Versions that were added before these were known have none.
        minimum=stored.get("minimum"),
        maximum=stored.get("maximum"),
        impossible=tuple(stored.get("impossible", ())),
    )
