"""Which column of the source each column of an output comes from, by name and by values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.labels import MISSING_WORDS
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import Variable, is_numeric, variable
from output_checker.disclosure.readers.artefacts import Table

SCALES: Final = (1, 1_000, 1_000_000)
MAX_OUTPUT_COLUMNS: Final = 40
MAX_SOURCE_COLUMNS: Final = 300
SAMPLED_VALUES: Final = 200
_LEAST_CONTAINED: Final = 0.8
_LEAST_CONTAINED_BY_NAME: Final = 0.5
_COARSEST: Final = -6
_SAMPLED_ROWS: Final = 50_000
_DETERMINED: Final = 1.01
_MISSING: Final = ", ".join(f"'{word}'" for word in sorted(MISSING_WORDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A column of the output that holds values of one of the source.

    Attributes:
        place: Zero-based column of the output.
        decimals: Digits after the point that the output has, below 0 for tens and more; None where
            text is compared.
        scale: What the source's numbers were divided by: 1000 where thousands are printed.
    """

    place: int
    source: Variable
    decimals: int | None
    scale: int = 1

    def source_sql(self) -> str:
        return key_sql(self.source, self.decimals, self.scale)

    def output_sql(self, name: str) -> str:
        return text_sql(name) if self.decimals is None else number_sql(name, self.decimals)


def key_sql(item: Variable, decimals: int | None, scale: int = 1) -> str:
    if decimals is None:
        return text_sql(f"CAST({item.raw} AS VARCHAR)")
    return f"round({item.number} / {scale}, {decimals})"


def text_sql(text: str) -> str:
    plain = f"regexp_replace(trim({text}), '[ T]00:00:00(\\.0+)?$', '')"
    return f"CASE WHEN trim({text}) IN ({_MISSING}) THEN NULL ELSE {plain} END"


def number_sql(text: str, decimals: int) -> str:
    return f"round(TRY_CAST(replace({text}, ',', '') AS DOUBLE), {decimals})"


def link_columns(data: Dataset, table: Table) -> list[Link]:
    """At most one source column for each output column; none where values do not fit.

    What fits no column as it is may be one in thousands or millions.
    """
    samples = {
        place: Counter(text for row in table.rows if (text := row[place].strip()))
        for place in range(min(len(table.header), MAX_OUTPUT_COLUMNS))
    }
    found: dict[int, Link] = {}
    for scale in SCALES:
        left = {place: sample for place, sample in samples.items() if place not in found}
        found |= _links(data, table, left, scale)
    return [found[place] for place in sorted(found)]


def _links(
    data: Dataset, table: Table, samples: Mapping[int, Counter[str]], scale: int
) -> dict[int, Link]:
    best: dict[int, tuple[float, Link]] = {}
    for name in list(data.types)[:MAX_SOURCE_COLUMNS]:
        item = variable(data, name)
        numeric = is_numeric(data, item)
        if scale > 1 and not numeric:
            continue
        for decimals, places in _by_decimals(samples, numeric=numeric).items():
            held = key_sql(item, decimals, scale)
            fits = _fits(data, held, decimals, {place: samples[place] for place in places})
            for place, (contained, distance) in fits.items():
                is_namesake = table.header[place].strip().casefold() == name.casefold()
                least = _LEAST_CONTAINED_BY_NAME if is_namesake else _LEAST_CONTAINED
                rank = (2.0 if is_namesake else 0.0) + contained - distance / 2
                if contained >= least and (place not in best or rank > best[place][0]):
                    link = Link(place=place, source=item, decimals=decimals, scale=scale)
                    best[place] = (rank, link)
    return {place: link for place, (_, link) in best.items()}


def _by_decimals(
    samples: Mapping[int, Counter[str]], *, numeric: bool
) -> dict[int | None, list[int]]:
    groups: dict[int | None, list[int]] = {}
    for place, sample in samples.items():
        decimals = printed_decimals(list(sample)) if numeric else None
        if sample and (not numeric or decimals is not None):
            groups.setdefault(decimals, []).append(place)
    return groups


def printed_decimals(texts: Sequence[str]) -> int | None:
    """Most digits after the point that any needs; None when not every text is a number.

    Zeros at the end of all say that the column is rounded: -3 for 12000 and 7000.
    """
    most = None
    for text in texts:
        printed = numbers.number(text)
        if printed is None:
            if numbers.is_blank(text):
                continue
            return None
        # A zero has as many digits as the others.
        exponent = printed.normalize().as_tuple().exponent if printed else -_COARSEST
        assert isinstance(exponent, int)
        most = max(_COARSEST if most is None else most, min(-exponent, 12))
    return most


def _fits(
    data: Dataset, held: str, decimals: int | None, samples: dict[int, Counter[str]]
) -> dict[int, tuple[float, float]]:
    """For each place: share of values the source column has, and how unlike the shares are."""
    lines = [
        (str(place), text, str(count))
        for place, sample in samples.items()
        for text, count in sample.most_common(SAMPLED_VALUES)
    ]
    kept = data.keep(("place", "text", "count"), list(zip(*lines, strict=True)))
    key = text_sql("text") if decimals is None else number_sql("text", decimals)
    found = data.query(
        f"WITH wanted AS (SELECT *, {key} AS k FROM {kept}), "  # noqa: S608
        # Never by alias here: a source may have a column of that name.
        f"held AS (SELECT {held} AS k, count(*) AS n FROM haven_source "
        f"WHERE {held} IN (SELECT wanted.k FROM wanted) GROUP BY 1), "
        "size AS (SELECT count(*) AS n FROM haven_source) "
        "SELECT place, avg(CASE WHEN held.n IS NULL THEN 0.0 ELSE 1.0 END), "
        "sum(abs(CAST(count AS DOUBLE) / total - coalesce(held.n, 0) / size.n)) "
        "FROM (SELECT *, sum(CAST(count AS DOUBLE)) OVER (PARTITION BY place) AS total "
        "FROM wanted WHERE k IS NOT NULL) LEFT JOIN held USING (k), size GROUP BY place"
    )
    return {int(place): (contained, min(distance, 2.0)) for place, contained, distance in found}


def independent(data: Dataset, links: Sequence[Link]) -> list[Link]:
    """Leave out columns that another one determines: a ward tells its district and region.

    Otherwise one rare label would count once for each column that repeats it.
    """
    links = _distinct(links)
    sampled = ", ".join(f"{link.source_sql()} AS k{i}" for i, link in enumerate(links))
    pairs = [(i, j) for i in range(len(links)) for j in range(len(links))]
    counts = ", ".join(f"count(DISTINCT (k{i}, k{j}))" for i, j in pairs if i <= j)
    if not links:
        return []
    found = data.query(
        f"SELECT count(*), {counts} FROM (SELECT {sampled} FROM haven_source "  # noqa: S608
        f"USING SAMPLE reservoir({_SAMPLED_ROWS} ROWS) REPEATABLE (1))"
    )[0]
    rows = int(found[0])
    distinct = dict(zip([pair for pair in pairs if pair[0] <= pair[1]], found[1:], strict=True))
    kept: list[int] = []
    for j in sorted(range(len(links)), key=lambda at: -distinct[at, at]):
        # Where nearly all values differ, a column determines all others by accident.
        telling = [i for i in kept if 2 * distinct[i, i] <= rows]
        joint = [distinct[min(i, j), max(i, j)] / distinct[i, i] for i in telling]
        if not any(share <= _DETERMINED for share in joint):
            kept.append(j)
    return [links[at] for at in sorted(kept)]


def _distinct(links: Sequence[Link]) -> list[Link]:
    """One link for each column of the source: what an output repeats tells nothing more."""
    found: dict[tuple[Variable, int | None, int], Link] = {}
    for link in links:
        found.setdefault((link.source, link.decimals, link.scale), link)
    return list(found.values())
