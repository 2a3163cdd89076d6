"""Characters that are there and not seen, or that turn what is seen around."""

import unicodedata
from typing import Final

# Line ends and tabs are layout; a byte order mark inside a text is not.
_LAYOUT: Final = frozenset("\t\n\r\f")
_HIDING: Final = frozenset(("Cc", "Cf", "Co", "Cn", "Cs"))


def invisible(text: str) -> int:
    """How many characters of a text nobody sees: control, direction, zero width, private use."""
    if text.isascii() and text.isprintable():
        return 0
    return sum(
        unicodedata.category(character) in _HIDING and character not in _LAYOUT
        for character in text
    )
