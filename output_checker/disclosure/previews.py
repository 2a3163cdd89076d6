"""What a review page shows of a document: bounded, inert, already parsed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from output_checker.disclosure.model import PREVIEW_ROWS, Finding, Preview
from output_checker.disclosure.readers.artefacts import (
    Array,
    Document,
    Figure,
    Image,
    Model,
    Part,
    Session,
    Table,
    Text,
)

MAX_PREVIEWS: Final = 50
MAX_CHARACTERS: Final = 100_000
MAX_POINTS: Final = 2_000


def previews_of(document: Document) -> tuple[Preview, ...]:
    """The first parts of a document."""
    return tuple(_preview(part) for part in document.parts[:MAX_PREVIEWS])


def marked(previews: Sequence[Preview], findings: Sequence[Finding]) -> tuple[Preview, ...]:
    """With the cells marked, among those shown, that findings are about."""
    return tuple(
        replace(preview, flagged=_flagged(preview, number, findings))
        for number, preview in enumerate(previews)
    )


def _flagged(
    preview: Preview, number: int, findings: Sequence[Finding]
) -> tuple[tuple[int, int], ...]:
    places = {one.position for one in findings if one.part == number and one.position}
    return tuple(sorted(place for place in places if 0 <= place[0] < len(preview.rows)))


def _preview(part: Part) -> Preview:
    place, hidden = part.place, part.hidden
    match part.artefact:
        case Table(header=header, rows=rows):
            return _grid("table", part, header, rows)
        case Array() as array:
            return _grid("array", part, array.table.header, array.rows)
        case Text(text=text):
            lines = text.count("\n") + 1
            return Preview(
                kind="text", place=place, hidden=hidden, text=text[:MAX_CHARACTERS],
                total_rows=lines,
            )  # fmt: skip
        case Image(width=width, height=height, media=media, content=content):
            return Preview(
                kind="image", place=place, hidden=hidden, width=width, height=height, media=media,
                picture=content,
            )  # fmt: skip
        case Figure(series=series):
            points = tuple(line[:MAX_POINTS] for line in series[:MAX_POINTS])
            return Preview(kind="figure", place=place, hidden=hidden, points=points)
        case Model(names=names, settings=settings):
            rows = (*((name, "") for name in names), *settings)
            return _grid("model", part, ("name", "value"), rows)
        case Session():
            raise AssertionError("a record is no output")
        case _:
            assert_never(part.artefact)


def _grid(
    kind: str,
    part: Part,
    header: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
) -> Preview:
    shown = tuple(rows[:PREVIEW_ROWS])
    return Preview(
        kind=kind,
        place=part.place,
        hidden=part.hidden,
        header=header,
        rows=shown,
        total_rows=len(rows),
    )
