"""What in a text may be somebody's identifier: letters and digits as one word, in capitals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.cells import CellColumn, Cells, are_like, flags, mask_of, those
from output_checker.disclosure.evidence.labels import number_label
from output_checker.disclosure.readers.column_rows import arrow_texts

# A short number or word is a count or a label as well as anybody's identifier.
_LEAST_DIGITS: Final = 6
_LEAST_MIXED: Final = 5
_LEAST_LETTERS: Final = 8
# An IBAN in groups of four has up to nine.
MOST_WORDS: Final = 9
_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_NOT_PLAIN: Final = "[^A-Za-z0-9]+"
# In a sentence, a number may be several words.
_PROSE: Final = r"(?:^|[^A-Za-z0-9])[A-Za-z]+(?:$|[^A-Za-z0-9])"
_WORDS_APART: Final = r"[A-Za-z0-9][^A-Za-z0-9]+[A-Za-z0-9]"
# Numbers and dates of which the same one is written in several ways.
_DECIMAL: Final = r"^[+-]?(?:[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]{1,3})?|[0-9]+[eE][+-]?[0-9]{1,3})$"
_MIDNIGHT: Final = r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?(?:Z|\+00:00)?$"
# Of plain numbers, those that are whole; a fraction is a quantity.
_LONG_WHOLE: Final = rf"^[+-]?[1-9][0-9]{{{_LEAST_DIGITS - 1},11}}(?:\.0*)?$"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Attributes: `of_token` is, for each token, the place of the text in which it stands."""

    texts: pa.StringArray
    tokens: pa.StringArray
    of_token: NDArray[np.int64]

    def texts_of(self, places: NDArray[np.int64]) -> list[str]:
        """The texts that hold one of some tokens."""
        wanted = np.zeros(len(self.texts), dtype=np.bool_)
        wanted[self.of_token[places]] = True
        found: list[str] = those(self.texts, wanted).to_pylist()
        return found


def of_cells(cells: Cells) -> Iterator[Tokens]:
    """Of all texts of a table; of plain numbers, those that are whole and long."""
    texts = cells.others
    texts = those(texts, _ints(pc.utf8_length(texts)) >= _LEAST_MIXED)
    is_prose = are_like(texts, _PROSE) & are_like(texts, _WORDS_APART)
    yield _telling(texts, _whole(texts), np.arange(len(texts)))
    yield _words(those(texts, ~is_prose))
    yield _of_prose(those(texts, is_prose))
    for column in cells.columns:
        yield _long_numbers(column)


def runs(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Words one behind the other as one, and which is the first; one word alone has a figure."""
    for first in range(len(words)):
        for most in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            token = "".join(words[first:most])
            if _tells(token) and not (most == first + 1 and token.isalpha()):
                yield token, first


def words_of(text: str) -> list[str]:
    return _WORDS.findall(text.upper())


def _whole(texts: pa.StringArray) -> pa.StringArray:
    """Each text as one word."""
    trimmed = pc.utf8_trim_whitespace(texts)
    is_decimal = are_like(trimmed, _DECIMAL)
    respelled = pc.replace_substring_regex(trimmed, _MIDNIGHT, r"\1")
    if is_decimal.any():
        labels = arrow_texts(map(number_label, those(trimmed, is_decimal).to_pylist()))
        respelled = pc.replace_with_mask(respelled, mask_of(is_decimal), labels)
    return pc.ascii_upper(pc.replace_substring_regex(respelled, _NOT_PLAIN, ""))


def _words(texts: pa.StringArray) -> Tokens:
    """Words that tell, of texts that are no sentences."""
    split = pc.split_pattern_regex(pc.ascii_upper(texts), _NOT_PLAIN)
    of_word = np.repeat(np.arange(len(texts)), _ints(pc.list_value_length(split)))
    words = split.flatten()
    is_figured = ~flags(pc.ascii_is_alpha(words))
    return _telling(texts, those(words, is_figured), of_word[is_figured])


def _of_prose(texts: pa.StringArray) -> Tokens:
    found = [
        {token for token, _ in runs(_WORDS.findall(text)) if not token.isalpha()}
        for text in texts.to_pylist()
    ]
    of_token = np.repeat(np.arange(len(found)), np.array([*map(len, found)], dtype=np.int64))
    return Tokens(texts, pc.ascii_upper(arrow_texts(chain.from_iterable(found))), of_token)


def _long_numbers(column: CellColumn) -> Tokens:
    # A quick look that leaves none out, for there may be as many as there are rows.
    size = np.abs(column.numbers)
    is_long = (size >= 10.0 ** (_LEAST_DIGITS - 1)) & (size == np.floor(size))
    texts = those(column.plain, is_long)
    texts = those(texts, are_like(texts, _LONG_WHOLE))
    digits = pc.replace_substring_regex(pc.ascii_ltrim(texts, characters="+-"), r"\..*", "")
    return Tokens(texts, digits, np.arange(len(texts)))


def _telling(texts: pa.StringArray, tokens: pa.StringArray, of_token: Any) -> Tokens:
    size = _ints(pc.binary_length(tokens))
    least = np.where(flags(pc.ascii_is_alpha(tokens)), _LEAST_LETTERS, _LEAST_MIXED)
    least[flags(pc.ascii_is_decimal(tokens))] = _LEAST_DIGITS
    tells = size >= least
    return Tokens(texts, those(tokens, tells), of_token[tells])


def _tells(token: str) -> bool:
    if token.isdigit():
        return len(token) >= _LEAST_DIGITS
    if token.isalpha():
        return len(token) >= _LEAST_LETTERS
    return len(token) >= _LEAST_MIXED


def _ints(found: pa.Int32Array) -> NDArray[np.int32]:
    """What `to_numpy` gives of an array without NULL, which would load pandas as well."""
    return np.frombuffer(found.buffers()[1], dtype=np.int32, count=len(found))
