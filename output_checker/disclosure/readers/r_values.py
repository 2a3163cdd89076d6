"""R's serialised values, walked and never evaluated.

Source: R Internals, section 1.8 (Serialization Formats), and the ALTREP classes of R's base.
"""

import math
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from output_checker.disclosure.readers.refusal import Refusal

MAX_VALUES: Final = 2_000_000
_MOST_DEEP: Final = 200
_MISSING: Final = -(2**31)
_NA_REAL: Final = b"\x00\x00\x07\xa2"
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400
# What stands for itself, by number.
_SINGLES: Final = {254: None, 253: None, 252: None, 251: None, 247: None, 242: None, 241: None}
_NAMES: Final = {1: "symbol", 2: "list", 3: "function", 4: "environment", 5: "promise",
                 6: "call", 7: "function", 8: "function", 9: "text", 10: "logical",
                 13: "integer", 14: "double", 15: "complex", 16: "character", 17: "list",
                 19: "list", 20: "expression", 22: "pointer", 23: "reference", 24: "raw",
                 25: "object"}  # fmt: skip
_PAIRED: Final = frozenset({2, 3, 5, 6, 17, 239, 240})
_SEQUENCES: Final = frozenset({"compact_intseq", "compact_realseq"})


@dataclass(slots=True, kw_only=True)
class Value:
    """One value of R.

    Attributes:
        kind: As R's `typeof` names it, nearly.
        items: Its elements: texts for atomic vectors ("" where missing), values for lists.
        names: Of the elements of a pairlist; of others they are an attribute.
    """

    kind: str
    items: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    attributes: dict[str, "Value"] = field(default_factory=dict)

    def texts(self, attribute: str) -> list[str]:
        found = self.attributes.get(attribute)
        return [str(one) for one in found.items] if found is not None else []


def parse(data: bytes) -> Value | None:
    """The one value of a stream. Raises: Refusal."""
    try:
        return _Stream(data).whole()
    except (struct.error, UnicodeDecodeError, OverflowError):
        raise Refusal("the file ends where a value is expected, or is garbled") from None


class _Stream:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._seen: list[Any] = []
        self._left = MAX_VALUES
        self._depth = 0

    def whole(self) -> Value | None:
        if self._take(2) != b"X\n":
            raise Refusal("only R's binary format (XDR) can be read; save it with saveRDS()")
        version, _, _ = (self._integer() for _ in range(3))
        if version not in (2, 3):
            raise Refusal(f"version {version} of R's format is not known")
        if version == 3:  # noqa: PLR2004 - which names the encoding of its texts
            self._take(self._integer())
        value: Value | None = self._item()
        if self._at != len(self._data):
            behind = len(self._data) - self._at
            raise Refusal(f"{behind} bytes follow the end of the value", "hidden-part")
        return value

    def _take(self, count: int) -> bytes:
        if count < 0 or self._at + count > len(self._data):
            raise Refusal("the file ends where a value is expected, or is garbled")
        self._at += count
        return self._data[self._at - count : self._at]

    def _integer(self) -> int:
        return int(struct.unpack(">i", self._take(4))[0])

    def _length(self, width: int = 1) -> int:
        count = self._integer()
        self._left -= count
        if count < 0 or self._left < 0 or self._at + count * width > len(self._data):
            raise Refusal(f"a vector is longer than the file, or than {MAX_VALUES} values in all")
        return count

    def _item(self) -> Any:
        self._depth += 1
        if self._depth > _MOST_DEEP:
            raise Refusal(f"values lie in values more than {_MOST_DEEP} deep")
        flags = self._integer()
        try:
            return self._of(flags & 0xFF, flags)
        finally:
            self._depth -= 1

    def _of(self, kind: int, flags: int) -> Any:
        if kind in _SINGLES:
            return None
        if kind == 255:  # noqa: PLR2004 - a value that was met before
            number = flags >> 8 or self._integer()
            if not 0 < number <= len(self._seen):
                raise Refusal("a value refers to one that is not there")
            return self._seen[number - 1]
        if kind in _PAIRED:
            return self._pairs(kind, flags)
        if kind in _READERS:
            return _READERS[kind](self, flags)
        if kind in _VECTORS:
            value = Value(kind=_NAMES[kind], items=_VECTORS[kind](self))
            if flags & _HAS_ATTRIBUTES:
                value.attributes = self._attributes()
            return value
        raise Refusal(f"a value of kind {kind} cannot be read")

    def _pairs(self, kind: int, flags: int) -> Value:
        value = Value(kind=_NAMES.get(kind, "list"))
        has_attributes = bool(flags & _HAS_ATTRIBUTES) or kind in (239, 240)
        while True:
            self._left -= 1
            if self._left < 0:
                raise Refusal(f"more than {MAX_VALUES} values; publish less")
            if has_attributes:
                value.attributes |= self._attributes()
            value.names.append(_name(self._item()) if flags & _HAS_TAG else "")
            value.items.append(self._item())
            at = self._at
            flags = self._integer()
            if flags & 0xFF == 254:  # noqa: PLR2004 - the end of the list
                return value
            if flags & 0xFF not in _PAIRED:
                # A function's body, or the value of a promise, is whatever it is.
                self._at = at
                value.items.append(self._item())
                return value
            has_attributes = bool(flags & _HAS_ATTRIBUTES)

    def _attributes(self) -> dict[str, Value]:
        pairs = self._item()
        if not isinstance(pairs, Value):
            return {}
        return {name: one for name, one in zip(pairs.names, pairs.items, strict=False)
                if isinstance(one, Value)}  # fmt: skip

    def symbol(self, _: int) -> str:
        name = str(self._item() or "")
        self._seen.append(name)
        return name

    def text(self, flags: int) -> str | None:
        count = self._integer()
        if count == -1:
            return None
        said = self._take(count)
        if flags & _HAS_ATTRIBUTES:
            self._attributes()
        try:
            return said.decode()
        except UnicodeDecodeError:
            return said.decode("latin-1")

    def environment(self, _: int) -> Value:
        value = Value(kind="environment")
        self._seen.append(value)
        self._integer()
        self._item()
        for inner in (self._item(), self._item()):
            for name, one in _bindings(inner):
                value.names.append(name)
                value.items.append(one)
        self._item()
        return value

    def namespace(self, _: int) -> Value:
        self._integer()
        names = [self._item() for _ in range(self._length())]
        value = Value(kind="environment", attributes={"name": Value(kind="text", items=names)})
        self._seen.append(value)
        return value

    def builtin(self, _: int) -> Value:
        return Value(kind="function", items=[self._take(self._integer()).decode()])

    def pointer(self, flags: int) -> Value:
        value = Value(kind="pointer")
        self._seen.append(value)
        value.items = [self._item(), self._item()]
        if flags & _HAS_ATTRIBUTES:
            value.attributes = self._attributes()
        return value

    def reference(self, flags: int) -> Value:
        value = Value(kind="reference")
        self._seen.append(value)
        if flags & _HAS_ATTRIBUTES:
            value.attributes = self._attributes()
        return value

    def instance(self, flags: int) -> Value:
        attributes = self._attributes() if flags & _HAS_ATTRIBUTES else {}
        return Value(kind="object", attributes=attributes)

    def compact(self, _: int) -> Value:
        """A vector that R keeps as what it is made of."""
        info, state, attributes = self._item(), self._item(), self._item()
        name = _name(info.items[0]) if isinstance(info, Value) and info.items else ""
        value = self._expanded(name, state)
        if isinstance(attributes, Value):
            value.attributes = {
                key: one for key, one in zip(attributes.names, attributes.items, strict=False)
                if isinstance(one, Value)
            }  # fmt: skip
        return value

    def _expanded(self, name: str, state: Any) -> Value:
        if name in _SEQUENCES and isinstance(state, Value):
            count, first, step = (float(one) for one in state.items[:3])
            self._left -= int(count)
            if count < 0 or self._left < 0:
                raise Refusal(f"more than {MAX_VALUES} values; publish less")
            return Value(kind="integer", items=[_shown(first + at * step)
                                                for at in range(int(count))])  # fmt: skip
        if (name.startswith("wrap_") or name == "deferred_string") and isinstance(state, Value):
            inner = state.items[0] if state.items else None
            if isinstance(inner, Value):
                return inner
        raise Refusal("a vector is kept in a way that cannot be read")

    def integers(self) -> list[str]:
        count = self._length(4)
        found = struct.unpack(f">{count}i", self._take(4 * count))
        return ["" if one == _MISSING else str(one) for one in found]

    def logicals(self) -> list[str]:
        words = {"0": "FALSE", "1": "TRUE"}
        return [words.get(one, one) for one in self.integers()]

    def doubles(self) -> list[str]:
        count = self._length(8)
        raw = self._take(8 * count)
        found = struct.unpack(f">{count}d", raw)
        return [
            "" if math.isnan(one) and raw[8 * at + 4 : 8 * at + 8] == _NA_REAL else _shown(one)
            for at, one in enumerate(found)
        ]

    def complexes(self) -> list[str]:
        count = self._length(16)
        found = struct.unpack(f">{2 * count}d", self._take(16 * count))
        return [f"{_shown(a)}+{_shown(b)}i" for a, b in zip(found[::2], found[1::2], strict=True)]

    def strings(self) -> list[str]:
        return [str(self._item() or "") for _ in range(self._length(4))]

    def values(self) -> list[Any]:
        return [self._item() for _ in range(self._length(4))]

    def raw(self) -> list[str]:
        return [self._take(self._length()).hex()]


_READERS: Final[dict[int, Any]] = {
    1: _Stream.symbol, 4: _Stream.environment, 7: _Stream.builtin, 8: _Stream.builtin,
    9: _Stream.text, 22: _Stream.pointer, 23: _Stream.reference, 25: _Stream.instance,
    238: _Stream.compact, 248: _Stream.namespace, 249: _Stream.namespace,
    250: _Stream.namespace,
}  # fmt: skip
_VECTORS: Final[dict[int, Any]] = {
    10: _Stream.logicals, 13: _Stream.integers, 14: _Stream.doubles, 15: _Stream.complexes,
    16: _Stream.strings, 19: _Stream.values, 20: _Stream.values, 24: _Stream.raw,
}  # fmt: skip


def _name(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _shown(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)


def _bindings(value: Any) -> list[tuple[str, Any]]:
    """Names and values of an environment: a list, or a table of lists."""
    if not isinstance(value, Value):
        return []
    if value.names:
        return [*zip(value.names, value.items, strict=False)]
    return [pair for one in value.items for pair in _bindings(one)]
