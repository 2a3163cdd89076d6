"""XML as it was written, with less in it: prefixes and order stay, definitions are refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from output_checker.disclosure.readers import xml_words
from output_checker.disclosure.readers.refusal import Refusal

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REFERS: Final = "/relationships"
_CHUNK: Final = 1 << 16


@dataclass(slots=True)
class Node:
    """An element.

    Attributes:
        name: Without its prefix, `written` with it.
        given: Attributes as written.
        refers: Which of them name a relation.
        spaces: Prefixes that are defined here.
    """

    name: str
    written: str
    given: dict[str, str]
    refers: tuple[str, ...] = ()
    spaces: dict[str, str] = field(default_factory=dict)
    held: list["Node | str"] = field(default_factory=list)

    @property
    def children(self) -> list["Node"]:
        return [one for one in self.held if isinstance(one, Node)]

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.text for one in self.held)

    def get(self, name: str) -> str | None:
        """What an attribute says, whatever its prefix."""
        return next((one for key, one in self.given.items() if local(key) == name), None)

    def first(self, *path: str) -> "Node | None":
        at: Node | None = self
        for name in path:
            at = next((one for one in at.children if one.name == name), None) if at else None
        return at

    def all(self, *names: str) -> Iterator["Node"]:
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(*names)

    def copy(self, **given: str) -> "Node":
        """One without what is in it."""
        return Node(self.name, self.written, {**self.given, **given}, self.refers, self.spaces)


class Step(Enum):
    """What becomes of an element: gone into, collected as a whole, or left out."""

    INTO = 1
    WHOLE = 2
    OUT = 3


class Edits(Protocol):
    def begin(self, node: Node) -> Step:
        """Decide by name and attributes, which may be changed."""
        ...

    def whole(self, node: Node) -> list[Node]:
        """What stands in place of an element that was collected."""
        ...

    def end(self, name: str) -> None:
        """An element that was gone into ends."""
        ...


def local(written: str) -> str:
    return written.rpartition(":")[2]


def rewritten(data: bytes, edits: Edits) -> tuple[bytes, int]:
    """The part with its edits, and how much of it no program shows: remarks, strange names.

    Of elements that are gone into, what is written between their children is left out.

    Raises: Refusal.
    """
    writer = _Writer(edits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.say
    parser.StartNamespaceDeclHandler = writer.define
    parser.CommentHandler = writer.aside
    parser.ProcessingInstructionHandler = writer.aside
    parser.StartDoctypeDeclHandler = xml_words.refuse_definitions
    parser.EntityDeclHandler = xml_words.refuse_definitions
    parser.XmlDeclHandler = xml_words.require_encoding
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refusal(f"line {error.lineno} of a part is not XML") from None
    return writer.data(), writer.asides


class _Writer:
    def __init__(self, edits: Edits) -> None:
        self.asides = 0
        self._edits = edits
        self._open: list[Node] = []
        self._written: list[Node] = []
        self._out = 0
        self._deep = 0
        self._count = 0
        self._collected = 0
        self._spaces: dict[str, str] = {}
        self._known = {"xml"}
        self._said = [_HEAD]
        self._packed: list[bytes] = []

    def data(self) -> bytes:
        return b"".join([*self._packed, "".join(self._said).encode()])

    def aside(self, *_: str) -> None:
        self.asides += 1

    def define(self, prefix: str | None, space: str | None) -> None:
        if space and not _is_known(space):
            self.asides += 1
            return
        self._spaces[prefix or ""] = space or ""
        self._known.add(prefix or "")

    def start(self, tag: str, given: dict[str, str]) -> None:
        self._count += 1
        self._deep += 1
        if self._count > xml_words.MAX_EVENTS or self._deep > xml_words.MAX_DEEP:
            raise Refusal("a part is larger or deeper than can be read")
        spaces, self._spaces = self._spaces, {}
        if self._out:
            self._out += 1
            return
        space, name, written = _names(tag)
        if space and not _is_known(space):
            self.asides += 1
            self._out = 1
            return
        node = self._node(name, written, given, spaces)
        if self._open:
            self._collect(node)
            return
        match self._edits.begin(node):
            case Step.OUT:
                self._out = 1
            case Step.WHOLE:
                self._collected, self._open = 0, [node]
            case Step.INTO:
                self._written.append(node)
                self._write(f"<{_tag(node)}>")

    def end(self, _tag: str) -> None:
        self._deep -= 1
        if self._out:
            self._out -= 1
        elif self._open:
            node = self._open.pop()
            if not self._open:
                self._write("".join(map(printed, self._edits.whole(node))))
        else:
            node = self._written.pop()
            self._write(f"</{node.written}>")
            self._edits.end(node.name)

    def say(self, text: str) -> None:
        if self._out:
            return
        if self._open:
            self._open[-1].held.append(text)
        else:
            self.asides += bool(text.strip())

    def _collect(self, node: Node) -> None:
        self._collected += 1
        if self._collected > xml_words.MAX_ELEMENTS:
            raise Refusal(f"more than {xml_words.MAX_ELEMENTS} elements in one part")
        self._open[-1].held.append(node)
        self._open.append(node)

    def _node(self, name: str, written: str, given: dict[str, str], spaces: dict[str, str]) -> Node:
        kept: dict[str, str] = {}
        refers: list[str] = []
        for key, value in given.items():
            space, plain, key_written = _names(key)
            if space and not _is_known(space):
                self.asides += 1
                continue
            kept[key_written] = self._defined(plain, value)
            if space.endswith(_REFERS):
                refers.append(key_written)
        return Node(name, written, kept, tuple(refers), spaces)

    def _defined(self, name: str, value: str) -> str:
        """A prefix that is named and defined nowhere makes programs refuse the file."""
        named = value.split()
        if name == "Ignorable":
            return " ".join(one for one in named if one in self._known)
        is_whole = name != "Requires" or all(one in self._known for one in named)
        return value if is_whole else ""

    def _write(self, text: str) -> None:
        self._said.append(text)
        if len(self._said) > _CHUNK:
            self._packed.append("".join(self._said).encode())
            self._said = []


def _names(told: str) -> tuple[str, str, str]:
    """The space, the name, and the name as written, of what expat tells as up to three words."""
    match told.split(" "):
        case [name]:
            return "", name, name
        case [space, name]:
            return space, name, name
        case [space, name, prefix]:
            return space, name, f"{prefix}:{name}"
        case _:
            raise Refusal("an element of a part has a name that cannot be read")


def _is_known(space: str) -> bool:
    return xml_words.is_plain_address(space)


def _tag(node: Node) -> str:
    spaces = (
        f" xmlns{':' if prefix else ''}{prefix}={quoteattr(space)}"
        for prefix, space in node.spaces.items()
    )
    given = (f" {key}={quoteattr(value)}" for key, value in node.given.items())
    return "".join([node.written, *spaces, *given])


def _print(node: Node, said: list[str]) -> None:
    said.append(f"<{_tag(node)}")
    if not node.held:
        said.append("/>")
        return
    said.append(">")
    for one in node.held:
        if isinstance(one, Node):
            _print(one, said)
        else:
            said.append(escape(one, {"\r": "&#13;"}))
    said.append(f"</{node.written}>")


def printed(node: Node) -> str:
    said: list[str] = []
    _print(node, said)
    return "".join(said)


def around(root: Node, inner: Iterable[str]) -> bytes:
    """A part of one element, and what is printed already in it."""
    return "".join([_HEAD, f"<{_tag(root)}>", *inner, f"</{root.written}>"]).encode()


def tree(data: bytes) -> Node:
    """Raises: Refusal."""
    held = _Held()
    rewritten(data, held)
    return held.root


class _Held:
    def __init__(self) -> None:
        self.root = Node("", "", {})

    def begin(self, _node: Node) -> Step:
        return Step.WHOLE

    def whole(self, node: Node) -> list[Node]:
        self.root = node
        return []

    def end(self, name: str) -> None: ...
