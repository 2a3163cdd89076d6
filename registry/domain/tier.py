"""How a person reaches their workspace, and how much of it then crosses to their browser."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Tier(StrEnum):
    """`pixel` sends pictures of the screen; `browser` sends JupyterLab's pages and messages."""

    PIXEL = "pixel"
    BROWSER = "browser"

    @property
    def words(self) -> str:
        return _WORDS[self]

    def is_looser_than(self, other: "Tier") -> bool:
        return _STRICTEST_FIRST.index(self) > _STRICTEST_FIRST.index(other)


# What a project gets whose file does not say.
DEFAULT_TIER: Final = Tier.PIXEL

_STRICTEST_FIRST: Final = (Tier.PIXEL, Tier.BROWSER)
_WORDS: Final = {
    Tier.PIXEL: "pixel: only pictures of the screen leave the workspace",
    Tier.BROWSER: "browser: JupyterLab's pages and messages reach your browser, counted and capped",
}


def strictest(tier: Tier, demanded: Iterable[Tier | None]) -> Tier:
    """What holds for a project that asks for `tier` and has data that demands others."""
    return min((tier, *(one for one in demanded if one is not None)), key=_STRICTEST_FIRST.index)
