"""A search as its address says it, and the addresses of what is next to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from registry.application.catalogue_search import PAGE_SIZE, Found, Search
from registry.domain.catalogue import GeographyLevel

_MOST_LETTERS: Final = 200
_MOST_CHOSEN: Final = 20
_MOST_PAGES: Final = 500
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
# The name of a facet in addresses -> of what `Search` calls it, and its heading.
FACETS: Final[Mapping[str, tuple[str, str]]] = {
    "theme": ("themes", "Theme"),
    "organisation": ("organisations", "Organisation"),
    "unit": ("units", "Unit"),
    "gateway": ("gateways", "Legal gateway"),
    "access": ("access", "Access route"),
    "linkable": ("linkable", "Can be linked by"),
}
LEVEL_WORDS: Final[Mapping[GeographyLevel, str]] = {
    GeographyLevel.UK: "United Kingdom",
    GeographyLevel.COUNTRY: "Country",
    GeographyLevel.REGION: "Region",
    GeographyLevel.COUNTY: "County",
    GeographyLevel.LAD: "Local authority",
    GeographyLevel.WARD: "Ward",
    GeographyLevel.MSOA: "MSOA",
    GeographyLevel.INTERMEDIATE_ZONE: "Intermediate zone",
    GeographyLevel.LSOA: "LSOA",
    GeographyLevel.DATAZONE: "Data zone",
    GeographyLevel.OA: "Output area",
    GeographyLevel.POSTCODE: "Postcode",
    GeographyLevel.ADDRESS: "Address",
}

_LEVELS: Final = frozenset(level.value for level in GeographyLevel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet, and where it leads to: chosen to without it, others to with it too."""

    text: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    name: str
    heading: str
    choices: Sequence[Choice]


def search_of(query: QueryParams) -> Search:
    """The search that an address asks for. What makes no sense in it is left out."""
    level = query.get("level", "")
    return Search(
        words=_clean(query.get("q", "")),
        level=GeographyLevel(level) if level in _LEVELS else None,
        from_year=_year(query.get("from", "")),
        to_year=_year(query.get("to", "")),
        page=_number(query.get("page", ""), 1, _MOST_PAGES) or 1,
        **{
            name: tuple(dict.fromkeys(map(_clean, query.getlist(facet))))[:_MOST_CHOSEN]
            for facet, (name, _) in FACETS.items()
        },
    )


def href_of(search: Search) -> str:
    """The address of a search."""
    said: list[tuple[str, str]] = [("q", search.words)] if search.words else []
    for facet, (name, _) in FACETS.items():
        said += [(facet, value) for value in getattr(search, name)]
    singles = {"level": search.level, "from": search.from_year, "to": search.to_year}
    said += [(name, str(value)) for name, value in singles.items() if value]
    if search.page > 1:
        said.append(("page", str(search.page)))
    return f"/catalogue?{urlencode(said)}" if said else "/catalogue"


def facets_of(search: Search, found: Found) -> tuple[Facet, ...]:
    return tuple(
        Facet(name=facet, heading=heading, choices=choices)
        for facet, (name, heading) in FACETS.items()
        if (choices := tuple(_choices(search, name, found.facets.get(facet, ()))))
    )


def _choices(search: Search, name: str, counted: Sequence[tuple[str, int]]) -> Iterator[Choice]:
    chosen: tuple[str, ...] = getattr(search, name)
    shown = [*counted, *((value, 0) for value in chosen if value not in dict(counted))]
    for value, count in shown:
        is_chosen = value in chosen
        wanted = tuple(one for one in chosen if one != value) if is_chosen else (*chosen, value)
        href = href_of(replace(search, page=1, **{name: wanted}))  # type: ignore[arg-type]
        yield Choice(text=value, count=count, href=href, is_chosen=is_chosen)


def pages_of(search: Search, total: int) -> tuple[str | None, str | None]:
    """Addresses of the page before and of the one after."""
    before = href_of(replace(search, page=search.page - 1)) if search.page > 1 else None
    has_more = search.page * PAGE_SIZE < total and search.page < _MOST_PAGES
    return before, href_of(replace(search, page=search.page + 1)) if has_more else None


def is_filtered(search: Search) -> bool:
    """Whether anything but words is asked for."""
    plain = Search(words=search.words, page=search.page)
    return any(getattr(search, one.name) != getattr(plain, one.name) for one in fields(search))


def _clean(said: str) -> str:
    printable = "".join(one if one.isprintable() else " " for one in said[:_MOST_LETTERS])
    return " ".join(printable.split())


def _year(said: str) -> int | None:
    return _number(said, _FIRST_YEAR, _LAST_YEAR)


def _number(said: str, lowest: int, highest: int) -> int | None:
    is_number = said.isascii() and said.isdigit() and len(said) <= len(str(highest))
    return int(said) if is_number and lowest <= int(said) <= highest else None
