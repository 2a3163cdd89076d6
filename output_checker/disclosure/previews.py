"""What a review page shows of a document: bounded, inert, already parsed."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
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
_BREAKS: Final = re.compile(r"\r\n|\r|\n")


def previews_of(document: Document, *, keeps_tables: bool = False) -> tuple[Preview, ...]:
    """The first parts of a document; `keeps_tables` adds the whole of each table, packed."""
    parts = document.parts[:MAX_PREVIEWS]
    shown = [_kept(part) if keeps_tables else _preview(part) for part in parts]
    if shown:
        shown[-1] = replace(shown[-1], parts_left=len(document.parts) - len(parts))
    return tuple(shown)


def _kept(part: Part) -> Preview:
    shown = _preview(part)
    if not isinstance(part.artefact, Table | Array):
        return shown
    # What takes most of the time to load is loaded where it is needed.
    from output_checker.disclosure.kept_tables import KeptTable, packed
    from output_checker.disclosure.table_facts import facts_of

    whole = packed(part.artefact.rows)
    facts = tuple(asdict(one) for one in facts_of(KeptTable.of(whole.content)))
    is_cut = bool(shown.header) and whole.rows < shown.total_rows
    return replace(shown, whole=whole.content, kept_rows=whole.rows, facts=facts, is_cut=is_cut)


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
        case Text(text=text, language=language):
            lines = len(_BREAKS.findall(text)) + 1
            return Preview(
                kind="text", place=place, hidden=hidden, text=text[:MAX_CHARACTERS],
                total_rows=lines, language=language, is_cut=len(text) > MAX_CHARACTERS,
            )  # fmt: skip
        case Image(width=width, height=height, media=media, content=content):
            return Preview(
                kind="image", place=place, hidden=hidden, width=width, height=height, media=media,
                picture=content,
            )  # fmt: skip
        case Figure(series=series):
            points = tuple(line[:MAX_POINTS] for line in series[:MAX_POINTS])
            is_cut = max([len(series), *map(len, series)]) > MAX_POINTS
            return Preview(kind="figure", place=place, hidden=hidden, points=points, is_cut=is_cut)
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
        is_cut=len(rows) > len(shown),
    )
