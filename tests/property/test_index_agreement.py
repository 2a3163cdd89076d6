"""The index and the quick ways of reading give what going through every cell gives."""

import csv
import io
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.index import joining, printed
from output_checker.disclosure.index.build import build
from output_checker.disclosure.index.columns import (
    MISSING,
    UNKNOWN,
    Column,
    Index,
    rounded,
    rounding_range,
)
from output_checker.disclosure.index.spelling import hash_sql, number_sql, text_sql
from output_checker.disclosure.model import Source
from output_checker.disclosure.readers import csv_tables, plain_columns
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.refusal import Refusal

# With cells of their own marks, columns may be uneven.
MARKED = st.text(st.sampled_from('ab1.,;| \té\r"'), max_size=4)
PLAIN = st.text(st.sampled_from("ab1. é\u2028\x85"), max_size=4)


@st.composite
def delimited(draw, cells, mark):
    width = draw(st.integers(1, 4))
    lines = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(mark.join(line) for line in lines) + draw(st.sampled_from(["", end, end + end]))


def by_rows(text, mark):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    header, *rows = reader
    return tuple(header), [tuple(row) for row in rows if row]


@given(data=st.data(), mark=st.sampled_from(",;\t|"))
@settings(max_examples=400, deadline=None)
def test_columns_without_quotes_are_the_rows_that_a_csv_reader_gives(data, mark):
    text = data.draw(delimited(PLAIN, mark))

    table = plain_columns.parse(text.encode(), mark, most_cells=1_000, most_characters=100)
    assume(table is not None)

    header, rows = by_rows(text, mark)

    assert table.header == header
    assert [*table.rows] == rows
    assert table.rows[: len(rows)] == tuple(rows)
    assert table.rows[0] == rows[0]
    assert len(table.rows) == len(rows)


@given(
    data=st.data(),
    mark=st.sampled_from(",;\t|"),
    width=st.integers(2, 4),
    block=st.integers(40, 200),
)
@settings(max_examples=400, deadline=None)
def test_quoted_columns_are_the_rows_that_a_csv_reader_gives(data, mark, width, block):
    quoted = st.text(st.sampled_from(f"ab1. é\n{mark}"), max_size=4).map('"{}"'.format)
    row = st.lists(st.one_of(PLAIN, quoted), min_size=width, max_size=width).map(mark.join)
    lines = data.draw(st.lists(row, min_size=1, max_size=8))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join([mark.join("abcd"[:width]), *lines, ""])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_columns, "BLOCK", block)
        table = plain_columns.parse(text.encode(), mark, most_cells=1_000, most_characters=100)

    header, rows = by_rows(text, mark)
    assert table is not None
    assert table.header == header
    assert [*table.rows] == rows


@given(data=st.data(), mark=st.sampled_from(",;\t|"))
@settings(max_examples=300, deadline=None)
def test_what_is_refused_by_rows_is_refused_by_columns_too(data, mark):
    text = data.draw(delimited(MARKED, mark))

    def read(quickly):
        with pytest.MonkeyPatch.context() as patch:
            if not quickly:
                patch.setattr(plain_columns, "parse", lambda *_, **__: None)
            try:
                return csv_tables.parse(text)
            except Refusal as refused:
                return refused.reason

    assert read(quickly=True) == read(quickly=False)


def index_of(columns):
    """An index of rows given as columns of numbers, None for a missing one."""
    made = {}
    for at, values in enumerate(columns):
        keys = sorted({value for value in values if value is not None})
        codes = [0 if value is None else keys.index(value) + 1 for value in values]
        made[str(at)] = Column(
            keys=np.array(keys, dtype=np.float64), codes=np.array(codes, dtype=np.uint8)
        )
    return Index(
        count=lambda: len(columns[0]), names=[*made], make=made.__getitem__,
        make_plain=lambda _: np.empty(0, dtype=np.uint64),
    )  # fmt: skip


VALUES = st.one_of(st.none(), st.integers(0, 4))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_rows_match_as_often_as_going_through_all_pairs_says(data):
    width = data.draw(st.integers(1, 4))
    row = st.tuples(*[VALUES] * width)
    source = data.draw(st.lists(row, min_size=1, max_size=30))
    output = data.draw(st.lists(row, min_size=1, max_size=12))
    index = index_of([*zip(*source, strict=True)])
    groupings = [index.grouping(str(at), 0) for at in range(width)]
    columns = [
        np.array([np.nan if one is None else one for one in column], dtype=np.float64)
        for column in zip(*output, strict=True)
    ]
    groups = [one.find(column) for one, column in zip(groupings, columns, strict=True)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "BLOCK", data.draw(st.integers(1, 40)))
        found = joining.matches(groupings, groups, len(source))

    held = Counter(source)
    assert found.tolist() == [held[one] for one in output]
    assert sorted(joining.sizes(groupings, index).tolist()) == sorted(held.values())
    coded = [index.column(str(at)).codes for at in range(width)]
    assert joining.count_kinds(coded) == len(held)


@pytest.mark.parametrize(("size", "most"), [(0, 5), (1, 5), (5, 5), (11, 5), (600_000, 50_000)])
def test_a_sample_is_of_rows_from_all_over_in_order(size, most):
    index = index_of([[at % 12 for at in range(size)]])

    rows = index.sample(most)

    assert size == 0 or 1 <= len(rows) <= most
    assert len({*rows.tolist()}) == len(rows)
    assert sorted(rows) == [*rows]
    assert all(0 <= row < size for row in rows)
    # Whatever is repeated at equal distances is seen.
    assert size < 600_000 or {int(row) % 12 for row in rows} == {*range(12)}


NUMBERS = st.decimals(-10_000, 10_000, places=3)


@given(values=st.lists(NUMBERS, min_size=1, max_size=20), decimals=st.integers(-3, 3))
@settings(max_examples=300, deadline=None)
def test_numbers_are_rounded_as_on_paper(values, decimals):
    unit = Decimal(1).scaleb(-decimals)
    wanted = [float((value / unit).to_integral_value(ROUND_HALF_UP)) for value in values]
    # Where a double cannot say that it is a half, it is none.
    assume(not any((value / unit) % 1 in (Decimal("0.5"), Decimal("-0.5")) for value in values))

    assert rounded(np.array([float(one) for one in values]), decimals).tolist() == wanted


@given(values=st.lists(NUMBERS, min_size=1, max_size=20), decimals=st.integers(-2, 3))
@settings(max_examples=200, deadline=None)
def test_a_number_is_found_where_one_of_the_source_prints_like_it(values, decimals):
    index = index_of([[float(one) for one in values]])
    grouping = index.grouping("0", decimals)
    digit = 10.0**-decimals
    asked = np.array([*values, *(value + Decimal(7) for value in values)], dtype=np.float64)
    printed_alike = rounded(asked, decimals)

    groups = grouping.find(asked)
    least, most = rounding_range(asked, decimals)

    held = set(rounded(np.array(values, dtype=np.float64), decimals).tolist())
    assert [group != UNKNOWN for group in groups] == [one in held for one in printed_alike]
    assert all(high - low == pytest.approx(digit) for low, high in zip(least, most, strict=True))
    counts = Counter(rounded(np.array(values, dtype=np.float64), decimals).tolist())
    assert [int(grouping.counts[one]) for one in groups if one > MISSING] == [
        counts[one] for one in printed_alike if one in held
    ]


def digits_needed(texts):
    """As `printed.Printed.decimals` is described, text by text."""
    there = [text for text in dict.fromkeys(texts) if not numbers.is_blank(text)]
    bare = [re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", text.strip()) for text in there]
    found = [one for text in bare if (one := numbers.number(text)) is not None]
    if 2 * len(found) <= len(there):
        return None
    exponents = [one.normalize().as_tuple().exponent if one else 6 for one in found]
    return min(max(-6, *(-one for one in exponents)), 12)


PRINTED = st.one_of(
    st.from_regex(r"[+-]?(0|[1-9][0-9]{0,7})(\.[0-9]{0,14})?", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{0,2}(,[0-9]{3}){1,2}(\.[0-9]+)?( ?%)?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}[eE][+-]?[0-9]{1,2}", fullmatch=True),
    st.sampled_from(["", "nan", "NA", "0", "0.0", ".5", "-", "x", "007", " 12 ", "12.50%"]),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "s.csv"
    path.write_text("a,b\n1,x\n-0.0,y\n0,\nNA,x\n2.50, x \n")
    with opened(Source(name="s", path=path)) as found:
        yield found


@given(texts=st.lists(PRINTED, min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_decimals_of_a_column_are_those_that_its_numbers_need(data, texts):
    table = Table(header=("x",), rows=tuple((text,) for text in texts))

    (found,) = printed.read(data, table, 1)

    assert found.decimals == digits_needed(texts)


def test_a_column_of_the_source_is_its_values_in_order_and_where_each_stands(data):
    index = build(data)

    numbers_of, words = index.column("a"), index.column("b")

    assert numbers_of.keys.tolist() == [0.0, 1.0, 2.5]
    assert numbers_of.codes.tolist() == [2, 1, 1, 0, 3]
    assert words.codes.tolist()[2] == MISSING
    assert len(words.keys) == 2
    assert words.codes[0] == words.codes[3] == words.codes[4] != words.codes[1]
    assert sorted(index.counts("b").tolist()) == [1, 1, 3]


@pytest.mark.slow
def test_of_many_different_texts_each_row_has_its_own(tmp_path):
    # More than one thread takes at once, so that none can rely on their order.
    count = 500_000
    path = tmp_path / "people.csv"
    path.write_text("pay,word\n" + "".join(
        f"{at * 7_919 % count},w{at * 7_919 % count}\n" for at in range(count)
    ))  # fmt: skip

    with opened(Source(name="people", path=path)) as data:
        index = build(data)
        pay, word = index.column("pay"), index.column("word")

    values = np.arange(count) * 7_919 % count
    assert pay.keys.tolist() == [*range(count)]
    assert (pay.keys[pay.codes - 1] == values).all()
    assert len({*word.codes.tolist()}) == count


@pytest.mark.slow
def test_texts_are_worked_out_in_their_order_however_many_there_are(data):
    count = 500_000
    texts = pa.array([str(at * 7_919 % count) for at in range(count)])

    hashes, found = data.work_out(texts, (hash_sql(text_sql("t")), number_sql("t")))

    assert (found == np.arange(count) * 7_919 % count).all()
    assert (hashes[:1_000] == data.work_out(texts[:1_000], (hash_sql(text_sql("t")),))[0]).all()
