"""Bands of a number, as tables label them: `16-24`, `65+`, `<18`, `[0, 10)`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from output_checker.disclosure.evidence.labels import canonical

_NUMBER: Final = r"-?\d+(?:,\d{3})*(?:\.\d+)?"
_INTERVAL: Final = re.compile(
    rf"([\[(])\s*({_NUMBER}|-inf)\s*,\s*({_NUMBER}|\+?inf)\s*([\])])", re.IGNORECASE
)
_BETWEEN: Final = re.compile(
    rf"(?:from )?({_NUMBER})\s*(?:-|\u2013|\u2014|to|and under|to under)\s*({_NUMBER})",
    re.IGNORECASE,
)
_BELOW: Final = re.compile(rf"(<=?|under|below|less than|up to)\s*({_NUMBER})", re.IGNORECASE)
_ABOVE: Final = re.compile(rf"(>=?|over|above|more than|at least)\s*({_NUMBER})", re.IGNORECASE)
_OR_MORE: Final = re.compile(
    rf"({_NUMBER})\s*(?:\+|(?:and|or) (?:over|more|above|older))", re.IGNORECASE
)
_OR_LESS: Final = re.compile(
    rf"({_NUMBER})\s*(?:and|or) (?:under|less|below|younger)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Numbers from `low` to `high`; None where the band has no end on that side."""

    label: str
    low: float | None
    high: float | None
    has_low: bool = True
    has_high: bool = False

    def holds(self, number: float) -> bool:
        is_above = self.low is None or number > self.low or (self.has_low and number == self.low)
        is_below = (
            self.high is None or number < self.high or (self.has_high and number == self.high)
        )
        return is_above and is_below


def read_bands(labels: Iterable[str]) -> tuple[Band, ...] | None:
    """Bands for labels that all name one, lowest first; None when they do not, or overlap."""
    bands = []
    for label in dict.fromkeys(labels):
        band = _read(label)
        if band is None:
            return None
        bands.append(band)
    ordered = sorted(bands, key=lambda band: (_low(band), band.high is None))
    if not any(band.low is not None or band.high is not None for band in ordered):
        return None
    joined = _joined(ordered)
    return joined if not _overlap(joined) else None


def joined_label(first: str, last: str) -> str | None:
    """A label for everything from one band to a later one; None where they are no bands.

    `16-24` and `35-44` make `16-44`, `[0, 10)` and `[10, 20)` make `[0, 20)`. Also None where
    nothing is left out of it.
    """
    low, high = _read(first), _read(last)
    if low is None or high is None or (low.low is None and high.high is None):
        return None
    if _INTERVAL.fullmatch(first.strip()) and _INTERVAL.fullmatch(last.strip()):
        begins, ends = first.strip().split(",")[0], last.strip().split(",")[1]
        return f"{begins},{ends}"
    if low.low is None:
        return f"{'<=' if high.has_high else '<'}{_shown(high.high)}"
    if high.high is None:
        return f"{_shown(low.low)}+" if low.has_low else f">{_shown(low.low)}"
    middle = "-" if high.has_high else " to under "
    return f"{_shown(low.low)}{middle}{_shown(high.high)}" if low.has_low else None


def _shown(end: float | None) -> str:
    assert end is not None
    return str(int(end)) if end.is_integer() else repr(end)


def _read(label: str) -> Band | None:
    text = " ".join(label.strip().split())
    name = canonical(label)
    if name is None:
        return None
    if found := _INTERVAL.fullmatch(text):
        low, high = _end(found[2]), _end(found[3])
        return Band(label=name, low=low, high=high, has_low=found[1] == "[",
                    has_high=found[4] == "]")  # fmt: skip
    if found := _BETWEEN.fullmatch(text):
        low, high = _end(found[1]), _end(found[2])
        return Band(label=name, low=low, high=high, has_high="under" not in text.lower())
    return _one_sided(text, name)


def _one_sided(text: str, name: str) -> Band | None:
    if found := _BELOW.fullmatch(text):
        has_high = found[1].lower() in ("<=", "up to")
        return Band(label=name, low=None, high=_end(found[2]), has_high=has_high)
    if found := _ABOVE.fullmatch(text):
        has_low = found[1].lower() in (">=", "at least")
        return Band(label=name, low=_end(found[2]), high=None, has_low=has_low)
    if found := _OR_MORE.fullmatch(text):
        return Band(label=name, low=_end(found[1]), high=None)
    if found := _OR_LESS.fullmatch(text):
        return Band(label=name, low=None, high=_end(found[1]), has_high=True)
    return None


def _end(text: str) -> float | None:
    return None if "inf" in text.lower() else float(text.replace(",", ""))


def _low(band: Band) -> float:
    return float("-inf") if band.low is None else band.low


def _joined(bands: Sequence[Band]) -> tuple[Band, ...]:
    """16-24 beside 25-34 holds 24.5 as well; 0-10 beside 10-20 holds 10 once."""
    joined = []
    for band, following in pairwise([*bands, None]):
        assert band is not None
        start = following.low if following is not None else None
        touches = start is not None and band.high is not None and 0 <= start - band.high <= 1
        is_open = band.has_high and following is not None and following.has_low
        joined.append(replace(band, high=start, has_high=False) if touches and is_open else band)
    return tuple(joined)


def _overlap(bands: Sequence[Band]) -> bool:
    return any(
        band.high is None
        or following.low is None
        or following.low < band.high
        or (following.low == band.high and band.has_high and following.has_low)
        for band, following in pairwise(bands)
    )
