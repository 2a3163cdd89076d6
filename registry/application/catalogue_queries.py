"""What the catalogue's pages and the inventory ask. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application.catalogue_search import Sight
from registry.application.stored_entry import entry_from_stored
from registry.application.stored_profile import profile_from_stored
from registry.domain.catalogue import Discoverable
from registry.domain.dataset import VersionId
from registry.domain.profile import ShownProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version of a dataset, and when it was added."""

    version: str
    added_at: datetime
    discoverable: Discoverable


_VERSIONS: Final = text("""
    SELECT version, added_at, entry FROM dataset_version
    WHERE dataset_id = :dataset_id ORDER BY added_at DESC, version DESC
""")

_PROFILE: Final = text("""
    SELECT shown FROM dataset_profile WHERE dataset_id = :dataset_id AND version = :version
""")


def profile(session: Session, version_id: VersionId) -> ShownProfile | None:
    """What may be shown of a version's columns; None where no profile was made."""
    names = {"dataset_id": version_id.dataset_id, "version": version_id.version}
    shown = session.scalar(_PROFILE, names)
    return profile_from_stored(shown) if shown is not None else None


def may_know(sight: Sight, dataset_id: str, discoverable: Discoverable) -> bool:
    """Whether somebody may know of a dataset that says this of who may."""
    if sight.everything or dataset_id in sight.datasets:
        return True
    if discoverable is Discoverable.SIGNED_IN:
        return sight.signed_in
    return discoverable is Discoverable.PUBLIC


def versions(session: Session, dataset_id: str, sight: Sight) -> tuple[VersionRow, ...]:
    """The versions that somebody may know of, the one added last first.

    Whether a dataset is known at all is decided by the one added last: where that is hidden, so
    are those before it.
    """
    rows = [
        VersionRow(
            version=row["version"],
            added_at=row["added_at"],
            discoverable=entry_from_stored(row["entry"]).discoverable,
        )
        for row in session.execute(_VERSIONS, {"dataset_id": dataset_id}).mappings()
    ]
    if not rows or not may_know(sight, dataset_id, rows[0].discoverable):
        return ()
    return tuple(row for row in rows if may_know(sight, dataset_id, row.discoverable))
