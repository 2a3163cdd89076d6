"""A fictional UK labour market: 50,000 people who never were, from a seed.

Ids look like National Insurance numbers with the prefix QQ, which is never issued. Earnings are
skewed, one small island has few people in most sectors, and a handful of very large earners stand
out: what a disclosure rule must notice is in there.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb

PEOPLE = 50_000
SEED = 2026

REGIONS = {
    "Northmoor": 12, "Eastvale": 14, "Westmarch": 11, "Southdown": 16, "Midshire": 15,
    "Kingsport": 18, "Glenhaven": 8, "Carrick": 5.9, "Isle of Wray": 0.1,
}  # fmt: skip
SECTORS = {
    "health": 14, "retail": 13, "education": 11, "manufacturing": 10, "construction": 8,
    "hospitality": 9, "transport": 7, "public": 9, "finance": 6, "digital": 8, "farming": 4,
    "mining": 1,
}  # fmt: skip
AGE_BANDS = {"16-24": 14, "25-34": 22, "35-44": 23, "45-54": 21, "55-64": 17, "65+": 3}
BENEFITS = {"none": 72, "universal credit": 17, "jobseeker's": 4, "disability": 5, "carer's": 2}
MEDIAN_EARNINGS = {
    "health": 27_000, "retail": 19_500, "education": 28_000, "manufacturing": 30_000,
    "construction": 31_000, "hospitality": 16_500, "transport": 29_000, "public": 30_500,
    "finance": 42_000, "digital": 41_000, "farming": 22_000, "mining": 38_000,
}  # fmt: skip
COLUMNS = ("nino", "region", "sector", "age_band", "sex", "benefit", "weeks_on_benefit", "earnings")


def people(count: int = PEOPLE, seed: int = SEED) -> Iterator[tuple[object, ...]]:
    """One tuple a person, in the order of COLUMNS; earnings in pounds a year."""
    draw = random.Random(seed)  # noqa: S311  the same people each time is the point
    numbers = draw.sample(range(10**6), count)
    for number in numbers:
        sector = _pick(draw, SECTORS)
        benefit = _pick(draw, BENEFITS)
        weeks = 0 if benefit == "none" else min(52, 1 + int(draw.expovariate(1 / 20)))
        yield (
            f"QQ{number:06d}{draw.choice('ABCD')}",
            _pick(draw, REGIONS),
            sector,
            _pick(draw, AGE_BANDS),
            draw.choice(("female", "male")),
            benefit,
            weeks,
            _earnings(draw, sector, weeks),
        )


def write(target: Path) -> None:
    """Write the people as Parquet."""
    rows = target.with_suffix(".csv")
    with rows.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(people())
    to_parquet(rows, target)
    rows.unlink()


def to_parquet(source: Path, target: Path) -> None:
    with duckdb.connect() as connection:
        relation = connection.read_csv(str(source))
        relation.write_parquet(str(target), compression="zstd")


def _pick(draw: random.Random, weights: dict[str, float] | dict[str, int]) -> str:
    return draw.choices(list(weights), weights=list(weights.values()))[0]


def _earnings(draw: random.Random, sector: str, weeks: int) -> float:
    year = MEDIAN_EARNINGS[sector] * draw.lognormvariate(0, 0.45)
    if draw.random() < 0.0004:  # noqa: PLR2004  a few people a sector
        year *= draw.uniform(15, 60)
    return round(year * (1 - weeks / 60), 2)
