"""HTML: tables, text, and what a page carries without showing it."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote_to_bytes

from output_checker.disclosure.readers import nested
from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind, Part, Table, Text
from output_checker.disclosure.readers.grids import Grid
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.texts import decoded

MAX_CHARACTERS: Final = 16_000_000
_BREAKS: Final = frozenset({
    "p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "table",
    "title",
})  # fmt: skip
_EMPTY: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_LOADS: Final = {"img": "src", "script": "src", "iframe": "src", "link": "href", "object": "data",
                 "embed": "src", "source": "src", "video": "src", "audio": "src"}  # fmt: skip
_UNSEEN: Final = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0|(?:left|top|text-indent):-\d{3}"
)
# Attributes that say how something looks or behaves, by name.
_PLAIN: Final = frozenset({
    "class", "id", "style", "border", "colspan", "rowspan", "scope", "align", "valign", "width",
    "height", "lang", "dir", "type", "charset", "rel", "src", "href", "alt", "name", "content",
    "media", "http-equiv", "role", "for", "method", "bgcolor", "cellpadding", "cellspacing",
    "start", "span", "xmlns", "hidden", "defer", "async", "crossorigin", "integrity",
})  # fmt: skip
_TELLING: Final = re.compile(r"\d{4}|.{41}", re.DOTALL)
_IMAGES: Final = {"image/png": "png", "image/jpeg": "jpeg", "image/svg+xml": "svg"}
_DATA_URI: Final = re.compile(r"data:([\w/+.-]*)((?:;[\w=-]+)*),(.*)", re.DOTALL)


def warm() -> None:
    nested.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    text, _ = decoded(data)
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"{len(text)} characters; at most {MAX_CHARACTERS} can be checked")
    page = _Page()
    page.feed(text)
    page.close()
    return page.document()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A table whose end has not been met."""

    grid: Grid
    is_unseen: bool


class _Page(HTMLParser):
    """What one page holds; nothing of it is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._tables: list[tuple[Table, str]] = []
        self._open: list[_Open] = []
        self._stack: list[tuple[str, bool]] = []
        self._shown: list[str] = []
        self._unseen: list[str] = []
        self._comments: list[str] = []
        self._attributes: list[str] = []
        self._script: list[str] | None = None
        self._parts: list[Part] = []
        self._notes: list[Note] = []
        self._scripts = 0
        self._links = 0

    def document(self) -> Document:
        while self._open:
            self._close_table()
        numbered = len(self._tables) > 1
        parts = [
            Part(artefact=table, place=f"table {number}" if numbered else "", hidden=hidden)
            for number, (table, hidden) in enumerate(self._tables, start=1)
        ]
        for lines, place, hidden in (
            (self._shown, "text", ""),
            (self._unseen, "text that is not drawn", "text that the page does not draw"),
            (self._comments, "comments", "a comment in the page's code"),
            (self._attributes, "attributes", ""),
        ):
            if text := "\n".join(line for line in "".join(lines).splitlines() if line.strip()):
                parts.append(Part(artefact=Text(text=text), place=place, hidden=hidden))
        if self._links:
            reason = f"{self._links} things are fetched from elsewhere when it is opened"
            self._notes.append(Note(kind=NoteKind.EXTERNAL, reason=reason))
        return Document(parts=(*parts, *self._parts), notes=tuple(self._notes))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._script = []
        self._note_attributes(tag, said)
        if tag in _BREAKS:
            self._say("\n")
        if tag == "table":
            self._open.append(_Open(grid=Grid(), is_unseen=self._is_unseen() or _hides(said)))
        elif tag == "tr" and self._open:
            self._open[-1].grid.row()
        elif tag in ("td", "th") and self._open:
            self._open[-1].grid.cell(
                across=_span(said.get("colspan")), down=_span(said.get("rowspan")),
                heads=tag == "th",
            )  # fmt: skip
        if tag not in _EMPTY:
            self._stack.append((tag, _hides(said) or tag == "template" or self._is_unseen()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._script is not None:
            self._end_script(tag, "".join(self._script))
            self._script = None
        if tag == "table" and self._open:
            self._close_table()
        if tag in _BREAKS:
            self._say("\n")
        for at in range(len(self._stack) - 1, -1, -1):
            if self._stack[at][0] == tag:
                del self._stack[at:]
                break

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
            return
        table = self._open[-1] if self._open else None
        if table and table.grid.in_cell and table.is_unseen == self._is_unseen():
            table.grid.say(data)
        else:
            self._say(data)

    def handle_comment(self, data: str) -> None:
        self._comments += [data, "\n"]

    def handle_decl(self, decl: str) -> None:
        if decl.strip().lower() != "doctype html":
            self._comments += [decl, "\n"]

    def handle_pi(self, data: str) -> None:
        self._comments += [data, "\n"]

    def unknown_decl(self, data: str) -> None:
        self._comments += [data, "\n"]

    def _is_unseen(self) -> bool:
        return bool(self._stack) and self._stack[-1][1]

    def _say(self, text: str) -> None:
        (self._unseen if self._is_unseen() else self._shown).append(text)

    def _close_table(self) -> None:
        closed = self._open.pop()
        table = closed.grid.table()
        if table is not None:
            hidden = "a table that the page does not draw" if closed.is_unseen else ""
            self._tables.append((table, hidden))

    def _note_attributes(self, tag: str, said: dict[str, str]) -> None:
        for name, value in said.items():
            if name.startswith("on"):
                self._notes.append(Note(kind=NoteKind.CODE, reason="an element runs a script"))
            elif value.lstrip().startswith("data:"):
                self._embedded(value.strip(), f"picture {len(self._parts) + 1}")
            elif _LOADS.get(tag) == name and not value.startswith("#"):
                self._links += 1
            if len(value) > 1 and (name not in _PLAIN or _TELLING.search(value)):
                self._attributes += [f"{name}: {value}", "\n"]

    def _embedded(self, uri: str, place: str) -> None:
        found = _DATA_URI.fullmatch(uri)
        form = found[1].lower() if found else ""
        if found is None or form not in _IMAGES:
            reason = "something of a kind that cannot be read is embedded"
            self._notes.append(Note(kind=NoteKind.HIDDEN, reason=reason))
            return
        data = unquote_to_bytes(found[3])
        if "base64" in found[2]:
            try:
                data = base64.b64decode(b"".join(data.split()), validate=True)
            except (binascii.Error, ValueError):
                raise Refusal(f"{place}: a picture that cannot be decoded") from None
        document = nested.read(_IMAGES[form], data, place)
        self._parts += document.parts
        self._notes += document.notes

    def _end_script(self, tag: str, code: str) -> None:
        if tag == "style":
            self._links += code.count("url(") + code.count("@import")
            return
        is_data = (code.lstrip() or "x")[0] in "[{"
        self._scripts += 1
        place = f"script {self._scripts}"
        # What stands in it as JSON is read like that of any text.
        self._parts.append(Part(artefact=Text(text=code), place=place, hidden="code of a script"))
        if not is_data and code.strip():
            reason = "a script, which nobody can check"
            self._notes.append(Note(kind=NoteKind.CODE, reason=reason, place=place))


def _hides(said: Mapping[str, str]) -> bool:
    style = "".join(said.get("style", "").lower().split())
    return "hidden" in said or bool(_UNSEEN.search(style))


def _span(text: str | None) -> int:
    return min(int(text), 1_000) if text and text.isdigit() else 1
