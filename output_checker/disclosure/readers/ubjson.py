"""Universal binary JSON, as XGBoost writes it."""

import struct
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.array_cells import Grid
from output_checker.disclosure.readers.pickle_machine import Pairs
from output_checker.disclosure.readers.refusal import Refusal

BEGINS: Final = b"{L\0\0\0\0"
_NUMBERS: Final = {"i": ">i1", "U": ">u1", "I": ">i2", "l": ">i4", "L": ">i8", "d": ">f4",
                   "D": ">f8"}  # fmt: skip
_CODES: Final = {"i": ">b", "U": ">B", "I": ">h", "l": ">i", "L": ">q", "d": ">f", "D": ">d"}
_PLAIN: Final = {"Z": None, "N": None, "T": True, "F": False}
_MOST_VALUES: Final = 3_000_000
MAX_DEPTH: Final = 60


def parse(data: bytes) -> Any:
    """Raises: Refusal."""
    walk = _Walk(data)
    try:
        value = walk.value(walk.letter(), 0)
    except (IndexError, KeyError, struct.error, ValueError):
        raise Refusal("the model breaks off or is garbled") from None
    if walk.at != len(data):
        raise Refusal(f"{len(data) - walk.at} bytes follow the end of the model", "hidden-part")
    return value


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self._values = 0

    def letter(self) -> str:
        self.at += 1
        return chr(self.data[self.at - 1])

    def value(self, kind: str, depth: int) -> Any:
        found: Any
        self._values += 1
        if depth > MAX_DEPTH or self._values > _MOST_VALUES:
            raise Refusal("the model is nested more deeply, or longer, than a reader follows")
        match kind:
            case "[":
                found = self._list(depth)
            case "{":
                found = self._object(depth)
            case "S" | "H":
                found = self._text()
            case "C":
                found = self._bytes(1).decode("latin-1")
            case "d":
                found = number_forms.columns(number_forms.parse(">f4"), self._bytes(4))[0][0]
            case _ if kind in _CODES:
                (found,) = struct.unpack(_CODES[kind], self._bytes(struct.calcsize(_CODES[kind])))
            case _:
                found = _PLAIN[kind]
        return found

    def _list(self, depth: int) -> Any:
        kind = self._marked("$")
        count = self._count() if self._marked("#") is not None or kind else None
        if kind in _NUMBERS:
            form = number_forms.parse(_NUMBERS[kind])
            (column,) = number_forms.columns(form, self._bytes((count or 0) * form.size))
            return Grid(shape=(len(column),), columns=(column,))
        found: list[Any] = []
        while len(found) != count and (count is not None or not self._ends("]")):
            found.append(self.value(kind or self.letter(), depth + 1))
        return found

    def _object(self, depth: int) -> Pairs:
        found: list[tuple[Any, Any]] = []
        while not self._ends("}"):
            name = self._text()
            found.append((name, self.value(self.letter(), depth + 1)))
        return Pairs(found)

    def _marked(self, mark: str) -> str | None:
        """The kind behind `$`, or "" behind another mark that is there."""
        if self.data[self.at : self.at + 1] != mark.encode():
            return None
        self.at += 1
        return self.letter() if mark == "$" else ""

    def _ends(self, mark: str) -> bool:
        if self.data[self.at] != ord(mark):
            return False
        self.at += 1
        return True

    def _count(self) -> int:
        count = self.value(self.letter(), 0)
        if type(count) is not int or not 0 <= count <= len(self.data):
            raise ValueError
        return count

    def _text(self) -> str:
        return self._bytes(self._count()).decode(errors="replace")

    def _bytes(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) != count:
            raise IndexError
        self.at += count
        return found
