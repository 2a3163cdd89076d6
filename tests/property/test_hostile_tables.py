"""Whatever a file holds, the engine has an answer and the answer quotes no secret."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from output_checker.disclosure.budget import Budget
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.judge import judge_table
from output_checker.disclosure.model import Source
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers import csv_tables, png_pictures
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.spec import TableSpec
from tests.examples import examples

CELLS = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(
        ["north", "south", "12", "-1", "1e999", "1e-999", "nan", "", "All", "*", "1,000", "e5", ".",
         "9" * 400, "2020-01-01", "inf", "=1", "'", '"', "%s", "{}", "\u0661"]
    ),
)  # fmt: skip
NAMES = st.sampled_from(
    ["region", "pay", "when", "n", "mean", "sum_pay", "x", "", "pay_max", "All"]
)
SPECS = st.sampled_from(
    [
        None,
        TableSpec(rows=("region",)),
        TableSpec(rows=("region",), columns=("when",), margins=True),
        TableSpec(rows=("region",), values="pay", aggregate="mean"),
        TableSpec(rows=("region",), values="when", aggregate="max"),
        TableSpec(rows=("region",), values="region", aggregate="mode"),
        TableSpec(
            rows=("pay",), values="pay", aggregate="std", where={"pay": {"op": ">", "value": 1}}
        ),
    ]
)


@st.composite
def tables(draw):
    width = draw(st.integers(1, 4))
    header = draw(st.lists(NAMES, min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    return Table(header=tuple(header), rows=tuple(tuple(row) for row in rows))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "source.csv"
    lines = [
        f"{'north' if at % 3 else 'south'},{at * 1.5},2020-01-{at % 9 + 1:02}" for at in range(40)
    ]
    path.write_text("\n".join(["region,pay,when", *lines, ",,"]) + "\n")
    with opened(Source(name="s", path=path, identifiers=("when",))) as opened_data:
        yield opened_data


@settings(
    max_examples=examples(120),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(table=tables(), spec=SPECS)
def test_every_table_gets_findings_and_no_crash(data, table, spec):
    findings = list(judge_table(table, [data], spec, Policy(name="ten"), Budget()))

    assert all(finding.reason and finding.where for finding in findings)


@settings(max_examples=examples(300), deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_every_byte_string_is_a_table_or_a_refusal(content):
    with suppress(Refusal):
        table = csv_tables.read(content).parts[0].artefact
        assert all(len(row) == len(table.header) for row in table.rows)


@settings(max_examples=examples(200), deadline=None)
@given(st.binary(max_size=60))
def test_every_byte_string_after_a_signature_is_a_picture_or_a_refusal(tail):
    with pytest.raises(Refusal):
        png_pictures.read(png_pictures.SIGNATURE + tail)
