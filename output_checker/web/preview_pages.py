"""A file as its preview document shows it: parts in order, each by its kind."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from output_checker.application.look_at_file import OpenedFile
from output_checker.domain.output_file import OutputFile
from output_checker.web.code_lines import Line, language_of, lines_of
from output_checker.web.cut_parts import is_cut, is_missing_parts
from output_checker.web.drawings import Drawing, drawing
from output_checker.web.table_pages import Marks, TablePage, Wanted, table_page

# Of a table among other parts; the whole is a link away.
GLANCE_ROWS: Final = 20
_MEMBER: Final = re.compile(r"file (\d+)\b")
_NAMES: Final = "names of files"
_KINDS: Final = {
    "table": "table", "array": "numbers", "text": "text", "image": "picture",
    "figure": "points of a drawing", "model": "model",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Attributes: `address` is of its bytes; `width` and `height` in pixels, 0 if it has none."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part; exactly one of table, lines, picture and drawing is set.

    Attributes:
        number: From 0, as addresses have it.
        is_glance: Whether more of its table is a link away.
        is_cut: Whether some of it was not kept, and cannot be shown.
        language: Of a text, in a word.
    """

    number: int
    kind: str
    place: str
    hidden: str
    table: TablePage | None = None
    is_glance: bool = False
    lines: tuple[Line, ...] | None = None
    is_cut: bool = False
    language: str = ""
    picture: Picture | None = None
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive. Attributes: `first` is its first part, None where none is shown."""

    number: int
    name: str
    first: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A finding about a cell that is on the page."""

    number: int
    rule: str
    verdict: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """A preview; `parts` are those that are shown, of `part_count`, which may not be all."""

    name: str
    size_bytes: int
    sha256: str
    turn: int
    wanted: Wanted
    part_count: int
    is_missing_parts: bool
    parts: tuple[PartView, ...]
    members: tuple[Member, ...]
    notes: tuple[NoteView, ...]


def preview_page(opened: OpenedFile, wanted: Wanted) -> PreviewPage:
    file = opened.file
    shown = [wanted.part] if wanted.part is not None else range(len(file.previews))
    is_alone = len(shown) == 1
    parts = tuple(
        part_view(file, at, opened.tables.get(at), replace(wanted, part=at), is_alone=is_alone)
        for at in shown
    )
    return PreviewPage(
        name=file.name,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        turn=file.turn,
        wanted=wanted,
        part_count=len(file.previews),
        is_missing_parts=is_missing_parts(file.previews),
        parts=parts,
        members=tuple(_members(file.previews)),
        notes=tuple(_notes(file, parts)),
    )


def part_view(
    file: OutputFile, at: int, content: bytes | None, wanted: Wanted, *, is_alone: bool
) -> PartView:
    """Args: is_alone: Whether it has the page to itself."""
    preview = file.previews[at]
    kind = preview["kind"]
    part = PartView(
        number=at,
        kind=_KINDS.get(kind, kind),
        place=preview.get("place", ""),
        hidden=preview.get("hidden", ""),
        is_cut=is_cut(preview),
    )
    if kind == "image":
        return replace(part, picture=_picture(file, at, preview))
    if kind == "figure":
        return replace(part, drawing=drawing(preview.get("points", ())))
    if kind == "text":
        return _text(part, file, preview)
    first = preview if is_alone else _glance(preview)
    asked = wanted if is_alone else Wanted(part=at)
    table = table_page(first, content if is_alone else None, marks_of(file, at), asked)
    return replace(part, table=table, is_glance=not is_alone)


def marks_of(file: OutputFile, part: int) -> Marks:
    """The flagged cells of a part, with the numbers of the findings about each."""
    flagged = [(row, column) for row, column in file.previews[part].get("flagged", ())]
    found: dict[tuple[int, int], tuple[int, ...]] = dict.fromkeys(flagged, ())
    for number, finding in enumerate(file.findings, start=1):
        if finding.get("position") and finding.get("part", 0) == part:
            row, column = finding["position"]
            found[row, column] = (*found.get((row, column), ()), number)
    return found


def _glance(preview: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**preview, "rows": preview.get("rows", ())[:GLANCE_ROWS]}


def _text(part: PartView, file: OutputFile, preview: Mapping[str, Any]) -> PartView:
    language = preview.get("language") or (language_of(file.name) if not part.place else "")
    lines = lines_of(preview.get("text", ""), language)
    return replace(part, lines=lines, language=language)


def _picture(file: OutputFile, at: int, preview: Mapping[str, Any]) -> Picture:
    return Picture(
        address=f"/requests/{file.request_id}/files/{file.file_id}/image?part={at}",
        width=preview.get("width") or 0,
        height=preview.get("height") or 0,
    )


def _members(previews: Sequence[Mapping[str, Any]]) -> Iterator[Member]:
    names = next((one.get("text", "") for one in previews if one.get("place") == _NAMES), "")
    first: dict[int, int] = {}
    for at, preview in enumerate(previews):
        if found := _MEMBER.match(preview.get("place", "")):
            first.setdefault(int(found[1]), at)
    for number, name in enumerate(names.split("\n") if names else (), start=1):
        yield Member(number=number, name=name, first=first.get(number))


def _notes(file: OutputFile, parts: Sequence[PartView]) -> Iterator[NoteView]:
    tables = [part.table for part in parts if part.table]
    cells = (cell for table in tables for row in table.rows for cell in row.cells)
    numbers = {number for cell in cells for number in cell.notes}
    for number, finding in enumerate(file.findings, start=1):
        if number in numbers:
            yield NoteView(
                number=number,
                rule=finding["rule"],
                verdict=finding["verdict"],
                where=finding["where"],
                reason=finding["reason"],
            )
