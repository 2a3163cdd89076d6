"""How the cells of an Excel book are drawn: which numbers are dates, and what is not seen."""

import re
from dataclasses import dataclass, field
from typing import Final

from output_checker.disclosure.readers.xml_words import Element, whole

# Numbers of formats that every book has, of dates and times of day.
_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS: Final = re.compile(r"[dmyhs]", re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[[hms]+\]", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Styles:
    """By the number of a cell's style: which are dates, and which are drawn as nothing."""

    dates: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    is_1904: bool = False


def styles(root: Element) -> Styles:
    formats = {one.given.get("numFmtId", ""): one.given.get("formatCode", "")
               for one in root.all("numFmt")}  # fmt: skip
    fonts = _children(root, "fonts")
    fills = _children(root, "fills")
    white = {at for at, font in enumerate(fonts) if _is_white(font)}
    plain = {at for at, fill in enumerate(fills) if _is_plain(fill)}
    found = Styles()
    for at, style in enumerate(_children(root, "cellXfs")):
        number = style.given.get("numFmtId", "0")
        code = formats.get(number, "")
        letters = _LITERAL.sub("", code)
        if (whole(number) in _DATES and not code) or (
            _DATE_LETTERS.search(letters) and not _ELAPSED.search(code)
        ):
            found.dates.add(at)
        is_blank = ";" in letters and not letters.strip("; ") and '"' not in code
        is_white = _index(style, "fontId") in white and _index(style, "fillId") in plain
        if is_blank or is_white:
            found.unseen.add(at)
    return found


def _children(root: Element, name: str) -> list[Element]:
    found = root.first(name)
    return found.children if found else []


def _index(style: Element, name: str) -> int:
    return whole(style.given.get(name)) or 0


def _is_white(font: Element) -> bool:
    colour = font.first("color")
    size = font.first("sz")
    is_tiny = size is not None and size.given.get("val", "").split(".")[0] in ("0", "1")
    if colour is None:
        return is_tiny
    is_white = colour.given.get("rgb", "").upper()[-6:] == "FFFFFF"
    return is_tiny or is_white or (colour.given.get("theme") == "0" and "tint" not in colour.given)


def _is_plain(fill: Element) -> bool:
    pattern = fill.first("patternFill")
    if pattern is None:
        return not fill.children
    colour = pattern.first("fgColor")
    is_white = colour is not None and colour.given.get("rgb", "").upper()[-6:] == "FFFFFF"
    return pattern.given.get("patternType", "none") == "none" or is_white
