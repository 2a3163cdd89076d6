"""XML, bounded and without words of its own: what it says, whatever its elements are called."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from xml.parsers import expat

from output_checker.disclosure.readers.refusal import Refusal

MAX_EVENTS: Final = 6_000_000
MAX_ELEMENTS: Final = 500_000
MAX_DEEP: Final = 200
_ENCODINGS: Final = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
# Whose vocabularies office programs write; anybody else's may say anything anywhere.
_KNOWN: Final = re.compile(
    r"https?://(schemas\.openxmlformats\.org|schemas\.microsoft\.com|purl\.oclc\.org/ooxml|"
    r"purl\.org/dc|purl\.org/rss|www\.w3\.org|openoffice\.org|docs\.oasis-open\.org)/|"
    r"urn:(schemas-microsoft-com|oasis:names:tc:opendocument|org:documentfoundation)[:.]"
)
# Such an address says nothing beside which vocabulary it is and of what year.
_PLAIN_ADDRESS: Final = re.compile(r"(?!.*(\d{5}|\d\.\d{2}))[\w:/.#-]{1,120}")
_PLAIN_PREFIX: Final = re.compile(r"[A-Za-z]{0,16}\d{0,4}[A-Za-z]{0,16}")
# What stands between several values in one text.
_GAP: Final = re.compile(r"\s{2,}|[\n\t,;|]")
_MOST_DIGITS: Final = 9


class Events(Protocol):
    """What is told of a part as it is read; names are without their prefix."""

    def start(self, name: str, given: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def say(self, text: str) -> None: ...


@dataclass(slots=True)
class Element:
    name: str
    given: dict[str, str]
    held: list["Element | str"] = field(default_factory=list)

    @property
    def children(self) -> list["Element"]:
        return [one for one in self.held if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """Of itself and all that is in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.held)

    def all(self, *names: str) -> Iterator["Element"]:
        """Elements of these names at any depth, in order."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(*names)

    def first(self, *path: str) -> "Element | None":
        """The child of the child by name."""
        at: Element | None = self
        for name in path:
            at = next((one for one in at.children if one.name == name), None) if at else None
        return at


def warm() -> None:
    """Load what expat takes from the disk when it first parses."""
    feed(b"<?xml version='1.0' encoding='utf-8'?><a b='c'>d</a>", Tree())


def feed(data: bytes, events: Events) -> list[str]:
    """Tell of a part, and give what stands in it where nobody looks: comments, strange names.

    Raises: Refusal.
    """
    asides: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    state = _State(events, asides)
    parser.StartElementHandler = state.start
    parser.EndElementHandler = state.end
    parser.CharacterDataHandler = state.say
    parser.StartNamespaceDeclHandler = state.define
    parser.CommentHandler = asides.append
    parser.ProcessingInstructionHandler = lambda *said: asides.append(" ".join(said))
    parser.StartDoctypeDeclHandler = refuse_definitions
    parser.EntityDeclHandler = refuse_definitions
    parser.XmlDeclHandler = require_encoding
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refusal(f"line {error.lineno} is not XML") from None
    return [one for one in asides if one.strip()]


class _State:
    """Counts, and drops prefixes."""

    def __init__(self, events: Events, asides: list[str]) -> None:
        self._events = events
        self._asides = asides
        self._local: dict[str, tuple[str, bool]] = {}
        self._strange = 0
        self._deep = 0
        self._count = 0
        self._addresses: set[str] = set()

    def define(self, prefix: str | None, address: str | None) -> None:
        """A vocabulary's address can say anything, and so can the word that stands for it."""
        for said, is_plain in (
            (prefix or "", _PLAIN_PREFIX.fullmatch(prefix or "")),
            (address or "", not address or is_plain_address(address)),
        ):
            if not is_plain and said not in self._addresses:
                self._addresses.add(said)
                self._asides.append(said)

    def start(self, tag: str, given: dict[str, str]) -> None:
        self._count += 1
        self._deep += 1
        if self._count > MAX_EVENTS or self._deep > MAX_DEEP:
            what = f"{MAX_EVENTS} elements" if self._count > MAX_EVENTS else f"{MAX_DEEP} levels"
            raise Refusal(f"the XML has more than {what}")
        name, is_strange = self._plain(tag)
        found: dict[str, str] = {}
        for key, value in given.items():
            local, strange = self._plain(key) if " " in key else (key, False)
            found[local if local not in found else key] = value
            if strange or is_strange:
                self._asides.append(value)
        self._strange += is_strange or bool(self._strange)
        self._events.start(name, found)

    def end(self, tag: str) -> None:
        self._deep -= 1
        self._strange -= bool(self._strange)
        self._events.end(self._plain(tag)[0])

    def say(self, text: str) -> None:
        if self._strange:
            self._asides.append(text)
        self._events.say(text)

    def _plain(self, name: str) -> tuple[str, bool]:
        found = self._local.get(name)
        if found is None:
            space, _, local = name.rpartition(" ")
            found = (local, bool(space) and not is_known(space))
            self._local[name] = found
        return found


class Tree:
    """A part as a whole, for parts that are small."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self.asides: list[str] = []
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, given: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise Refusal(f"more than {MAX_ELEMENTS} elements in one part")
        element = Element(name, given)
        self._open[-1].held.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def say(self, text: str) -> None:
        self._open[-1].held.append(text)


def tree(data: bytes) -> Tree:
    """Raises: Refusal."""
    made = Tree()
    made.asides = feed(data, made)
    made.root = made.root.children[0]
    return made


def lines(element: Element) -> list[str]:
    """Every value that stands in it, those of neighbouring leaves on one line, as rows have them.

    Two blanks stand between the values of a line.
    """
    own = [value for value in element.given.values() if value.strip()]
    if not element.children:
        return _line([*own, element.text])
    if all(_is_word(child) for child in element.children):
        said = [child.text.strip() or " ".join(_given(child)) for child in element.children]
        beside = [one for one in element.held if isinstance(one, str)]
        forms = [one for child in element.children if child.text.strip() for one in _given(child)]
        return [*_line(own), *_line([*said, *beside]), *_line(forms)]
    found = _line(own)
    for one in element.held:
        found += _line([one]) if isinstance(one, str) else lines(one)
    return found


def whole(text: str | None) -> int | None:
    """The count or position that a text says, None for any other text."""
    if text is None or len(text) > _MOST_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    return int(text)


def values(element: Element) -> Iterator[tuple[str, str]]:
    """Names of attributes and what they say, and texts under no name."""
    yield from element.given.items()
    for one in element.held:
        if isinstance(one, str):
            yield "", one
        else:
            yield from values(one)


def _is_word(element: Element) -> bool:
    """Whether it holds one value: text without gaps, or another such element and nothing else."""
    if element.children:
        return len(element.children) == 1 and _is_word(element.children[0])
    return _GAP.search(element.text.strip()) is None


def _given(element: Element) -> list[str]:
    return [*element.given.values(), *(one for child in element.children for one in _given(child))]


def _line(said: list[str]) -> list[str]:
    text = "  ".join(one.strip() for one in said if one.strip())
    return [line for line in text.splitlines() if line.strip()]


def is_known(space: str) -> bool:
    """Whether office programs write this vocabulary."""
    return _KNOWN.match(space) is not None


def is_plain_address(space: str) -> bool:
    """Whether office programs write this vocabulary, and would call it by this address."""
    return is_known(space) and _PLAIN_ADDRESS.fullmatch(space) is not None


def refuse_definitions(*_: Any) -> None:
    raise Refusal("the XML defines words of its own (a DOCTYPE); save it plain", "hidden-part")


def require_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise Refusal("the XML is in an encoding that cannot be read")
