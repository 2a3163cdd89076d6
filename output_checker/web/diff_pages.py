"""Two versions of a file side by side, part by part, with what changed between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final

from output_checker.application.look_at_file import ComparedFile, OpenedFile
from output_checker.disclosure.kept_tables import KeptTable
from output_checker.domain.canonical import sha256_of
from output_checker.domain.integrity import sha256_hex
from output_checker.web.cut_parts import is_cut, is_missing_parts
from output_checker.web.preview_pages import PartView, part_view
from output_checker.web.table_changes import RowChange, Sheet, TableChanges, table_changes
from output_checker.web.table_pages import Wanted
from output_checker.web.text_changes import TextChanges, text_changes

PAGE_ROWS: Final = 200
_GRIDS: Final = frozenset({"table", "array", "model"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDiff:
    """One part of either file or of both.

    Attributes:
        kind: `same`, `added`, `removed`, `changed` or `unsure`: the same as far as it was kept.
        old, new: To be drawn where nothing finer is known: pictures, drawings, what is new.
        rows: Those of the table's changes that are on this page.
    """

    kind: str
    place: str
    hidden: str
    table: TableChanges | None = None
    rows: tuple[RowChange, ...] = ()
    text: TextChanges | None = None
    old: PartView | None = None
    new: PartView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """A comparison.

    Attributes:
        against, asked: The old one in words, and as the address has it.
        is_there: Whether there is an old one; without, nothing else is set.
        is_same: Whether both have the same bytes.
        is_cut: Whether one of them has something that was not kept, so that it was not compared.
    """

    name: str
    against: str
    asked: str
    turn: int
    old_turn: int
    old_request: str
    is_there: bool
    is_same: bool
    is_cut: bool
    page: int
    pages: int
    parts: tuple[PartDiff, ...]


def diff_page(compared: ComparedFile, turn: int | None, page: int) -> DiffPage:
    """Args: turn: With which it was compared; None for the last release."""
    old, new = compared.old, compared.new
    is_same = old is not None and old.file.sha256 == new.file.sha256
    parts = () if old is None or is_same else tuple(_parts(old, new))
    most = max((len(part.table.rows) for part in parts if part.table), default=0)
    pages = max(1, -(-most // PAGE_ROWS))
    shown = min(page, pages)
    return DiffPage(
        name=new.file.name,
        against=f"turn {turn}" if turn else "the last release of this project",
        asked=str(turn or "release"),
        turn=new.file.turn,
        old_turn=old.file.turn if old else 0,
        old_request=old.file.request_id if old else "",
        is_there=old is not None,
        is_same=is_same,
        is_cut=old is not None and (_is_cut(old) or _is_cut(new)),
        page=shown,
        pages=pages,
        parts=tuple(_on_page(part, shown) for part in parts),
    )


def _on_page(part: PartDiff, page: int) -> PartDiff:
    if part.table is None:
        return part
    first = (page - 1) * PAGE_ROWS
    return replace(part, rows=part.table.rows[first : first + PAGE_ROWS])


def _is_cut(opened: OpenedFile) -> bool:
    previews = opened.file.previews
    return is_missing_parts(previews) or any(is_cut(preview) for preview in previews)


def _parts(old: OpenedFile, new: OpenedFile) -> Iterator[PartDiff]:
    """Those that are the same stand beside each other, and between them those of one kind."""
    was = [_signature(old, at) for at in range(len(old.file.previews))]
    now = [_signature(new, at) for at in range(len(new.file.previews))]
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            for before, after in zip(range(a, b), range(c, d), strict=True):
                either = (old.file.previews[before], new.file.previews[after])
                yield _part("unsure" if any(map(is_cut, either)) else "same", either[1])
            continue
        for before, after in zip_longest(range(a, b), range(c, d)):
            yield from _pair(old, new, before, after)


def _pair(
    old: OpenedFile, new: OpenedFile, before: int | None, after: int | None
) -> Iterator[PartDiff]:
    was = None if before is None else old.file.previews[before]
    now = None if after is None else new.file.previews[after]
    if was and now and before is not None and after is not None and was["kind"] == now["kind"]:
        yield _changed(old, new, before, after)
        return
    if was and before is not None:
        yield replace(_part("removed", was), old=_view(old, before))
    if now and after is not None:
        yield replace(_part("added", now), new=_view(new, after))


def _changed(old: OpenedFile, new: OpenedFile, before: int, after: int) -> PartDiff:
    was, now = old.file.previews[before], new.file.previews[after]
    part = _part("changed", now)
    if now["kind"] in _GRIDS:
        return replace(part, table=table_changes(_sheet(old, before), _sheet(new, after)))
    if now["kind"] == "text":
        changes = text_changes(was.get("text", "").split("\n"), now.get("text", "").split("\n"))
        return replace(part, text=changes)
    return replace(part, old=_view(old, before), new=_view(new, after))


def _part(kind: str, preview: Mapping[str, Any]) -> PartDiff:
    return PartDiff(kind=kind, place=preview.get("place", ""), hidden=preview.get("hidden", ""))


def _view(opened: OpenedFile, at: int) -> PartView:
    return part_view(opened.file, at, None, Wanted(part=at), is_alone=False)


def _sheet(opened: OpenedFile, at: int) -> Sheet:
    preview = opened.file.previews[at]
    content = opened.tables.get(at)
    rows = [tuple(row) for row in preview.get("rows", ())]
    table = KeptTable.of_rows(rows) if content is None else KeptTable.of(content)
    header = tuple(preview.get("header", ()))
    return Sheet(header=header, table=table, rows=preview.get("total_rows", len(table)))


def _signature(opened: OpenedFile, at: int) -> str:
    """The same for parts that look the same, wherever they stand and whatever was found."""
    preview = dict(opened.file.previews[at])
    apart = ("place", "flagged", "facts", "is_cut", "parts_left")
    for name in (*apart, "rows" if at in opened.tables else ""):
        preview.pop(name, None)
    if preview["kind"] == "image" and "sha256" not in preview:
        preview["sha256"] = opened.file.sha256
    return sha256_of([sha256_of(preview), sha256_hex(opened.tables.get(at, b""))])
