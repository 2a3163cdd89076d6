import re

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadSource, BadSpec
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.columns import quoted
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.filters import as_sql, parse
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.evidence.tabulate import tabulate
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policy import Policy


@pytest.fixture
def a_source(tmp_path):
    path = tmp_path / "it's a source.csv"
    path.write_text("g,v\na,1\na,2\nb,3\n")
    return Source(name="s", path=path)


@pytest.fixture
def a_parquet(tmp_path):
    path = tmp_path / "s.parquet"
    duckdb.sql(
        "SELECT * FROM (VALUES ('a', 1, 1.5, DATE '2020-01-01', true), "
        "('b', 2, 'nan'::DOUBLE, DATE '2020-01-02', false)) AS t(g, i, f, d, t)"
    ).write_parquet(str(path))
    return Source(name="p", path=path)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY haven_source TO '/tmp/copied.csv'",
        "ATTACH '/tmp/other.db'",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/etc/passwd']",
        "INSTALL httpfs",
        "SET threads = 1",
    ],
)
def test_an_open_source_reaches_nothing_else(a_source, sql):
    with opened(a_source) as data, pytest.raises(duckdb.Error):
        data.query(sql)


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({}, 3),
        ({"g": "a"}, 2),
        ({"g": ["a", "b"]}, 3),
        ({"v": {"op": ">=", "value": 2}}, 2),
        ({"v": {"op": ">", "value": "2"}}, 1),
        ({"g": "a", "v": 2}, 1),
        ({"g": {"op": "!=", "value": "a"}}, 1),
        ({"g": {"op": "in", "value": ["b"]}}, 1),
        ({"g": None}, 0),
        ({"g": "a' OR '1'='1"}, 0),
    ],
    ids=str,
)
def test_a_filter_selects_rows(a_source, where, rows):
    with opened(a_source) as data:
        sql, parameters = as_sql(parse(where, data.types), data.types)

        found = data.query(f"SELECT count(*) FROM haven_source WHERE {sql}", parameters)

    assert found[0][0] == rows


NO_OPERATOR = "where for 'g': the operator must be one of =, ==, !=, <, <=, >, >="
NO_CONDITION = """where for 'g' must be a value, a list or {"op", "value"}"""


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"h": 1}, "where names 'h', which the source does not have"),
        ({"g": []}, "where for 'g' lists no value"),
        ({"g": {"op": "LIKE", "value": "a%"}}, NO_OPERATOR),
        ({"g": {"op": "= 'a' OR 1=1 --", "value": "a"}}, NO_OPERATOR),
        ({"g": {"op": ["="], "value": "a"}}, NO_OPERATOR),
        ({"g": {"op": "<", "value": ["a"]}}, NO_OPERATOR),
        ({"g": {"op": "in", "value": "a"}}, NO_OPERATOR),
        ({"g": {"op": "="}}, NO_CONDITION),
        ({"g": {"op": "=", "value": "a", "more": 1}}, NO_CONDITION),
        ({"g": [{"op": "="}]}, "where for 'g' holds something that is not a value"),
        ({'g" OR 1=1 --': 1}, "where names 'g\" OR 1=1 --', which the source does not have"),
    ],
    ids=str,
)
def test_a_filter_outside_the_grammar_is_refused(a_source, where, words):
    with opened(a_source) as data, pytest.raises(BadSpec, match=f"^{re.escape(words)}$"):
        parse(where, data.types)


def test_a_filter_compares_as_the_column_is_typed(a_parquet):
    where = {"d": {"op": ">=", "value": "2020-01-02"}, "i": "2", "t": False}
    with opened(a_parquet) as data:
        sql, parameters = as_sql(parse(where, data.types), data.types)

        found = data.query(f"SELECT g FROM haven_source WHERE {sql}", parameters)

    assert found == [("b",)]


def test_typed_columns_have_the_labels_that_an_output_prints(a_parquet):
    with opened(a_parquet) as data:
        for column, labels in (("i", "12"), ("d", ("2020-01-01", "2020-01-02")),
                               ("t", ("True", "False")), ("f", ("1.5", None))):  # fmt: skip
            found = tabulate(
                data, Question(dimensions=(Dimension.plain(column),), statistic=Statistic.COUNT)
            )

            assert set(found) == {(label,) for label in labels}


@pytest.fixture
def another_programs_parquet(tmp_path):
    """With statistics that leave NaN out, as pyarrow, Polars and Spark write them."""
    path = tmp_path / "other.parquet"
    columns = {"g": ["a", "b"], "f": [1.5, float("nan")], "o": pa.array([1.5, None], pa.float32())}
    pq.write_table(pa.table(columns), path)
    return Source(name="p", path=path)


@pytest.mark.parametrize("file", ["a_parquet", "another_programs_parquet"])
def test_a_float_that_is_not_a_number_is_missing(request, file):
    with opened(request.getfixturevalue(file)) as data:
        question = Question(dimensions=(), statistic=Statistic.MEAN, variable="f")

        assert tabulate(data, question)[()].units == 1
        sql, parameters = as_sql(parse({"f": {"op": ">=", "value": "0"}}, data.types), data.types)
        found = data.query(f"SELECT g FROM haven_source WHERE {sql}", parameters)
        assert found == [("a",)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.csv", None, "no such file"),
        ("s.xlsx", b"x", "only .csv and .parquet"),
        ("s.parquet", b"not parquet", "cannot be read"),
        ("s[1].csv", b"a\n1\n", "its path"),
    ],
)
def test_a_source_that_cannot_be_opened_says_why(tmp_path, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadSource, match=words), opened(Source(name="s", path=path)):
        pass


def test_a_source_without_its_entity_column_is_refused(a_source):
    source = Source(name="s", path=a_source.path, entity="who", identifiers=("nino",))

    with pytest.raises(BadSource, match="who, nino"), opened(source):
        pass


def test_a_column_name_cannot_end_its_quotes_early():
    assert quoted('a" OR "1') == '"a"" OR ""1"'


@pytest.mark.parametrize("name", ["v", "e", "p", "n", "d0", "raw", "label", "haven_source", 'a"b'])
def test_no_column_name_collides_with_the_words_of_a_query(tmp_path, name):
    path = tmp_path / "s.csv"
    path.write_text(f'g,"{name.replace(chr(34), chr(34) * 2)}"\n1,5\n1.0,6\n2,7\n')
    with opened(Source(name="s", path=path, entity=name)) as data:
        for statistic in (Statistic.SUM, Statistic.MIN, Statistic.MODE):
            question = Question(
                dimensions=(Dimension.plain("g"),), statistic=statistic, variable=name
            )

            cells = tabulate(data, question)

            assert cells[("1",)].units == 2
            assert cells[("2",)].expected == (7.0,)


def test_times_of_a_zone_are_values_like_others(tmp_path):
    path = tmp_path / "s.parquet"
    duckdb.sql(
        "SELECT TIMESTAMPTZ '2020-01-01 10:00:00+00' + to_hours(i::INTEGER) AS seen, i % 2 AS sex "
        "FROM range(40) AS r(i)"
    ).write_parquet(str(path))
    output = tmp_path / "output.csv"
    output.write_text("sex,n\n0,20\n1,20\n")

    (report,) = check_files(
        [output], sources=[Source(name="s", path=path)], specs={}, policy=Policy(name="ten")
    ).files

    assert report.verdict is Verdict.PASS
    with opened(Source(name="s", path=path)) as data:
        assert "2020-01-01 11:00:00" in DatabaseRecords(data).labels(Dimension.plain("seen"))
        ends = Question(
            dimensions=(Dimension.plain("sex"),), statistic=Statistic.MAX, variable="seen"
        )
        assert len(tabulate(data, ends)) == 2
