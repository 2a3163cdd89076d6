"""Views as evidence: what the engine has to know to judge what was made from one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.domain.dataset import FieldRole, VersionId
from registry.domain.view_place import ENTITY, HOLDING, beside_file, identity, view_file
from registry.domain.view_spec import TransformKind, ViewSpec, view_from_stored

Bound = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Files that outputs were made from, and what is known of their columns.

    Attributes:
        path: Beneath the datasets directory, as `beside`.
        file_sha256: Of that file.
        beside: Says whose each row of a view is; None for a whole version.
        rows_of: SHA-256 of the version that the rows are rows of.
        origins: Column of a view to the one of the dataset that it was made from.
        structural_zeros: Combinations of column and label that nobody can have.
        bounds: Column to the lowest and highest value there can be.
    """

    path: str
    file_sha256: str
    entity: str | None
    identifiers: tuple[str, ...]
    rows_of: str
    holding: str | None = None
    beside: str | None = None
    beside_sha256: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    structural_zeros: tuple[Mapping[str, str], ...] = ()
    bounds: Mapping[str, Bound] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """What tables that were made of it are kept under."""
        if self.beside_sha256 is None:
            return self.file_sha256
        return identity(self.file_sha256, self.beside_sha256)


_VERSIONS = text("""
    SELECT dataset_id, version, path, sha256, entity, identifiers, fields
    FROM dataset_version WHERE dataset_id = ANY(:dataset_ids)
""")

_VIEWS = text("""
    SELECT d.dataset_id, d.version, d.path, d.sha256, d.entity, d.identifiers, d.fields,
           v.digest, v.spec, v.sha256 AS file_sha256, v.beside_sha256
    FROM dataset_view v JOIN dataset_version d USING (dataset_id, version)
    WHERE v.dataset_id = ANY(:dataset_ids) AND v.made_at IS NOT NULL
""")


def all_evidence(
    session: Session, dataset_ids: Collection[str]
) -> Mapping[str, Mapping[str, Evidence]]:
    """By dataset and `Evidence.version`: everything that an output can have been made from."""
    names = {"dataset_ids": list(dataset_ids)}
    found: dict[str, dict[str, Evidence]] = {}
    for query, read in ((_VERSIONS, of_version), (_VIEWS, of_view)):
        for row in session.execute(query, names).mappings():
            evidence = read(row)
            found.setdefault(row["dataset_id"], {})[evidence.version] = evidence
    return found


def of_version(row: Any) -> Evidence:
    fields = row["fields"]
    return Evidence(
        path=row["path"],
        file_sha256=row["sha256"],
        entity=row["entity"],
        identifiers=tuple(row["identifiers"]),
        rows_of=row["sha256"],
        holding=_holding(fields),
        structural_zeros=tuple(zero for one in fields for zero in one.get("impossible", ())),
        bounds={name: pair for name, pair in _bounds(fields).items() if pair != (None, None)},
    )


def of_view(row: Any) -> Evidence:
    """Of a row of `_VIEWS`. What is not made yet has no hashes, so nothing passes as it."""
    whole = of_version(row)
    view = view_from_stored(row["spec"])
    version_id = VersionId(dataset_id=row["dataset_id"], version=row["version"])
    protected = {whole.entity, *whole.identifiers}
    return Evidence(
        path=str(view_file(version_id, row["digest"], row["path"])),
        file_sha256=row["file_sha256"] or "",
        entity=None if whole.entity is None else ENTITY,
        identifiers=tuple(one.name for one in view.columns if one.source in protected),
        rows_of=whole.file_sha256,
        holding=None if whole.holding is None else HOLDING,
        beside=str(beside_file(version_id, row["digest"])),
        beside_sha256=row["beside_sha256"] or "",
        origins={one.name: one.source for one in view.columns},
        structural_zeros=_zeros(view, whole.structural_zeros),
        bounds=_view_bounds(view, whole.bounds),
    )


def _zeros(view: ViewSpec, zeros: tuple[Mapping[str, str], ...]) -> tuple[Mapping[str, str], ...]:
    """Those that speak of columns that the view has as they are."""
    kept = {
        one.source: one.name for one in view.columns if one.transform.kind is TransformKind.KEEP
    }
    return tuple(
        {kept[name]: label for name, label in zero.items()}
        for zero in zeros
        if zero.keys() <= kept.keys()
    )


def _view_bounds(view: ViewSpec, bounds: Mapping[str, Bound]) -> dict[str, Bound]:
    found: dict[str, Bound] = {}
    for one in view.columns:
        low, high = bounds.get(one.source, (None, None))
        limit = one.transform.limit
        if one.transform.kind is TransformKind.TOPCODE and limit is not None:
            # That nobody is above it everybody knows.
            found[one.name] = (low, limit if high is None else min(high, limit))
        elif one.transform.kind is TransformKind.KEEP and (low, high) != (None, None):
            found[one.name] = (low, high)
    return found


def _holding(fields: list[Any]) -> str | None:
    return next((one["name"] for one in fields if one["role"] == FieldRole.HOLDING), None)


def _bounds(fields: list[Any]) -> dict[str, Bound]:
    return {one["name"]: (one.get("minimum"), one.get("maximum")) for one in fields}
