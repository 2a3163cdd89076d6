"""Texts: who is named in them, what tables stand in them, and what nobody sees."""

import pytest

from output_checker.disclosure import prose
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.leaks import patterns
from output_checker.disclosure.leaks.identifiers import find_in_lines
from output_checker.disclosure.leaks.layouts import blocks, headed, in_brackets, laid_out, unfolded
from output_checker.disclosure.model import Verdict
from output_checker.disclosure.readers.artefacts import Table
from tests.unit.disclosure.conftest import POLICY, REGIONS, TRADES, rules

# Most go through the whole engine.
pytestmark = pytest.mark.slow

PROSE = "We compared pay by region.\nIn 2025 it rose by 3.2 %, most in the north.\n\nSee table 2.\n"


@pytest.mark.parametrize("name", ["notes.txt", "README.md", "model.log", "analysis.py", "run.do"])
def test_harmless_prose_is_for_a_person_to_read_and_no_more(judge, name):
    report = judge(PROSE, name)

    assert [(one.rule, one.verdict) for one in report.findings] == [("text", Verdict.REVIEW)]
    assert report.previews[0].text == PROSE


IN_PAIRS = "{0[0]}{0[1]} {0[2]}{0[3]} {0[4]}{0[5]} {0[6]}{0[7]} {0[8]}"


@pytest.mark.parametrize("spelling", ["{}", IN_PAIRS, "({})", "id={};"])
def test_a_person_named_in_a_sentence_is_found_by_line(judge, people, spelling):
    nino = spelling.format(people[1][40][0])

    found = [one for one in judge(f"{PROSE}We asked {nino} again.\n").findings
             if one.rule == "identifier"]  # fmt: skip

    assert [one.where for one in found] == ["lines 5"]
    assert people[1][40][0] not in str(found)


LAYOUTS = {
    "bars": lambda row: "| " + " | ".join(map(str, row)) + " |",
    "blanks": lambda row: "   ".join(map(str, row)),
    "columns": lambda row: "".join(f"{cell!s:>14}" for cell in row),
    "commas": lambda row: ", ".join(map(str, row)),
    "single blanks": lambda row: " ".join(map(str, row)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_of_the_source_listed_in_a_log_are_found(judge, people, layout):
    listing = [LAYOUTS[layout](row[1:]) for row in people[1][10:18]]

    report = judge("\n".join([PROSE, *listing, "end of log", ""]), "session.log")

    [found] = [one for one in report.findings if one.rule == "verbatim-rows"]
    assert found.verdict is Verdict.FAIL
    assert found.where.startswith("lines 6-13: ")


def test_a_table_of_groups_in_a_text_is_no_listing_of_people(judge):
    table = [f"{region} {trade} {n}" for n, (region, trade) in
             enumerate([(r, t) for r in REGIONS for t in TRADES], start=31)]  # fmt: skip

    assert rules(judge("\n".join(table))) == set()


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\x07", "\ue000", "\ufeff"])
def test_what_nobody_sees_is_a_hidden_part(judge, hidden):
    assert rules(judge(f"{PROSE}a{hidden}b\n")) == {"hidden-part"}


def test_lines_that_end_in_blanks_are_room_for_something(judge):
    assert rules(judge("".join(f"word{' ' * (at % 7 + 1)}\n" for at in range(11)))) == {
        "hidden-part"
    }
    assert rules(judge("".join(f"word{at}  \n" for at in range(10)))) == set()


def test_blocks_are_neighbouring_lines_of_as_many_cells():
    lines = ["Title", "", "| a | b |", "|---|---|", "| 1 | 2 |", "| 3 | 4 |", "", "x y", "p q"]

    [block] = blocks(lines, laid_out)

    assert (block.first, block.last) == (5, 6)
    assert block.table.header == ("a", "b")
    assert block.table.rows == (("1", "2"), ("3", "4"))


FOUND = [
    ("write to QQ 12 34 56 C", "National Insurance", Verdict.FAIL),
    ("no. 943 476 5919.", "NHS", Verdict.FAIL),
    ("ada.byron@example.org", "e-mail", Verdict.FAIL),
    ("GB29 NWBK 6016 1331 9268 19", "IBAN", Verdict.FAIL),
    ("call 020 7946 0958", "telephone", Verdict.REVIEW),
    ("at SW1A 1AA", "postcode", Verdict.REVIEW),
]


@pytest.mark.parametrize(("line", "words", "verdict"), FOUND)
def test_numbers_of_people_are_known_by_how_they_are_made(line, words, verdict):
    [found] = patterns.find_in_lines(["nothing", line])

    assert words in found.reason
    assert (found.verdict, found.where) == (verdict, "lines 2")


@pytest.mark.parametrize(
    "line",
    ["943 476 5918 is no NHS number", "GB29 NWBK 6016 1331 9268 18", "9434765919", "1234567890.5",
     "table1 12345 67890", "2,345 678 9012", "a@b", "AB12", "3.2 % of 1 045"],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(line):
    assert [*patterns.find_in_lines([line])] == []


def test_identifiers_of_several_words_are_looked_for_together(people):
    with opened(people[0]) as data:
        nino = people[1][3][0]
        [found] = find_in_lines(data, ["x", f"{nino[:4]}-{nino[4:]}"])

    assert found.where == "lines 2"


def test_a_file_of_one_endless_line_is_refused(judge):
    assert rules(judge("x" * 100_001)) == {"unreadable"}


def test_they_are_found_in_the_cells_of_a_table_too(judge):
    report = judge("contact,count\nada@example.org,12\nnobody,14\n", "table.csv")

    [found] = [one for one in report.findings if one.rule == "pattern"]
    assert (found.where, found.verdict) == ("lines 2", Verdict.FAIL)


def test_numbers_in_neighbouring_cells_are_not_read_as_one():
    table = Table(header=("a", "b", "c"), rows=(("943", "476", "5919"), ("x943", "476", "5919")))

    assert [*patterns.find_in_table(table)] == []


@pytest.mark.parametrize("heading", ["", "region,trade,age,pay\n"])
def test_rows_are_found_below_their_heading_as_well(judge, people, heading):
    rows = "\n".join(",".join(map(str, row[1:])) for row in people[1][20:50])

    assert "verbatim-rows" in rules(judge(heading + rows))


def literal(rows):
    return f"rows = {[list(row) for row in rows]!r}"


def columns_of(rows):
    return "p = {" + ", ".join(f"'{name}': {[*values]!r}" for name, values in
                               zip("abcd", zip(*rows, strict=True), strict=True)) + "}"  # fmt: skip


READINGS = {
    "lists in one line": literal,
    "tuples of named kinds": lambda rows: "rows = [" + ", ".join(
        f"('{row[0]}', '{row[1]}', np.int64({row[2]}), np.float64({row[3]}))"
        for row in rows) + "]",
    "columns in one line": columns_of,
    "vectors of R": lambda rows: "data.frame(" + ",\n ".join(
        f"v{at} = c({', '.join(map(repr, values))})"
        for at, values in enumerate(zip(*rows, strict=True))) + ")",
    "rows between semicolons": lambda rows: "; ".join(" ".join(map(str, row)) for row in rows),
    "values below each other": lambda rows: "\n\n".join(
        "\n".join(f"{name}: {cell}" for name, cell in zip("abcd", row, strict=True))
        for row in rows),
    "words": lambda rows: "names=" + " ".join("_".join(map(str, row)) for row in rows),
}  # fmt: skip


@pytest.mark.parametrize("reading", READINGS)
def test_rows_are_found_however_a_program_writes_them(judge, people, reading):
    said = READINGS[reading]([row[1:] for row in people[1][30:42]])

    assert "verbatim-rows" in rules(judge(f"{PROSE}\n{said}\n", "notes.md"))


def test_a_day_is_one_value_as_programs_write_it():
    [(at, cells)] = in_brackets(["", "x = [(datetime.date(2020, 3, 1), Decimal('7.5'), 'a')]"])

    assert (at, cells) == (2, ("2020-03-01", "7.5", "a"))


def test_a_text_that_reads_alike_in_each_way_is_searched_once(monkeypatch, people):
    searched = []
    monkeypatch.setattr(prose, "search_rows", lambda table, *_: searched.append(table) or ())

    [*prose.judge_text("1 2 3\n4 5 6\n7 8 9\n", [], POLICY)]

    assert len(searched) == 1


@pytest.mark.parametrize("mark", ["|", " ", "; "])
def test_rows_that_are_one_cell_each_are_found(judge, people, mark):
    lines = [f'{at},"{mark.join(map(str, row[1:]))}"' for at, row in enumerate(people[1][50:60])]

    assert "verbatim-rows" in rules(judge("\n".join(["at,said", *lines, ""]), "table.csv"))


@pytest.mark.parametrize("names", ["age|pay|since", "age|pay", "age|pay|in|all"])
def test_names_above_rows_that_are_one_cell_each_are_no_row(names):
    rows = (("0", names), ("1", "40|7.5|2001"), ("2", "41|9|2002"))
    [found] = unfolded(Table(header=("at", "said"), rows=rows))

    assert found.rows[1:] == (("1", "40", "7.5", "2001"), ("2", "41", "9", "2002"))
    assert headed(found).rows == found.rows[1:]


def test_a_first_row_with_numbers_of_its_own_stays_a_row():
    alike = Table(header=("a", "b"), rows=(("North", "3"), ("South", "4")))
    missing = Table(header=("a", "b", "c"), rows=(("", "nan", "x"), ("3", "4", "5")))

    assert headed(alike) is alike
    assert headed(missing) is missing


def test_rows_in_two_cells_each_are_found(judge, people):
    lines = [f"{row[1]}|{row[4]},{row[3]}|{row[2]}" for row in people[1][50:60]]

    assert "verbatim-rows" in rules(judge("\n".join(["a,b", *lines, ""]), "table.csv"))


def test_cells_of_unlike_many_words_stay_whole():
    table = Table(header=("a", "b"), rows=(("Isle of Man", "3"), ("North", "4")))

    assert [*unfolded(table)] == []
