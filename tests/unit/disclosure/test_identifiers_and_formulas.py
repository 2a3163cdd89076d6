import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.formulas import is_formula
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.spec import TableSpec

# Most go through the whole engine.
pytestmark = pytest.mark.slow


@pytest.fixture
def judge(tmp_path):
    rows = [
        f"{'QQ' if at % 2 else 'qq'}{at:06d}C,{at},{90_000_000 + at},north,{at % 7}"
        for at in range(40)
    ]
    source = tmp_path / "source.csv"
    source.write_text("\n".join(["nino,case,account,region,pay", *rows]) + "\n")

    def run(text, *, identifiers=("nino", "account"), entity=None, spec=None):
        path = tmp_path / "output.csv"
        path.write_text(text)
        return check_files(
            [path],
            sources=[Source(name="s", path=source, identifiers=identifiers, entity=entity)],
            specs={} if spec is None else {"output.csv": spec},
            policy=Policy(name="ten"),
        ).files[0]

    return run


def rules(report):
    return {finding.rule for finding in report.findings}


@pytest.mark.parametrize(
    "cell",
    ["QQ000007C", "qq000007c", "QQ000008C", "QQ 00 00 07 C", "see QQ000007C",
     "id:QQ000007C;", "QQ000007C\N{LATIN SMALL LETTER SHARP S}",
     "90000007", "90000007.0"],
)  # fmt: skip
def test_an_identifier_anywhere_in_an_output_fails(judge, cell):
    report = judge(f"what,how\nx,{cell}\n")

    finding = next(one for one in report.findings if one.rule == "identifier")
    assert (finding.verdict, finding.where) == (Verdict.FAIL, "lines 2")


def test_an_identifier_in_the_header_fails(judge):
    assert "identifier" in rules(judge("what,QQ000007C\nx,1\n"))


def test_a_table_that_is_right_in_every_number_is_searched_for_identifiers_too(judge):
    spec = TableSpec(rows=("region",))

    assert rules(judge("region,n\nnorth,40\n", spec=spec)) == set()
    assert rules(judge("region,n\nnorth,40\n", spec=spec, entity="case")) == set()
    assert "identifier" in rules(judge("region,QQ000007C\nnorth,40\n", spec=spec))


def test_a_column_that_is_named_as_the_identifier_fails(judge):
    assert "identifier" in rules(judge("NINO,n\nzzz,1\n"))


def test_the_entity_column_is_an_identifier(judge):
    assert "identifier" in rules(judge("case,pay\n3,3\n", identifiers=(), entity="case"))


@pytest.mark.parametrize("cell", ["QQ999999C", "north", "7", "39", "90999999", "C"])
def test_what_is_nobodys_identifier_passes(judge, cell):
    assert "identifier" not in rules(judge(f"what,how\nx,{cell}\n", identifiers=("nino", "case")))


def test_no_finding_quotes_an_identifier(judge):
    report = judge("what,how\nx,QQ000007C\n")

    assert not [one for one in report.findings if "QQ" in one.reason + one.where + one.mend]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "--"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_a_formula(text):
    assert is_formula(text)


@pytest.mark.parametrize("text", ["", "-5", "+5", "-1.5e-3", "-", "a=b", "north"])
def test_a_number_or_a_word_is_no_formula(text):
    assert not is_formula(text)


def test_formulas_are_for_a_person(judge):
    report = judge("region,n\n=HYPERLINK(),40\nnorth,40\n")

    finding = next(one for one in report.findings if one.rule == "formula")
    assert (finding.verdict, finding.where) == (Verdict.REVIEW, "lines 2")


@pytest.mark.parametrize(
    "cell",
    ["We asked QQ000007-C again.", "asked qq 00 00 07 c twice", "account 90 000 012 is left out",
     "90 000 012", "2025 QQ000007 C"],
)  # fmt: skip
def test_an_identifier_of_several_words_is_found_within_a_cell(judge, cell):
    assert "identifier" in rules(judge(f"group,n\n{cell},12\n"))


def test_words_of_a_label_are_not_put_together_in_parts(judge):
    report = judge("group,n\nthe north and south,12\n", identifiers=("region",))

    assert "identifier" not in rules(report)
