"""A report as Markdown for a comment, and as one HTML page without scripts.

Labels come from files that nobody has looked at yet: everything is escaped.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final

from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Verdict
from output_checker.disclosure.report import FIXES
from output_checker.disclosure.report_table import plain, worst

MAX_FINDINGS: Final = 500
MAX_ROWS: Final = 200
_WORDS: Final = {
    Verdict.PASS: "Nothing was found that stands in the way of release.",
    Verdict.REVIEW: "A checker has to look at this before it can be released.",
    Verdict.FAIL: "This cannot be released as it is.",
}
_STYLE: Final = """
.haven { font: 14px/1.45 system-ui, sans-serif; color: #111; background: #fff; }
.haven table { border-collapse: collapse; margin: .5em 0; }
.haven th, .haven td { border: 1px solid #bbb; padding: .2em .6em; text-align: left; }
.haven .fail { background: #f6d7d2; } .haven .review { background: #fff3c4; }
.haven .pass { background: #d7f0dd; } .haven .verdict { padding: .1em .5em; font-weight: 700; }
"""


def as_markdown(report: Report) -> str:
    """Headings and tables; any text of a file is shown as it is, never as markup."""
    lines = [f"# {report.verdict.value.upper()}: {_WORDS[report.verdict]}", "",
             f"Policy: {_markdown(report.policy)}", ""]  # fmt: skip
    for item in report.files:
        lines += [f"## {_markdown(item.file)}: {item.verdict.value}", ""]
        lines += [*_markdown_findings(item), ""] if item.findings else []
    return "\n".join(lines)


def _markdown_findings(item: FileReport) -> Iterator[str]:
    yield "| verdict | rule | cell | why | what would mend it |"
    yield "|---|---|---|---|---|"
    for finding in item.findings[:MAX_FINDINGS]:
        cells = (finding.verdict.value, finding.rule, place(finding), finding.reason, finding.mend)
        yield f"| {' | '.join(_markdown(cell) for cell in cells)} |"
    if len(item.findings) > MAX_FINDINGS:
        yield ""
        yield f"and {len(item.findings) - MAX_FINDINGS} more"
    if item.fix:
        yield ""
        yield f"{_markdown(item.fix)}: {FIXES}"


def _markdown(text: str) -> str:
    text = escape(plain(text), quote=False)
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-.!|~" else letter for letter in text)


def as_html(report: Report) -> str:
    """A whole page; it loads nothing and runs nothing."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{report.verdict.value}</title><style>{_STYLE}</style></head><body>"
        f"{as_fragment(report)}</body></html>"
    )


def as_fragment(report: Report) -> str:
    """The part of the page that a notebook shows beneath a cell."""
    parts = [(f'<div class="haven"><p>{_chip(report.verdict)} {escape(_WORDS[report.verdict])} '
             f"Policy: {escape(plain(report.policy))}.</p>")]  # fmt: skip
    for item in report.files:
        parts.append(f"<h3>{_chip(item.verdict)} {escape(plain(item.file))}</h3>")
        parts.append(_html_findings(item))
        parts.append(_html_table(item))
        if item.fix:
            parts.append(f"<p><code>{escape(plain(item.fix))}</code> {FIXES}</p>")
    return "".join(parts) + "</div>"


def styled_fragment(report: Report) -> str:
    return styled(as_fragment(report))


def styled(fragment: str) -> str:
    return f"<style>{_STYLE}</style>{fragment}"


def _chip(verdict: Verdict) -> str:
    return f'<span class="verdict {verdict.value}">{verdict.value}</span>'


def _html_findings(item: FileReport) -> str:
    if not item.findings:
        return ""
    titles = _head(("verdict", "rule", "cell", "why", "what would mend it"))
    rows = []
    for finding in item.findings[:MAX_FINDINGS]:
        cells = (
            finding.verdict.value, finding.rule, place(finding), finding.reason, finding.mend
        )  # fmt: skip
        texts = "".join(f"<td>{escape(plain(cell))}</td>" for cell in cells)
        rows.append(f'<tr class="{finding.verdict.value}">{texts}</tr>')
    more = len(item.findings) - MAX_FINDINGS
    rest = f"<p>and {more} more</p>" if more > 0 else ""
    caption = f"<caption>Findings in {escape(plain(item.file))}</caption>"
    return f"<table>{caption}<thead>{titles}</thead><tbody>{''.join(rows)}</tbody></table>{rest}"


def _head(titles: Iterable[str]) -> str:
    """The first line of a table, told to those who hear it."""
    cells = "".join(f'<th scope="col">{escape(plain(title))}</th>' for title in titles)
    return f"<tr>{cells}</tr>"


def _html_table(item: FileReport) -> str:
    return "".join(
        _html_part(preview, worst(item, part)) for part, preview in enumerate(item.previews)
    )


def _html_part(preview: Preview, verdicts: Mapping[tuple[int, int], Verdict]) -> str:
    if not preview.header:
        return ""
    title = f"<p>{escape(plain(preview.place))}</p>" if preview.place else ""
    rows = []
    for row, line in enumerate(preview.rows[:MAX_ROWS]):
        cells = []
        for column, text in enumerate(line):
            verdict = verdicts.get((row, column))
            marked = f' class="{verdict.value}"' if verdict else ""
            cells.append(f"<td{marked}>{escape(plain(text))}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = f"<thead>{_head(preview.header)}</thead>"
    return f"{title}<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def place(finding: Finding) -> str:
    """Which cell, in words."""
    if finding.cell is None:
        return finding.where
    return ", ".join(f"{name}={label}" for name, label in finding.cell.items()) or finding.where
