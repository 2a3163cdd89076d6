"""What is kept of a dataset's values: only for whoever has the key, and never believed."""

import errno
from pathlib import Path

import numpy as np
import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.index.columns import Column, Index
from output_checker.disclosure.index.recent import Recent
from output_checker.disclosure.index.store import KEY_BYTES, Store
from output_checker.disclosure.model import Source
from output_checker.disclosure.policy import Policy

KEY = bytes(range(KEY_BYTES))
VALUES = np.array([1.5, 271_828.0])


@pytest.fixture
def store(tmp_path):
    return Store(folder=tmp_path, key=KEY)


def never():
    raise AssertionError("made again")


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_made_once_is_not_made_again(store):
    store.arrays("v1", "column pay", lambda: [VALUES, np.array([1], dtype=np.uint8)])

    values, codes = store.arrays("v1", "column pay", never)

    assert values.tolist() == VALUES.tolist()
    assert codes.dtype == np.uint8


@pytest.mark.parametrize(
    ("version", "name"), [("v2", "column pay"), ("v1", "column age"), ("v1", "plain pay")]
)
def test_another_version_or_column_is_another_index(store, version, name):
    store.arrays("v1", "column pay", lambda: [VALUES])

    (found,) = store.arrays(version, name, lambda: [VALUES + 1])

    assert found.tolist() == (VALUES + 1).tolist()


def test_neither_values_nor_names_are_to_be_read_in_the_folder(store, tmp_path):
    store.arrays("v1", "column diagnosis", lambda: [VALUES])

    (path,) = files_in(tmp_path)

    assert VALUES.tobytes() not in path.read_bytes()
    assert b"NUMPY" not in path.read_bytes()
    assert "diagnosis" not in str(path)
    assert "v1" not in path.parts


def test_without_its_key_an_index_is_of_no_use_and_made_again(store, tmp_path):
    store.arrays("v1", "column pay", lambda: [VALUES])
    (path,) = files_in(tmp_path)
    other = Store(folder=tmp_path, key=bytes(KEY_BYTES))
    target = other.folder / other._word(b"v1")
    path.parent.rename(target)

    (found,) = other.arrays("v1", "column pay", lambda: [VALUES + 1])

    assert found.tolist() == (VALUES + 1).tolist()


def test_an_altered_or_exchanged_file_is_made_again(store, tmp_path):
    store.arrays("v1", "column pay", lambda: [VALUES])
    (pay,) = files_in(tmp_path)
    content = pay.read_bytes()
    store.arrays("v1", "column age", lambda: [VALUES + 1])
    (age,) = {*files_in(tmp_path)} - {pay}

    for wrong in (content[:-1] + bytes([content[-1] ^ 1]), content[:20], b"", age.read_bytes()):
        pay.write_bytes(wrong)
        (found,) = store.arrays("v1", "column pay", lambda: [VALUES])
        assert found.tolist() == VALUES.tolist()
        assert store.arrays("v1", "column pay", never)


def test_where_nothing_can_be_kept_nothing_is_lost(tmp_path):
    store = Store(folder=tmp_path / "absent", key=KEY)

    (found,) = store.arrays("v1", "column pay", lambda: [VALUES])

    assert found.tolist() == VALUES.tolist()


def test_a_folder_that_has_become_a_file_or_takes_nothing_stops_no_check(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    read_only = Store(folder=tmp_path, key=KEY)

    def refuse(*_, **__):
        raise OSError(errno.EROFS, "read-only")

    (found,) = Store(folder=tmp_path / "file", key=KEY).arrays("v1", "column pay", lambda: [VALUES])
    for name in ("mkdir", "unlink"):
        monkeypatch.setattr(Path, name, refuse)
    (again,) = read_only.arrays("v1", "column pay", lambda: [VALUES])

    assert found.tolist() == again.tolist() == VALUES.tolist()


def test_an_index_too_large_for_one_seal_is_used_and_not_kept(tmp_path, store, monkeypatch):
    def refuse(*_):
        raise OverflowError

    monkeypatch.setattr(Store, "_closed", refuse)

    (found,) = store.arrays("v1", "column pay", lambda: [VALUES])

    assert found.tolist() == VALUES.tolist()
    assert not files_in(tmp_path)


def people(pay):
    lines = [f"{100_000 + at},{20 + at % 50},{pay + at * 37.25:.2f}" for at in range(200)]
    return "\n".join(["person,age,pay", *lines, ""])


def test_a_check_says_the_same_with_an_index_that_was_kept(tmp_path, store):
    source, output = tmp_path / "people.csv", tmp_path / "rows.csv"
    source.write_text(people(10_000))
    output.write_text("age,pay\n" + "\n".join(
        line.partition(",")[2] for line in people(10_000).splitlines()[50:60]
    ) + "\n")  # fmt: skip
    data = Source(name="people", path=source, entity="person", version="v1")
    policy = Policy(name="ten")

    def check(**more):
        return check_files([output], sources=[data], specs={}, policy=policy, **more)

    without = check()
    first = check(keeper=store)
    kept = files_in(tmp_path)
    again = check(keeper=store)

    assert without == first == again
    assert "verbatim-rows" in {finding.rule for finding in again.files[0].findings}
    assert [*kept] == files_in(tmp_path)
    assert len(kept) > 2


def test_the_next_check_of_a_version_finds_its_index_in_memory(tmp_path, store):
    source, output = tmp_path / "people.csv", tmp_path / "rows.csv"
    source.write_text(people(90_000))
    output.write_text("\n".join(people(90_000).splitlines()[:9]) + "\n")
    data = Source(name="people", path=source, entity="person", version="v1")

    def check():
        policy = Policy(name="ten")
        return check_files([output], sources=[data], specs={}, policy=policy, keeper=store)

    before = files_in(tmp_path)
    first = check()
    made = {*files_in(tmp_path)} - {*before}
    for path in made:
        path.unlink()

    assert check() == first
    assert made
    assert files_in(tmp_path) == before


def sized(count):
    column = Column(keys=np.arange(float(count)), codes=np.arange(count, dtype=np.uint32))
    index = Index(
        count=lambda: count, names=["a"], make=lambda _: column,
        make_plain=lambda _: np.empty(0, dtype=np.uint64),
    )  # fmt: skip
    index.column("a")
    return index


def test_only_as_many_indexes_stay_in_memory_as_there_is_room_for():
    recent = Recent(most_bytes=100_000)
    for version in ("v1", "v2", "v3"):
        recent.put(version, sized(3_000))

    assert recent.get("v1") is None
    assert recent.get("v2") is not None
    recent.put("v4", sized(10_000))
    assert [recent.get(version) for version in ("v2", "v3", "v4")] == [None, None, None]


def test_an_index_counts_what_was_made_of_it():
    index = sized(1_000)
    before = index.count_bytes()

    index.grouping("a", 0)
    index.column("a").order  # noqa: B018 - it is made when it is asked for

    assert index.count_bytes() - before >= 1_000 * (4 + 8 + 2 * 8 + 4)


def test_another_version_of_a_dataset_is_never_asked_by_the_index_of_an_earlier_one(
    tmp_path, store
):
    source, output = tmp_path / "people.csv", tmp_path / "rows.csv"
    output.write_text("age,pay\n" + "\n".join(
        line.partition(",")[2] for line in people(90_000).splitlines()[50:60]
    ) + "\n")  # fmt: skip

    def rules(pay, version):
        source.write_text(people(pay))
        data = Source(name="people", path=source, entity="person", version=version)
        report = check_files(
            [output], sources=[data], specs={}, policy=Policy(name="ten"), keeper=store
        )
        return {finding.rule for finding in report.files[0].findings}

    assert "verbatim-rows" not in rules(10_000, "v1")
    assert "verbatim-rows" in rules(90_000, "v2")
