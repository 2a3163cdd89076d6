"""Findings name `haven clean` where it may settle them, and no command that is not there."""

import re

import pytest

from output_checker.disclosure.cleaning import cleaners
from output_checker.disclosure.cleaning.cleaners import CLEANERS, naming_the_command
from output_checker.disclosure.documents import _NOTED
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers import kinds
from output_checker.disclosure.rules.all_rules import ALL_RULES
from portal.cli.main import ANYWHERE
from tests.unit.disclosure.office_builders import book
from tests.unit.disclosure.test_png_pictures import chunk, picture

NAMED = "try `haven clean FILE` and submit the copy"


def finding(rule):
    return Finding(rule=rule, verdict=Verdict.FAIL, where="a", reason="b", mend="take it out")


@pytest.mark.parametrize("kind", kinds.BY_NAME)
def test_only_findings_on_kinds_that_can_be_cleaned_name_the_command(kind):
    (named,) = naming_the_command([finding("hidden-part")], kind)

    assert (NAMED in named.mend) is (kind in CLEANERS)


@pytest.mark.parametrize(
    ("rule", "kind", "is_named"),
    [("metadata", "png", True), ("external-link", "xlsx", True), ("code", "ods", True),
     ("code", "ipynb", False), ("threshold", "csv", False), ("encrypted", "xlsx", False),
     ("verbatim-rows", "xlsx", False)],
)  # fmt: skip
def test_only_findings_that_it_may_settle_name_the_command(rule, kind, is_named):
    (named,) = naming_the_command([finding(rule)], kind)

    assert (NAMED in named.mend) is is_named


def test_mends_name_no_command_that_is_not_there():
    mends = [mend for _, mend in _NOTED.values()] + [
        rule.mend for group in ALL_RULES.values() for rule in group
    ]

    named = re.findall(r"`haven (\w+)", "\n".join([*mends, cleaners._COMMAND]))

    assert named
    assert set(named) <= ANYWHERE.keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "is_named"),
    [
        ("book.xlsx", book([("a", 1)], [("b", 2)], states=("visible", "hidden")), True),
        ("plot.png", picture(chunk(b"tEXt", b"Comment\0rows")), True),
        ("page.html", b"<p>a</p><!-- rows of data -->", False),
    ],
)
def test_a_report_names_the_command_for_what_it_may_take_out(name, content, is_named, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)

    report = check_files([path], sources=[], specs={}, policy=Policy(name="test"))

    found = [one for one in report.files[0].findings if one.rule in ("hidden-part", "metadata")]
    assert found
    assert all((NAMED in one.mend) is is_named for one in found)
