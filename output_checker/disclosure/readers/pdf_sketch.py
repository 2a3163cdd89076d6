"""A page drawn anew, in SVG that does nothing, from what was read of it and nothing else."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from output_checker.disclosure.readers.artefacts import Image
from output_checker.disclosure.readers.pdf_paths import Stroke
from output_checker.disclosure.readers.pdf_pen import Pen, Placed
from output_checker.disclosure.readers.pdf_states import Box, Colour
from output_checker.disclosure.readers.pdf_words import Word

MAX_ELEMENTS: Final = 30_000
MAX_CHARACTERS: Final = 2_000_000
_THINNEST: Final = 0.3
_HEAD: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">'
)
_PAPER: Final = '<rect width="100%" height="100%" fill="#fff"/>'
_FRAME: Final = ' fill="#eee" stroke="#888"/>'


def sketch(pen: Pen, seen: Sequence[Word], page: Box) -> Image | None:
    """None where there is too much to draw."""
    if len(pen.strokes) + len(seen) + len(pen.pictures) > MAX_ELEMENTS:
        return None
    bounds = {clip: number for number, clip in enumerate(dict.fromkeys(
        one.clip for one in pen.strokes if one.clip != page))}  # fmt: skip
    drawn = [(one.order, _stroke(one, bounds)) for one in pen.strokes if one.code]
    drawn += [(word.order, _word(word, page)) for word in seen]
    shown = [one for one in pen.pictures if not one.unseen]
    drawn += [(one.order, _picture(one, page)) for one in shown]
    drawn.sort(key=lambda one: one[0])
    width, height = round(page[2] - page[0]), round(page[3] - page[1])
    text = "".join((_HEAD.format(width, height), *_bounds(bounds, page), _PAPER,
                    *(one for _, one in drawn), "</svg>"))  # fmt: skip
    if len(text) > MAX_CHARACTERS:
        return None
    return Image(width=width, height=height, media="image/svg+xml", content=text.encode())


def _bounds(bounds: dict[Box, int], page: Box) -> Iterator[str]:
    for clip, number in bounds.items():
        yield f'<clipPath id="c{number}">{_box(clip, page)}/></clipPath>'


def _box(box: Box, page: Box) -> str:
    left, low, right, high = box
    return (f'<rect x="{left - page[0]:.2f}" y="{page[3] - high:.2f}" '
            f'width="{max(right - left, 0):.2f}" height="{max(high - low, 0):.2f}"')  # fmt: skip


def _stroke(one: Stroke, bounds: dict[Box, int]) -> str:
    line = f' stroke="{_colour(one.line)}" stroke-width="{max(one.width, _THINNEST):.2f}"'
    clip = f' clip-path="url(#c{bounds[one.clip]})"' if one.clip in bounds else ""
    return (f'<path d="{one.code}" fill="{_colour(one.inside)}" opacity="{one.opacity:.2f}"'
            f"{line if one.line else ''}{clip}/>")  # fmt: skip


def _word(word: Word, page: Box) -> str:
    (x, y), (right, high) = word.start, word.end
    length = math.hypot(right - x, high - y)
    turned = -math.degrees(math.atan2(high - y, right - x))
    said = "".join(one for one in word.text if unicodedata.category(one)[0] != "C")
    place = f"translate({x - page[0]:.2f} {page[3] - y:.2f}) rotate({turned:.1f})"
    return (f'<text transform="{place}" font-size="{word.size:.2f}" font-family="sans-serif" '
            f'textLength="{length:.2f}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" '
            f'fill="{_colour(word.fill)}">{escape(said)}</text>')  # fmt: skip


def _picture(one: Placed, page: Box) -> str:
    """Where it is: pictures are shown by themselves."""
    return _box(one.box, page) + _FRAME


def _colour(given: Colour | None) -> str:
    if given is None:
        return "none"
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in given)
