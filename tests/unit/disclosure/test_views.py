"""Outputs made from a view are judged by the people of its source, and against other views."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import duckdb
import pytest

from output_checker.disclosure import specs
from output_checker.disclosure.differencing.published import from_json
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadSource
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source
from output_checker.disclosure.policies.read import parse
from registry.adapters.views.compiled import keys_of
from registry.adapters.views.make import make_view
from registry.domain.dataset import DatasetVersion, Field, VersionId
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
)

REGION = ViewColumn(name="region", source="region")
AGE_BAND = ViewColumn(
    name="age_band", source="age", transform=Transform(kind=TransformKind.BAND, edges=(18.0,))
)
ADULTS = Condition(source="age", comparison=Comparison.AT_LEAST, values=(18,))


class House:
    """A dataset with people who have several rows each, and views of it."""

    def __init__(self, folder, rows):
        self.folder = folder
        self.path = folder / "data" / "p" / "p.parquet"
        self.path.parent.mkdir(parents=True)
        connection = duckdb.connect()
        connection.execute("CREATE TABLE p (person VARCHAR, region VARCHAR, age INT, pay DOUBLE)")
        connection.executemany("INSERT INTO p VALUES (?, ?, ?, ?)", rows)
        connection.execute(f"COPY p TO '{self.path}'")
        self.dataset = DatasetVersion(
            version_id=VersionId(dataset_id="s", version="1"),
            title="S", summary="S", publisher="S", unit="person", path="p/p.parquet",
            sha256=hashlib.sha256(self.path.read_bytes()).hexdigest(), entity="person",
            identifiers=(), policy="sacro-10",
            fields=(Field(name="person", type="string"), Field(name="region", type="string"),
                    Field(name="age", type="integer"), Field(name="pay", type="number")),
        )  # fmt: skip

    @property
    def whole(self):
        version = self.dataset.sha256
        return Source(name="s", path=self.path, entity="person", version=version, rows_of=version)

    def view(self, *columns, where=(), sample=1.0):
        spec = ViewSpec(columns=columns, where=where, sample=sample)
        views = self.folder / "views"
        made = make_view(
            spec, self.dataset, datasets_dir=self.folder / "data", views_dir=views,
            keys=keys_of(b"k" * 32, "s", spec),
        )  # fmt: skip
        return Source(
            name="s", path=views / made.file, entity="haven_entity", version=spec.digest,
            beside=views / made.beside, rows_of=self.dataset.sha256,
            origins={one.name: one.source for one in columns},
        )  # fmt: skip

    def table(self, name, text, **spec):
        lines = [line.split(",") for line in text.split(" / ")]
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(lines)
        (self.folder / f"{name}.csv").write_text(written.getvalue())
        return f"{name}.csv", specs.parse({"aggregate": "count", **spec})

    def judge(self, source, *tables, older=(), earlier=()):
        report = check_files(
            [self.folder / name for name, _ in tables],
            sources=[source],
            specs=dict(tables),
            policy=parse("ten", {"threshold": 10}),
            older=older,
            earlier=[from_json(json.loads(json.dumps(one.as_json()))) for one in earlier],
        )
        return report.files[0]

    def released(self, source, table):
        return [from_json(one) for one in self.judge(source, table).published]


def people(*, north, south, rows_each=1, age=30):
    """So many adults of each region, each with so many rows."""
    return [
        (f"{region}-{at}", region, age, 100.0 + at)
        for region, count in (("north", north), ("south", south))
        for at in range(count)
        for _ in range(rows_each)
    ]


def verdicts(file, rule):
    return [one.verdict.value for one in file.findings if one.rule == rule]


@pytest.fixture
def repeated(tmp_path):
    """Four people of the north with five rows each, twenty of the south."""
    return House(tmp_path, people(north=4, south=20, rows_each=5))


COUNTS = "region,n / north,20 / south,100"


def test_a_table_of_a_view_without_its_entity_is_judged_by_people_and_not_by_rows(repeated):
    view = repeated.view(REGION)

    file = repeated.judge(view, repeated.table("t", COUNTS, rows=["region"]))

    assert verdicts(file, "threshold") == ["fail"]
    # Rows alone would have passed.
    by_rows = replace(view, entity=None, beside=None)
    passed = repeated.judge(by_rows, repeated.table("t", COUNTS, rows=["region"]))
    assert verdicts(passed, "threshold") == []


def test_what_a_view_makes_of_a_column_is_what_its_tables_are_matched_with(repeated):
    view = repeated.view(REGION, AGE_BAND)
    table = repeated.table("t", "age_band,n / 18 and over,120", rows=["age_band"])

    file = repeated.judge(view, table)

    assert file.published
    assert file.verdict.value == "pass"


def test_a_view_whose_people_are_not_known_row_by_row_is_no_source(repeated):
    view, other = repeated.view(REGION), repeated.view(REGION, where=(ADULTS,), sample=0.5)

    with pytest.raises(BadSource, match="whose its rows are"):
        repeated.judge(
            replace(view, beside=other.beside), repeated.table("t", COUNTS, rows=["region"])
        )


@pytest.fixture
def mixed(tmp_path):
    """Thirty adults a region, and three children in the south; some have two rows."""
    adults = people(north=30, south=30, rows_each=2)
    return House(tmp_path, [*adults, *(("child", "south", 9, 0.0 + at) for at in range(3))])


ALL = "region,n / north,60 / south,63"
GROWN = "region,n / north,60 / south,60"


@pytest.mark.parametrize("is_new_of_adults", [True, False])
def test_a_small_difference_between_two_views_of_one_dataset_is_found(mixed, is_new_of_adults):
    everybody = mixed.view(REGION, AGE_BAND)
    adults = mixed.view(REGION, where=(ADULTS,))
    of_all, of_adults = (
        (everybody, mixed.table("all", ALL, rows=["region"])),
        (adults, mixed.table("adults", GROWN, rows=["region"])),
    )
    new, before = (of_adults, of_all) if is_new_of_adults else (of_all, of_adults)

    file = mixed.judge(new[0], new[1], older=[before[0]], earlier=mixed.released(*before))

    (found,) = [one for one in file.findings if one.rule == "differencing"]
    assert found.verdict.value == "fail"
    # One child with three rows: people are counted, not rows.
    assert "is about 1 unit" in found.reason


def test_a_small_difference_between_a_view_and_the_whole_version_is_found(mixed):
    adults = mixed.view(REGION, where=(ADULTS,))
    before = mixed.released(mixed.whole, mixed.table("all", ALL, rows=["region"]))
    table = mixed.table("adults", GROWN, rows=["region"])

    file = mixed.judge(adults, table, older=[mixed.whole], earlier=before)

    assert verdicts(file, "differencing") == ["fail"]


def test_the_same_table_from_two_views_gives_nothing_away(mixed):
    before = mixed.released(mixed.whole, mixed.table("all", ALL, rows=["region"]))
    table = mixed.table("again", ALL, rows=["region"])

    file = mixed.judge(mixed.view(REGION), table, older=[mixed.whole], earlier=before)

    assert verdicts(file, "differencing") == []


def test_an_earlier_table_of_a_view_that_is_gone_is_for_a_person_to_compare(mixed):
    before = mixed.released(mixed.whole, mixed.table("all", ALL, rows=["region"]))
    table = mixed.table("again", ALL, rows=["region"])

    file = mixed.judge(mixed.view(REGION), table, earlier=before)

    assert verdicts(file, "differencing") == ["review"]


def test_sums_of_one_column_are_compared_whatever_two_views_call_it(mixed):
    whole = mixed.view(REGION, ViewColumn(name="pay", source="pay"))
    adults = mixed.view(REGION, ViewColumn(name="income", source="pay"), where=(ADULTS,))
    sums = dict(
        duckdb.connect()
        .execute(f"SELECT region, sum(pay) FROM '{mixed.path}' GROUP BY region")
        .fetchall()
    )
    texts = [
        f"region,{name} / north,{sums['north']} / south,{sums['south'] - less}"
        for name, less in (("pay", 0), ("income", 3.0))
    ]
    asked = {"rows": ["region"], "aggregate": "sum"}
    before = mixed.released(whole, mixed.table("pay", texts[0], values="pay", **asked))
    table = mixed.table("income", texts[1], values="income", **asked)

    file = mixed.judge(adults, table, older=[whole], earlier=before)

    assert before
    assert verdicts(file, "differencing") == ["review"]


def test_many_rows_and_whose_they_are_stay_together(tmp_path):
    house = House(tmp_path, people(north=1, south=1))
    duckdb.sql(
        "COPY (SELECT CAST(i AS VARCHAR) AS person, 'a' AS region, 1 AS age, i * 1.0::DOUBLE AS pay"
        f" FROM range(400000) t(i)) TO '{house.path}' (ROW_GROUP_SIZE 30000)"
    )
    digest = hashlib.sha256(house.path.read_bytes()).hexdigest()
    house.dataset = replace(house.dataset, sha256=digest)
    view = house.view(REGION, ViewColumn(name="pay", source="pay"), sample=0.9)

    with opened(view) as data:
        rows = data.count_rows()
        others = data.query(
            "SELECT count(*) FROM haven_source WHERE CAST(haven_entity AS DOUBLE) <> pay"
        )
        pays = next(data.runs("SELECT pay FROM haven_source WHERE pay > 300000"))
        numbers = data.rows_of_version()

    assert 350_000 < rows < 370_000
    assert others == [(0,)]
    assert len(numbers) == rows
    assert (numbers[1:] > numbers[:-1]).all()
    assert (pays[1:] > pays[:-1]).all()
