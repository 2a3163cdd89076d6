"""Break JSON and XML so that they stay JSON and XML: what is behind their parsers is reached."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final
from xml.etree import ElementTree as ET

_VALUES: Final = (
    None, True, 0, -1, 10**400, 2**63, 1e308, float("nan"), float("-inf"), "", "\ud800", "\0",
    "a" * 70_000, [], {}, [[]], {"": {}}, [None] * 5_000, "1e999", "2" * 5_000, "=1+1",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
)  # fmt: skip
_ATTRIBUTES: Final = (
    "", "0", "-1", "1e999", "NaN", "9" * 400, "4294967296", "1048577", "A1:XFD1048576", "\ud7ff",
    "../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "true", "hidden", "M0 0" * 9_000,
    "display:none", "rotate(nan)", "x" * 70_000, "$A$1:$B$0", "1 " * 5_000,
)  # fmt: skip
_DEEP: Final = (10, 90, 500, 3_000)


def in_json(chance: Random, data: bytes) -> bytes:
    try:
        tree = json.loads(data)
        places = [*_places(tree)]
        for _ in range(chance.choice((1, 1, 2, 4))):
            if places:
                _change(chance, *chance.choice(places))
        return json.dumps(tree).encode()
    except (ValueError, RecursionError, TypeError, KeyError, IndexError):
        return b""


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Each value by what holds it and its place there."""
    waiting = [tree]
    while waiting:
        held = waiting.pop()
        if isinstance(held, dict | list):
            places = [*held] if isinstance(held, dict) else [*range(len(held))]
            yield from ((held, place) for place in places)
            waiting += [held[place] for place in places]


def _change(chance: Random, held: Any, place: Any) -> None:
    value = held[place]
    match chance.randrange(5):
        case 0:
            del held[place]
        case 1:
            for _ in range(chance.choice(_DEEP)):
                value = [value] if isinstance(held, list) else {str(place): value}
            held[place] = value
        case 2 if isinstance(value, list):
            held[place] = value * chance.choice((0, 2, 300))
        case 3 if isinstance(held, dict):
            held[str(chance.choice(_VALUES))] = held.pop(place)
        case _:
            held[place] = chance.choice(_VALUES)


def in_xml(chance: Random, data: bytes) -> bytes:
    try:
        root = ET.fromstring(data)
    except (ET.ParseError, ValueError, LookupError):
        return b""
    for _ in range(chance.choice((1, 1, 2, 4))):
        parents = [one for one in root.iter() if len(one)]
        if not parents:
            break
        above = chance.choice(parents)
        _bend(chance, above, chance.choice([*above]))
    try:
        return ET.tostring(root)
    except (RecursionError, ValueError):
        return b""


def _bend(chance: Random, above: ET.Element, one: ET.Element) -> None:
    match chance.randrange(6):
        case 0:
            above.remove(one)
        case 1:
            above.extend([one] * chance.choice((1, 2, 2_000)))
        case 2 if one.attrib:
            name = chance.choice([*one.attrib])
            one.set(name, chance.choice((*_ATTRIBUTES, *above.attrib.values())))
        case 3 if one.attrib:
            del one.attrib[chance.choice([*one.attrib])]
        case 4:
            for _ in range(chance.choice(_DEEP[:3])):
                inner = ET.Element(one.tag, one.attrib)
                inner.extend([*one])
                one[:] = [inner]
        case _:
            one.text = chance.choice(_ATTRIBUTES)
