"""A view's files: whole or not at all, once, read-only, of exactly the registered bytes."""

import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import pytest

from registry.adapters.views import make
from registry.adapters.views.compiled import keys_of
from registry.adapters.views.make import NotMade, make_view
from registry.domain.dataset import DatasetVersion, Field, VersionId
from registry.domain.view_spec import (
    Comparison,
    Condition,
    Transform,
    TransformKind,
    ViewColumn,
    ViewSpec,
)

SECRET = b"k" * 32
FIELDS = (
    Field(name="person", type="integer"),
    Field(name="born", type="date"),
    Field(name="pay", type="number"),
    Field(name="region", type="string"),
)
BIRTH_YEAR = ViewColumn(
    name="birth_year", source="born", transform=Transform(kind=TransformKind.YEAR_OF)
)
REGION = ViewColumn(name="region", source="region")
VIEW = ViewSpec(columns=(BIRTH_YEAR, REGION))
ROWS = (
    "SELECT i // 2 AS person, DATE '1950-01-01' + CAST(i % 20000 AS INTEGER) AS born,"
    " i * 0.5 AS pay, 'r' || i % 12 AS region FROM range(300000) t(i)"
)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


class House:
    def __init__(self, folder, *, form="parquet", sql=ROWS):
        self.datasets, self.views = folder / "datasets", folder / "views"
        self.source = self.datasets / "people" / "1" / f"people.{form}"
        self.source.parent.mkdir(parents=True)
        duckdb.sql(f"COPY ({sql}) TO '{self.source}'")
        self.dataset = DatasetVersion(
            version_id=VersionId(dataset_id="people", version="1"),
            title="People", summary="People", publisher="An office", unit="person",
            path=f"people/1/people.{form}", entity="person", identifiers=(), policy="sacro-10",
            sha256=hashlib.sha256(self.source.read_bytes()).hexdigest(), fields=FIELDS,
        )  # fmt: skip

    def make(self, view=VIEW, **changes):
        dataset = replace(self.dataset, **changes)
        keys = keys_of(SECRET, "people", view)
        return make_view(view, dataset, datasets_dir=self.datasets, views_dir=self.views, keys=keys)

    def read(self, made, columns="*"):
        place = str(self.views / made.file)
        return duckdb.sql(f"SELECT {columns} FROM read_parquet('{place}')").fetchall()

    def files(self):
        return sorted(path.name for path in self.views.rglob("*"))


def test_a_view_is_read_only_and_its_source_is_as_it_was(house):
    before = house.source.stat()

    made = house.make()

    assert stat.S_IMODE((house.views / made.file).stat().st_mode) == 0o444
    assert stat.S_IMODE((house.views / made.beside).stat().st_mode) == 0o440
    after = house.source.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert made.sha256 == hashlib.sha256((house.views / made.file).read_bytes()).hexdigest()
    assert made.rows == 300_000


def test_what_tells_whose_a_row_is_lies_outside_the_folder_that_is_mounted(house):
    made = house.make()

    mounted = (house.views / made.file).parent
    assert [path.name for path in mounted.iterdir()] == ["people.parquet"]
    assert made.beside.parent != made.file.parent


def test_asking_again_gives_the_same_file_and_makes_none(house):
    first, second = house.make(), house.make()

    assert first == second


def test_many_who_ask_at_once_get_one_file(house):
    with ThreadPoolExecutor(4) as pool:
        made = [*pool.map(lambda _: house.make(), range(4))]

    assert len({one.inode for one in made}) == 1
    assert house.files() == sorted(
        ["people", "1", VIEW.digest, "data", "people.parquet", "beside.parquet"]
    )


@pytest.mark.parametrize("sample", [1.0, 0.5])
def test_a_view_made_again_from_the_same_source_is_the_same_file(house, tmp_path, sample):
    many = Condition(
        source="region", comparison=Comparison.IN, values=tuple(f"r{at}" for at in range(1, 200))
    )
    view = replace(VIEW, where=(many,) if sample < 1 else (), sample=sample)

    made = []
    for name in ("a", "b", "c"):
        house.views = tmp_path / name
        made.append(house.make(view))

    assert len({(one.sha256, one.beside_sha256) for one in made}) == 1


def test_the_one_who_dies_in_between_leaves_nothing_half(house, monkeypatch):
    class PulledOut(BaseException):
        pass

    def pull_out(folder):
        raise PulledOut

    with monkeypatch.context() as patched:
        patched.setattr(make, "_synced", pull_out)
        patched.setattr(make, "_remove", str)
        with pytest.raises(PulledOut):
            house.make()
    assert not (house.views / "people" / "1" / VIEW.digest).exists()
    assert any(name.startswith(".draft-") for name in house.files())

    made = house.make()

    assert made.rows == 300_000
    assert not any(name.startswith(".draft-") for name in house.files())


def test_no_view_is_made_of_other_bytes_than_were_registered(house):
    with pytest.raises(NotMade, match="is not the file that was registered"):
        house.make(sha256="0" * 64)

    assert house.files() == ["1", "people"]


def test_no_view_with_problems_is_made(house):
    with pytest.raises(NotMade, match=r"first at view.columns\[0\].transform"):
        house.make(ViewSpec(columns=(REGION,)), identifiers=("region",))


def test_a_source_that_is_not_as_described_makes_no_view_and_no_value_is_said(tmp_path):
    house = House(
        tmp_path, form="csv", sql="SELECT 1 AS person, 'secret' AS born, 1 AS pay, 2 AS region"
    )

    with pytest.raises(NotMade) as refused:
        house.make()

    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_columns_of_csv_are_taken_by_name_with_their_described_types(tmp_path):
    sql = "SELECT 'x' AS region, 1.5 AS pay, DATE '1960-05-01' AS born, 7 AS person"
    house = House(tmp_path, form="csv", sql=sql)

    made = house.make(ViewSpec(columns=(BIRTH_YEAR, REGION, ViewColumn(name="pay", source="pay"))))

    assert house.read(made) == [(1960, "x", 1.5)]


def test_a_sample_is_of_people_and_a_smaller_one_lies_in_a_larger_one(house):
    person = ViewColumn(name="person", source="person")
    large = house.make(ViewSpec(columns=(person,), sample=0.2))
    small = house.make(ViewSpec(columns=(person, REGION), sample=0.1))

    several = [{row[0] for row in house.read(one, "person")} for one in (large, small)]
    assert several[1] < several[0]
    assert [len(one) / 150_000 for one in several] == pytest.approx([0.2, 0.1], rel=0.05)
    # Everybody has two rows, and both are there.
    assert large.rows == 2 * len(several[0])


def test_hashed_values_are_other_ones_in_another_view_and_tell_people_apart_in_their_own(house):
    hashed = ViewColumn(name="who", source="person", transform=Transform(kind=TransformKind.HASH))
    one, other = (
        {row[0] for row in house.read(house.make(view), "who")}
        for view in (ViewSpec(columns=(hashed,)), ViewSpec(columns=(hashed, REGION)))
    )

    assert len(one) == len(other) == 150_000
    assert not one & other
