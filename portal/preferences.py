"""How somebody wants pages to look and work, kept in cookies of their browser alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

THEME_COOKIE: Final = "haven_theme"
KEYS_COOKIE: Final = "haven_keys"
_OFF: Final = "off"


class Theme(StrEnum):
    """`system` follows what the browser says the person prefers."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Attributes: `has_keys` says whether single keys do something."""

    theme: Theme = Theme.SYSTEM
    has_keys: bool = True

    @classmethod
    def of(cls, cookies: Mapping[str, str]) -> Self:
        """What nobody set, or no version of this page could have set, is as at first."""
        said = cookies.get(THEME_COOKIE, "")
        theme = Theme(said) if said in set(Theme) else Theme.SYSTEM
        return cls(theme=theme, has_keys=cookies.get(KEYS_COOKIE) != _OFF)

    def cookies(self) -> dict[str, str]:
        return {THEME_COOKIE: self.theme.value, KEYS_COOKIE: "on" if self.has_keys else _OFF}


DEFAULT: Final = Preferences()
