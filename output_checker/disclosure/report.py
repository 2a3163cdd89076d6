"""A report as JSON for programs and as text for people."""

import json
import textwrap
from collections.abc import Iterator
from typing import Final

from output_checker.disclosure.model import FileReport, Finding, Report, Verdict
from output_checker.disclosure.report_table import marked_table, plain

MAX_LINES: Final = 60
FIXES: Final = "writes a version that passes, where there is one"
_COLOURS: Final = {Verdict.PASS: "32", Verdict.REVIEW: "33", Verdict.FAIL: "31"}
_TITLES: Final = ("cell", "rule", "reason")
_ADVICE: Final = {
    Verdict.PASS: "nothing was found that stands in the way of release",
    Verdict.REVIEW: "a checker has to look at this before it can be released",
    Verdict.FAIL: "this cannot be released as it is",
}


def as_json(report: Report) -> str:
    return json.dumps(report.as_json(), indent=2, ensure_ascii=True)


def as_text(report: Report, *, colour: bool = False, width: int = 100) -> str:
    """Lay out a report for a terminal of `width` characters.

    Labels come from files that nobody has looked at yet, so anything that is not printable
    is replaced before it can steer the terminal.
    """
    lines = []
    for item in report.files:
        lines += [*_file(item, colour=colour, width=max(60, width)), ""]
    word = _painted(report.verdict.value.upper(), report.verdict, colour=colour)
    lines.append(f"{word}  {_ADVICE[report.verdict]} (policy {plain(report.policy)})")
    return "\n".join(lines)


def _file(item: FileReport, *, colour: bool, width: int) -> Iterator[str]:
    word = _painted(item.verdict.value.upper(), item.verdict, colour=colour)
    yield f"{word}  {plain(item.file)}"
    if not item.findings:
        return
    shown = item.findings[:MAX_LINES]
    rows = [(_cell(finding), finding.rule, plain(finding.reason)) for finding in shown]
    first = min(max(len(row[0]) for row in (*rows, _TITLES)), width // 3)
    second = max(len(row[1]) for row in (*rows, _TITLES))
    third = width - first - second - 6
    yield f"  {_TITLES[0]:<{first}}  {_TITLES[1]:<{second}}  {_TITLES[2]}"
    yield f"  {'-' * first}  {'-' * second}  {'-' * third}"
    for finding, (cell, rule, reason) in zip(shown, rows, strict=True):
        left, right = textwrap.wrap(cell, first) or [""], textwrap.wrap(reason, third) or [""]
        for at in range(max(len(left), len(right))):
            one = left[at] if at < len(left) else ""
            two = rule if at == 0 else ""
            three = right[at] if at < len(right) else ""
            padded = _painted(f"{two:<{second}}", finding.verdict, colour=colour)
            yield f"  {one:<{first}}  {padded}  {three}".rstrip()
    if len(item.findings) > MAX_LINES:
        yield f"  and {len(item.findings) - MAX_LINES} more findings (--format json lists them all)"
    yield from marked_table(item, colour=colour, width=width)
    yield from _mends(item)
    if item.fix:
        yield f"  `{plain(item.fix)}` {FIXES}"


def _mends(item: FileReport) -> Iterator[str]:
    mends = {finding.rule: finding.mend for finding in item.findings if finding.mend}
    if mends:
        yield "  what would mend it:"
    for rule, mend in mends.items():
        yield f"    {rule}: {plain(mend)}"


def _cell(finding: Finding) -> str:
    if finding.cell is None:
        return plain(finding.where)
    return plain(", ".join(f"{name}={label}" for name, label in finding.cell.items()))


def _painted(text: str, verdict: Verdict, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[verdict]}m{text}\x1b[0m" if colour else text
