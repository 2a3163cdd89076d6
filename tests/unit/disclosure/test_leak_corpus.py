"""The corpus of the benchmark: what it holds, and that its page says what was measured."""

import json

import pytest

from benchmarks.leaks.cases import corpus
from benchmarks.leaks.made import make_people
from benchmarks.leaks.page import PAGE, RESULT, page
from output_checker.disclosure.readers import kinds

# Files of every format are written.
pytestmark = pytest.mark.slow


def test_half_of_the_corpus_is_safe_and_it_holds_every_format_that_can_be_written(tmp_path):
    cases = [*corpus(make_people(tmp_path, 600))]
    safe = sum(case.kind == "safe" for case in cases)

    assert len({case.name for case in cases}) == len(cases) >= 400
    assert 0.48 < safe / len(cases) < 0.52
    written = {kind.name for kind in kinds.KINDS}
    assert {kinds.kind_of(f"a.{case.suffix}").name for case in cases} == written


def test_the_page_says_what_was_measured():
    assert PAGE.read_text() == page(json.loads(RESULT.read_text()))


def test_what_was_measured_is_what_is_asked_for():
    told = json.loads(RESULT.read_text())["by format"]["all"]
    share = {name: hits / every for name, (hits, every) in told.items()}

    assert share["rows"] == 1
    assert share["one number"] >= 0.95
    assert share["safe"] <= 0.02
