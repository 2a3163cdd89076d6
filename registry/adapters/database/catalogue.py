"""The catalogue in PostgreSQL: what a search reads, kept beside the versions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnClause, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry.adapters.database.catalogue_tables import (
    CatalogueDatasetRow,
    CatalogueDemandRow,
    DatasetProfileRow,
)
from registry.domain.catalogue import FINENESS
from registry.domain.dataset import DatasetVersion, VersionId

# A text search document may hold a megabyte; this keeps any dataset's below it.
_MOST_LETTERS: Final = 100_000
MOST_WORDS_A_DAY: Final = 1000


class SqlCatalogue:
    def __init__(self, session: Session) -> None:
        self._session = session

    def list_version(self, dataset: DatasetVersion) -> None:
        """Show this version, and no longer the dataset's version before."""
        values = _listed(dataset)
        statement = insert(CatalogueDatasetRow).values(values)
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[CatalogueDatasetRow.dataset_id],
                set_={name: statement.excluded[name] for name in values if name != "dataset_id"},
            )
        )

    def note_in_vain(self, words: str, *, on: date) -> None:
        """Count words that found nothing; once a day has very many, new ones are not kept."""
        row = CatalogueDemandRow
        today = select(func.count()).select_from(row).where(row.asked_on == on).scalar_subquery()
        known = select(row.words).where(row.words == words, row.asked_on == on).exists()
        new = select(literal(words), literal(on), literal(1)).where(
            (today < MOST_WORDS_A_DAY) | known
        )
        self._session.execute(
            insert(row)
            .from_select(["words", "asked_on", "times"], new)
            .on_conflict_do_update(
                index_elements=[row.words, row.asked_on], set_={"times": row.times + 1}
            )
        )

    def keep_profile(
        self, version_id: VersionId, shown: Mapping[str, Any], *, at: datetime
    ) -> bool:
        added = self._session.execute(
            insert(DatasetProfileRow)
            .values(
                dataset_id=version_id.dataset_id,
                version=version_id.version,
                shown=shown,
                made_at=at,
            )
            .on_conflict_do_nothing()
            .returning(DatasetProfileRow.dataset_id)
        )
        return added.first() is not None

    def kept_on(self, day: date) -> Mapping[str, int]:
        """Words that found nothing on a day, and how often."""
        row = CatalogueDemandRow
        found = self._session.execute(select(row.words, row.times).where(row.asked_on == day))
        return {row.words: row.times for row in found}


def _listed(dataset: DatasetVersion) -> dict[str, Any]:
    entry = dataset.entry
    names = ", ".join(filter(None, (part for f in dataset.fields for part in (f.name, f.title))))
    finest = entry.spatial.finest
    return {
        "dataset_id": dataset.version_id.dataset_id,
        "version": dataset.version_id.version,
        "discoverable": entry.discoverable.value,
        "title": dataset.title,
        "summary": dataset.summary,
        "variables": names[:_MOST_LETTERS],
        "document": _document(dataset, names),
        "themes": [*entry.theme],
        "organisations": [*dict.fromkeys((dataset.publisher, *entry.owners))],
        "fineness": FINENESS[finest] if finest else None,
        "starts_on": entry.temporal.start,
        "ends_on": entry.temporal.end,
        "unit": dataset.unit,
        "gateways": [*entry.gateways],
        "access": entry.access_rights.value if entry.access_rights else None,
        "linkable": [field.name for field in dataset.fields if field.is_linkable],
    }


def _document(dataset: DatasetVersion, names: str) -> Any:
    """Title and keywords weigh most, then the summary, the variables, and all other words."""
    entry = dataset.entry
    first = " ".join((dataset.title, entry.alternative_title, *entry.keyword, *entry.theme))
    described = (field.description for field in dataset.fields)
    rest = (entry.description, dataset.publisher, dataset.unit, entry.spatial.coverage, *described)
    parts = {"A": first, "B": dataset.summary, "C": f"{names} {names.replace('_', ' ')}",
             "D": " ".join(rest)}  # fmt: skip
    document: Any = literal("")
    for weight, words in parts.items():
        # The weight is PostgreSQL's one-letter "char", for which a bound text is not taken.
        letter: ColumnClause[str] = literal_column(f"'{weight}'")
        part = func.setweight(func.to_tsvector("english", words[:_MOST_LETTERS]), letter)
        document = part if weight == "A" else document.op("||")(part)
    return document
