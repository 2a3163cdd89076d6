"""Texts of a PDF page: what each font says its codes are, and lines put together from places."""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from pypdf._codecs.adobe_glyphs import adobe_glyphs
from pypdf.generic import DictionaryObject
from pypdf.generic._font import Font

from output_checker.disclosure.readers.drawn import Point
from output_checker.disclosure.readers.pdf_values import value, values

_SAME_LINE: Final = 0.4
# Gaps between words, in parts of the size of their letters: none, a blank, a column.
_BLANK: Final = 0.12
_COLUMN: Final = 1.0
_PER_SIZE: Final = 0.001
_CODES: Final = 256
_DEGREES: Final = 180 / math.pi


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One stroke of writing, from the start of its first letter to the end of its last.

    Attributes:
        order: How many things the page had drawn before it.
        unseen: Whether nobody sees it who looks at the page.
        fill: The colour of its letters.
    """

    text: str
    start: Point
    end: Point
    size: float
    order: int
    unseen: bool = False
    fill: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def middle(self) -> Point:
        """Of its letters, which stand above the line from start to end."""
        (left, low), (right, high) = self.start, self.end
        length = math.hypot(right - left, high - low) or 1.0
        up = self.size / 4
        return ((left + right) / 2 - (high - low) / length * up,
                (low + high) / 2 + (right - left) / length * up)  # fmt: skip


class Letters:
    """Of one font.

    Attributes:
        is_said: Whether the file says what its codes mean, and says it once.
        is_marks: Whether its letters are signs to mark places with.
    """

    def __init__(self, font: DictionaryObject) -> None:
        self._font = Font.from_font_resource(font)
        self._encoding = self._font.encoding
        self._widths: dict[str, float] = {}
        matrix = values(font.get("/FontMatrix")) if font.get("/Subtype") == "/Type3" else ()
        self._unit = abs(float(matrix[0])) if matrix else _PER_SIZE
        self.contradicts = _contradicts(font, self._font.character_map)
        self.is_said = _says(font) and self._font.interpretable
        self.is_marks = "Dingbats" in str(value(font, "/BaseFont", ""))

    def read(self, data: bytes) -> Iterator[tuple[str, float, bool]]:
        """Each letter, its width as a part of the size, and whether it stands between words."""
        encoding = self._encoding
        codes = (
            data.decode(encoding, "replace")
            if isinstance(encoding, str)
            else [*map(chr, data)]
        )  # fmt: skip
        for code in codes:
            plain = code if isinstance(encoding, str) else encoding.get(ord(code), code)
            told = self._font.character_map.get(plain, plain)
            said = str(told) if told != plain else str(self._font.character_map.get(code, plain))
            if code not in self._widths:
                self._widths[code] = self._font.get_text_width(code) * self._unit
            yield said, self._widths[code], code == " " and not isinstance(encoding, str)


def _says(font: DictionaryObject) -> bool:
    if "/ToUnicode" in font:
        return True
    if value(font, "/Subtype") == "/Type0":
        return any(name in str(value(font, "/Encoding", "")) for name in ("UCS2", "UTF16"))
    described = value(font, "/FontDescriptor", ())
    is_embedded = any(name in described for name in ("/FontFile2", "/FontFile3"))
    return "/Encoding" in font or not is_embedded


def _contradicts(font: DictionaryObject, told: dict[Any, Any]) -> bool:
    """Whether a letter is named otherwise than it is told to be read."""
    encoding = value(font, "/Encoding")
    if not told or not isinstance(encoding, DictionaryObject):
        return False
    code = 0
    for one in values(encoding.get("/Differences")):
        if isinstance(one, int):
            code = int(one)
            continue
        named, said = adobe_glyphs.get(str(one)), told.get(chr(code))
        if named and said and _plain(named) != _plain(str(said)):
            return True
        code += 1
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).replace("\N{SOFT HYPHEN}", "-")


def is_readable(text: str) -> bool:
    """Whether it says anything: no letter of private use, and none that stands for a lost one."""
    return not any(
        letter == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(letter) in ("Co", "Cn", "Cc")
        for letter in text
        if letter not in "\t\r\n"
    ) and not (len(text) > 1 and text.startswith("/g") and text[2:].isdigit())


def lines(words: Iterable[Word]) -> list[tuple[Word, ...]]:
    """From top to bottom, each direction of writing by itself; letters that touch are one word."""
    by_angle: dict[int, list[_Turned]] = defaultdict(list)
    for word in words:
        (left, low), (right, high) = word.start, word.end
        angle = math.atan2(high - low, right - left)
        across, up = math.cos(angle), math.sin(angle)
        begin = left * across + low * up
        turned = (low * across - left * up, begin, begin + math.hypot(right - left, high - low))
        by_angle[round(angle * _DEGREES) % 360].append((*turned, word))
    return [line for _, found in sorted(by_angle.items()) for line in _lines(found)]


def laid_out(line: Sequence[Word]) -> str:
    """With two blanks where a column begins."""
    said = line[0].text
    for before, word in pairwise(line):
        gap = math.dist(before.end, word.start)
        said += ("  " if gap > _COLUMN * word.size else " ") + word.text
    return said.strip()


_Turned = tuple[float, float, float, Word]


def _lines(found: list[_Turned]) -> Iterator[tuple[Word, ...]]:
    found.sort(key=lambda one: -one[0])
    line: list[_Turned] = []
    for one in found:
        if line and line[0][0] - one[0] > _SAME_LINE * one[3].size:
            yield _merged(line)
            line = []
        line.append(one)
    if line:
        yield _merged(line)


def _merged(line: list[_Turned]) -> tuple[Word, ...]:
    made: list[Word] = []
    ended = -math.inf
    for _, begin, end, word in sorted(line, key=lambda one: one[1]):
        if made and begin - ended <= _BLANK * word.size and not made[-1].text.endswith(" "):
            last = made.pop()
            made.append(replace(last, text=last.text + word.text, end=word.end))
        else:
            made.append(word)
        ended = end
    return tuple(made)
