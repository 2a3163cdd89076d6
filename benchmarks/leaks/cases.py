"""The corpus: files that carry people out, and files that carry none."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

import duckdb

from benchmarks.leaks import carriers, made
from benchmarks.leaks.carriers import CARRIERS, LETTERS, PROSE, chance_of
from benchmarks.leaks.made import DISGUISES, People, Row

# Rows planted, by turns.
COUNTS: Final = (1, 3, 10, 50)
# How a table of groups is laid out: lines of text, and not what hides or draws.
_OPEN: Final = ("table", "semicolons", "listing", "records", "columns", "printed", "frame")
_SENTENCES: Final = 12
_SYNTHETIC_ROWS: Final = 80
# Drawn twice as often as what carries rows, to be half of the corpus.
_SAFE_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Attributes: `people` is how many rows it carries; `kind` is rows, number or safe."""

    name: str
    suffix: str
    kind: str
    what: str
    people: int
    content: bytes


def corpus(people: People) -> Iterator[Case]:
    yield from _rows(people)
    yield from _numbers(people)
    yield from _safe(people)


def _rows(people: People) -> Iterator[Case]:
    turn = 0
    for (suffix, place), carry in CARRIERS.items():
        for disguise in DISGUISES:
            # One in three of all counts, each count as often as the others.
            for count in (COUNTS[turn % 4], COUNTS[(turn + 2) % 4]):
                name = f"{suffix}, {place}, {disguise.__name__}, {count}"
                chance = chance_of(name)
                header, rows = disguise(people.draw(chance, count), chance)
                if suffix == "svg" and disguise is made.transposed:
                    continue
                yield Case(name=name, suffix=suffix, kind="rows", people=count,
                           what=f"{place}, {disguise.__name__}",
                           content=carry(header, rows))  # fmt: skip
            turn += 1


def _numbers(people: People) -> Iterator[Case]:
    for suffix, write in LETTERS.items():
        for at in range(_SENTENCES):
            name = f"{suffix}, sentence {at}"
            said = made.named(people, chance_of(name))
            yield Case(name=name, suffix=suffix, kind="number", what="a number of a person",
                       people=1, content=write(said))  # fmt: skip


def _safe(people: People) -> Iterator[Case]:
    opened = [one for one in CARRIERS.items() if one[0][1] in _OPEN]
    with duckdb.connect() as data:
        data.execute(f"CREATE TABLE p AS SELECT * FROM read_csv('{people.path}')").fetchall()
        for what, query in _GROUPS.items():
            cursor = data.execute(query)
            header = tuple(str(one[0]) for one in cursor.description or ())
            rows = [tuple(map(str, row)) for row in cursor.fetchall()]
            for (suffix, place), carry in opened:
                yield Case(name=f"{suffix}, {place}, {what}", suffix=suffix, kind="safe",
                           what=what, people=0, content=carry(header, rows))  # fmt: skip
    for turn in range(_SAFE_ROUNDS):
        for (suffix, place), carry in opened:
            name = f"{suffix}, {place}, synthetic {turn}"
            content = carry(made.PLANTED, _synthetic(people, chance_of(name)))
            yield Case(name=name, suffix=suffix, kind="safe", what="synthetic people", people=0,
                       content=content)  # fmt: skip
    yield from _harmless()


def _synthetic(people: People, chance: Random) -> list[Row]:
    """Each column drawn by itself: nobody's row."""
    columns = [chance.sample(people.column(name), _SYNTHETIC_ROWS) for name in made.PLANTED]
    pay = made.PLANTED.index("pay")
    columns[pay] = [f"{chance.lognormvariate(10.2, 0.6):.2f}" for _ in range(_SYNTHETIC_ROWS)]
    return [*zip(*columns, strict=True)]


_GROUPS: Final = {
    "counts": "SELECT region, sector, count(*) AS n FROM p GROUP BY ALL ORDER BY ALL",
    "means": "SELECT region, round(avg(pay), 2) AS mean_pay, count(*) AS n FROM p "
             "GROUP BY ALL ORDER BY ALL",
    "means of two": "SELECT sector, sex, round(avg(pay), 1) AS pay, round(avg(hours), 1) AS hours, "
                    "count(*) AS n FROM p GROUP BY ALL ORDER BY ALL",
    "counts by age": "SELECT age, count(*) AS n FROM p GROUP BY ALL ORDER BY ALL",
    "shares": "SELECT region, round(100 * avg(CASE WHEN sex = 'F' THEN 1 ELSE 0 END), 1) AS share, "
              "count(*) AS n FROM p GROUP BY ALL ORDER BY ALL",
}  # fmt: skip


def _harmless() -> Iterator[Case]:
    """Prose, code, coefficients and drawings, some anew each time."""
    for turn in range(_SAFE_ROUNDS * 3):
        chance = chance_of(f"harmless {turn}")
        numbers = [f"{chance.gauss(0, 3):.4f}" for _ in range(12)]
        model = "\n".join(f"x{at:<4} {one}  {abs(float(one)) / 5:.4f}  {chance.random():.3f}"
                          for at, one in enumerate(numbers))  # fmt: skip
        bars = [(at, chance.randint(200, 900)) for at in range(8)]
        files: dict[str, bytes] = {
            "txt": "\n".join(PROSE).encode(),
            "log": f"{PROSE[0]}\nterm coef se p\n{model}\nR2 {chance.random():.3f}\n".encode(),
            "md": f"# Results\n\n{PROSE[1]}\n\nn = {chance.randint(1_000, 9_000)}\n".encode(),
            "py": b"import pandas as pd\n\ndf = pd.read_parquet('/data/p.parquet')\n",
            "svg": carriers.drawing(bars),
            "png": carriers.png(),
            "json": f'{{"r2": {chance.random():.4f}, "n": {chance.randint(900, 9_000)}}}'.encode(),
            "ipynb": carriers.notebook(carriers.cell(
                [{"output_type": "stream", "name": "stdout", "text": model}])),
        }  # fmt: skip
        for suffix, content in files.items():
            yield Case(name=f"{suffix}, harmless {turn}", suffix=suffix, kind="safe",
                       what="harmless", people=0, content=content)  # fmt: skip
