"""Styles of a drawing: what plotting programs write is known, and all else is noted.

Nothing is applied to elements: what is known neither hides, moves nor fetches anything, but for
paint, of which `is_painted` tells.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from output_checker.disclosure.readers.artefacts import NoteKind

# What matplotlib, plotly, Vega and R's devices draw with.
_KNOWN: Final = frozenset({
    "fill", "fill-opacity", "fill-rule", "clip-rule", "stroke", "stroke-opacity",
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-dasharray", "stroke-dashoffset", "opacity", "color", "background",
    "background-color", "stop-color", "stop-opacity", "paint-order", "vector-effect",
    "shape-rendering", "text-rendering", "image-rendering", "color-interpolation",
    "color-interpolation-filters", "font", "font-family", "font-size", "font-style",
    "font-weight", "font-stretch", "font-variant", "font-feature-settings", "text-anchor",
    "text-align", "text-decoration", "dominant-baseline", "alignment-baseline",
    "baseline-shift", "letter-spacing", "word-spacing", "line-height", "white-space",
    "pointer-events", "cursor",
})  # fmt: skip
# Known with these values alone.
_HARMLESS: Final = {
    "display": {"inline", "block"}, "visibility": {"visible"}, "overflow": {"visible"},
    "text-transform": {"none"}, "text-shadow": {"none", "auto"},
}  # fmt: skip
_OPACITIES: Final = frozenset({"opacity", "fill-opacity", "stroke-opacity"})
PAINT: Final = frozenset(
    {"fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "font-size", "font"}
)
# Attributes that are read as styles are.
PRESENTATION: Final = _KNOWN | {
    "filter", "mask", "clip-path", "marker", "marker-start", "marker-mid", "marker-end",
    "display", "visibility", "overflow",
}  # fmt: skip
_FAINT: Final = 0.01
# Longer ones could say something.
_LONG: Final = 80
# Letters of one style: svglite's longest has some 600.
_MOST: Final = 8_000
# Numbers, colours, what is drawn elsewhere, and the words that are there to choose from.
_USUAL: Final = re.compile(
    r"(?:(?:[+-]?[\d.]+(?:px|pt|em|%)?|#[\da-f]{3,8}|rgba?\([\d.,% ]+\)|url\(#[\w-]{1,40}\)|"
    r"black|white|red|green|blue|yellow|orange|purple|gr[ae]y|light(?:gray|grey|blue)|steelblue|"
    r"none|inherit|transparent|currentcolor|round|butt|square|miter|bevel|normal|bold|"
    r"italic|oblique|middle|start|end|nonzero|evenodd|visible|all|auto|pre|pointer|default|"
    r"crisp-edges|pixelated|non-scaling-stroke)(?:[,\s]+|$))+"
)
_QUOTED: Final = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
_RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_IMPORTANT: Final = re.compile(r"!\s*important")
_SELECTOR: Final = re.compile(r"[\w\s.#*,>-]+")
_CALLED: Final = re.compile(r"([\w-]+)\(")
_FETCHED: Final = re.compile(r"url\((?!\s*[\"']?#)", re.IGNORECASE)
_CALLS: Final = frozenset({"rgb", "rgba", "hsl", "hsla", "url"})
_NUMBER: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|[a-z]*)")
_SEE_THROUGH: Final = re.compile(
    r"none|transparent|#[\da-f]{3}0|#[\da-f]{6}00|(?:rgb|hsl)a?\(.*[,/]\s*[+-]?0*\.?0*%?\s*\)"
)

Remark = tuple[NoteKind, str]


def sheet(text: str) -> Iterator[Remark]:
    """What is to be noted about the text of a <style>."""
    if len(text) > _MOST:
        yield NoteKind.HIDDEN, "a style that is too long to be read"
        return
    yield from _written(text)
    plain = _QUOTED.sub('""', text)
    if _RULE.sub("", plain).strip():
        yield NoteKind.HIDDEN, "a style that cannot be read"
    for selector, inside in _RULE.findall(plain):
        given = dict(declarations(inside))
        if not _SELECTOR.fullmatch(selector):
            yield NoteKind.HIDDEN, "a style for elements that cannot be told"
        yield from _declared(inside)
        paints = {"fill", "stroke", "fill-opacity", "stroke-opacity"} & given.keys()
        if is_unseen(given) or is_tiny(given) or (paints and not is_painted(given)):
            yield NoteKind.HIDDEN, "a style that hides what it is for"


def inline(text: str) -> Iterator[Remark]:
    """What is to be noted about a `style` attribute, but for what it hides."""
    if len(text) > _MOST:
        yield NoteKind.HIDDEN, "a style that is too long to be read"
        return
    yield from _written(text)
    yield from _declared(_QUOTED.sub('""', text))


def attribute(name: str, text: str) -> Iterator[Remark]:
    """What is to be noted about an attribute that is read as a style is."""
    yield from inline(f"{name}:{text}") if name in _KNOWN else _fetching(text)


def _fetching(text: str) -> Iterator[Remark]:
    if _FETCHED.search(text):
        yield NoteKind.EXTERNAL, "a style that fetches something"
    if "\\" in text or "/*" in text:
        yield NoteKind.HIDDEN, "a style with a remark or a letter by its number"


def said(text: str) -> Iterator[str]:
    """What a style attribute says in words: names of fonts, and whatever is long or unusual."""
    for one in text.split(";"):
        name, _, given = one.partition(":")
        is_usual = name.strip().lower() in _KNOWN and _USUAL.fullmatch(given.strip().lower())
        if one.strip() and (not is_usual or len(one) > _LONG):
            yield one


@lru_cache(maxsize=1024)
def declarations(text: str) -> tuple[tuple[str, str], ...]:
    """Properties in lower case, with what is given to them."""
    found = (one.lower().partition(":") for one in text.split(";") if one.strip())
    return tuple((name.strip(), _IMPORTANT.sub("", given).strip()) for name, _, given in found)


def is_unseen(given: Mapping[str, str]) -> bool:
    """Whether an element with these styles or attributes is not drawn, nor what is in it."""
    return (
        given.get("display") == "none"
        or given.get("visibility") in ("hidden", "collapse")
        or _is_faint(given.get("opacity", "1"))
    )


def is_painted(given: Mapping[str, str]) -> bool:
    """Whether shapes or letters with these styles are drawn in any colour at all."""
    fills = not _is_see_through(given.get("fill", "black"))
    strokes = not _is_see_through(given.get("stroke", "none"))
    return (fills and not _is_faint(given.get("fill-opacity", "1"))) or (
        strokes
        and not _is_faint(given.get("stroke-opacity", "1"))
        and not _is_faint(given.get("stroke-width", "1"))
    )


def is_faded(given: Mapping[str, str]) -> bool:
    """Whether something is made invisible by how much of it shines through."""
    return any(_is_faint(given.get(one, "1")) for one in ("fill-opacity", "stroke-opacity"))


def is_tiny(given: Mapping[str, str]) -> bool:
    sizes = [given.get("font-size", "1")]
    sizes += [one.partition("/")[0] for one in given.get("font", "").split()]
    return any(_is_faint(one) for one in sizes)


def _written(text: str) -> Iterator[Remark]:
    yield from _fetching(text)
    if "@import" in text.lower():
        yield NoteKind.EXTERNAL, "a style that fetches something"
    quoted = "".join(one[1:-1] for one in _QUOTED.findall(text))
    rest = _QUOTED.sub("", text)
    if "@" in text or set(quoted) & set("{};<>") or set(rest) & set("\"'<"):
        yield NoteKind.HIDDEN, "a style with rules that cannot be followed"


def _declared(text: str) -> Iterator[Remark]:
    for name, given in declarations(text):
        calls = set(_CALLED.findall(given))
        is_known = name in _KNOWN or given in _HARMLESS.get(name, ())
        is_hiding = name in ("display", "visibility") and is_unseen({name: given})
        if not (is_known or is_hiding) or calls - _CALLS:
            yield NoteKind.HIDDEN, "a style that plotting programs do not write"
        if name in _OPACITIES and not _NUMBER.fullmatch(given) and given != "inherit":
            yield NoteKind.HIDDEN, "a style that plotting programs do not write"


def _is_see_through(given: str) -> bool:
    return len(given) <= _LONG and _SEE_THROUGH.fullmatch(given) is not None


def _is_faint(given: str) -> bool:
    found = _NUMBER.fullmatch(given.strip().lower())
    if found is None:
        return False
    return float(found[1]) / (100 if found[2] == "%" else 1) < _FAINT
