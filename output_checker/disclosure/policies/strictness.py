"""Which of two policies asks more, setting by setting, and the strictest of several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import inf
from typing import Any, Final

from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.policy import Dominance, Policy, Weighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Attributes: `covers` says whether the first value asks all that the second does."""

    key: str
    words: str
    covers: Callable[[Any, Any], bool]
    both: Callable[[Any, Any], Any]


def _ordered(key: str, words: str, rank: Callable[[Any], float]) -> Setting:
    return Setting(
        key=key,
        words=words,
        covers=lambda mine, theirs: rank(mine) >= rank(theirs),
        both=lambda mine, theirs: max(mine, theirs, key=rank),
    )


def _more(value: float | None) -> float:
    return -inf if value is None else value


def _less(value: float | None) -> float:
    return -inf if value is None else -value


def _verdict(value: Verdict) -> float:
    return value.rank


def _covers_dominance(mine: Sequence[Dominance], theirs: Sequence[Dominance]) -> bool:
    # More units hold more, and a smaller share is sooner reached.
    return all(any(my.n >= one.n and my.share <= one.share for my in mine) for one in theirs)


def _covers_rounding(mine: Sequence[Rounding], theirs: Sequence[Rounding]) -> bool:
    return all(
        any(my.is_midpoint == one.is_midpoint and my.base % one.base == 0 for my in mine)
        for one in theirs
    )


def _union(mine: Sequence[Any], theirs: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sorted({*mine, *theirs}))


SETTINGS: Final = (
    _ordered("threshold", "fewest units behind a number", _more),
    _ordered("small_counts", "verdict on a number with fewer", _verdict),
    _ordered("zeros_disclosive", "whether an empty cell tells something", float),
    Setting(key="dominance", words="share that few units may hold of a total",
            covers=_covers_dominance, both=_union),
    _ordered("p_percent", "how closely the second may know the largest, in %", _more),
    _ordered("prior_percent", "how well each is known beforehand, in %", _less),
    _ordered("largest_share", "share that one unit may hold of a total", _less),
    _ordered("weighting", "how weighted totals are compared",
             lambda value: float(value is Weighting.REPLICATE)),
    _ordered("residual_dof", "fewest degrees of freedom", _more),
    _ordered("least_beyond", "fewest units at or beyond a quantile", _more),
    _ordered("mode_units", "fewest units that have a mode", _more),
    _ordered("class_share", "share of a row that one cell may not reach", _less),
    _ordered("class_review_share", "likewise, for a person to look at", _less),
    _ordered("missing_share", "share without a value that a person looks at", _less),
    Setting(key="rounding", words="how counts are rounded", covers=_covers_rounding, both=_union),
)  # fmt: skip


def looser(policy: Policy, *, than: Policy) -> list[str]:
    """Settings in which a policy asks less than another, in words; none when it only tightens."""
    return [
        f"{one.key} {written(getattr(policy, one.key))} (was {written(getattr(than, one.key))})"
        for one in SETTINGS
        if not one.covers(getattr(policy, one.key), getattr(than, one.key))
    ]


def strictest(policies: Sequence[Policy]) -> Policy:
    """What asks all that each of the policies asks; at least one is needed."""
    return reduce(_both, policies)


def _both(first: Policy, second: Policy) -> Policy:
    values = {one.key: one.both(getattr(first, one.key), getattr(second, one.key))
              for one in SETTINGS}  # fmt: skip
    values["quantile_units"] = values.pop("least_beyond")
    names = dict.fromkeys([*first.name.split(" + "), *second.name.split(" + ")])
    return replace(first, name=" + ".join(names), **values)


def differences(first: Policy, second: Policy) -> list[tuple[str, str, str, str]]:
    """Key, both values in words, and which is stricter: `first`, `second` or `neither`."""
    found = []
    for one in SETTINGS:
        mine, theirs = getattr(first, one.key), getattr(second, one.key)
        if mine != theirs:
            covers, covered = one.covers(mine, theirs), one.covers(theirs, mine)
            stricter = {(True, False): "first", (False, True): "second"}
            word = stricter.get((covers, covered), "neither")
            found.append((one.key, written(mine), written(theirs), word))
    return found


def written(value: Any) -> str:
    """A setting as a policy file's reader would put it."""
    if value is None or value == ():
        return "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(written(one) for one in value)
    if isinstance(value, Dominance):
        return f"({value.n}, {value.share:g})"
    return f"{value:g}" if isinstance(value, float) else str(value)
