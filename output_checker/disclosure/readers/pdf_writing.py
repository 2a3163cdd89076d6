"""The writing on a PDF page: every text where it stands, and whether it is drawn at all."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from pypdf.generic import DictionaryObject

from output_checker.disclosure.readers.drawn import Matrix
from output_checker.disclosure.readers.pdf_states import Box, State, holds
from output_checker.disclosure.readers.pdf_words import Letters, Word, is_readable

# Neither filled nor stroked; the second only cuts out what comes after.
_UNSEEN_MODES: Final = (3, 7)
_SMALLEST: Final = 1.5
_FAINTEST: Final = 0.06
_PER_SIZE: Final = 0.001
_EVERY: Final = 100.0
_SHOWS: Final = frozenset({b"Tj", b"TJ", b"'", b'"'})


class Writing:
    """Attributes: `unsaid` strokes are in letters of which the file does not tell what they are."""

    def __init__(self, page: Box) -> None:
        self.words: list[Word] = []
        self.marks: list[Word] = []
        self.unsaid = 0
        self.contradicting = 0
        self._page = page
        self._at = self._line = Matrix()
        self._fonts: dict[int, tuple[DictionaryObject, Letters]] = {}

    def takes(self, name: bytes) -> bool:
        return name in _SHOWS or name in _TEXT

    def letters(self, font: Any) -> Letters | None:
        """Of a font, read once."""
        if not isinstance(font, DictionaryObject):
            return None
        if id(font) not in self._fonts:
            made = Letters(font)
            self._fonts[id(font)] = font, made
            self.contradicting += made.contradicts
        return self._fonts[id(font)][1]

    def do(self, name: bytes, given: Any, state: State, order: int, *, is_off: bool) -> None:
        if name not in _SHOWS:
            _TEXT[name](self, state, [float(one) for one in given])
            return
        if name == b'"':
            state.between, state.spacing = float(given[0]), float(given[1])
        if name in (b"'", b'"'):
            self._next(state, [0, -state.leading])
        for one in given[0] if name == b"TJ" else given[-1:]:
            if isinstance(one, bytes):
                self._say(one, state, order, is_off=is_off)
            else:
                self._move(-float(one) * _PER_SIZE * state.size * state.stretch)

    def _say(self, data: bytes, state: State, order: int, *, is_off: bool) -> None:
        if state.letters is None:
            self.unsaid += 1
            return
        begin = self._place(state)
        said: list[str] = []
        for letter, width, is_blank in state.letters.read(data):
            said.append(letter)
            wide = width * state.size + state.spacing + (state.between if is_blank else 0)
            self._move(wide * state.stretch)
        text = "".join(said)
        if not text.strip():
            return
        end = self._place(state)
        size = math.hypot(begin.c, begin.d) * abs(state.size)
        start, stop = begin.at(0, state.rise), end.at(0, state.rise)
        word = Word(text=text, start=start, end=stop, size=size, order=order, fill=state.fill)
        unseen = (
            is_off or state.mode in _UNSEEN_MODES or size < _SMALLEST or state.opacity < _FAINTEST
            or not holds(self._page, word.middle) or not holds(state.clip, word.middle)
        )  # fmt: skip
        if state.letters.is_marks:
            self.marks.append(word)
        elif not state.letters.is_said or not is_readable(text):
            self.unsaid += 1
        self.words.append(replace(word, unseen=unseen))

    def _place(self, state: State) -> Matrix:
        return state.matrix.then(self._at)

    def _move(self, across: float) -> None:
        self._at = self._at.then(Matrix(e=across))

    def _begin(self, _state: State, _: list[float]) -> None:
        self._at = self._line = Matrix()

    def _set(self, _state: State, given: list[float]) -> None:
        self._at = self._line = Matrix(*given)

    def _next(self, _state: State, given: list[float]) -> None:
        self._line = self._line.then(Matrix(e=given[0], f=given[1]))
        self._at = self._line

    def _next_leading(self, state: State, given: list[float]) -> None:
        state.leading = -given[1]
        self._next(state, given)

    def _next_line(self, state: State, _: list[float]) -> None:
        self._next(state, [0, -state.leading])


def _sets(name: str, part: float = 1.0) -> Callable[[Writing, State, list[float]], None]:
    return lambda _, state, given: setattr(state, name, given[0] * part)


_TEXT: Final[Mapping[bytes, Callable[[Writing, State, list[float]], None]]] = {
    b"BT": Writing._begin, b"Tm": Writing._set, b"Td": Writing._next,  # noqa: SLF001
    b"TD": Writing._next_leading, b"T*": Writing._next_line,  # noqa: SLF001
    b"Tc": _sets("spacing"), b"Tw": _sets("between"), b"TL": _sets("leading"),
    b"Tz": _sets("stretch", 1 / _EVERY), b"Ts": _sets("rise"), b"Tr": _sets("mode"),
}  # fmt: skip
