"""The text of a Word document with its changes accepted, and without what is not drawn."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from output_checker.disclosure.cleaning import markup
from output_checker.disclosure.cleaning.markup import Node
from output_checker.disclosure.readers.docx_text import is_undrawn, is_usual_code

_DELETED: Final = "deleted texts"
_ACCEPTED: Final = "recorded changes, which are accepted"
_UNDRAWN: Final = "texts that are not drawn"
_COMMENTED: Final = "comments and who wrote them"
_SESSIONS: Final = "marks of who edited when"
_FIELDS: Final = "codes of fields, whose texts stay"
_GONE: Final = frozenset({"del", "moveFrom", "delText", "delInstrText"})
_CHANGED: Final = frozenset({"ins", "moveTo"})
_UNWRAPPED: Final = frozenset({"smartTag", "customXml"})
_RECORDED: Final = re.compile(r"(r|p|tbl|tblPr|tblPrEx|tr|tc|sect)PrChange|tblGridChange|"
                              r"numberingChange|cell(Ins|Merge)|move(From|To)Range(Start|End)|"
                              r"customXml(Ins|Del|MoveFrom|MoveTo)Range(Start|End)")  # fmt: skip
_SILENT: Final = frozenset({"proofErr", "permStart", "permEnd", "smartTagPr", "customXmlPr",
                            "lastRenderedPageBreak", "webHidden"})  # fmt: skip
_REMARKS: Final = frozenset({"commentRangeStart", "commentRangeEnd", "commentReference",
                             "annotationRef"})  # fmt: skip
_BY_NAME: Final = dict.fromkeys(_GONE, _DELETED) | dict.fromkeys(_REMARKS, _COMMENTED)
_MARKED: Final = frozenset({"paraId", "textId"})
_BOOKMARK: Final = re.compile(r"\w{1,40}")


@dataclass(slots=True)
class _Field:
    marks: list[Node] = field(default_factory=list)
    codes: list[Node] = field(default_factory=list)
    is_code: bool = True

    @property
    def code(self) -> str:
        return "".join(one.text for one in self.codes)


class Accepting:
    """Edits whole parts. Attributes: `notes` are the numbers of foot and end notes that stay."""

    def __init__(self, hidden_styles: Collection[str], taken: Counter[str]) -> None:
        self.notes: set[str] = set()
        self._hidden = hidden_styles
        self._taken = taken
        self._out: set[int] = set()
        self._cells = 0

    def edit(self, root: Node) -> None:
        self._unlink(root)
        self._attributes(root)
        root.held = self._inner(root)

    def _unlink(self, root: Node) -> None:
        """Mark what belongs to fields and not to what they print; page numbers stay fields."""
        opened: list[_Field] = []
        self._out = set()
        for one in root.all("fldChar", "instrText", "t", "sym", "drawing", "pict"):
            if one.name == "instrText":
                if opened:
                    opened[-1].codes.append(one)
                else:
                    self._unlink_field(_Field(codes=[one]))
            elif one.name != "fldChar":
                if any(about.is_code for about in opened):
                    self._out.add(id(one))
            elif one.get("fldCharType") == "begin":
                opened.append(_Field([one]))
            elif opened:
                opened[-1].marks.append(one)
                opened[-1].is_code = False
                if one.get("fldCharType") == "end":
                    self._unlink_field(opened.pop())
        for about in opened:
            self._unlink_field(about)

    def _unlink_field(self, about: _Field) -> None:
        if is_usual_code(about.code):
            about.codes[0].held = [about.code]
            self._out |= {id(one) for one in about.codes[1:]}
            return
        self._taken[_FIELDS] += 1
        self._out |= {id(one) for one in (*about.marks, *about.codes)}

    def _inner(self, node: Node) -> list[Node | str]:
        held: list[Node | str] = []
        for one in node.held:
            held += [one] if isinstance(one, str) else self._accepted(one)
        return _joined(held)

    def _accepted(self, one: Node) -> Iterator[Node | str]:
        """What stands in place of an element: itself, what it holds, or nothing."""
        if self._is_out(one):
            return
        if one.name in _CHANGED or one.name in _UNWRAPPED:
            self._taken[_ACCEPTED] += one.name in _CHANGED
            yield from self._inner(one)
        elif one.name == "sdt":
            for content in one.children:
                if content.name == "sdtContent":
                    yield from self._inner(content)
        elif one.name == "fldSimple" and not is_usual_code(one.get("instr") or ""):
            self._taken[_FIELDS] += 1
            yield from self._inner(one)
        else:
            yield from self._kept(one)

    def _kept(self, one: Node) -> Iterator[Node]:
        if one.name == "tc":
            self._cells += 1
        ends = one.name == "p" and one.first("pPr", "rPr", "del") is not None
        self._attributes(one)
        if one.name == "p" and self._is_of_hidden_style(one):
            self._taken[_UNDRAWN] += 1
            one.held = [inner for inner in one.children if inner.name == "pPr"]
        one.held = self._inner(one)
        if one.name in ("footnoteReference", "endnoteReference"):
            self.notes.add(f"{one.name[: -len('Reference')]} {one.get('id')}")
        if one.name == "tc":
            self._cells -= 1
            _end_with_paragraph(one)
        if one.name in ("tbl", "tr") and not any(one.all("tc")):
            return
        if ends:
            # Told to whoever puts the paragraphs of one place beside each other.
            one.given[_JOINS] = ""
        yield one

    def _is_out(self, one: Node) -> bool:
        words = self._why_out(one)
        if words:
            self._taken[words] += 1
        return words is not None

    def _why_out(self, one: Node) -> str | None:
        """In words, empty for what need not be told; None for what stays."""
        if words := _BY_NAME.get(one.name):
            return words
        if _RECORDED.fullmatch(one.name):
            return _ACCEPTED
        if one.name in ("tr", "tc"):
            return _why_out_of_table(one)
        is_named = one.name != "bookmarkStart" or _BOOKMARK.fullmatch(one.get("name") or "")
        if one.name in _SILENT or id(one) in self._out or not is_named:
            return ""
        return _UNDRAWN if one.name == "r" and self._is_undrawn(one) else None

    def _is_undrawn(self, run: Node) -> bool:
        given = run.first("rPr")
        if given is None:
            return False
        said = {one.name: one.get("val") for one in given.children if one.name != "webHidden"}
        return is_undrawn(said, self._hidden, in_cell=bool(self._cells))

    def _is_of_hidden_style(self, paragraph: Node) -> bool:
        style = paragraph.first("pPr", "pStyle")
        return style is not None and style.get("val") in self._hidden

    def _attributes(self, one: Node) -> None:
        for key in [*one.given]:
            name = markup.local(key)
            if name.startswith("rsid") or name in _MARKED:
                del one.given[key]
                self._taken[_SESSIONS] += 1


def _why_out_of_table(one: Node) -> str | None:
    if one.first("trPr", "del") or one.first("tcPr", "cellDel"):
        return _DELETED
    return _UNDRAWN if one.first("trPr", "hidden") else None


_JOINS: Final = " joins"


def _joined(held: list[Node | str]) -> list[Node | str]:
    """Paragraphs whose ends were deleted go on in the next one."""
    joined: list[Node | str] = []
    before: list[Node] = []
    for one in held:
        if isinstance(one, Node) and one.given.pop(_JOINS, None) is not None:
            before.append(one)
            continue
        if before and isinstance(one, Node) and one.name == "p":
            words = [word for paragraph in before for word in _words(paragraph)]
            at = 1 if one.first("pPr") else 0
            one.held[at:at] = words
            joined += [paragraph for paragraph in before if paragraph.first("pPr", "sectPr")]
        else:
            joined += [paragraph for paragraph in before if _words(paragraph)]
        before = []
        joined.append(one)
    return [*joined, *(paragraph for paragraph in before if _words(paragraph))]


def _words(paragraph: Node) -> list[Node]:
    return [one for one in paragraph.children if one.name != "pPr"]


def _end_with_paragraph(cell: Node) -> None:
    last = cell.children[-1:]
    if not last or last[0].name != "p":
        prefix = cell.written.removesuffix(cell.name)
        cell.held.append(Node("p", f"{prefix}p", {}))
