"""OpenDocument books of the sheets that are shown, with the values that their formulas last had."""

import posixpath
import re
from collections import Counter
from typing import Final
from xml.sax.saxutils import quoteattr

from output_checker.disclosure.cleaning import markup, packed, pruning
from output_checker.disclosure.cleaning.charts import NO_POINTS
from output_checker.disclosure.cleaning.markup import Node
from output_checker.disclosure.cleaning.office_parts import IMAGES, drawn, suffix_of, words_of
from output_checker.disclosure.cleaning.open_sheets import ContentEdits, Drawn, names_sheet
from output_checker.disclosure.readers import xml_words
from output_checker.disclosure.readers.ods_sheets import Content
from output_checker.disclosure.readers.refusal import Refusal

_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_CHART: Final = "application/vnd.oasis.opendocument.chart"
_MANIFEST: Final = "META-INF/manifest.xml"
_SPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_OBJECT: Final = re.compile(r"(\./)?(Object \d+)/?")
_SILENT: Final = frozenset({"mimetype", _MANIFEST})


def clean(data: bytes) -> tuple[bytes, list[str]]:
    """Raises: Refusal, in words."""
    members = packed.unpacked(data)
    if members.get("mimetype", b"").strip() != _TYPE.encode() or "content.xml" not in members:
        raise Refusal("this is no OpenDocument book")
    manifest = markup.tree(members.get(_MANIFEST, b"<manifest/>"))
    if any(True for _ in manifest.all("encryption-data", "keyinfo")):
        raise Refusal("the file is encrypted; save it without a password")
    book = _Book(members)
    content = book.packed()
    if not packed.is_plain(data):
        book.taken["bytes of the package beside its members"] += 1
    return content, pruning.told(book.taken)


class _Book:
    def __init__(self, members: dict[str, bytes]) -> None:
        self.taken: Counter[str] = Counter()
        self._members = members
        self._used: set[str] = set(_SILENT)
        self._made: dict[str, bytes] = {}
        self._media: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._touched: set[str] = set()
        self._lost: set[str] = set()

    def packed(self) -> bytes:
        styles, content = self._members.get("styles.xml"), self._members["content.xml"]
        pages = Content(set())
        if styles is not None:
            xml_words.feed(styles, pages)
        read = Content(pages.hidden_styles)
        xml_words.feed(content, read)
        if all(sheet.is_hidden for sheet in read.sheets):
            raise Refusal("no sheet of the book is shown")
        hidden = zip(read.names, read.sheets, strict=True)
        self._lost = {name for name, sheet in hidden if sheet.is_hidden}
        edits = ContentEdits(read.sheets, self._drawn(), self._touched, self.taken)
        written, asides = markup.rewritten(content, edits)
        self.taken[pruning.ASIDES] += asides
        self._keep("content.xml", "content.xml", written, "text/xml")
        if styles is not None:
            plain = pruning.whole(styles, self._drawn(), self.taken)
            self._keep("styles.xml", "styles.xml", plain, "text/xml")
        for name, place in [*self._places.items()]:
            self._keep_object(name, place)
        for name in self._members.keys() - self._used:
            self.taken[words_of(name)] += 1
        made = {"mimetype": _TYPE.encode(), **self._made, _MANIFEST: self._manifest()}
        return packed.packed(made)

    def _drawn(self) -> Drawn:
        return Drawn(self._place, self.taken)

    def _keep(self, name: str, place: str, content: bytes, media: str) -> None:
        self._used.add(name)
        self._made[place], self._media[place] = content, media

    def _place(self, address: str) -> str | None:
        """Pictures and charts of the package itself."""
        if found := _OBJECT.fullmatch(address):
            name = f"{found[2]}/content.xml"
            if not self._is_chart(name):
                return None
            place = self._places.setdefault(name, f"Object {len(self._places) + 1}")
            return f"./{place}"
        name = address.removeprefix("./")
        if name not in self._members or not name.startswith("Pictures/"):
            return None
        known = sum(one.startswith("Pictures/") for one in self._places.values())
        place = f"Pictures/image{known + 1}{suffix_of(name)}"
        return self._places.setdefault(name, place)

    def _is_chart(self, name: str) -> bool:
        content = self._members.get(name)
        return content is not None and markup.tree(content).first("body", "chart") is not None

    def _keep_object(self, name: str, place: str) -> None:
        if place.startswith("Pictures/"):
            suffix = posixpath.splitext(place)[1]
            content = drawn(name, self._members[name], self.taken)
            self._keep(name, place, content, IMAGES[suffix])
            return
        content = pruning.whole(self._members[name], self._drawn(), self.taken, self._settle)
        self._keep(name, f"{place}/content.xml", content, "text/xml")
        self._media[f"{place}/"] = _CHART

    def _settle(self, chart: Node) -> None:
        """Raises: Refusal, for a chart that would lose what it is drawn from."""
        shows_hidden = not any(one.get("include-hidden-cells") == "false"
                               for one in chart.all("chart-properties"))  # fmt: skip
        lost = self._lost | (self._touched if shows_hidden else set())
        for one in chart.all("plot-area", "series", "categories", "domain"):
            for key, value in one.given.items():
                if markup.local(key).endswith("range-address") and names_sheet(value, lost):
                    raise Refusal(NO_POINTS)

    def _manifest(self) -> bytes:
        entries = {"/": _TYPE, **self._media}
        lines = "".join(
            f"<manifest:file-entry manifest:full-path={quoteattr(name)} "
            f'manifest:media-type="{media}"/>'
            for name, media in entries.items()
        )
        return (f'<manifest:manifest xmlns:manifest="{_SPACE}" manifest:version="1.2">'
                f"{lines}</manifest:manifest>").encode()  # fmt: skip
