"""What a profile shows is about enough people, whatever the data."""

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.adapters.profiling import profile
from registry.domain.dataset import Constraints, DatasetVersion, Field, FieldRole, VersionId
from registry.domain.profile import RawColumn, disclose

# Marks that stand in nothing else of a profile.
LABELS = [f"Zq{letter}" for letter in "abcdefgh"]
VALUES = st.none() | st.sampled_from(LABELS)
ROWS = st.lists(st.tuples(st.integers(0, 40), VALUES, VALUES), min_size=1, max_size=80)


def described(*fields, entity="person"):
    return DatasetVersion(
        version_id=VersionId(dataset_id="jobs", version="1.0.0"),
        title="Jobs",
        summary="Jobs of people",
        publisher="An office",
        unit="person",
        path="jobs/jobs.parquet",
        sha256="a" * 64,
        entity=entity,
        identifiers=("person",),
        policy="sacro-10",
        fields=fields,
    )


PERSON = Field(name="person", type="integer", role=FieldRole.ENTITY)
PLACE = Field(name="place", type="string", constraints=Constraints(enum=tuple(LABELS[:4])))
WORK = Field(name="work", type="string")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("profiles") / "jobs.parquet"


def write(place, rows):
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (person INTEGER, place VARCHAR, work VARCHAR)")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        connection.execute(f"COPY t TO '{place}' (FORMAT parquet)")


@given(ROWS, st.integers(2, 12), st.booleans())
@settings(max_examples=60)
def test_no_value_that_few_people_hold_is_visible(place, rows, threshold, has_entity):
    write(place, rows)
    entity = "person" if has_entity else None
    shown = profile(described(PERSON, PLACE, WORK, entity=entity), place, threshold=threshold)
    assert shown is not None

    for index, name in ((1, "place"), (2, "work")):
        holders = {label: set() for label in LABELS}
        for number, row in enumerate(rows):
            if row[index] is not None:
                holders[row[index]].add(row[0] if has_entity else number)
        few = {label for label, who in holders.items() if len(who) < threshold}
        column = [repr(one) for one in shown.columns if one.name == name]
        assert not [label for label in few if label in "".join(column)]


COUNTS = st.lists(st.integers(1, 40), max_size=8)


@given(COUNTS, st.integers(0, 40), st.integers(2, 20), st.data())
def test_what_a_profile_leaves_out_is_nobody_or_enough_people(counts, without, threshold, data):
    """One row a person, so that all groups add up: no difference gives a small one away."""
    people = sum(counts) + without
    assume(people)
    invalid = data.draw(st.integers(0, sum(counts)))
    raw = RawColumn(
        name="place",
        is_key=False,
        with_value=sum(counts),
        without_value=without,
        invalid=invalid,
        rows_filled=sum(counts),
        distinct=len(counts),
        categories=[*zip(LABELS, counts, strict=False)],
    )

    shown = disclose(people, [raw], threshold=threshold)

    if people < threshold:
        assert shown.people is None
        assert shown.columns == ()
        return
    [column] = shown.columns
    held = dict(raw.categories)
    named = [held[label] for label, _ in column.categories]
    assert all(count >= threshold for count in named)
    if named:
        left_out = people - sum(named)
        assert left_out == 0 or left_out >= threshold
        assert len(named) > 1 or left_out >= threshold
    for percent, lacking, whole in (
        (column.complete, without, people),
        (column.valid, invalid, sum(counts)),
    ):
        if percent is not None:
            assert lacking == 0 or lacking >= threshold
            assert whole - lacking == 0 or whole - lacking >= threshold
            assert (percent == 100) == (lacking == 0)
    assert all(count % 5 == 0 for _, count in column.categories)


def test_a_profile_says_how_full_valid_and_unique_columns_are(place):
    rows = [(n, LABELS[n % 2] if n < 60 else LABELS[5], LABELS[n % 4] if n % 4 else None)
            for n in range(80)]  # fmt: skip
    write(place, rows)

    shown = profile(described(PERSON, PLACE, WORK), place, threshold=10)
    person, where, work = shown.columns

    assert shown.people == 80
    assert (person.is_key, person.is_unique, person.complete) == (True, True, 100)
    assert person.categories == ()
    assert (where.complete, where.valid, where.is_unique) == (100, 75, False)
    assert where.categories == (("Zqa", 30), ("Zqb", 30), ("Zqf", 20))
    assert work.complete == 75
    assert work.has_others


def test_values_of_identifiers_and_of_what_nobody_is_given_are_never_named(place):
    write(place, [(n, LABELS[0], LABELS[n % 2]) for n in range(80)])
    name = Field(name="place", type="string", is_never_in_view=True)
    direct = Field(name="work", type="string", role=FieldRole.DIRECT_IDENTIFIER)

    shown = profile(described(PERSON, name, direct), place, threshold=2)

    assert [one.categories for one in shown.columns] == [(), (), ()]


@pytest.mark.parametrize("content", [b"", b"no table", b"PAR1"])
def test_a_file_that_cannot_be_read_has_no_profile(tmp_path, content):
    path = tmp_path / "jobs.parquet"
    path.write_bytes(content)

    assert profile(described(PERSON), path, threshold=10) is None


def test_a_pattern_that_cannot_be_asked_leaves_validity_unsaid(place):
    write(place, [(n, LABELS[0], LABELS[n % 2]) for n in range(80)])
    odd = Field(name="work", type="string", constraints=Constraints(pattern="(?=Zq).*"))

    [column] = profile(described(odd), place, threshold=10).columns

    assert column.valid is None
    assert column.complete == 100
