"""The inventory: every version of every dataset, who decides, and until when it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.application.ports import UnitOfWork
from registry.domain.catalogue import UpdateFrequency
from registry.domain.completeness import completeness
from registry.domain.dataset import DatasetVersion
from registry.domain.freshness import freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryRow:
    """Attributes: several names are joined by a space; nobody said what is empty."""

    dataset: str
    version: str
    title: str
    publisher: str
    owners: str
    steward: str
    gateways: str
    boards: str
    access_rights: str
    security_classification: str
    discoverable: str
    modified: str
    update_frequency: str
    next_due: str
    is_overdue: bool
    kept_until: str
    disposal: str
    policy: str
    variables: int
    completeness: int


def inventory(uow: UnitOfWork, *, today: date) -> Sequence[InventoryRow]:
    """A row for each version that is registered, in the order of their names."""
    with uow:
        datasets = uow.datasets.every_version()
    return [_row(datasets[version_id], today) for version_id in sorted(datasets)]


def _row(dataset: DatasetVersion, today: date) -> InventoryRow:
    entry = dataset.entry
    next_due, is_overdue = _due(entry.modified, entry.update_frequency, today)
    return InventoryRow(
        dataset=dataset.version_id.dataset_id,
        version=dataset.version_id.version,
        title=dataset.title,
        publisher=dataset.publisher,
        owners=" ".join(entry.owners),
        steward=entry.steward or "",
        gateways=" ".join(entry.gateways),
        boards=" ".join(entry.boards),
        access_rights=entry.access_rights or "",
        security_classification=entry.security_classification or "",
        discoverable=entry.discoverable,
        modified=str(entry.modified or ""),
        update_frequency=entry.update_frequency or "",
        next_due=next_due,
        is_overdue=is_overdue,
        kept_until=str(entry.retention.until) if entry.retention else "",
        disposal=entry.retention.disposal if entry.retention else "",
        policy=dataset.policy,
        variables=len(dataset.fields),
        completeness=completeness(dataset).score,
    )


def _due(modified: date | None, frequency: UpdateFrequency | None, today: date) -> tuple[str, bool]:
    if modified is None:
        return "", False
    found = freshness(modified, frequency, today=today)
    return str(found.due or ""), found.is_overdue
