"""The cells of an Excel sheet, each as it stands in the file; nothing is calculated."""

import re
from datetime import datetime, timedelta
from typing import Final

from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.sheets import MAX_COLUMNS, Sheet
from output_checker.disclosure.readers.xlsx_styles import Styles
from output_checker.disclosure.readers.xml_words import whole

KNOWN: Final = {
    "c": frozenset({"r", "s", "t", "cm", "vm", "ph"}),
    "row": frozenset({"r", "spans", "s", "customFormat", "ht", "hidden", "customHeight",
                      "outlineLevel", "collapsed", "thickTop", "thickBot", "ph", "dyDescent"}),
    "f": frozenset({"t", "ref", "si", "ca", "aca", "dt2D", "dtr", "r1", "r2", "bx", "del1",
                    "del2"}),
    "t": frozenset({"space"}), "v": frozenset({"space"}), "sheetData": frozenset[str](),
}  # fmt: skip
PLACE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_BETWEEN_ROWS: Final = re.compile(r"[{};|]")
_LAST_SERIAL: Final = 2_958_466
_LEAP_BUG: Final = 60
_WHOLE: Final = 1e15
_NARROW: Final = 0.3
# What people write beside the cells, by element.
_SAYS: Final = {"hyperlink": ("display", "tooltip", "location"), "filter": ("val",),
                "customFilter": ("val",), "cfRule": ("text",), "inputCells": ("val",),
                "dataValidation": ("prompt", "error", "promptTitle", "errorTitle")}  # fmt: skip


class Cells:
    """Reads a sheet into `sheet`; what else it says is in `words`.

    Attributes: `drawn` are words that formats draw beside numbers; of `replaced` cells, in place.
    """

    def __init__(self, sheet: Sheet, shared: list[str], style: Styles) -> None:
        self.sheet = sheet
        self.words: list[str] = []
        self.uncalculated = 0
        self.replaced = 0
        self.drawn: set[str] = set()
        self._shared = shared
        self.used: set[int] = set()
        self._style = style
        self._row = -1
        self._column = -1
        self._cell: dict[str, str] | None = None
        self._formula: str | None = None
        self._said: list[str] = []
        self._value: list[str] = []
        self._inline: list[str] = []
        self._is_phonetic = False

    def start(self, name: str, given: dict[str, str]) -> None:
        self._said = []
        if name == "row":
            self._begin_row(given)
        elif name == "c":
            self._begin_cell(given)
        elif name == "col":
            self._column_given(given)
        elif name == "rPh":
            self._is_phonetic = True
        known = KNOWN.get(name)
        for key in _SAYS.get(name, ()) if known is None else given.keys() - known:
            if given.get(key, "").strip():
                self.words.append(given[key])

    def say(self, text: str) -> None:
        self._said.append(text)

    def end(self, name: str) -> None:
        text, self._said = "".join(self._said), []
        if name == "c":
            self._end_cell()
        elif self._cell is not None and name in ("v", "t", "f"):
            self._part_of_cell(name, text)
        elif name == "rPh":
            self._is_phonetic = False
        elif text.strip():
            self.words.append(text)

    def _begin_row(self, given: dict[str, str]) -> None:
        said = whole(given.get("r"))
        self._row = self._row + 1 if said is None else said - 1
        self._column = -1
        if _is_on(given.get("hidden")) or _is_none(given.get("ht")):
            self.sheet.hidden_rows.add(self._row)

    def _column_given(self, given: dict[str, str]) -> None:
        first, last = whole(given.get("min")), whole(given.get("max"))
        if first is None or last is None:
            raise Refusal("a sheet's columns are not as they should be")
        if _is_on(given.get("hidden")) or _is_none(given.get("width")):
            columns = range(max(first, 1) - 1, min(last, MAX_COLUMNS))
            self.sheet.hidden_columns.update(columns)

    def _begin_cell(self, given: dict[str, str]) -> None:
        found = PLACE.fullmatch(given.get("r", ""))
        if found:
            self._column = column_of(found[1])
            if int(found[2]) - 1 != self._row:
                raise Refusal("a cell says that it is in another row than it is", "hidden-part")
        else:
            self._column += 1
        self._cell, self._formula, self._value, self._inline = given, None, [], []

    def _part_of_cell(self, name: str, text: str) -> None:
        if name == "f":
            self._formula = text
        elif self._is_phonetic:
            self.words.append(text)
        else:
            (self._value if name == "v" else self._inline).append(text)

    def _end_cell(self) -> None:
        given, self._cell = self._cell or {}, None
        kind, style = given.get("t", "n"), whole(given.get("s")) or 0
        raw = "".join(self._value)
        if raw and self._inline:
            raise Refusal("a cell holds two values", "hidden-part")
        text = "".join(self._inline) or self._printed(kind, raw, style)
        if self._formula is not None:
            self._say_formula(self._formula, is_calculated=bool(text) or kind == "str")
        if text and style in self._style.unseen:
            self.sheet.unseen += 1
        if text and kind == "n":
            self.replaced += style in self._style.replaced
            self.drawn.add(self._style.drawn.get(style, ""))
        self.sheet.put(self._row, self._column, text)

    def _say_formula(self, formula: str, *, is_calculated: bool) -> None:
        self.uncalculated += not is_calculated
        if formula:
            self.sheet.formulas.append(f"={in_lines(formula)}")

    def _printed(self, kind: str, raw: str, style: int) -> str:
        if kind == "s":
            at = whole(raw.strip())
            if at is None or at >= len(self._shared):
                raise Refusal("a cell refers to a text that is not there")
            self.used.add(at)
            return self._shared[at]
        if kind == "b":
            return {"1": "true", "0": "false"}.get(raw.strip(), raw)
        if kind != "n" or not raw.strip():
            return raw
        if style in self._style.dates:
            return date(raw, is_1904=self._style.is_1904)
        return number(raw)


def in_lines(formula: str) -> str:
    """A list of rows in a formula as lines, a row each."""
    return _BETWEEN_ROWS.sub("\n", formula) if "{" in formula else formula


def number(raw: str) -> str:
    """As it would be written: no exponent and no point for a whole one."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    return repr(value)


def date(raw: str, *, is_1904: bool) -> str:
    """A day, a day and a time, or a time of day; what is none of these stays a number."""
    try:
        serial = float(raw)
    except ValueError:
        return raw
    if not 0 <= serial < _LAST_SERIAL:
        return number(raw)
    if serial < 1:
        return (datetime(2000, 1, 1) + _days(serial)).time().isoformat()  # noqa: DTZ001
    # Excel takes 1900 for a leap year.
    begin = datetime(1899, 12, 30 if serial >= _LEAP_BUG else 31)  # noqa: DTZ001 - as printed
    try:
        day = (datetime(1904, 1, 1) if is_1904 else begin) + _days(serial)  # noqa: DTZ001
    except OverflowError:
        return number(raw)
    is_midnight = not (day.hour or day.minute or day.second)
    return day.date().isoformat() if is_midnight else day.isoformat(sep=" ", timespec="seconds")


def _days(serial: float) -> timedelta:
    """Rounded to a second, which is what is printed."""
    return timedelta(seconds=round(serial * 86_400))


def column_of(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1


def _is_on(said: str | None) -> bool:
    return said in ("1", "true", "on")


def _is_none(size: str | None) -> bool:
    """So low or narrow that nothing can be read."""
    try:
        return size is not None and float(size) < _NARROW
    except ValueError:
        return False


class SharedTexts:
    """The texts that cells refer to by number; how some are pronounced is in `words`."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.words: list[str] = []
        self._said: list[str] = []
        self._text: list[str] = []
        self._is_phonetic = False

    def start(self, name: str, given: dict[str, str]) -> None:
        del given
        self._said = []
        if name == "si":
            self._text = []
        self._is_phonetic |= name == "rPh"

    def say(self, text: str) -> None:
        self._said.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            (self.words if self._is_phonetic else self._text).append("".join(self._said))
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self.texts.append("".join(self._text))
        self._said = []
