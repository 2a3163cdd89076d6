"""Whatever a small table of small data is, what is offered instead of it passes, and tells less."""

import csv
import io
import json
import tempfile
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure import specs
from output_checker.disclosure.advice.advise import NOTHING_TO_MEND
from output_checker.disclosure.advice.files import advise_on_file, as_csv
from output_checker.disclosure.engine import bench, check_files
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.read import parse
from tests.examples import examples

REGIONS, BANDS = ("north", "south", "east"), ("16-24", "25-44", "45+")
POLICIES = (
    {"threshold": 3},
    {"threshold": 3, "zeros_disclosive": False},
    {"threshold": 3, "rounding": "5", "zeros_disclosive": False, "class_share": 1.0},
    {"threshold": 4, "rounding": "5"},
)


@st.composite
def sources(draw):
    """People by region and band: each group of none to eight, with what each earns."""
    counts = {pair: draw(st.sampled_from([0, 1, 2, 3, 5, 8])) for pair in product(REGIONS, BANDS)}
    return [
        (region, band, str(100 + 7 * at + 13 * len(band)))
        for (region, band), count in counts.items()
        for at in range(count)
    ]


def crosstab(people, *, margins):
    regions = [one for one in REGIONS if any(person[0] == one for person in people)]
    bands = [one for one in BANDS if any(person[1] == one for person in people)]
    rows = [*regions, *(["Total"] if margins else [])]
    columns = [*bands, *(["Total"] if margins else [])]

    def count(row, column):
        return sum(row in (one[0], "Total") and column in (one[1], "Total") for one in people)

    lines = [[row, *(str(count(row, column)) for column in columns)] for row in rows]
    return [["region", *columns], *lines], {"rows": ["region"], "columns": ["band"]}


def long_table(people, aggregate):
    keys = sorted({person[:2] for person in people})
    lines = []
    for key in keys:
        pays = [float(person[2]) for person in people if person[:2] == key]
        number = sum(pays) if aggregate == "sum" else sum(pays) / len(pays)
        lines.append([*key, f"{number:.2f}", str(len(pays))])
    header = ["region", "band", aggregate, "n"]
    return [header, *lines], {"rows": ["region", "band"], "values": "pay", "aggregate": aggregate}


def written(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@settings(max_examples=examples(25), deadline=None)
@given(
    people=sources().filter(lambda found: len({one[0] for one in found}) > 1),
    shape=st.sampled_from(["crosstab", "with totals", "sum", "mean"]),
    policy=st.sampled_from(POLICIES),
)
def test_each_version_passes_tells_the_sources_numbers_and_no_more_than_the_table(
    people, shape, policy
):
    if shape in ("sum", "mean"):
        table, document = long_table(people, shape)
    else:
        table, document = crosstab(people, margins=shape == "with totals")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "people.csv").write_text(written([["region", "band", "pay"], *people]))
        (folder / "table.csv").write_text(written(table))
        data, rules = Source(name="s", path=folder / "people.csv"), parse("asked", policy)
        with bench(sources=[data], policy=rules) as made:
            report, advice = advise_on_file(
                made, folder / "table.csv", specs.parse(document), seconds=60
            )

        assert advice.verdict is report.verdict
        if report.verdict is Verdict.PASS:
            assert advice.reasons == (NOTHING_TO_MEND,)
            assert advice.remedies == ()
        losses = [one.loss.share for one in advice.remedies]
        assert losses == sorted(losses)
        for at, remedy in enumerate(advice.remedies):
            assert 0 <= remedy.loss.share <= 1
            assert remedy.loss.hidden < sum(len(row) for row in remedy.table.rows)
            assert remedy.loss.hidden == sum(row.count("*") for row in remedy.table.rows)
            path = folder / f"table-{at}.csv"
            path.write_text(as_csv(remedy.table))
            spec = specs.parse(json.loads(json.dumps(remedy.spec)))
            again = check_files([path], sources=[data], specs={path.name: spec}, policy=rules)
            assert again.verdict is Verdict.PASS, [str(one) for one in again.files[0].findings]
            tells_only_what_is_there(remedy, people, rules)


def tells_only_what_is_there(remedy, people, rules):
    """Each number, by plain counting of the people its labels name."""
    spec = specs.parse(dict(remedy.spec))
    groups = {
        dimension: {label: set(members) for label, members in found.items()}
        for dimension, found in spec.groups.items()
    }
    places = {"region": 0, "band": 1}
    for row in remedy.table.rows:
        labels = dict(zip(spec.rows, row, strict=False))
        for name, text in zip(remedy.table.header[len(spec.rows) :], row[len(spec.rows) :],
                              strict=True):  # fmt: skip
            if text == "*":
                continue
            asked = labels | ({spec.columns[0]: name} if spec.columns else {})
            chosen = [
                float(person[2])
                for person in people
                if all(
                    label == "Total"
                    or person[places[dimension]] in groups.get(dimension, {}).get(label, {label})
                    for dimension, label in asked.items()
                )
            ]
            if not text:
                assert not chosen
                continue
            value = float(text)
            if spec.columns or name in ("n", "count"):
                base = max((one.base for one in rules.rounding), default=1)
                assert value == (len(chosen) + base / 2) // base * base
                continue
            digits = len(text.partition(".")[2])
            wanted = sum(chosen) / (1 if name in {"sum", "sum_pay"} else len(chosen))
            assert value == pytest.approx(wanted, abs=0.5 / 10**digits + 1e-6)
