"""The corpus: files that carry people out, and files that carry none."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

import duckdb
import numpy as np

from benchmarks.leaks import carriers, frames, made, models, office, papers, pictures, shapes
from benchmarks.leaks.carriers import CARRIERS, LETTERS
from benchmarks.leaks.made import DISGUISES, People, Row
from benchmarks.leaks.shapes import PROSE

# Three rows of six columns and more are what may never be missed.
CERTAIN: Final = 3
_WIDE: Final = 6

# Rows planted, by turns: more often those that may never be missed.
COUNTS: Final = (1, 3, 10, 50, 3, 10, 25)
# How a table of groups is laid out: open to whoever opens the file, and not drawn.
_OPEN: Final = (
    "table", "semicolons", "listing", "lines", "records", "columns", "rows", "printed", "frame",
    "labelled frame", "frame of factors", "sheet", "texts", "matrix", "tensor", "initializer",
    "file", "book", "values",
)  # fmt: skip
_DISGUISED: Final = 4
_SENTENCES: Final = 6
_CODED: Final = (("csv", "table"), ("json", "records"), ("parquet", "frame"))
_SYNTHETIC_ROWS: Final = 80
_SYNTHETIC: Final = 2
_HARMLESS: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file.

    Attributes:
        kind: What is known of it: rows, fewer, number, beyond (what no search can tell) or safe.
        people: How many it carries.
    """

    name: str
    suffix: str
    kind: str
    what: str
    people: int
    content: bytes


def corpus(people: People) -> Iterator[Case]:
    yield from _rows(people)
    yield from _numbers(people)
    yield from _beyond(people)
    yield from _groups(people)
    yield from _strangers(people)
    yield from _harmless(people)


def _rows(people: People) -> Iterator[Case]:
    turn = 0
    for (suffix, place), carry in CARRIERS.items():
        # A drawing has no sides to be laid on.
        fitting = [one for one in DISGUISES if place != "marks" or one is not made.transposed]
        for disguise in people.chance(f"{suffix} {place}").sample(fitting, _DISGUISED):
            count = COUNTS[turn % len(COUNTS)]
            turn += 1
            name = f"{suffix}, {place}, {disguise.__name__}, {count}"
            chance = people.chance(name)
            header, rows = disguise(people.draw(chance, count), chance)
            columns = 2 if place == "marks" else len(made.PLANTED)
            is_certain = count >= CERTAIN and columns >= _WIDE
            yield Case(name=name, suffix=suffix, kind="rows" if is_certain else "fewer",
                       what=f"{place}, {disguise.__name__}", people=count,
                       content=carry(header, rows))  # fmt: skip


def _numbers(people: People) -> Iterator[Case]:
    for suffix, write in LETTERS.items():
        for at in range(_SENTENCES):
            name = f"{suffix}, sentence {at}"
            said = made.named(people, people.chance(name))
            yield Case(name=name, suffix=suffix, kind="number", what="a number of a person",
                       people=1, content=write(said))  # fmt: skip


def _beyond(people: People) -> Iterator[Case]:
    for count in COUNTS[:4]:
        for suffix, place in _CODED:
            name = f"{suffix}, {place}, codes alone, {count}"
            chance = people.chance(name)
            header, rows = made.codes_alone(people.draw(chance, count), chance)
            yield Case(name=name, suffix=suffix, kind="beyond", what="labels as codes alone",
                       people=count, content=CARRIERS[suffix, place](header, rows))  # fmt: skip
        name = f"png, low bits, {count}"
        chance = people.chance(name)
        said = shapes.lines(made.PLANTED, people.draw(chance, count), ",").encode()
        picture = pictures.in_low_bits(pictures.bars(chance), said)
        yield Case(name=name, suffix="png", kind="beyond", what="low bits of a picture",
                   people=count, content=pictures.painted(picture, "PNG"))  # fmt: skip


def _opened() -> list[tuple[str, str, carriers.Carrier]]:
    return [(suffix, place, carry) for (suffix, place), carry in CARRIERS.items()
            if place in _OPEN]  # fmt: skip


def _groups(people: People) -> Iterator[Case]:
    with duckdb.connect() as data:
        data.execute(f"CREATE TABLE p AS SELECT * FROM read_csv('{people.path}')").fetchall()
        for what, query in _GROUPS.items():
            cursor = data.execute(query)
            header = tuple(str(one[0]) for one in cursor.description or ())
            rows = [tuple(map(str, row)) for row in cursor.fetchall()]
            for suffix, place, carry in _opened():
                yield Case(name=f"{suffix}, {place}, {what}", suffix=suffix, kind="safe",
                           what=what, people=0, content=carry(header, rows))  # fmt: skip


def _strangers(people: People) -> Iterator[Case]:
    for turn in range(_SYNTHETIC):
        for suffix, place, carry in _opened():
            name = f"{suffix}, {place}, synthetic {turn}"
            content = carry(made.PLANTED, _synthetic(people, people.chance(name)))
            yield Case(name=name, suffix=suffix, kind="safe", what="synthetic people", people=0,
                       content=content)  # fmt: skip


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


def _harmless(people: People) -> Iterator[Case]:
    """Prose, code, coefficients, models and drawings, anew each time."""
    for turn in range(_HARMLESS):
        chance = people.chance(f"harmless {turn}")
        for suffix, content in {**_papers(chance), **_models(chance)}.items():
            yield Case(name=f"{suffix}, harmless {turn}", suffix=suffix, kind="safe",
                       what="harmless", people=0, content=content)  # fmt: skip


def _papers(chance: Random) -> dict[str, bytes]:
    numbers = [f"{chance.gauss(0, 3):.4f}" for _ in range(12)]
    fit = [(f"x{at}", one, f"{abs(float(one)) / 5:.4f}", f"{chance.random():.3f}")
           for at, one in enumerate(numbers)]  # fmt: skip
    head = ("term", "coef", "se", "p")
    model = shapes.padded(head, fit)
    bars = [(at, chance.randint(200, 900)) for at in range(8)]
    picture = pictures.bars(chance)
    return {
        "txt": "\n".join(PROSE).encode(),
        "log": f"{PROSE[0]}\n{model}\nR2 {chance.random():.3f}\n".encode(),
        "md": f"# Results\n\n{PROSE[1]}\n\nn = {chance.randint(1_000, 9_000)}\n".encode(),
        "py": b"import pandas as pd\n\ndf = pd.read_parquet('/data/p.parquet')\n",
        "tex": carriers.CARRIERS["tex", "table"](head, fit),
        "svg": pictures.drawing(bars),
        "pdf": papers.drawn_paper(bars),
        "png": pictures.painted(picture, "PNG"),
        "jpg": pictures.painted(picture, "JPEG", quality=chance.randint(60, 95)),
        "json": f'{{"r2": {chance.random():.4f}, "n": {chance.randint(900, 9_000)}}}'.encode(),
        "ipynb": carriers.notebook(carriers.cell(
            [{"output_type": "stream", "name": "stdout", "text": model}])),
        "xlsx": office.book(head, fit),
        "docx": office.paper(office.grid(head, fit)),
        "ods": office.ods(([head, *fit], "")),
    }  # fmt: skip


def _models(chance: Random) -> dict[str, bytes]:
    weights = [[chance.gauss(0, 1) for _ in range(8)] for _ in range(16)]
    leaves = [float(chance.randint(40, 900)) for _ in range(2)]
    trees = {"split_conditions": [chance.uniform(18, 70), chance.gauss(0, 1), chance.gauss(0, 1)],
             "sum_hessian": [sum(leaves), *leaves]}  # fmt: skip
    counts = " ".join(str(chance.randint(40, 900)) for _ in range(3))
    return {
        "pkl": models.regression(scale_=np.array([row[0] for row in weights])),
        "safetensors": models.safetensors({"w": np.array(weights, dtype="<f4")}),
        "onnx": models.onnx(weights),
        "ubj": models.xgboost(trees),
        "lgb": models.lightgbm(f"split_gain={chance.gauss(9, 2):.4f} {chance.gauss(9, 2):.4f}",
                               f"internal_count={counts}"),
        "rds": frames.rds(frames.r_matrix(weights)),
    }  # fmt: skip
