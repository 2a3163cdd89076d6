"""A judged table for a terminal, with the cells that have findings marked."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from output_checker.disclosure.model import FileReport, Preview, Verdict
from output_checker.disclosure.readers.artefacts import Table

MAX_ROWS: Final = 20
_WIDEST: Final = 18
_MARKS: Final = {Verdict.FAIL: "!", Verdict.REVIEW: "?", Verdict.PASS: " "}
_COLOURS: Final = {Verdict.FAIL: "41;97", Verdict.REVIEW: "43;30"}
# Mark and paint.
_CHANGED: Final = ("~", "7")
_SAME: Final = (" ", "")


def marked_table(item: FileReport, *, colour: bool, width: int) -> Iterator[str]:
    """Rows with a finding first in the file, as many columns as fit; nothing for no marks."""
    for part, preview in enumerate(item.previews):
        yield from _marked(preview, worst(item, part), colour=colour, width=width)


def changed_table(
    table: Table, changed: Collection[tuple[int, int]], *, colour: bool, width: int
) -> Iterator[str]:
    """The first rows of a table, as many columns as fit, with some cells marked as changed."""
    rows = range(min(len(table.rows), MAX_ROWS))
    shown = Preview(kind="table", header=table.header, rows=tuple(table.rows[row] for row in rows))
    widths = _widths(shown, [*rows], width)
    yield _titles(shown, widths)
    for row in rows:
        cells = [
            _painted(text, size, *_CHANGED if (row, column) in changed else _SAME, colour=colour)
            for column, (text, size) in enumerate(zip(table.rows[row], widths, strict=False))
        ]
        yield ("  " + " ".join(cells)).rstrip()
    left = len(table.rows) - len(rows)
    words = f"  and {left} more rows; " if left else "  "
    yield f"{words}{_CHANGED[0]} is not as it was"


def _marked(
    preview: Preview, marks: Mapping[tuple[int, int], Verdict], *, colour: bool, width: int
) -> Iterator[str]:
    if not preview.header or not marks:
        return
    rows = sorted({row for row, _ in marks if row < len(preview.rows)})[:MAX_ROWS]
    widths = _widths(preview, rows, width)
    yield ""
    if preview.place:
        yield f"  {plain(preview.place)}"
    yield _titles(preview, widths)
    for row in rows:
        cells = [
            _cell(text, size, marks.get((row, column)), colour=colour)
            for column, (text, size) in enumerate(zip(preview.rows[row], widths, strict=False))
        ]
        yield ("  " + " ".join(cells)).rstrip()
    left = preview.total_rows - len(rows)
    words = f"  and {left} rows that are not shown here; " if left else "  "
    yield f"{words}! fails, ? is for a person to look at"


def _titles(preview: Preview, widths: list[int]) -> str:
    titles = [
        f"{plain(title)[:size]:<{size}} "
        for title, size in zip(preview.header, widths, strict=False)
    ]
    return f"  {' '.join(titles).rstrip()}"


def worst(item: FileReport, part: int) -> dict[tuple[int, int], Verdict]:
    """Cells of one part of a file that have findings, with the worst verdict of each."""
    marks: dict[tuple[int, int], Verdict] = {}
    for finding in item.findings:
        if finding.position is not None and finding.part == part:
            was = marks.get(finding.position, Verdict.PASS)
            marks[finding.position] = max(was, finding.verdict)
    return marks


def _widths(preview: Preview, rows: list[int], width: int) -> list[int]:
    widths: list[int] = []
    left = width - 2
    for column, title in enumerate(preview.header):
        longest = max(len(title), *(len(preview.rows[row][column]) for row in rows))
        size = min(longest, _WIDEST)
        if size + 2 > left:
            break
        widths.append(size)
        left -= size + 2
    return widths


def _cell(text: str, size: int, verdict: Verdict | None, *, colour: bool) -> str:
    if verdict is None:
        return _painted(text, size, *_SAME, colour=colour)
    return _painted(text, size, _MARKS[verdict], _COLOURS.get(verdict, "0"), colour=colour)


def _painted(text: str, size: int, mark: str, paint: str, *, colour: bool) -> str:
    padded = f"{plain(text)[:size]:>{size}}{mark}"
    return f"\x1b[{paint}m{padded}\x1b[0m" if colour and paint else padded


def plain(text: str) -> str:
    """Text that cannot steer a terminal: it comes from files that nobody has looked at yet."""
    return "".join(character if character.isprintable() else "?" for character in text)
