"""What a column of numbers is, from its name and from what the source says it could be."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence.cells import Statistic

_ALIASES: Final = {
    **{statistic.value: statistic for statistic in Statistic},
    **dict.fromkeys(
        ("n", "size", "freq", "frequency", "obs", "observations", "nobs", "counts", "0", "len",
         "number", "people", "persons", "records", "respondents", "individuals"),
        Statistic.COUNT,
    ),
    **dict.fromkeys(
        ("percent", "percentage", "pct", "%", "proportion", "prop", "fraction"), Statistic.SHARE
    ),
    **dict.fromkeys(("rate",), Statistic.RATIO),
    **dict.fromkeys(("avg", "average"), Statistic.MEAN),
    **dict.fromkeys(("total", "sums"), Statistic.SUM),
    **dict.fromkeys(("sd", "stdev", "stddev", "std_dev"), Statistic.STD),
    "variance": Statistic.VAR,
    "se": Statistic.SEM,
    "minimum": Statistic.MIN,
    "maximum": Statistic.MAX,
    "skewness": Statistic.SKEW,
    "kurtosis": Statistic.KURT,
    "unique": Statistic.NUNIQUE,
    "distinct": Statistic.NUNIQUE,
    "hhi": Statistic.HERFINDAHL,
}  # fmt: skip
_QUARTILES: Final = {
    "q1": 0.25, "q2": 0.5, "q3": 0.75, "lower_quartile": 0.25, "upper_quartile": 0.75,
}  # fmt: skip
_PERCENTILE: Final = re.compile(
    r"(?:p|perc|pctl)_?([0-9]{1,2}(?:\.[0-9]+)?)|([0-9]{1,2}(?:\.[0-9]+)?)(?:%|st|nd|rd|th)"
)
_QUANTILE: Final = re.compile(r"(?:quantile|q)?[ _(]?(0?\.[0-9]{1,4}|1\.0{1,4})\)?")
_LARGEST: Final = re.compile(r"(?:cr|top|top_share)_?([1-9][0-9]{0,2})")


@dataclass(frozen=True, slots=True)
class Named:
    """A statistic, and which one of its kind: the level of a quantile, the k of a share."""

    statistic: Statistic
    level: float | None = None


def named(name: str) -> Named | None:
    """What `mean`, `p25`, `q0.9`, `75%` or `cr4` is; None for any other name."""
    text = name.strip().casefold()
    if text in _ALIASES:
        return Named(_ALIASES[text])
    level = _level(text)
    if level is not None:
        return _at(level)
    if largest := _LARGEST.fullmatch(text):
        return Named(Statistic.TOP_SHARE, float(largest[1]))
    return None


def _at(level: float) -> Named:
    """A quantile by its own name, where it has one."""
    own = {0.0: Statistic.MIN, 0.5: Statistic.MEDIAN, 1.0: Statistic.MAX}.get(level)
    return Named(Statistic.QUANTILE, level) if own is None else Named(own)


def _level(text: str) -> float | None:
    if text in _QUARTILES:
        return _QUARTILES[text]
    if found := _QUANTILE.fullmatch(text):
        return float(found[1])
    if found := _PERCENTILE.fullmatch(text):
        percent = float(found[1] or found[2])
        return percent / 100 if percent else None
    return None


def statistic_of(aggregate: str, level: float | None = None) -> Named:
    """The statistic a spec names.

    Raises:
        BadSpec: Naming what can be checked, or the level that is missing or out of range.
    """
    found = named(aggregate)
    if found is None:
        known = ", ".join(statistic.value for statistic in Statistic)
        raise BadSpec(f"aggregate {aggregate!r} cannot be checked; known are {known}")
    if level is not None:
        is_quantile = found.statistic is Statistic.QUANTILE
        found = _at(level) if is_quantile else Named(found.statistic, level)
    if found.statistic is Statistic.QUANTILE and not 0 < (found.level or 0) < 1:
        raise BadSpec("a quantile needs a `level` between 0 and 1")
    if found.statistic is Statistic.TOP_SHARE and (found.level or 0) < 1:
        raise BadSpec("a share of the largest needs a `level`: how many of them")
    return found


def split_name(name: str, columns: Collection[str]) -> tuple[Named, str] | None:
    """`mean_income`, `income mean` and `mean(income)` name a statistic and a variable."""
    for variable, alias in _splits(name.strip()):
        found = named(alias)
        if found is not None and variable in columns:
            return found, variable
    return None


def _splits(name: str) -> Iterator[tuple[str, str]]:
    if name.endswith(")") and "(" in name:
        alias, _, variable = name[:-1].partition("(")
        yield variable, alias
    # From the left and from the right, at every mark: names hold marks themselves.
    for place, letter in enumerate(name):
        if letter in "_ .":
            yield name[place + 1 :], name[:place]
            yield name[:place], name[place + 1 :]
