"""What a column of numbers is, from its name and from what the source says it could be."""

from collections.abc import Iterator
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.cells import Statistic

_ALIASES: Final = {
    **{statistic.value: statistic for statistic in Statistic},
    **dict.fromkeys(
        ("n", "size", "freq", "frequency", "obs", "observations", "nobs", "counts", "0"),
        Statistic.COUNT,
    ),
    **dict.fromkeys(("avg", "average"), Statistic.MEAN),
    **dict.fromkeys(("total", "sums"), Statistic.SUM),
    **dict.fromkeys(("sd", "stdev", "stddev", "std_dev"), Statistic.STD),
    "variance": Statistic.VAR,
    "minimum": Statistic.MIN,
    "maximum": Statistic.MAX,
    "p50": Statistic.MEDIAN,
}


def statistic_named(name: str) -> Statistic | None:
    return _ALIASES.get(name.strip().lower())


def statistic_of(aggregate: str) -> Statistic:
    """Raises: BadSpec, naming what can be checked."""
    found = statistic_named(aggregate)
    if found is None:
        known = ", ".join(statistic.value for statistic in Statistic)
        raise BadSpec(f"aggregate {aggregate!r} cannot be checked; known are {known}")
    return found


def split_name(name: str, columns: list[str]) -> tuple[Statistic, str] | None:
    """`mean_income`, `income_mean` and `mean(income)` name a statistic and a variable."""
    for variable, alias in _splits(name.strip()):
        found = statistic_named(alias)
        if found is not None and variable in columns:
            return found, variable
    return None


def _splits(name: str) -> Iterator[tuple[str, str]]:
    if name.endswith(")") and "(" in name:
        alias, _, variable = name[:-1].partition("(")
        yield variable, alias
    for mark in "_ .":
        first, _, rest = name.partition(mark)
        yield rest, first
        rest, _, last = name.rpartition(mark)
        yield rest, last
