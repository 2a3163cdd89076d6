"""The people of the corpus, and what is taken out of them: rows in disguise, numbers of persons.

Everything comes from one seed, so a case has a name and is the same in each run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

SEED: Final = 20_261_122
COLUMNS: Final = (
    "case", "nino", "region", "sector", "sex", "age", "pay", "hours", "start", "score", "district",
    "benefit",
)  # fmt: skip
# What a planted row has of them: no number of a person.
PLANTED: Final = ("region", "sector", "sex", "age", "pay", "hours", "start", "score", "district")
PLACES: Final = tuple(COLUMNS.index(name) for name in PLANTED)
REGIONS: Final = ("North", "South", "East", "West", "Mid", "Isles")
SECTORS: Final = ("farming", "retail", "health", "transport", "teaching", "energy", "law")

_OTHERS: Final = 20

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Attributes: `seed` is what the corpus around them is drawn by as well."""

    path: Path
    rows: tuple[Row, ...]
    seed: int

    def chance(self, name: str) -> Random:
        """The same for a name in each run."""
        return Random(f"{self.seed} {name}")

    def draw(self, chance: Random, count: int) -> list[Row]:
        """Rows of `PLANTED` columns."""
        return [tuple(row[at] for at in PLACES) for row in chance.sample(self.rows, count)]

    def column(self, name: str) -> list[str]:
        at = COLUMNS.index(name)
        return [row[at] for row in self.rows]


def make_people(folder: Path, count: int, seed: int = SEED) -> People:
    chance = Random(seed)
    rows = tuple(_person(chance, at) for at in range(count))
    path = folder / "people.csv"
    path.write_text("\n".join(",".join(row) for row in (COLUMNS, *rows)) + "\n")
    return People(path=path, rows=rows, seed=seed)


def _person(chance: Random, at: int) -> Row:
    age = chance.randint(16, 79)
    return (
        str(70_000_000 + at * 13),
        f"QQ{(at * 7_919) % 1_000_000:06d}{chance.choice('ABCD')}",
        chance.choice(REGIONS),
        chance.choice(SECTORS),
        chance.choice("FM"),
        str(age),
        f"{chance.lognormvariate(10.2, 0.6):.2f}",
        str(chance.randint(4, 60)),
        f"{chance.randint(1990, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        str(chance.randint(0, 999)),
        f"{chance.choice('ABCDEFGHJKLM')}{chance.randint(1, 30)}",
        str(chance.choice((0, 0, 0, chance.randint(1, 90) * 10))),
    )


def plain(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    del chance
    return PLANTED, [*rows]


def reordered(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """Columns in another order and under other names."""
    order = chance.sample(range(len(PLANTED)), len(PLANTED))
    header = tuple(f"v{place}" for place in range(len(PLANTED)))
    return header, [tuple(row[at] for at in order) for row in rows]


def rounded(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """Pay without pence."""
    del chance
    return PLANTED, [_with(row, "pay", f"{float(_of(row, 'pay')):.0f}") for row in rows]


def retyped(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """Whole numbers as decimals, dates with a time of day, labels in capitals."""
    del chance
    made = []
    for one in rows:
        row = one
        for name in ("age", "hours", "score"):
            row = _with(row, name, f"{_of(row, name)}.0")
        row = _with(row, "start", f"{_of(row, 'start')} 00:00:00")
        made.append(_with(row, "region", _of(row, "region").upper()))
    return PLANTED, made


def label_coded(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """Labels as the numbers of their places in the alphabet."""
    del chance
    made = [*rows]
    for name, labels in (("region", REGIONS), ("sector", SECTORS), ("sex", ("F", "M"))):
        codes = {label: str(code) for code, label in enumerate(sorted(labels))}
        made = [_with(row, name, codes[_of(row, name)]) for row in made]
    return PLANTED, made


def transposed(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """One person a column."""
    del chance
    header = ("", *(str(at) for at in range(len(rows))))
    return header, [
        (name, *values) for name, values in zip(PLANTED, zip(*rows, strict=True), strict=True)
    ]


def among_others(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """Between rows that nobody has."""
    strangers = [tuple(_person(chance, 0)[at] for at in PLACES) for _ in range(_OTHERS)]
    mixed = [*rows, *strangers]
    chance.shuffle(mixed)
    return PLANTED, mixed


def codes_alone(rows: Sequence[Row], chance: Random) -> tuple[Row, list[Row]]:
    """Nothing but labels, each as the number of its place among those drawn: not to be told."""
    del chance
    names = ("region", "sector", "sex", "start", "district")
    columns = [[_of(row, name) for row in rows] for name in names]
    coded = ([str(sorted({*one}).index(label)) for label in one] for one in columns)
    return names, [*zip(*coded, strict=True)]


def _of(row: Row, name: str) -> str:
    return row[PLANTED.index(name)]


def _with(row: Row, name: str, value: str) -> Row:
    at = PLANTED.index(name)
    return (*row[:at], value, *row[at + 1 :])


Disguise = Callable[[Sequence[Row], Random], tuple[Row, list[Row]]]
DISGUISES: Final[tuple[Disguise, ...]] = (
    plain, reordered, rounded, retyped, label_coded, transposed, among_others,
)  # fmt: skip


def named(people: People, chance: Random) -> str:
    """A sentence that names one person by number, as people write it."""
    number = chance.choice(people.column("nino"))
    spelt = chance.choice(
        (number, number.lower(), " ".join((number[:2], number[2:4], number[4:6], number[6:8],
                                           number[8])), f"{number[:8]}-{number[8]}")
    )  # fmt: skip
    case = chance.choice(people.column("case"))
    return chance.choice((f"We asked {spelt} again.", f"Case {case} was left out.", f"id={spelt};"))
