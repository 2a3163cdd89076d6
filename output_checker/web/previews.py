"""Files and their findings, set out so that each finding and its cell point at each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from output_checker.application.queries import FileView
from output_checker.application.record_view import FilePreview

# Part, row and column.
Place = tuple[int, int, int]


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
class Image:
    """Attributes: `part` of the file that it is, as its address says."""

    width: int | None
    height: int | None
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Points of a figure. Attributes: `view` is the box around them, as SVG has it."""

    view: str
    points: tuple[tuple[float, float], ...]
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPanel:
    """One part of a file; exactly one of table, text, image and drawing is set."""

    place: str
    hidden: str
    kind: str
    table: Table | None = None
    text: str | None = None
    image: Image | None = None
    drawing: Drawing | None = None


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
    parts: tuple[PartPanel, ...]
    notes: tuple[Note, ...]


def file_panels(
    files: Sequence[FileView], previews: Sequence[FilePreview]
) -> tuple[FilePanel, ...]:
    by_id = {preview.file_id: preview.previews for preview in previews}
    return tuple(
        _panel(number, file, by_id.get(file.file_id, ()))
        for number, file in enumerate(files, start=1)
    )


def _panel(number: int, file: FileView, previews: Sequence[Mapping[str, Any]]) -> FilePanel:
    numbers: dict[Place, list[int]] = {}
    for note, finding in enumerate(file.findings, start=1):
        if finding.get("position"):
            row, column = finding["position"]
            numbers.setdefault((finding.get("part", 0), row, column), []).append(note)
    parts = tuple(_part(at, preview, numbers) for at, preview in enumerate(previews))
    marked = {
        note
        for part in parts
        if part.table
        for row in part.table.rows
        for cell in row
        for note in cell.notes
    }
    return FilePanel(
        file=file,
        number=number,
        parts=parts,
        notes=tuple(
            _note(place, finding, is_marked=place in marked)
            for place, finding in enumerate(file.findings, start=1)
        ),
    )


def _part(at: int, preview: Mapping[str, Any], numbers: Mapping[Place, list[int]]) -> PartPanel:
    kind = preview["kind"]
    about = {"place": preview.get("place", ""), "hidden": preview.get("hidden", ""), "kind": kind}
    if kind == "image":
        image = Image(width=preview.get("width"), height=preview.get("height"), part=at)
        return PartPanel(**about, image=image)
    if kind == "text":
        return PartPanel(**about, text=preview.get("text", ""))
    if kind == "figure":
        return PartPanel(**about, drawing=_drawing(preview.get("points", ())))
    return PartPanel(**about, table=_table(at, preview, numbers))


def _drawing(series: Sequence[Sequence[Sequence[float]]]) -> Drawing:
    points = tuple((across, up) for line in series for across, up in line)
    if not points:
        return Drawing(view="0 0 1 1", points=(), radius=0.0)
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    width, height = (right - left) or 1.0, (high - low) or 1.0
    radius = max(width, height) / 150
    box = (left - 2 * radius, low - 2 * radius, width + 4 * radius, height + 4 * radius)
    return Drawing(view=" ".join(f"{one:g}" for one in box), points=points, radius=radius)


def _table(at: int, preview: Mapping[str, Any], numbers: Mapping[Place, list[int]]) -> Table:
    flagged = {(row, column) for row, column in preview.get("flagged", ())}
    return Table(
        header=tuple(preview.get("header", ())),
        rows=tuple(
            tuple(
                Cell(
                    text=text,
                    is_flagged=(row, column) in flagged or (at, row, column) in numbers,
                    notes=tuple(numbers.get((at, row, column), ())),
                )
                for column, text in enumerate(texts)
            )
            for row, texts in enumerate(preview.get("rows", ()))
        ),
        total_rows=preview.get("total_rows", 0),
    )


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
