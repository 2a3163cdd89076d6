"""Advice as text for people, as JSON for programs, and as a part of a page for a notebook.

Labels come from files that nobody has looked at yet: nothing of them steers a terminal or a page.
"""

import json
import textwrap
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.advice.loss import EXPLAINED
from output_checker.disclosure.advice.remedies import Advice, Remedy
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.report_table import changed_table, plain

MAX_HTML_ROWS: Final = 60
_NOTHING: Final = "nothing is offered"
_ONE_ONLY: Final = "release one of them only: two together can tell what each of them hides"


def as_text(
    advice: Advice,
    file: str,
    *,
    policy: str,
    shown: int = 1,
    written: Mapping[int, Path] | None = None,
    colour: bool = False,
    width: int = 100,
) -> str:
    """Lay out for a terminal of `width` characters.

    Args:
        shown: The remedy, from 1, whose table is shown.
        written: Where each remedy was written to, by its number from 1.
    """
    lines = [f"{advice.verdict.value.upper()}  {plain(file)} as it is (policy {plain(policy)})"]
    if advice.verdict is Verdict.PASS or not advice.remedies:
        lines += _wrapped(advice.reasons or (_NOTHING,), width)
    else:
        lines += [*_listed(advice, width), "", f"  version {shown}:"]
        chosen = advice.remedies[shown - 1]
        lines += changed_table(chosen.table, chosen.changed, colour=colour, width=width)
        lines += ["", *_wrapped((EXPLAINED, _ONE_ONLY), width)]
    lines += [f"  not tried, for want of time: {plain(one)}" for one in advice.untried]
    lines += [f"  written: {plain(str(path))}" for path in (written or {}).values()]
    return "\n".join(lines)


def _listed(advice: Advice, width: int) -> Iterator[str]:
    count = len(advice.remedies)
    yield f"  {count} version{'s pass' if count > 1 else ' passes'}, least loss first:"
    yield "      lost    hidden  what is done"
    for number, one in enumerate(advice.remedies, 1):
        best = " (recommended)" if number == 1 else ""
        lost, *more = textwrap.wrap(plain(one.words) + best, max(30, width - 24))
        yield f"  {number:>2}  {_percent(one):>6}  {one.loss.hidden:>6}  {lost}"
        yield from (f"{'':24}{line}" for line in more)


def _wrapped(texts: tuple[str, ...], width: int) -> list[str]:
    return [
        f"  {line}" for text in texts for line in textwrap.wrap(plain(text), max(40, width - 2))
    ]


def _percent(remedy: Remedy) -> str:
    return f"{100 * remedy.loss.share:.1f} %"


def as_json(
    advice: Advice, file: str, *, policy: str, written: Mapping[int, Path] | None = None
) -> str:
    document = {
        "file": file,
        "policy": policy,
        "verdict": advice.verdict.value,
        "recommended": 1 if advice.remedies else None,
        "remedies": [
            _document(number, one, (written or {}).get(number))
            for number, one in enumerate(advice.remedies, 1)
        ],
        "untried": list(advice.untried),
        "reasons": list(advice.reasons),
    }
    return json.dumps(document, indent=2, ensure_ascii=True)


def _document(number: int, one: Remedy, written: Path | None) -> dict[str, Any]:
    return {
        "number": number,
        "kinds": list(one.kinds),
        "words": one.words,
        "lost_percent": round(100 * one.loss.share, 3),
        "hidden": one.loss.hidden,
        "gone": one.loss.gone,
        "numbers": one.loss.numbers,
        "spec": dict(one.spec),
        "header": list(one.table.header),
        "rows": [list(row) for row in one.table.rows],
        "changed": [list(place) for place in sorted(one.changed)],
        "written": None if written is None else str(written),
    }


def as_fragment(advice: Advice) -> str:
    """The part of a page that a notebook shows beneath a cell."""
    said = "".join(f"<p>{escape(plain(one))}</p>" for one in advice.reasons)
    said += "".join(f"<p>not tried: {escape(plain(one))}</p>" for one in advice.untried)
    if not advice.remedies:
        return f'<div class="haven">{said}</div>'
    titles = "".join(f"<th>{one}</th>" for one in ("", "lost", "hidden", "what is done"))
    rows = "".join(
        f"<tr><td>{number}</td><td>{_percent(one)}</td><td>{one.loss.hidden}</td>"
        f"<td>{escape(plain(one.words))}</td></tr>"
        for number, one in enumerate(advice.remedies)
    )
    best = advice.remedies[0]
    return (
        f'<div class="haven">{said}<table><tr>{titles}</tr>{rows}</table>{_table(best)}'
        f"<p>{escape(EXPLAINED)}. {escape(_ONE_ONLY)}.</p></div>"
    )


def _table(remedy: Remedy) -> str:
    head = "".join(f"<th>{escape(plain(title))}</th>" for title in remedy.table.header)
    lines = []
    for row, line in enumerate(remedy.table.rows[:MAX_HTML_ROWS]):
        marks = [
            " class='review'" if (row, at) in remedy.changed else "" for at in range(len(line))
        ]
        cells = [
            f"<td{mark}>{escape(plain(text))}</td>" for mark, text in zip(marks, line, strict=True)
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"
