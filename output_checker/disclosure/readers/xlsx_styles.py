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
# What a format draws as it stands: in quotes, behind a stroke, as a currency, digits but zeros.
_DRAWN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<one>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].'
    r"|(?P<bare>(?<![?/])(?<![?/]\d)(?<![?/]\d\d)\d*[1-9]\d*)"
)
_DIGITS: Final = re.compile(r"\d\D?\d")
_PLACES: Final = re.compile(r"[0#?@dmyhsge]", re.IGNORECASE)
# As in `20% - Accent1`, which every program brings.
_SHADE: Final = re.compile(r"^[246]0 ?% - ")
_WORD: Final = re.compile(r"[^\W_]")
# No unit is longer, and few books name styles of their own at such length.
_MOST_DRAWN: Final = 20
_MOST_NAMED: Final = 200


@dataclass(slots=True, kw_only=True)
class Styles:
    """How cells are drawn, by the numbers of their styles.

    Attributes:
        dates: Those that are.
        unseen: Drawn as nothing.
        replaced: Drawn as words in place of some numbers.
        drawn: Words that are drawn with the numbers, where they are more than a unit.
        words: Those that no cell can show: of formats without a style, and names of styles.
    """

    dates: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    replaced: set[int] = field(default_factory=set)
    drawn: dict[int, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
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
        if is_replacing(code):
            found.replaced.add(at)
        if drawn := telling(code):
            found.drawn[at] = drawn
    found.words = _beside_cells(root)
    return found


def telling(code: str) -> str:
    """What a format draws beside the number; "" for what a unit or a currency is."""
    drawn = _drawn(code)
    is_unit = len(drawn) <= _MOST_DRAWN and not _DIGITS.search(drawn)
    return "" if is_unit else drawn


def is_replacing(code: str) -> bool:
    """Whether some numbers are not drawn, and words are in their place."""
    parts = _sections(code)
    # The third is for zeros, where no condition says otherwise.
    zero = 2 if "[<" not in code and "[>" not in code and "[=" not in code else None
    return any(
        not _PLACES.search(_LITERAL.sub("", part).replace("General", "0"))
        and _WORD.search(drawn := _drawn(part)) is not None
        and (at != zero or _DIGITS.search(drawn) is not None)
        for at, part in enumerate(parts)
    )


def is_odd(name: str) -> bool:
    """Whether the name of a style holds more of numbers than those of programs."""
    return _DIGITS.search(_SHADE.sub("", name)) is not None


def _drawn(code: str) -> str:
    return "".join("".join(filter(None, one.groups())) for one in _DRAWN.finditer(code))


def _sections(code: str) -> list[str]:
    """Of numbers above, below and at zero, or by a condition; not of texts, which stay."""
    hidden = _LITERAL.sub(lambda found: "x" * len(found[0]), code)
    ends = [at for at, letter in enumerate(hidden) if letter == ";"]
    begins = [0, *(at + 1 for at in ends)]
    return [code[a:b] for a, b in zip(begins, [*ends, len(code)], strict=True)][:3]


def _beside_cells(root: Element) -> list[str]:
    """Words of formats that no style has, and names of styles that are no program's."""
    used = {style.given.get("numFmtId", "0") for style in _children(root, "cellXfs")}
    own = {id(one) for one in _children(root, "numFmts") if one.given.get("numFmtId") in used}
    codes = [one.given.get("formatCode", "") for one in root.all("numFmt") if id(one) not in own]
    named = [one for one in root.all("cellStyle", "tableStyle") if one.given.get("name")]
    odd = [one for one in named if is_odd(one.given["name"])]
    added = [one for one in named if "builtinId" not in one.given]
    if sum(len(one.given["name"]) for one in added) > _MOST_NAMED:
        odd = [*odd, *(one for one in added if one not in odd)]
    return [*filter(None, map(telling, codes)), *(one.given["name"] for one in odd)]


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
