"""What looks like rows picked out of very many is not held against every statistic in turn."""

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.evidence import database
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy

PLACES, TRADES = 60, 50


@pytest.fixture
def asked(monkeypatch):
    """Every statistic that the source is asked for by place and trade."""
    found = []
    tabulate = database.tabulate

    def noting(data, question):
        if len(question.dimensions) > 1:
            found.append(question.statistic)
        return tabulate(data, question)

    monkeypatch.setattr(database, "tabulate", noting)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("shown", "most"), [(40, 1), (PLACES * TRADES, 10)])
def test_a_few_of_very_many_combinations_are_asked_about_once(tmp_path, asked, shown, most):
    pairs = [(f"p{place}", f"t{trade}") for place in range(PLACES) for trade in range(TRADES)]
    lines = [f"{place},{trade},{number}" for number, (place, trade) in enumerate(pairs * 2)]
    (tmp_path / "source.csv").write_text("\n".join(["place,trade,pay", *lines]))
    rows = [f"{place},{trade},7.123" for place, trade in pairs[:shown]]
    (tmp_path / "output.csv").write_text("\n".join(["place,trade,pay", *rows]))

    source = Source(name="source", path=tmp_path / "source.csv")
    output = tmp_path / "output.csv"
    report = check_files([output], sources=[source], specs={}, policy=Policy(name="test"))

    # A busy machine may run out of the seconds for it before it has asked for all.
    assert 1 <= len(asked) <= most
    assert report.verdict is not Verdict.PASS
