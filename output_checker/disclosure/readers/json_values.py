"""What stands in a JSON value: tables wherever rows or columns of one can be told, else lines.

Knows the orientations of pandas, the traces and typed arrays of plotly and the data of Vega by
their shape, not by their names.
"""

import array
import base64
import binascii
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from output_checker.disclosure.readers.artefacts import Part, Table, Text
from output_checker.disclosure.readers.refusal import Refusal

MAX_CELLS: Final = 2_000_000
# Fewer values are a range or a size, and stay in the text.
_LEAST_ROWS: Final = 4
_LEAST_COLUMNS: Final = 3
# A stop of a scale of colours: where, and which.
_STOP: Final = 2
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}|(?:rgb|hsl)a?\([\d.,% ]*\)")
# How plotly names the kinds of numbers, and what the array module calls them.
_TYPED: Final = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q",
                 "u8": "Q", "f4": "f", "f8": "d"}  # fmt: skip


class Number(str):
    """A number as it is written."""

    __slots__ = ()


def parse(text: str) -> Any:
    """A JSON value whose numbers are `Number`. Raises: Refusal."""
    try:
        return _DECODER.decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise Refusal(f"line {error.lineno} is not JSON") from None


def parse_at(text: str, at: int) -> tuple[Any, int]:
    """The value that begins there and where it ends. Raises: ValueError, Refusal."""
    return _DECODER.raw_decode(text, at)


def parts_of(value: Any, place: str = "", hidden: str = "") -> list[Part]:
    """Tables first, then one text of all other values, a line each.

    Raises: Refusal, for more values than can be checked.
    """
    found = _Found()
    found.walk(value)
    numbered = len(found.tables) > 1
    parts = [
        Part(artefact=table, hidden=hidden,
             place=_joined(place, f"table {number}" if numbered else ""))
        for number, table in enumerate(found.tables, start=1)
    ]  # fmt: skip
    if found.lines:
        text = Text(text="\n".join(found.lines))
        parts.append(Part(artefact=text, hidden=hidden, place=_joined(place, "other values")))
    return parts


def _joined(*places: str) -> str:
    return ", ".join(place for place in places if place)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("an object has one name twice, so some would see the other", "hidden-part")
    return found


_DECODER: Final = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=Number, object_pairs_hook=_pairs
)


class _Found:
    """What one value holds, in the order in which it is met."""

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.lines: list[str] = []
        self._cells = 0

    def walk(self, value: Any, name: str = "") -> None:
        value = _untyped(value)
        if isinstance(value, dict):
            self._object(value)
        elif isinstance(value, list):
            self._list(value, name)
        elif name or value not in (None, ""):
            self._say(name, [value])

    def _object(self, value: dict[str, Any]) -> None:
        value = {name: _untyped(one) for name, one in value.items()}
        for form in (self._split, self._by_index):
            if (left := form(value)) is not None:
                break
        else:
            left = value
        columns: dict[int, list[str]] = defaultdict(list)
        for name, one in left.items():
            if _are_plain(one):
                columns[len(one)].append(name)
        told: set[str] = set()
        for length, names in columns.items():
            if _is_table(length, len(names)):
                self._add(names, zip(*(value[name] for name in names), strict=True))
                told.update(names)
        for name, one in left.items():
            if name not in told:
                self.walk(one, name)

    def _split(self, value: dict[str, Any]) -> dict[str, Any] | None:
        """The rest, where `columns`, `data` and maybe `index` are a table in pieces."""
        header, rows, index = (value.get(name) for name in ("columns", "data", "index"))
        if not isinstance(header, list) or not isinstance(rows, list):
            return None
        if not (header and _are_plain(header) and _are_rows(rows)):
            return None
        if {len(row) for row in rows} != {len(header)}:
            return None
        told = {"columns", "data"}
        if isinstance(index, list) and _are_plain(index) and len(index) == len(rows):
            header = ["index", *header]
            rows = [[name, *row] for name, row in zip(index, rows, strict=True)]
            told.add("index")
        self._add(header, rows)
        return {name: one for name, one in value.items() if name not in told}

    def _by_index(self, value: dict[str, Any]) -> dict[str, Any] | None:
        """The rest, where each column is an object from the row's name to the value."""
        columns = [
            name
            for name, one in value.items()
            if isinstance(one, dict) and len(one) > 1 and _are_plain([*one.values()])
        ]
        if not columns or len({tuple(value[name]) for name in columns}) != 1:
            return None
        rows = [[row, *(value[name][row] for name in columns)] for row in value[columns[0]]]
        self._add(["index", *columns], rows)
        return {name: one for name, one in value.items() if name not in columns}

    def _list(self, value: list[Any], name: str) -> None:
        value = [_untyped(one) for one in value]
        if value and all(isinstance(one, dict) for one in value):
            self._records(value)
        elif _are_rows(value) and _is_table(len(value), max(map(len, value))):
            self._rows(value)
        elif _are_plain(value):
            if _is_table(len(value), 1) and not all(map(_is_colour, value)):
                self._add([name or "values"], [[one] for one in value])
            else:
                self._say(name, value)
        else:
            for one in value:
                self.walk(one, name)

    def _records(self, records: list[dict[str, Any]]) -> None:
        plain = [{k: v for k, v in one.items() if not _is_nested(v)} for one in records]
        header = list(dict.fromkeys(name for one in plain for name in one))
        if len(records) > 1 and header:
            self._add(header, ([one.get(name) for name in header] for one in plain))
        else:
            for one in plain:
                for name, said in one.items():
                    self._say(name, [said])
        for one in records:
            self.walk({name: said for name, said in one.items() if _is_nested(said)})

    def _rows(self, rows: list[list[Any]]) -> None:
        width = max(map(len, rows))
        first, rest = rows[0], rows[1:]
        is_headed = not any(isinstance(one, Number) for one in first) and any(
            isinstance(one, Number) for row in rest for one in row
        )
        header = first if is_headed and len(first) == width else _numbered(width)
        self._add(header, rest if header is first else rows)

    def _add(self, header: Iterable[Any], rows: Iterable[Sequence[Any]]) -> None:
        names = tuple(_text(name) for name in header)
        found = []
        for row in rows:
            self._cells += len(names)
            if self._cells > MAX_CELLS:
                raise Refusal(f"more than {MAX_CELLS} values; publish less")
            cells = [_text(one) for one in row]
            found.append((*cells, *[""] * (len(names) - len(cells))))
        self.tables.append(Table(header=names, rows=tuple(found)))

    def _say(self, name: str, values: Sequence[Any]) -> None:
        said = ", ".join(_text(one) for one in values)
        self.lines.append(f"{name}: {said}" if name else said)


def _untyped(value: Any) -> Any:
    """A typed array of plotly as the list that it stands for."""
    if not (isinstance(value, dict) and value.get("dtype") in _TYPED and "bdata" in value):
        return value
    numbers = array.array(_TYPED[value["dtype"]])
    try:
        numbers.frombytes(base64.b64decode(str(value["bdata"]), validate=True))
    except (binascii.Error, ValueError):
        return value
    if sys.byteorder == "big":
        numbers.byteswap()
    found: list[Any] = [Number(repr(one)) for one in numbers]
    width = str(value.get("shape", "")).rpartition(",")[2].strip()
    if width.isdigit() and 0 < int(width) < len(found):
        return [found[at : at + int(width)] for at in range(0, len(found), int(width))]
    return found


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict | list)


def _are_plain(value: Any) -> bool:
    return isinstance(value, list) and not any(map(_is_nested, value))


def _are_rows(value: Any) -> bool:
    """Of more than a number and its colour each, as in the scales of plotly."""
    return (
        isinstance(value, list)
        and all(map(_are_plain, value))
        and any((row and not _is_colour(row[-1])) or len(row) > _STOP for row in value)
    )


def _is_table(rows: int, columns: int) -> bool:
    return rows >= _LEAST_ROWS or (rows > 1 and columns >= _LEAST_COLUMNS)


def _is_colour(value: Any) -> bool:
    return isinstance(value, str) and _COLOUR.fullmatch(value) is not None


def _numbered(width: int) -> list[str]:
    return [f"column {at + 1}" for at in range(width)]


def _text(value: Any) -> str:
    return _PLAIN.get(value, "") if value is None or isinstance(value, bool) else str(value)


_PLAIN: Final[Mapping[Any, str]] = {True: "true", False: "false"}
