"""What a preview shows of each kind of part."""

from dataclasses import asdict

import pytest

from output_checker.application.look_at_file import OpenedFile
from output_checker.disclosure import kept_tables
from output_checker.disclosure.previews import previews_of
from output_checker.disclosure.readers.artefacts import Document, Part, Table, Text
from output_checker.web import code_lines
from output_checker.web.code_lines import lines_of
from output_checker.web.preview_pages import preview_page
from output_checker.web.table_pages import Wanted, place_of
from tests.unit.output_checker.builders import a_file


def page_of(*previews, wanted=None, **changes):
    return preview_page(OpenedFile(file=a_file(previews=previews, **changes)), wanted or Wanted())


def table(rows, **changes):
    header = [f"c{at}" for at in range(len(rows[0]))]
    return {"kind": "table", "header": header, "rows": rows, "total_rows": len(rows)} | changes


def said(lines):
    return ["".join(piece for _, piece in line) for line in lines]


@pytest.mark.parametrize(
    "language", ["python", "r", "sql", "stata", "latex", "json", "", "nonsense"]
)
@pytest.mark.parametrize(
    "text", ["", "\n", "a = 1\n\n  b", 'x = """\nlong\n"""', "tab\there\r\nand\rthere", "\u2028é"]
)
def test_coloured_lines_say_what_the_text_says(text, language):
    assert "\n".join(said(lines_of(text, language))) == text.replace("\r\n", "\n").replace(
        "\r", "\n"
    )


def test_code_is_coloured_and_text_is_not():
    assert lines_of("import x", "python")[0][0] == ("kn", "import")
    assert lines_of("import x", "markdown") == ((("", "import x"),),)


def test_a_lexer_that_takes_too_long_leaves_the_rest_uncoloured(monkeypatch):
    monkeypatch.setattr(code_lines, "_SECONDS", -1.0)

    assert said(lines_of("import x\nimport y", "python")) == ["import x", "import y"]


def test_a_hidden_part_is_shown_and_says_why_it_is_hidden():
    (part,) = page_of(table([["a"]], place="sheet 2", hidden="a hidden sheet")).parts

    assert part.hidden == "a hidden sheet"
    assert part.table is not None


def test_a_table_among_other_parts_is_shown_by_its_first_rows_with_the_whole_a_link_away():
    rows = [[str(n)] for n in range(60)]

    first, second = page_of(table(rows), table(rows)).parts

    assert first.is_glance
    assert len(first.table.rows) == 20
    assert second.table.wanted.address() == "?part=1"


@pytest.mark.parametrize(
    "text", ["a" * 250_000, "a\r" * 125_000, "a\n" * 125_000], ids=["one line", "\\r", "\\n"]
)
@pytest.mark.parametrize("is_noted", [True, False])
def test_a_text_that_was_not_kept_to_its_end_says_so(text, is_noted):
    made = asdict(previews_of(Document(parts=(Part(artefact=Text(text=text)),)))[0])
    before = {name: one for name, one in made.items() if name not in ("is_cut", "parts_left")}

    (part,) = page_of(made if is_noted else before).parts

    assert part.is_cut


def test_a_text_is_as_long_as_it_is_shown():
    made = previews_of(Document(parts=(Part(artefact=Text(text="a\rb\r\nc\n")),)))[0]

    (part,) = page_of(asdict(made)).parts

    assert not part.is_cut
    assert made.total_rows == len(part.lines)


@pytest.mark.parametrize(("many", "are_missing"), [(50, False), (51, True)])
def test_parts_that_were_not_kept_are_told_of(many, are_missing):
    parts = tuple(Part(artefact=Text(text=str(at))) for at in range(many))
    made = [asdict(one) for one in previews_of(Document(parts=parts))]

    page = page_of(*made)

    assert (page.part_count, page.is_missing_parts) == (50, are_missing)


def test_a_table_of_which_some_rows_were_kept_says_so(monkeypatch):
    monkeypatch.setattr(kept_tables, "MAX_ROWS", 3)
    rows = tuple((str(n),) for n in range(5))
    document = Document(parts=(Part(artefact=Table(header=("n",), rows=rows)),))
    (kept,) = previews_of(document, keeps_tables=True)

    (part,) = page_of(asdict(kept)).parts

    assert (kept.kept_rows, kept.is_cut, part.is_cut) == (3, True, True)


@pytest.mark.parametrize("others", [[], [{"kind": "text", "text": "x", "total_rows": 1}]])
def test_a_table_without_rows_shows_its_header(others):
    names = ["region", "n"]
    empty = {"kind": "table", "header": names, "rows": [], "total_rows": 0}

    part, *_ = page_of(empty, *others).parts

    assert [heading.name for heading in part.table.headings] == names
    assert part.table.rows == ()


def test_the_columns_of_a_table_without_rows_have_pages_and_no_order():
    names = [f"c{at}" for at in range(150)]
    empty = {"kind": "table", "header": names, "rows": [], "total_rows": 0}

    (part,) = page_of(empty, wanted=Wanted(part=0, across=2, sort=3)).parts

    assert [heading.name for heading in part.table.headings] == names[100:]
    assert part.table.wanted.sort is None


def test_more_columns_than_a_page_has_are_a_link_away():
    wide = table([[str(n) for n in range(250)]])

    page = page_of(wide, wanted=Wanted(part=0, across=3))

    (part,) = page.parts
    assert (part.table.first_column, len(part.table.headings)) == (201, 50)
    assert part.table.parts_across == 3
    assert part.table.rows[0].cells[0].text == "200"


def test_the_members_of_an_archive_are_listed_with_their_parts():
    page = page_of(
        {"kind": "text", "place": "file 1", "text": "x", "total_rows": 1},
        table([["a"]], place="file 2, sheet 1"),
        {"kind": "text", "place": "names of files", "text": "a.txt\nb.xlsx", "total_rows": 2},
    )

    assert [(one.number, one.name, one.first) for one in page.members] == [
        (1, "a.txt", 0), (2, "b.xlsx", 1),
    ]  # fmt: skip


def test_a_model_is_shown_as_names_and_settings():
    model = table([["sklearn.Ridge", ""], ["alpha", "0.5"]], kind="model")

    (part,) = page_of(model).parts

    assert part.kind == "model"
    assert [cell.text for cell in part.table.rows[1].cells] == ["alpha", "0.5"]


def test_flagged_cells_lead_to_each_other_in_the_order_that_is_shown():
    finding = {"rule": "threshold", "verdict": "fail", "where": "x", "reason": "few"}
    findings = tuple({**finding, "position": [row, 0]} for row in (0, 2))
    wanted = Wanted(part=0, sort=1, desc=True)

    page = page_of(table([["1"], ["2"], ["3"]]), findings=findings, wanted=wanted)

    (part,) = page.parts
    assert part.table.first_flagged.endswith("#r3c1")
    assert part.table.rows[0].cells[0].following.endswith("sort=1&desc=1#r1c1")
    assert part.table.rows[2].cells[0].following == ""
    assert [note.number for note in page.notes] == [1, 2]


def test_a_finding_about_a_cell_that_is_not_there_is_no_mark():
    finding = {"rule": "r", "verdict": "fail", "where": "x", "reason": "y", "position": [99, 0]}

    (part,) = page_of(table([["1"]]), findings=(finding,)).parts

    assert part.table.first_flagged == ""


def test_a_cells_place_in_the_order_of_the_file_is_an_address():
    assert place_of(2, 450, 130) == "?part=2&page=3&across=2#r451c131"


def test_a_file_without_parts_has_nothing_to_show():
    assert page_of().parts == ()
