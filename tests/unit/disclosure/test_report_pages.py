import pytest

from output_checker.disclosure.model import FileReport, Finding, Preview, Report, Verdict
from output_checker.disclosure.report import as_text
from output_checker.disclosure.report_pages import MAX_FINDINGS, as_html, as_markdown


def a_report(label="south", count=1):
    findings = [
        Finding(
            rule="threshold", verdict=Verdict.FAIL, cell={"region": label}, where="row 2",
            reason="4 units stand behind the number", mend="merge categories", position=(1, 1),
        )
    ] * count + [
        Finding(rule="dof", verdict=Verdict.REVIEW, where="row 2", reason="few", position=(0, 1))
    ]  # fmt: skip
    preview = Preview(
        kind="table", header=("region", "n"), rows=(("north", "12"), (label, "4")), total_rows=2
    )
    item = FileReport.of("t.csv", "ab", findings, [preview])
    return Report(verdict=Verdict.FAIL, policy="sacro-10", files=(item,))


def test_the_terminal_shows_the_table_with_flagged_cells_marked():
    plain, coloured = as_text(a_report()), as_text(a_report(), colour=True)

    assert " 4!" in plain
    assert "12?" in plain
    assert "\x1b[41;97m" in coloured
    assert "\x1b" not in plain


def test_markdown_has_a_line_a_finding_with_cell_rule_reason_and_remedy():
    (line,) = [one for one in as_markdown(a_report()).splitlines() if "region" in one]

    for words in ("fail", "threshold", "region=south", "4 units stand behind", "merge categories"):
        assert words in line


@pytest.mark.parametrize(
    "label", ["<b>x</b>", "a|b", "[x](http://y)", "`x`", "\x1b[2J", "a\nb", '" onload="x'], ids=repr
)
def test_a_label_is_text_and_never_markup(label):
    page, markdown = as_html(a_report(label)), as_markdown(a_report(label))

    assert "<b>" not in page
    assert 'onload="x"' not in page
    assert "\x1b" not in page + markdown
    assert "](http" not in markdown
    assert len({line.count(" | ") for line in markdown.splitlines() if "threshold" in line}) == 1


def test_the_page_loads_and_runs_nothing():
    page = as_html(a_report())

    assert 'class="fail"' in page
    assert not any(word in page for word in ("<script", "src=", "href=", "url("))


def test_very_many_findings_are_counted_rather_than_listed():
    assert f"and {1 + 1} more" in as_markdown(a_report(count=MAX_FINDINGS + 1))
