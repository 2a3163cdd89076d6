"""What an audit found, for a researcher and for programs.

It shows what can be worked out from the tables alone, to whoever has them; no source is looked at.
"""

import json
from collections import Counter
from math import inf
from typing import Any, Final

from output_checker.disclosure.suppression.audit import Audit, Audited
from output_checker.disclosure.suppression.equations import Room
from output_checker.disclosure.suppression.states import State
from output_checker.disclosure.suppression.suggest import Suggestion
from output_checker.disclosure.suppression.system import Setting

_ORDER: Final = (State.EXACT, State.NARROW, State.UNKNOWN, State.WIDE)
_WORDS: Final = {
    State.EXACT: "can be worked out",
    State.NARROW: "can nearly be worked out",
    State.UNKNOWN: "could not be checked",
    State.WIDE: "stay hidden",
}
_MEND: Final = {
    State.EXACT: "Hide one more cell of the same row and of the same column, or their total.",
    State.NARROW: "Hide a larger cell of the same row and of the same column, or merge labels.",
    State.UNKNOWN: "Audit fewer tables at once, or merge labels.",
}
_MISMATCHED: Final = (
    "{count} totals are not the sum of what they are totals of: rows may be left out, or numbers "
    "rounded (--rounding). What depends on them could not be checked."
)


def as_text(audit: Audit, setting: Setting, suggestion: Suggestion | None = None) -> str:
    lines = [] if suggestion is None else [_suggested(suggestion), ""]
    counts = Counter(cell.state for cell in audit.cells)
    said = [f"{counts[state]} {_WORDS[state]}" for state in _ORDER if counts[state]]
    lines.append(f"{audit.verdict.upper()}  {', '.join(said) or 'no hidden cells'}")
    if audit.mismatched:
        lines.append(_MISMATCHED.format(count=audit.mismatched))
    rows = [
        (cell.state.value, _between(cell.room), _labels(cell), _where(cell))
        for cell in sorted(audit.cells, key=lambda one: _ORDER.index(one.state))
    ]
    if rows:
        lines += ["", *_aligned([("state", "can be", "cell", "where"), *rows])]
    lines += ["", *(words for state, words in _MEND.items() if counts[state])]
    if setting.counts and counts[State.EXACT] + counts[State.NARROW] and suggestion is None:
        lines.append(
            "With the counts that are hidden, haven audit TABLE --suggest does it for you."
        )
    return "\n".join(lines).rstrip()


def as_json(audit: Audit, setting: Setting, suggestion: Suggestion | None = None) -> str:
    said: dict[str, Any] = {
        "verdict": audit.verdict.value,
        "threshold": setting.threshold if setting.counts else None,
        "mismatched": audit.mismatched,
        "cells": [_cell(cell) for cell in audit.cells],
    }
    if suggestion is not None:
        said["suggestion"] = {
            "small": [dict(key) for key in sorted(suggestion.small)],
            "added": [dict(key) for key in sorted(suggestion.added)],
            "lost": suggestion.lost,
        }
    return json.dumps(said, indent=2)


def _cell(cell: Audited) -> dict[str, Any]:
    room = cell.room
    return {
        "labels": dict(cell.key),
        "places": [
            {"table": table, "row": row, "column": column} for table, row, column in cell.places
        ],
        "state": cell.state.value,
        "low": None if room is None or room.low == -inf else room.low,
        "high": None if room is None or room.high == inf else room.high,
    }


def _suggested(found: Suggestion) -> str:
    return (
        f"{len(found.small)} cells are under the threshold; {len(found.added)} more are hidden "
        f"with them, which hold {found.lost} people, totals included."
    )


def _between(room: Room | None) -> str:
    if room is None:
        return "?"
    low, high = _number(room.low), _number(room.high)
    if low == high:
        return low
    if room.low == -inf:
        return "any number" if room.high == inf else f"{high} or less"
    return f"{low} or more" if room.high == inf else f"{low} to {high}"


def _number(value: float) -> str:
    return f"{value:.10g}"


def _labels(cell: Audited) -> str:
    return ", ".join(f"{dimension} {label}" for dimension, label in cell.key) or "the whole total"


def _where(cell: Audited) -> str:
    # The first line of a file is its heading.
    places = [f"{table} line {row + 2}" for table, row, _ in cell.places]
    return "; ".join(places) or "not printed as hidden"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
