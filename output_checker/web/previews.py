"""Files and their findings, set out so that each finding and its cell point at each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from output_checker.application.queries import FileView
from output_checker.application.record_view import FilePreview


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell as text; `notes` are the numbers of the findings about it, if they are known."""

    text: str
    is_flagged: bool
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total_rows: int

    @property
    def hidden_rows(self) -> int:
        return self.total_rows - len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One finding, numbered within its file; `is_marked` when a shown cell bears the number."""

    number: int
    rule: str
    verdict: str
    where: str
    reason: str
    mend: str
    labels: tuple[tuple[str, str], ...]
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePanel:
    file: FileView
    number: int
    table: Table | None
    figure: Figure | None
    notes: tuple[Note, ...]


def file_panels(
    files: Sequence[FileView], previews: Sequence[FilePreview]
) -> tuple[FilePanel, ...]:
    by_id = {preview.file_id: preview.preview for preview in previews}
    return tuple(
        _panel(number, file, by_id.get(file.file_id)) for number, file in enumerate(files, start=1)
    )


def _panel(number: int, file: FileView, preview: Mapping[str, Any] | None) -> FilePanel:
    kind = preview.get("kind") if preview else None
    shown = preview or {}
    table = _table(shown, file.findings) if kind == "table" else None
    marked = {note for row in table.rows for cell in row for note in cell.notes} if table else set()
    return FilePanel(
        file=file,
        number=number,
        table=table,
        figure=Figure(width=shown.get("width"), height=shown.get("height"))
        if kind == "figure"
        else None,
        notes=tuple(
            _note(place, finding, is_marked=place in marked)
            for place, finding in enumerate(file.findings, start=1)
        ),
    )


def _table(preview: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> Table:
    header = tuple(preview.get("header", ()))
    numbers: dict[str, list[int]] = {}
    for number, finding in enumerate(findings, start=1):
        numbers.setdefault(finding["where"], []).append(number)
    flagged = {(row, column) for row, column in preview.get("flagged", ())}
    return Table(
        header=header,
        rows=tuple(
            tuple(
                Cell(
                    text=text,
                    is_flagged=(row, column) in flagged or _place(row, column, header) in numbers,
                    notes=tuple(numbers.get(_place(row, column, header), ())),
                )
                for column, text in enumerate(texts)
            )
            for row, texts in enumerate(preview.get("rows", ()))
        ),
        total_rows=preview.get("total_rows", 0),
    )


def _place(row: int, column: int, header: tuple[str, ...]) -> str:
    """A cell as the engine's findings name it; findings have no other tie to their cell."""
    return f"row {row + 1}, column {header[column]!r}" if column < len(header) else ""


def _note(number: int, finding: Mapping[str, Any], *, is_marked: bool) -> Note:
    cell = finding.get("cell") or {}
    return Note(
        number=number,
        rule=finding["rule"],
        verdict=finding["verdict"],
        where=finding["where"],
        reason=finding["reason"],
        mend=finding.get("mend") or "",
        labels=tuple(cell.items()),
        is_marked=is_marked,
    )
