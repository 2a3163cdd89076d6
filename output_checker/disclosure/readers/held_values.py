"""What a model, an archive of arrays or a pickle holds, gathered as parts of a document.

Everything that can be met ends in one of four places: an array, a line of text, the leaves of
trees, or the count of bytes that nobody can read.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from output_checker.disclosure.readers import lightgbm_texts, ubjson
from output_checker.disclosure.readers.array_cells import (
    Budget,
    Grid,
    array_of,
    joined,
    of_items,
    turned,
)
from output_checker.disclosure.readers.artefacts import Array, Model, Note, NoteKind, Part, Text
from output_checker.disclosure.readers.pickle_machine import Made, Name, Pairs
from output_checker.disclosure.readers.pickled_arrays import grid_of, inside, made_class
from output_checker.disclosure.readers.pickled_values import bytes_of, plain
from output_checker.disclosure.readers.refusal import Refusal

MAX_DEPTH: Final = 100
MAX_ARRAYS: Final = 400
MAX_SETTINGS: Final = 200
_SETTING_LETTERS: Final = 100
_LEAST_VECTOR: Final = 3
_SILENT: Final = frozenset({"builtins.slice", "__builtin__.slice", "numpy.dtype"})
_SHORT_BYTES: Final = 16
_NAME_LETTERS: Final = 200
# How an array of records tells leaves: a field that is so in leaves, and the people in them.
_LEAVES: Final = (
    ("left_child", frozenset({"-1"}), "n_node_samples"),
    ("is_leaf", frozenset({"1", "true"}), "count"),
)


_TREES: Final = frozenset({"leaf_count", "left_children", "sum_hessian"})


class Held:
    """Gathers values by the path of attributes that leads to them."""

    def __init__(self) -> None:
        self.budget = Budget()
        self.settings: dict[str, str] = {}
        self.leaves: list[float] = []
        self.lines: dict[str, None] = {}
        self._arrays: dict[tuple[str, int], list[Array]] = {}
        self._seen: set[int] = set()
        # What was made here stays, so that nothing later is taken for it.
        self._kept: list[Any] = []
        self._depth = 0
        self._unread_bytes = 0

    def parts(self, names: Sequence[str], *, is_model: bool) -> list[Part]:
        found: list[Part] = []
        if is_model:
            settings = tuple([*self.settings.items()][:MAX_SETTINGS])
            model = Model(names=tuple(names), settings=settings, leaves=tuple(self.leaves))
            found.append(Part(artefact=model))
        if len(self._arrays) > MAX_ARRAYS:
            raise Refusal(f"more than {MAX_ARRAYS} arrays in one file; publish less")
        found += [Part(artefact=_one(alike), place=f"array {at}")
                  for at, alike in enumerate(self._arrays.values(), start=1)]  # fmt: skip
        if self.lines:
            text = Text(text="\n".join(self.lines))
            found.append(Part(artefact=text, place="names and settings"))
        return found

    def notes(self) -> list[Note]:
        if not self._unread_bytes:
            return []
        reason = f"{self._unread_bytes} bytes are in a form that nobody can read"
        return [Note(kind=NoteKind.HIDDEN, reason=reason)]

    def add(self, name: str, grid: Grid) -> None:
        """Arrays of one name and width, such as those of the trees of a forest, are one."""
        self._find_leaves(grid)
        # Names are texts like others, and may tell as much.
        self.lines[f"{name}: {', '.join(grid.names)}" if grid.names else name] = None
        array = array_of(name[:_NAME_LETTERS], grid)
        if array is not None:
            self._arrays.setdefault((array.name, len(array.rows[0])), []).append(array)

    def walk(self, value: Any, path: str = "") -> None:
        if (text := plain(value)) is not None:
            self.say(path, text)
        elif (data := bytes_of(value)) is not None:
            self._bytes(path, data)
        elif not isinstance(value, Name) and id(value) not in self._seen:
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise Refusal("is nested more deeply than a reader follows")
            grid = self._grid(value)
            self._seen.add(id(value))
            if grid is not None:
                self.add(path, grid)
            else:
                self._inside(value, path)
            self._depth -= 1

    def say(self, path: str, text: str) -> None:
        self.budget.take(1)
        if text.startswith(lightgbm_texts.BEGINS):
            self._kept.append(lightgbm_texts.parse(text))
            self.walk(self._kept[-1], path)
            return
        if not path and not text:
            return
        if path and text and len(text) <= _SETTING_LETTERS:
            self.settings.setdefault(path[-_SETTING_LETTERS:], text)
        self.lines[f"{path}: {text}" if path and text else path or text] = None

    def _inside(self, value: Any, path: str) -> None:
        if isinstance(value, Pairs):
            self._siblings(value.pairs, path)
        elif isinstance(value, Made):
            self._made(value, path)
        elif isinstance(value, list | tuple):
            self._items(value, path)

    def _made(self, made: Made, path: str) -> None:
        name = made_class(made)
        if name in _SILENT:
            return
        items = grid_of(made, self.budget)
        if isinstance(items, list):
            self._items(items, path)
        elif name.startswith("pandas."):
            found: list[Grid] = []
            for one in inside(made):
                self._gather(one, path, found)
            for grid in joined(found):
                self.add(path or "frame", grid)
        else:
            if not isinstance(made.maker, Name):
                self.walk(made.maker, path)
            for one in (made.args, *made.states, made.items):
                self.walk(one, path)
            self._siblings(made.pairs, path)

    def _siblings(self, pairs: Iterable[tuple[Any, Any]], path: str) -> None:
        """Vectors of one length in one place may be columns of one table."""
        pairs = [*pairs]
        self.leaves += _leaves_of(pairs)
        vectors: dict[int, list[tuple[str, Grid]]] = {}
        keys: list[Any] = []
        for key, value in pairs:
            name = plain(key)
            if name is None:
                keys.append(key)
            below = _joined(path, name or "")
            grid = None if id(value) in self._seen else self._grid(value)
            if grid is None or not grid.is_vector:
                self.walk(value, below)
            else:
                self._seen.add(id(value))
                vectors.setdefault(grid.length, []).append((name or "", grid))
        if keys:
            self._kept.append(keys)
            self.walk(keys, path)
        for together in vectors.values():
            names = ", ".join(name for name, _ in together)
            for grid in joined(grid for _, grid in together):
                self.add(_joined(path, names), grid)

    def _items(self, items: Sequence[Any], path: str) -> None:
        for one in items:
            self.walk(one, path)

    def _grid(self, value: Any) -> Grid | None:
        if isinstance(value, Grid):
            return value
        if isinstance(value, list | tuple):
            return self._grid_of_items(value)
        found = grid_of(value, self.budget)
        return found if isinstance(found, Grid) else None

    def _grid_of_items(self, items: Sequence[Any]) -> Grid | None:
        """Plain values as a vector; rows, records or vectors of one length as a table."""
        if len(items) < _LEAST_VECTOR:
            return None
        texts = [plain(one) for one in items]
        if None not in texts:
            self.budget.take(len(items))
            return of_items((len(items),), [one or "" for one in texts])
        rows = [self._row(one) for one in items] if texts.count(None) == len(texts) else []
        widths = {None if row is None else len(row) for row in rows}
        if len(widths) != 1 or None in widths or widths == {0}:
            return None
        columns = tuple(zip(*[row or () for row in rows], strict=True))
        return Grid(shape=(len(rows), len(columns)), columns=columns)

    def _row(self, value: Any) -> Sequence[str] | None:
        if isinstance(value, Pairs):
            cells = [one for _, one in value.pairs]
        elif isinstance(value, list | tuple):
            cells = [*value]
        else:
            grid = grid_of(value, self.budget)
            is_vector = isinstance(grid, Grid) and grid.is_vector
            return grid.columns[0] if is_vector else None  # type: ignore[union-attr]
        texts = [plain(one) for one in cells]
        self.budget.take(len(texts))
        return None if None in texts else [one or "" for one in texts]

    def _gather(self, value: Any, path: str, found: list[Grid]) -> None:
        """The columns of a frame, wherever its parts keep them; blocks lie on their side."""
        if id(value) in self._seen or isinstance(value, Name):
            return
        if (text := plain(value)) is not None:
            self.say(path, text)
            return
        if (data := bytes_of(value)) is not None:
            self._bytes(path, data)
            return
        self._seen.add(id(value))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Refusal("is nested more deeply than a reader follows")
        grid = self._grid(value)
        if grid is not None:
            found.append(turned(grid) if len(grid.shape) > 1 else grid)
        elif isinstance(value, Pairs):
            for key, one in value.pairs:
                self._gather(one, _joined(path, plain(key) or ""), found)
        elif not (isinstance(value, Made) and value.name in _SILENT):
            for one in inside(value):
                self._gather(one, path, found)
        self._depth -= 1

    def _bytes(self, path: str, data: bytes) -> None:
        if data.startswith(ubjson.BEGINS):
            self._kept.append(ubjson.parse(data))
            self.walk(self._kept[-1], path)
            return
        text = data.decode(errors="replace")
        if text.isprintable() and "\ufffd" not in text:
            self.say(path, text)
        elif len(data) <= _SHORT_BYTES:
            self.say(path, data.hex())
        else:
            self._unread_bytes += len(data)

    def _find_leaves(self, grid: Grid) -> None:
        by_name = dict(zip(grid.names, grid.columns, strict=False))
        for told, values, people in _LEAVES:
            if told in by_name and people in by_name:
                self.leaves += [
                    _number(count)
                    for is_leaf, count in zip(by_name[told], by_name[people], strict=True)
                    if is_leaf in values
                ]


def _leaves_of(pairs: Sequence[tuple[Any, Any]]) -> list[float]:
    """Of a tree as XGBoost or LightGBM has it."""
    told = {key: _listed(value) for key, value in pairs if key in _TREES}
    if "leaf_count" in told:
        return [*map(_number, told["leaf_count"])]
    children, weights = (told.get(name, []) for name in ("left_children", "sum_hessian"))
    return [_number(weight) for child, weight in zip(children, weights, strict=False)
            if child == "-1"]  # fmt: skip


def _listed(value: Any) -> Sequence[str]:
    if isinstance(value, Grid):
        return value.columns[0] if value.columns else ()
    return [plain(one) or "" for one in value] if isinstance(value, list) else ()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _one(arrays: Sequence[Array]) -> Array:
    if len(arrays) == 1:
        return arrays[0]
    rows = tuple(row for array in arrays for row in array.rows)
    return Array(name=arrays[0].name, shape=(len(rows), len(rows[0])), rows=rows)


def _joined(path: str, name: str) -> str:
    return ".".join(one for one in (path, name) if one)
