"""Search in the catalogue: words, facets, and only what a viewer may know of. Reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.domain.catalogue import FINENESS, GeographyLevel

PAGE_SIZE: Final = 20
MOST_VALUES: Final = 12
# Letters of nobody's alphabet: what stands between them was looked for.
_START, _STOP = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whose eyes: what of the catalogue somebody may know of.

    Attributes:
        signed_in: Whether anybody is signed in.
        everything: For administrators and auditors.
        datasets: Ids of datasets that they work with, decide about, or whose owner they belong to.
    """

    signed_in: bool = False
    everything: bool = False
    datasets: frozenset[str] = frozenset()


NOBODY: Final = Sight()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; several values of one facet mean any of them.

    Attributes:
        level: This geography level or a finer one.
        from_year, to_year: Some of these years must be covered.
    """

    words: str = ""
    themes: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    level: GeographyLevel | None = None
    from_year: int | None = None
    to_year: int | None = None
    units: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    linkable: tuple[str, ...] = ()
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a text; `is_hit`: what was looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    dataset_id: str
    version: str
    title: tuple[Piece, ...]
    summary: tuple[Piece, ...]
    variables: tuple[Piece, ...]
    organisations: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Attributes: `facets` maps a facet to its values, the commonest first, with their counts."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


_VISIBLE: Final = """
    (c.discoverable = 'public' OR :everything OR c.dataset_id = ANY(:datasets)
     OR (:signed_in AND c.discoverable = 'signed_in'))
"""
_MATCHING: Final = f"""
    {_VISIBLE}
    AND (:words = '' OR c.document @@ websearch_to_tsquery('english', :words))
    AND (cardinality(CAST(:themes AS text[])) = 0 OR c.themes && CAST(:themes AS text[]))
    AND (cardinality(CAST(:organisations AS text[])) = 0
         OR c.organisations && CAST(:organisations AS text[]))
    AND (cardinality(CAST(:units AS text[])) = 0 OR c.unit = ANY(CAST(:units AS text[])))
    AND (cardinality(CAST(:gateways AS text[])) = 0 OR c.gateways && CAST(:gateways AS text[]))
    AND (cardinality(CAST(:access AS text[])) = 0 OR c.access = ANY(CAST(:access AS text[])))
    AND (cardinality(CAST(:linkable AS text[])) = 0 OR c.linkable && CAST(:linkable AS text[]))
    AND (CAST(:fineness AS int) IS NULL OR c.fineness >= CAST(:fineness AS int))
    AND (CAST(:starts AS date) IS NULL OR c.ends_on >= CAST(:starts AS date))
    AND (CAST(:ends AS date) IS NULL OR c.starts_on <= CAST(:ends AS date))
"""
_MARKED: Final = f"StartSel={_START}, StopSel={_STOP}, HighlightAll=true"
_EXCERPT: Final = (
    f"StartSel={_START}, StopSel={_STOP}, MaxFragments=2, MaxWords=12, MinWords=4, "
    'FragmentDelimiter=" ... "'
)
_HITS: Final = text(f"""
    WITH found AS (
        SELECT c.dataset_id, count(*) OVER () AS total,
               CASE WHEN :words = '' THEN 0
                    ELSE ts_rank(c.document, websearch_to_tsquery('english', :words)) END AS rank
        FROM catalogue_dataset c WHERE {_MATCHING}
        ORDER BY rank DESC, c.title, c.dataset_id LIMIT :most OFFSET :skipped
    )
    SELECT c.dataset_id, c.version, c.organisations, c.themes, found.total,
           ts_headline('english', c.title, q, '{_MARKED}') AS title,
           ts_headline('english', c.summary, q, '{_MARKED}') AS summary,
           ts_headline('english', c.variables, q, '{_EXCERPT}') AS variables
    FROM found JOIN catalogue_dataset c USING (dataset_id),
         websearch_to_tsquery('english', :words) q
    ORDER BY found.rank DESC, c.title, c.dataset_id
""")  # noqa: S608  constants
_FACETS: Final = text(f"""
    WITH found AS MATERIALIZED (
        SELECT c.themes, c.organisations, c.unit, c.gateways, c.access, c.linkable
        FROM catalogue_dataset c WHERE {_MATCHING}
    ), said AS (
        SELECT 'theme' AS facet, unnest(themes) AS value FROM found
        UNION ALL SELECT 'organisation', unnest(organisations) FROM found
        UNION ALL SELECT 'unit', unit FROM found
        UNION ALL SELECT 'gateway', unnest(gateways) FROM found
        UNION ALL SELECT 'access', access FROM found WHERE access IS NOT NULL
        UNION ALL SELECT 'linkable', unnest(linkable) FROM found
    ), counted AS (
        SELECT facet, value, count(*) AS times,
               row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, value) AS place
        FROM said GROUP BY facet, value
    )
    SELECT facet, value, times FROM counted WHERE place <= :most_values ORDER BY facet, place
""")  # noqa: S608  constants
_OWN: Final = text("""
    SELECT g.dataset_id FROM project_grant g WHERE g.project_id = ANY(:projects)
""")
_OWNED: Final = text("""
    SELECT c.dataset_id FROM catalogue_dataset c JOIN dataset_version d USING (dataset_id, version)
    WHERE CASE WHEN jsonb_array_length(coalesce(d.entry->'owners', '[]')) > 0
               THEN jsonb_exists_any(d.entry->'owners', :organisations)
               ELSE d.publisher = ANY(:organisations) END
""")
_DEMAND: Final = text("""
    SELECT words, sum(times)::int AS times, max(asked_on) AS last_on
    FROM catalogue_demand GROUP BY words ORDER BY times DESC, words LIMIT :most
""")


def find(session: Session, search: Search, sight: Sight) -> Found:
    """What matches all that is asked, the best first."""
    asked = _parameters(search, sight)
    rows = session.execute(
        _HITS, asked | {"most": PAGE_SIZE, "skipped": PAGE_SIZE * (search.page - 1)}
    ).mappings()
    hits = tuple(rows)
    facets: dict[str, list[tuple[str, int]]] = {}
    for row in session.execute(_FACETS, asked | {"most_values": MOST_VALUES}).mappings():
        facets.setdefault(row["facet"], []).append((row["value"], row["times"]))
    return Found(hits=tuple(map(_hit, hits)), total=hits[0]["total"] if hits else 0, facets=facets)


def own_datasets(session: Session, projects: Sequence[str]) -> frozenset[str]:
    """What these projects were granted."""
    return frozenset(session.scalars(_OWN, {"projects": [*projects]}))


def owned_datasets(session: Session, organisations: Collection[str]) -> frozenset[str]:
    """What these organisations decide about, by the version added last."""
    return frozenset(session.scalars(_OWNED, {"organisations": [*organisations]}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    words: str
    times: int
    last_on: date


def demand(session: Session, *, most: int = 500) -> tuple[Demand, ...]:
    """Words that found nothing, the most wanted first. Nothing says who looked for them."""
    rows = session.execute(_DEMAND, {"most": most}).mappings()
    return tuple(Demand(**row) for row in rows)


def _parameters(search: Search, sight: Sight) -> dict[str, Any]:
    return {
        "words": search.words,
        "themes": [*search.themes],
        "organisations": [*search.organisations],
        "units": [*search.units],
        "gateways": [*search.gateways],
        "access": [*search.access],
        "linkable": [*search.linkable],
        "fineness": FINENESS[search.level] if search.level else None,
        "starts": date(search.from_year, 1, 1) if search.from_year else None,
        "ends": date(search.to_year, 12, 31) if search.to_year else None,
        "everything": sight.everything,
        "signed_in": sight.signed_in,
        "datasets": sorted(sight.datasets),
    }


def _hit(row: Any) -> Hit:
    excerpt = pieces(row["variables"])
    return Hit(
        dataset_id=row["dataset_id"],
        version=row["version"],
        title=pieces(row["title"]),
        summary=pieces(row["summary"]),
        variables=excerpt if any(piece.is_hit for piece in excerpt) else (),
        organisations=tuple(row["organisations"]),
        themes=tuple(row["themes"]),
    )


def pieces(marked: str) -> tuple[Piece, ...]:
    """A marked text, cut where marks stand."""
    found: list[Piece] = []
    for index, part in enumerate(marked.split(_START)):
        hit, stop, rest = part.partition(_STOP)
        if index and stop:
            found.append(Piece(text=hit, is_hit=True))
            found.append(Piece(text=rest, is_hit=False))
        else:
            found.append(Piece(text=part, is_hit=False))
    return tuple(piece for piece in found if piece.text)
