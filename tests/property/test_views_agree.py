"""Views as DuckDB makes them against views worked out by hand, on tables nobody chose."""

import hashlib
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from registry.adapters.views.compiled import keys_of
from registry.adapters.views.make import make_view
from registry.domain.dataset import DatasetVersion, Field, VersionId
from registry.domain.view_problems import view_problems
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
)
from tests.property.views_by_hand import rows_of_view

KIND = TransformKind
SECRET = b"s" * 32
TEXTS = st.one_of(
    st.sampled_from(["", " ", "SW1A 1AA", "sw1a1aa", "M1 1AE", "M1", "é'\"", "NaN", "\u01311 1aa"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
WHOLE = st.integers(-(2**40), 2**40)
REAL = st.one_of(
    st.floats(-1e9, 1e9).map(lambda value: value + 0.0),
    st.sampled_from([0.5, 1.5, -2.5, float("nan"), float("inf")]),
)
VALUES = {
    "string": TEXTS,
    "integer": WHOLE,
    "number": REAL,
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1), date(9999, 1, 1)),
}
ARROW = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(),
         "boolean": pa.bool_(), "date": pa.date32()}  # fmt: skip
EDGES = st.lists(st.integers(-50, 50), min_size=1, max_size=4, unique=True)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1,
                max_size=8)  # fmt: skip


def transforms(kind):
    fits = [st.just(Transform())]
    if kind != "number":
        fits.append(st.just(Transform(kind=KIND.HASH)))
    if kind == "date":
        fits.append(st.just(Transform(kind=KIND.YEAR_OF)))
    if kind == "string":
        fits.append(st.just(Transform(kind=KIND.TRUNCATE_POSTCODE)))
    if kind in ("boolean", "integer", "number", "string"):
        fits.append(st.just(Transform(kind=KIND.FLAG)))
    if kind in ("integer", "number"):
        fits += [
            EDGES.map(lambda edges: Transform(kind=KIND.BAND, edges=tuple(sorted(edges)))),
            st.integers(-50, 50).map(lambda limit: Transform(kind=KIND.TOPCODE, limit=limit)),
            st.sampled_from([1, 10, 25]).map(lambda unit: Transform(kind=KIND.ROUND, unit=unit)),
        ]
    return st.one_of(fits)


def conditions(name, kind):
    listed = st.lists(plain(kind), min_size=1, max_size=3).map(tuple)
    several = st.builds(
        Condition,
        source=st.just(name),
        comparison=st.sampled_from([Comparison.IN, Comparison.NOT_IN]),
        values=listed,
    )
    if kind in ("string", "boolean"):
        return several
    ends = st.builds(
        Condition,
        source=st.just(name),
        comparison=st.sampled_from([Comparison.AT_LEAST, Comparison.BELOW]),
        values=plain(kind).map(lambda value: (value,)),
    )
    return st.one_of(several, ends)


def plain(kind):
    if kind == "date":
        return VALUES[kind].map(date.isoformat)
    return st.integers(-3, 3) if kind in ("integer", "number") else VALUES[kind]


@st.composite
def tables(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique_by=str.casefold))
    assume(all(not one.casefold().startswith("haven_") and one.strip() for one in names))
    kinds = {name: draw(st.sampled_from(sorted(VALUES))) for name in names}
    count = draw(st.integers(0, 12))
    rows = [
        {name: draw(st.none() | VALUES[kind]) for name, kind in kinds.items()} for _ in range(count)
    ]
    columns = []
    for at, name in enumerate(draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))):
        transform = draw(transforms(kinds[name]))
        columns.append(ViewColumn(name=f"{name} {at}", source=name, transform=transform))
    chosen = draw(st.lists(st.sampled_from(names), max_size=2))
    view = ViewSpec(
        columns=tuple(columns),
        where=tuple(draw(conditions(name, kinds[name])) for name in chosen),
        sample=draw(st.sampled_from([1, 1, 0.5])),
    )
    entity = next((one for one in names if kinds[one] in ("string", "integer")), None)
    return kinds, rows, view, draw(st.sampled_from([None, entity]))


def made_of(kinds, rows, view, entity, folder):
    source = folder / "data" / "d" / "d.parquet"
    source.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        name: pa.array([row[name] for row in rows], ARROW[kind]) for name, kind in kinds.items()
    }
    pq.write_table(pa.table(arrays), source)
    dataset = DatasetVersion(
        version_id=VersionId(dataset_id="d", version="1"),
        title="D", summary="D", publisher="D", unit="row", policy="sacro-10",
        path="d/d.parquet", entity=entity, identifiers=(),
        sha256=hashlib.sha256(source.read_bytes()).hexdigest(),
        fields=tuple(Field(name=name, type=kind) for name, kind in kinds.items()),
    )  # fmt: skip
    assume(not [*view_problems(view, dataset, path="view")])
    keys = keys_of(SECRET, "d", view)
    views = folder / "views"
    made = make_view(view, dataset, datasets_dir=folder / "data", views_dir=views, keys=keys)
    return made, views, keys


def read(file):
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_parquet([$f])", {"f": str(file)})
        return [one[0] for one in found.description], [[*row] for row in found.fetchall()]


NOT_A_NUMBER = ViewSpec(columns=(ViewColumn(name="pay", source="pay"),))


@pytest.mark.slow
@given(tables())
@example(({"pay": "number"}, [{"pay": 0.0}, {"pay": float("nan")}], NOT_A_NUMBER, None))
@settings(max_examples=150, deadline=None)
def test_a_view_holds_what_working_it_out_by_hand_gives_and_no_other_column(table):
    kinds, rows, view, entity = table
    with TemporaryDirectory() as folder:
        made, views, keys = made_of(kinds, rows, view, entity, Path(folder))
        names, found = read(views / made.file)
        _, beside = read(views / made.beside)

    expected, places = rows_of_view(view, rows, kinds=kinds, keys=keys, entity=entity)
    assert names == [one.name for one in view.columns]
    assert found == expected
    assert [row[-1] for row in beside] == places
    if entity is not None:
        assert [row[0] for row in beside] == [
            None if rows[at][entity] is None else str(rows[at][entity]) for at in places
        ]
    flags = [at for at, one in enumerate(view.columns) if one.transform.kind is KIND.FLAG]
    for row in found:
        assert all(row[at] is True or row[at] is False or row[at] is None for at in flags)


@pytest.mark.slow
@given(tables())
@settings(max_examples=20, deadline=None)
def test_the_same_view_of_the_same_data_is_the_same_file(table):
    kinds, rows, view, entity = table
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        first, _, _ = made_of(kinds, rows, view, entity, Path(one))
        second, _, _ = made_of(kinds, rows, view, entity, Path(other))

    assert (first.sha256, first.beside_sha256) == (second.sha256, second.beside_sha256)
