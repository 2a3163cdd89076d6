"""A judged table for a terminal, with the cells that have findings marked."""

from collections.abc import Iterator, Mapping
from typing import Final

from output_checker.disclosure.model import FileReport, Preview, Verdict

MAX_ROWS: Final = 20
_WIDEST: Final = 18
_MARKS: Final = {Verdict.FAIL: "!", Verdict.REVIEW: "?", Verdict.PASS: " "}
_COLOURS: Final = {Verdict.FAIL: "41;97", Verdict.REVIEW: "43;30"}


def marked_table(item: FileReport, *, colour: bool, width: int) -> Iterator[str]:
    """Rows with a finding first in the file, as many columns as fit; nothing for no marks."""
    for part, preview in enumerate(item.previews):
        yield from _marked(preview, worst(item, part), colour=colour, width=width)


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
    yield (
        "  "
        + " ".join(
            f"{plain(title)[:size]:<{size}} "
            for title, size in zip(preview.header, widths, strict=False)
        ).rstrip()
    )
    for row in rows:
        cells = [
            _cell(text, size, marks.get((row, column)), colour=colour)
            for column, (text, size) in enumerate(zip(preview.rows[row], widths, strict=False))
        ]
        yield ("  " + " ".join(cells)).rstrip()
    left = preview.total_rows - len(rows)
    words = f"  and {left} rows that are not shown here; " if left else "  "
    yield f"{words}! fails, ? is for a person to look at"


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
    padded = f"{plain(text)[:size]:>{size}}{_MARKS[verdict or Verdict.PASS]}"
    if not colour or verdict is None:
        return padded
    return f"\x1b[{_COLOURS[verdict]}m{padded}\x1b[0m"


def plain(text: str) -> str:
    """Text that cannot steer a terminal: it comes from files that nobody has looked at yet."""
    return "".join(character if character.isprintable() else "?" for character in text)
