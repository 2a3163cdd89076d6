"""Text as numbered lines of coloured words: names of colours and text, and never markup."""

import re
import time
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token
from pygments.util import ClassNotFound

# A piece of a line: what its colour is called, "" for none, and its text.
Piece = tuple[str, str]
Line = tuple[Piece, ...]

# Languages whose lexers are used; others, and Markdown, are shown as text.
_LANGUAGES: Final = {
    "python": "python", "ipython": "python", "r": "splus", "sql": "sql", "stata": "stata",
    "latex": "tex", "json": "json", "julia": "julia",
}  # fmt: skip
_BY_SUFFIX: Final = {
    ".py": "python", ".r": "r", ".sql": "sql", ".do": "stata", ".tex": "latex", ".json": "json",
}  # fmt: skip
_MOST_LETTERS: Final = 60_000
_LONGEST_LINE: Final = 1_000
_SECONDS: Final = 0.5
_BREAKS: Final = re.compile(r"\r\n|\r|\n")


def language_of(name: str) -> str:
    """By a file's name; "" for what is no code."""
    return _BY_SUFFIX.get(PurePath(name).suffix.lower(), "")


def lines_of(text: str, language: str) -> tuple[Line, ...]:
    """The lines, coloured as far as that is quick: a lexer is made for code, not for malice."""
    plain = _BREAKS.sub("\n", text)
    lexer = _lexer(language)
    is_small = len(plain) <= _MOST_LETTERS
    if lexer is None or not is_small or max(map(len, plain.split("\n"))) > _LONGEST_LINE:
        return tuple((("", line),) for line in plain.split("\n"))
    return tuple(_split(_coloured(plain, lexer)))


def _lexer(language: str) -> Lexer | None:
    known = _LANGUAGES.get(language)
    try:
        return get_lexer_by_name(known, stripnl=False, ensurenl=False) if known else None
    except ClassNotFound:
        return None


def _coloured(text: str, lexer: Lexer) -> Iterator[Piece]:
    ends_at = time.monotonic() + _SECONDS
    done = 0
    for at, kind, piece in lexer.get_tokens_unprocessed(text):
        if time.monotonic() > ends_at:
            break
        if at != done:
            yield "", text[done:at]
        colour = STANDARD_TYPES.get(kind, "") if kind is not Token.Text else ""
        yield colour, piece
        done = at + len(piece)
    yield "", text[done:]


def _split(pieces: Iterator[Piece]) -> Iterator[Line]:
    line: list[Piece] = []
    for colour, piece in pieces:
        first, *others = piece.split("\n")
        line.append((colour, first))
        for following in others:
            yield tuple(one for one in line if one[1])
            line = [(colour, following)]
    yield tuple(one for one in line if one[1])
