"""A search of the catalogue, beside ILIKE over the same rows.

5,000 datasets of 50 variables each are added as an administrator adds them, to a PostgreSQL of
Haven's own image. Searches of one to three words, with and without facets, are then asked by turns:
as the catalogue's page asks them (hits in order of their rank, marked, with the counts of every
facet), and as a plain ILIKE of each word over title, summary and variables (20 in order of their
title, with their number; no rank, no marks, no facets). Writes `result.json`.

usage: python -m benchmarks.registry.search [--datasets 5000] [--searches 400]
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from benchmarks.review.run import database
from registry.adapters.database.datasets import SqlDatasets
from registry.application.catalogue_search import Search, Sight, find
from registry.domain.catalogue import (
    AccessRights,
    CatalogueEntry,
    Discoverable,
    GeographyLevel,
    SpatialCoverage,
    TemporalCoverage,
)
from registry.domain.dataset import DatasetVersion, Field, VersionId

SEED: Final = 7
VARIABLES: Final = 50
SOUNDS: Final = ("ba", "co", "di", "fe", "gu", "la", "mo", "ne", "pi", "ro", "su", "ta", "ve", "zo")
THEMES: Final = ("labour", "health", "education", "housing", "transport", "justice", "tax", "land")
UNITS: Final = ("person", "claim", "household", "business")
GATEWAYS: Final = ("dea-2017-research", "ssaa-122c", "srsa-2007", "consent")


def words(chance: random.Random) -> list[str]:
    """A vocabulary: a word of a lower place is chosen more often, as in a language."""
    made = {"".join(chance.choices(SOUNDS, k=chance.randint(2, 4))) for _ in range(6000)}
    return sorted(made, key=lambda _: chance.random())


class Maker:
    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        self.words = words(self.chance)

    def word(self) -> str:
        return self.words[int(len(self.words) * self.chance.random() ** 3)]

    def phrase(self, length: int) -> str:
        return " ".join(self.word() for _ in range(length))

    def dataset(self, number: int) -> DatasetVersion:
        pick, start = self.chance.choice, date(self.chance.randint(1990, 2020), 1, 1)
        return DatasetVersion(
            version_id=VersionId(dataset_id=f"set-{number}", version="1.0.0"),
            title=self.phrase(5),
            summary=self.phrase(20),
            publisher=f"office-{self.chance.randint(1, 40)}",
            unit=pick(UNITS),
            path=f"set-{number}/one.parquet",
            sha256="a" * 64,
            entity=None,
            identifiers=(),
            policy="sacro-10",
            fields=tuple(self.field(place) for place in range(VARIABLES)),
            entry=CatalogueEntry(
                description=self.phrase(60),
                theme=(pick(THEMES),),
                keyword=(self.word(), self.word()),
                access_rights=pick(tuple(AccessRights)),
                gateways=(pick(GATEWAYS),),
                spatial=SpatialCoverage(finest=pick(tuple(GeographyLevel))),
                temporal=TemporalCoverage(start=start, end=date(start.year + 5, 12, 31)),
                discoverable=pick(tuple(Discoverable)),
            ),
        )

    def field(self, place: int) -> Field:
        name = f"{self.word()}_{self.word()}"
        return Field(name=name, type="string", description=self.phrase(6), is_linkable=place == 0)

    def search(self) -> Search:
        chance = self.chance
        return Search(
            words=self.phrase(chance.randint(0, 3)),
            themes=(chance.choice(THEMES),) if chance.random() < 0.3 else (),
            level=GeographyLevel.LSOA if chance.random() < 0.3 else None,
            from_year=2000 if chance.random() < 0.2 else None,
        )


def ilike(session: Session, search: Search) -> None:
    columns = ("title", "summary", "variables")
    asked = {f"word{place}": f"%{one}%" for place, one in enumerate(search.words.split())}
    each = [
        "(" + " OR ".join(f"{column} ILIKE :{name}" for column in columns) + ")" for name in asked
    ]
    session.execute(
        text(
            "SELECT dataset_id, title, summary, count(*) OVER () FROM catalogue_dataset WHERE "
            + (" AND ".join(each) or "true")
            + " ORDER BY title LIMIT 20"
        ),
        asked,
    ).all()


def fill(engine: Engine, maker: Maker, datasets: int) -> None:
    with Session(engine) as session:
        for number in range(datasets):
            SqlDatasets(session).add(maker.dataset(number), at=datetime.now(UTC))
            session.expunge_all()
        session.commit()


def measured(engine: Engine, searches: list[Search]) -> tuple[list[float], list[float], int]:
    ours, theirs, found = [], [], 0
    sight = Sight(signed_in=True)
    with Session(engine) as session:
        for search in searches:
            started = time.perf_counter()
            found += find(session, search, sight).total > 0
            between = time.perf_counter()
            ilike(session, search)
            theirs.append(time.perf_counter() - between)
            ours.append(between - started)
    return ours, theirs, found


def percentiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50_ms": round(cuts[49] * 1e3, 1), "p95_ms": round(cuts[94] * 1e3, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=5000)
    parser.add_argument("--searches", type=int, default=400)
    asked = parser.parse_args()
    maker = Maker()
    with tempfile.TemporaryDirectory() as made, database(Path(made)) as (owner, app):
        engine = create_engine(app.replace("postgresql://", "postgresql+psycopg://"))
        fill(engine, maker, asked.datasets)
        keeper = create_engine(owner.replace("postgresql://", "postgresql+psycopg://"))
        with keeper.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM ANALYZE catalogue_dataset"))
        searches = [maker.search() for _ in range(asked.searches)]
        measured(engine, searches[:20])
        ours, theirs, found = measured(engine, searches)
    result = {
        "datasets": asked.datasets,
        "variables_each": VARIABLES,
        "searches": asked.searches,
        "searches_with_hits": found,
        "catalogue": percentiles(ours),
        "ilike": percentiles(theirs),
        "p95_beside_ilike": round(percentiles(ours)["p95_ms"] / percentiles(theirs)["p95_ms"], 2),
    }
    print(json.dumps(result, indent=2))
    if asked.datasets == parser.get_default("datasets"):
        Path(__file__).with_name("result.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
